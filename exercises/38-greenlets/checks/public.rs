//! The checks of exercise 38 that you see.

use kit::prelude::*;

kit::checks![takes_turns, passes_values, says_who_is_stuck];

/// What a task does, one thing after the other. In the end it returns 1000 and its number.
#[derive(Clone, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub enum Step {
    Pause,
    Receive,
    Send(usize, i64),
    Spawn(Vec<Step>),
}

/// Each round spawns some tasks and then calls `run`.
pub type Rounds = Vec<Vec<Vec<Step>>>;

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use greenlets::{Here, Scheduler};

    /// Does one step, and the others one call deeper: all frames must be as they were when
    /// the task comes back to them.
    fn follow(here: &Here<'_, i64>, mut steps: std::vec::IntoIter<Step>) {
        let Some(step) = steps.next() else { return };
        let id = here.id();
        let left = steps.len();
        let frame = [id, left];
        let does = |what: String| mark("trace", format!("task {id} {what}"));
        match step {
            Step::Pause => {
                does("pauses".to_owned());
                here.pause();
                does("goes on".to_owned());
            }
            Step::Receive => {
                does("wants to receive".to_owned());
                let (from, value) = here.receive();
                does(format!("has received {value} from task {from}"));
            }
            Step::Send(to, value) => {
                let sent = match here.send(to, value) {
                    Ok(()) => "sends",
                    Err(back) if back == value => "cannot send",
                    Err(_) => "gets another value back than",
                };
                does(format!("{sent} {value} to task {to}"));
            }
            Step::Spawn(steps) => {
                let child = here.spawn(body(steps));
                does(format!("spawns task {child}"));
            }
        }
        follow(here, steps);
        if std::hint::black_box(frame) != [here.id(), left] {
            does("finds its stack changed".to_owned());
        }
    }

    fn body(steps: Vec<Step>) -> impl FnOnce(&Here<'_, i64>) -> i64 + 'static {
        move |here| {
            mark("trace", format!("task {} begins", here.id()));
            follow(here, steps.into_iter());
            mark("trace", format!("task {} returns", here.id()));
            1000 + i64::try_from(here.id()).unwrap_or(0)
        }
    }

    /// Spawns and runs what the case says.
    pub fn follow_rounds(case: &Case) {
        let mut scheduler = Scheduler::new();
        for tasks in case.get::<Rounds>() {
            for steps in tasks {
                let id = scheduler.spawn(body(steps));
                mark("trace", format!("main spawns task {id}"));
            }
            match scheduler.run() {
                Ok(returned) => mark("trace", format!("run returns {returned:?}")),
                Err(stuck) => mark("trace", format!("run finds stuck {:?}", stuck.0)),
            }
        }
    }

    /// Three tasks pause now and then.
    pub fn takes_turns(case: &Case) {
        follow_rounds(case);
    }

    /// Tasks send, receive, and have children.
    pub fn passes_values(case: &Case) {
        follow_rounds(case);
    }

    /// Some tasks wait for what never comes.
    pub fn says_who_is_stuck(case: &Case) {
        follow_rounds(case);
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use Step::{Pause, Receive, Send, Spawn};
    use std::collections::VecDeque;

    /// A task, as the rules of the README have it.
    struct Task {
        steps: VecDeque<Step>,
        parent: Option<usize>,
        unread: VecDeque<(usize, i64)>,
        alive: bool,
        begun: bool,
        /// It has given up its turn, in this way.
        interrupted: Option<Step>,
    }

    /// The rules of the README, played through without any switching.
    #[derive(Default)]
    struct Rules {
        tasks: Vec<Task>,
        ready: VecDeque<usize>,
        returned: Vec<(usize, i64)>,
        trace: Vec<String>,
    }

    impl Rules {
        fn spawn(&mut self, parent: Option<usize>, steps: Vec<Step>) -> usize {
            self.ready.push_back(self.tasks.len());
            self.tasks.push(Task {
                steps: steps.into(),
                parent,
                unread: VecDeque::new(),
                alive: true,
                begun: false,
                interrupted: None,
            });
            self.tasks.len() - 1
        }

        fn deliver(&mut self, to: usize, from: usize, value: i64) -> bool {
            let Some(task) = self.tasks.get_mut(to).filter(|task| task.alive) else {
                return false;
            };
            task.unread.push_back((from, value));
            if matches!(task.interrupted, Some(Receive)) && !self.ready.contains(&to) {
                self.ready.push_back(to);
            }
            true
        }

        fn says(&mut self, id: usize, what: &str) {
            self.trace.push(format!("task {id} {what}"));
        }

        /// One turn of the task.
        fn turn(&mut self, id: usize) {
            if !std::mem::replace(&mut self.tasks[id].begun, true) {
                self.says(id, "begins");
            }
            match self.tasks[id].interrupted.take() {
                Some(Receive) => self.received(id),
                Some(_) => self.says(id, "goes on"),
                None => {}
            }
            while let Some(step) = self.tasks[id].steps.pop_front() {
                match step {
                    Pause => {
                        self.says(id, "pauses");
                        self.ready.push_back(id);
                        self.tasks[id].interrupted = Some(Pause);
                        return;
                    }
                    Receive => {
                        self.says(id, "wants to receive");
                        if self.tasks[id].unread.is_empty() {
                            self.tasks[id].interrupted = Some(Receive);
                            return;
                        }
                        self.received(id);
                    }
                    Send(to, value) => {
                        let sent = self.deliver(to, id, value);
                        let sent = if sent { "sends" } else { "cannot send" };
                        self.says(id, &format!("{sent} {value} to task {to}"));
                    }
                    Spawn(steps) => {
                        let child = self.spawn(Some(id), steps);
                        self.says(id, &format!("spawns task {child}"));
                    }
                }
            }
            self.says(id, "returns");
            self.tasks[id].alive = false;
            let value = 1000 + i64::try_from(id).unwrap_or(0);
            let mut heir = self.tasks[id].parent;
            while let Some(parent) = heir.filter(|&parent| !self.tasks[parent].alive) {
                heir = self.tasks[parent].parent;
            }
            match heir {
                Some(parent) => _ = self.deliver(parent, id, value),
                None => self.returned.push((id, value)),
            }
        }

        fn received(&mut self, id: usize) {
            if let Some((from, value)) = self.tasks[id].unread.pop_front() {
                self.says(id, &format!("has received {value} from task {from}"));
            }
        }

        fn run(&mut self) {
            while let Some(id) = self.ready.pop_front() {
                self.turn(id);
            }
            let stuck = (0..self.tasks.len()).filter(|&id| self.tasks[id].alive);
            let stuck: Vec<usize> = stuck.collect();
            if stuck.is_empty() {
                let mut returned = std::mem::take(&mut self.returned);
                returned.sort_unstable();
                self.trace.push(format!("run returns {returned:?}"));
            } else {
                self.trace.push(format!("run finds stuck {stuck:?}"));
            }
        }
    }

    fn expected(rounds: Rounds) -> Vec<String> {
        let mut rules = Rules::default();
        for tasks in rounds {
            for steps in tasks {
                let id = rules.spawn(None, steps);
                rules.trace.push(format!("main spawns task {id}"));
            }
            rules.run();
        }
        rules.trace
    }

    /// What happens is what the rules say, step by step.
    pub fn follows_the_rules(cases: impl Fn(u64) -> Vec<Rounds> + 'static) -> Oracle {
        Oracle::new()
            .cases(cases)
            .completes(
                "Every task comes to its end, or is found to be stuck.",
                "每个任务要么结束，要么被发现卡住。",
            )
            .trace_is(
                "Tasks take turns, and get values, as the rules say.",
                "任务按照规则轮流执行、收发值。",
                "trace",
                expected,
            )
    }

    pub fn takes_turns() -> Oracle {
        follows_the_rules(|_| {
            let pauses = |count| vec![Pause; count];
            vec![
                vec![vec![pauses(2), pauses(2), pauses(2)]],
                vec![vec![pauses(0), pauses(3), pauses(1)], vec![pauses(1)]],
            ]
        })
    }

    pub fn passes_values() -> Oracle {
        follows_the_rules(|_| {
            vec![
                vec![vec![
                    vec![Receive, Send(1, 11), Receive, Send(1, 12), Receive],
                    vec![Send(0, 1), Receive, Send(0, 2), Receive, Send(0, 3)],
                ]],
                vec![vec![
                    vec![Spawn(vec![Pause]), Spawn(vec![]), Receive, Receive],
                    vec![Send(1, 7), Receive, Pause, Pause, Send(2, 8)],
                ]],
                // A parent has returned before its child: the value goes to the grandparent.
                vec![vec![vec![
                    Spawn(vec![Spawn(vec![Pause, Pause])]),
                    Receive,
                    Receive,
                ]]],
            ]
        })
    }

    pub fn says_who_is_stuck() -> Oracle {
        follows_the_rules(|_| {
            vec![vec![vec![
                vec![Receive, Receive],
                vec![Send(0, 5), Pause],
                vec![Pause, Receive],
            ]]]
        })
    }
}
