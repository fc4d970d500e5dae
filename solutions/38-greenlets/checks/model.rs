// canary: 6c593e8dd37ea63d8a34aae09c756284
//! What the scheduler promises: what tasks do in their turns, and what `run` gives.

use kit::serde::{Deserialize, Serialize};

/// A call of the main program.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// A task that does this, and returns 1000 and its number.
    Spawn(Vec<Act>),
    Run,
}

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Act {
    Pause,
    Receive,
    /// Sends how many things are left to do.
    Send(usize),
    SendToItself,
    Spawn(Vec<Act>),
    /// So many children that pause once.
    SpawnMany(usize),
}

/// What a task returns.
pub fn value_of(id: usize) -> i64 {
    1000 + i64::try_from(id).unwrap_or(0)
}

#[cfg(verdict)]
pub use verdict::Turns;

#[cfg(verdict)]
mod verdict {
    use std::collections::VecDeque;

    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::{
        Act::{self, Pause, Receive, Send, SendToItself, Spawn, SpawnMany},
        Call, value_of,
    };

    /// A scheduler, and tasks that do as they are told.
    #[derive(Clone, Copy)]
    pub struct Turns;

    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Task {
        /// What is left to do. The first is under way, if the task has given up its turn in it.
        left: VecDeque<Act>,
        parent: Option<usize>,
        mailbox: VecDeque<(usize, i64)>,
        is_dead: bool,
        has_paused: bool,
        waits: bool,
    }

    /// All tasks that there ever were, and the line.
    #[derive(Clone, PartialEq, Eq, Hash, Default)]
    pub struct State {
        tasks: Vec<Task>,
        line: VecDeque<usize>,
        for_main: Vec<(usize, i64)>,
    }

    impl State {
        fn spawn(&mut self, parent: Option<usize>, acts: &[Act]) -> usize {
            let id = self.tasks.len();
            self.line.push_back(id);
            self.tasks.push(Task {
                left: acts.iter().cloned().collect(),
                parent,
                mailbox: VecDeque::new(),
                is_dead: false,
                has_paused: false,
                waits: false,
            });
            id
        }

        fn post(&mut self, to: usize, from: usize, value: i64) -> bool {
            match self.tasks.get_mut(to) {
                Some(task) if !task.is_dead => {
                    task.mailbox.push_back((from, value));
                    if std::mem::take(&mut task.waits) {
                        self.line.push_back(to);
                    }
                    true
                }
                _ => false,
            }
        }

        /// Lets the task go on until its turn is over.
        fn turn(&mut self, id: usize, log: &mut Vec<String>) {
            while let Some(act) = self.tasks[id].left.front().cloned() {
                let left = self.tasks[id].left.len() - 1;
                let value = i64::try_from(left).unwrap_or(0);
                let said = match act {
                    Pause if !self.tasks[id].has_paused => {
                        self.tasks[id].has_paused = true;
                        self.line.push_back(id);
                        return;
                    }
                    Pause => {
                        self.tasks[id].has_paused = false;
                        "has paused".to_owned()
                    }
                    Receive => match self.tasks[id].mailbox.pop_front() {
                        Some(pair) => format!("receives {pair:?}"),
                        None => {
                            self.tasks[id].waits = true;
                            return;
                        }
                    },
                    Send(to) => format!("sends to {to}: {}", self.post(to, id, value)),
                    SendToItself => format!("sends to {id}: {}", self.post(id, id, value)),
                    Spawn(acts) => format!("spawns {}", self.spawn(Some(id), &acts)),
                    SpawnMany(count) => {
                        let all = (0..count).map(|_| self.spawn(Some(id), &[Pause]));
                        format!("spawns {:?}", all.collect::<Vec<_>>())
                    }
                };
                log.push(format!("{id} {said}"));
                self.tasks[id].left.pop_front();
            }
            log.push(format!("{id} returns"));
            self.tasks[id].is_dead = true;
            let mut next = self.tasks[id].parent;
            while let Some(ancestor) = next {
                if self.post(ancestor, id, value_of(id)) {
                    return;
                }
                next = self.tasks[ancestor].parent;
            }
            self.for_main.push((id, value_of(id)));
        }

        fn run(&mut self) -> Vec<String> {
            let mut log = Vec::new();
            while let Some(id) = self.line.pop_front() {
                self.turn(id, &mut log);
            }
            let mut all = self.tasks.iter().enumerate();
            let stuck: Vec<usize> = all
                .by_ref()
                .filter_map(|(id, task)| (!task.is_dead).then_some(id))
                .collect();
            if stuck.is_empty() {
                let mut pairs = std::mem::take(&mut self.for_main);
                pairs.sort_unstable();
                log.push(format!("Ok({pairs:?})"));
            } else {
                log.push(format!("Err(Stuck({stuck:?}))"));
            }
            log
        }
    }

    /// A task as a closure in Rust.
    fn closure(acts: &[Act]) -> String {
        let mut text = "|here| { ".to_owned();
        for (index, act) in acts.iter().enumerate() {
            let left = acts.len() - 1 - index;
            text += &match act {
                Pause => "here.pause(); ".to_owned(),
                Receive => "here.receive(); ".to_owned(),
                Send(to) => format!("let _ = here.send({to}, {left}); "),
                SendToItself => format!("let _ = here.send(here.id(), {left}); "),
                Spawn(acts) => format!("here.spawn({}); ", closure(acts)),
                SpawnMany(count) => {
                    format!(
                        "for _ in 0..{count} {{ here.spawn({}); }} ",
                        closure(&[Pause])
                    )
                }
            };
        }
        text + "1000 + here.id() as i64 }"
    }

    impl Model for Turns {
        type Object = ();
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 4;
        const LARGER: usize = 80;
        const LONGEST: usize = 24;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Run,
                Call::Spawn(vec![Receive, Pause]),
                Call::Spawn(vec![Send(0), Pause, Send(1)]),
                Call::Spawn(vec![Spawn(vec![Pause, Send(0)]), Pause]),
                Call::Spawn(vec![
                    Spawn(vec![Spawn(vec![Spawn(vec![Pause, Pause, Pause])])]),
                    Receive,
                    Receive,
                    Receive,
                ]),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            let mut all = vec![Call::Run, Call::Run, Call::Run];
            let tasks = [
                vec![],
                vec![Pause, Pause],
                vec![Receive],
                vec![Send(0), Send(0), Send(1), Send(1)],
                vec![Pause, Send(2), Pause, Send(3)],
                vec![Send(4), Receive, Send(6)],
                vec![Send(8), Send(usize::MAX)],
                vec![SendToItself, Send(2), Receive],
                vec![Receive, SendToItself, Receive, Pause],
                vec![Receive, Send(1), Receive, Send(2)],
                vec![Spawn(vec![]), Spawn(vec![Pause]), Receive, Receive],
                vec![
                    Spawn(vec![Spawn(vec![Spawn(vec![Pause, Pause, Pause])])]),
                    Receive,
                ],
                vec![Spawn(vec![Receive]), Send(3), Pause],
                vec![Spawn(vec![Receive, Send(1)]), Receive, Send(5)],
            ];
            all.extend(tasks.map(Call::Spawn));
            all.push(Call::Spawn(vec![
                SpawnMany(300),
                Receive,
                Send(256),
                Send(255),
            ]));
            all
        }

        /// Each task has a stack of its own, and there is room for so many: many are spawned once.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let has_many = |call: &&Call| match call {
                Call::Spawn(acts) => acts.iter().any(|act| matches!(act, SpawnMany(_))),
                Call::Run => false,
            };
            let calls = threads.concat();
            match calls.iter().filter(has_many).count() {
                0 => true,
                1 => calls.len() <= 4,
                _ => false,
            }
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let many = vec![SpawnMany(300), Receive, Send(256), Send(255)];
            vec![vec![vec![Call::Spawn(many), Call::Run]]]
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Run]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Spawn(acts) => json!(next.spawn(None, acts)),
                Call::Run => json!(next.run()),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use greenlets::Scheduler;",
                name: "mut scheduler",
            }
        }

        fn made(&self, (): &()) -> String {
            "Scheduler::<i64>::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Spawn(acts) => format!("scheduler.spawn({})", closure(acts)),
                Call::Run => "scheduler.run()".to_owned(),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Spawn(_) => Some(plainly),
                Call::Run => Some(|log| {
                    let last = log.as_array().and_then(|log| log.last()?.as_str());
                    last.unwrap_or_default().to_owned()
                }),
            }
        }
    }
}
