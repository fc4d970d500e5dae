// canary: e1d7b1dc491e3c2703f19fcffa4420d6
//! What the loop promises to one thread: when tasks go on, how often they are polled, and what
//! their handles give.
//!
//! Moments are in tenths of a second. Tasks sleep for some tenths more than whole seconds and
//! `block_on` for whole ones, so that nobody goes on at the moment at which `block_on` returns.

use kit::serde::{Deserialize, Serialize};

/// A call of the main thread.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// So many tasks that do this, and whether their handles are kept.
    Spawn(usize, Vec<Act>, bool),
    /// `block_on` a sleep of so many seconds, and in the end a look at all handles.
    Block(u64),
    /// Calls the wakers of all who wait at their gates, and says whether these are open now.
    WakeAll(bool),
    /// Calls wakers of tasks that have ended.
    WakeTheDead,
}

/// What a task does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Act {
    /// Wakes itself and lets others have their turn.
    Yield,
    /// Sleeps for so many seconds and three tenths.
    Sleep(u64),
    /// The same, by a sleep that was made when the task was.
    SleepMade(u64),
    /// Waits until its gate is open. Each look at it is an event.
    Gate,
    /// Spawns another task, and drops the handle.
    Spawn(Vec<Act>),
}

/// By so many tenths tasks sleep longer than whole seconds.
pub const LONGER: u64 = 3;

/// The end of a sleep, and the second that was nearest.
pub fn slept(name: &str, tenths: u64) -> String {
    format!("{name} has slept until {} s", (tenths + 5) / 10)
}

#[cfg(verdict)]
pub use verdict::OneThread;

#[cfg(verdict)]
mod verdict {
    use std::collections::VecDeque;

    use kit::{
        programs::{Allowed, Model, Words},
        serde_json::{Value, json},
    };

    use super::{
        Act::{self, Gate, Sleep, SleepMade, Spawn, Yield},
        Call, LONGER, slept,
    };

    /// A loop and its tasks.
    #[derive(Clone, Copy)]
    pub struct OneThread;

    #[derive(Clone, PartialEq, Eq, Hash)]
    struct Task {
        name: String,
        /// What is left to do. The first is under way, if the task waits in it.
        left: VecDeque<Act>,
        made: u64,
        children: usize,
        waits: Waits,
        is_open: bool,
        has_handle: bool,
        is_over: bool,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Waits {
        /// It is in line.
        Not,
        Until(u64),
        AtItsGate,
    }

    #[derive(Clone, PartialEq, Eq, Hash, Default)]
    pub struct State {
        now: u64,
        spawned: usize,
        tasks: Vec<Task>,
    }

    impl State {
        fn spawn(&mut self, name: String, acts: &[Act], has_handle: bool) {
            self.tasks.push(Task {
                name,
                left: acts.iter().cloned().collect(),
                made: self.now,
                children: 0,
                waits: Waits::Not,
                is_open: false,
                has_handle,
                is_over: false,
            });
        }

        /// The task goes on until it waits or ends.
        fn go_on(&mut self, index: usize, log: &mut Vec<String>) {
            let now = self.now;
            while let Some(act) = self.tasks[index].left.front().cloned() {
                let task = &mut self.tasks[index];
                match act {
                    Yield => {}
                    Sleep(seconds) | SleepMade(seconds) => {
                        let from = if matches!(act, Sleep(_)) {
                            now
                        } else {
                            task.made
                        };
                        let until = from + 10 * seconds + LONGER;
                        let was_woken = task.waits == Waits::Until(now);
                        if !was_woken && until > now {
                            task.waits = Waits::Until(until);
                            return;
                        }
                        log.push(slept(&task.name, now));
                    }
                    Gate => {
                        log.push(format!("{} looks", task.name));
                        if !task.is_open {
                            task.waits = Waits::AtItsGate;
                            return;
                        }
                        task.is_open = false;
                    }
                    Spawn(acts) => {
                        task.children += 1;
                        let name = format!("{}.{}", task.name, task.children);
                        self.spawn(name, &acts, false);
                    }
                }
                self.tasks[index].waits = Waits::Not;
                self.tasks[index].left.pop_front();
            }
            let task = &mut self.tasks[index];
            task.is_over = true;
            log.push(format!("{} ends", task.name));
        }

        fn block(&mut self, seconds: u64) -> (Vec<String>, Vec<String>) {
            let end = self.now + 10 * seconds;
            let mut log = Vec::new();
            loop {
                let is_ready = |task: &Task| {
                    !task.is_over
                        && match task.waits {
                            Waits::Not => true,
                            Waits::Until(until) => until <= self.now,
                            Waits::AtItsGate => false,
                        }
                };
                if let Some(index) = self.tasks.iter().position(is_ready) {
                    self.go_on(index, &mut log);
                    continue;
                }
                let waiting = self.tasks.iter().filter(|task| !task.is_over);
                let times = waiting.filter_map(|task| match task.waits {
                    Waits::Until(until) => Some(until),
                    _ => None,
                });
                self.now = times.chain([end]).min().unwrap_or(end);
                if self.now == end {
                    break;
                }
            }
            log.sort();
            let mut outputs = Vec::new();
            for task in self.tasks.iter_mut().filter(|task| task.is_over) {
                if std::mem::take(&mut task.has_handle) {
                    outputs.push(task.name.clone());
                }
            }
            (log, outputs)
        }
    }

    impl Model for OneThread {
        type Object = ();
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 3;
        const LARGER: usize = 40;
        const LONGEST: usize = 8;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Block(1),
                Call::Spawn(1, vec![Gate, Sleep(0)], true),
                Call::WakeAll(true),
                Call::WakeAll(false),
                Call::Spawn(1, vec![Sleep(1)], true),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            let mut all = vec![
                Call::Block(1),
                Call::Block(3),
                Call::Block(200_000),
                Call::WakeTheDead,
                Call::WakeTheDead,
                Call::WakeAll(true),
                Call::Spawn(20, vec![Gate], false),
            ];
            let tasks = [
                vec![],
                vec![Gate],
                vec![Yield, Yield],
                vec![Sleep(2), Sleep(0)],
                vec![Sleep(100_000)],
                vec![SleepMade(2), SleepMade(1)],
                vec![Gate, SleepMade(1)],
                vec![Gate, Spawn(vec![Gate]), Gate],
                vec![Spawn(vec![Yield, Sleep(1)]), Spawn(vec![]), Sleep(0)],
                vec![Sleep(1), Spawn(vec![SleepMade(0), Gate])],
            ];
            for acts in tasks {
                all.push(Call::Spawn(1, acts.clone(), true));
                all.push(Call::Spawn(3, acts, false));
            }
            all
        }

        /// A look at the clock takes some time, and more where there are many: so there are few sleeps.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let calls = threads.concat();
            let count = |call: &Call| match call {
                Call::Spawn(count, _, _) => *count,
                _ => 0,
            };
            let tasks: usize = calls.iter().map(count).sum();
            tasks <= 5 || (calls.len() <= 4 && tasks == 20)
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let many = Call::Spawn(20, vec![Gate], false);
            let all = [many, Call::Block(1), Call::WakeAll(true), Call::Block(3)];
            let gate = || Call::Spawn(1, vec![Gate], true);
            let open = [gate(), Call::Block(1), Call::WakeAll(true), Call::Block(1)];
            let again = [gate(), Call::Block(1), Call::WakeTheDead, Call::Block(1)];
            let days = [
                Call::Spawn(1, vec![Sleep(100_000)], true),
                Call::Block(200_000),
            ];
            vec![
                vec![all.into()],
                vec![open.into_iter().chain(again).collect()],
                vec![days.into()],
            ]
        }

        fn last(&self, (): &(), _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Block(1)]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Spawn(count, acts, has_handle) => {
                    for _ in 0..*count {
                        next.spawn(next.spawned.to_string(), acts, *has_handle);
                        next.spawned += 1;
                    }
                    json!(null)
                }
                Call::Block(seconds) => json!(next.block(*seconds)),
                Call::WakeAll(open) => {
                    for task in &mut next.tasks {
                        if !task.is_over && task.waits == Waits::AtItsGate {
                            task.waits = Waits::Not;
                            task.is_open = *open;
                        }
                    }
                    json!(null)
                }
                Call::WakeTheDead => json!(null),
            };
            vec![Allowed::new(result, next)]
        }

        fn may_take_time(&self, call: &Call) -> bool {
            matches!(call, Call::Block(_))
        }

        fn words(&self) -> Words {
            Words {
                imports: "use event_loop::EventLoop;\nuse std::time::Duration;\n\n// A gate keeps the waker that it is polled with. Once it is open its task goes on.",
                name: "event_loop",
            }
        }

        fn made(&self, (): &()) -> String {
            "EventLoop::new()".to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Spawn(count, acts, _) => {
                    let does: Vec<String> = acts.iter().map(words).collect();
                    let spawned = "event_loop.spawn(async {})";
                    let does = does.join(", ");
                    format!("(0..{count}).map(|_| {spawned}).last() /* each task: {does} */")
                }
                Call::Block(seconds) => {
                    format!("event_loop.block_on(event_loop.sleep(Duration::from_secs({seconds})))")
                }
                Call::WakeAll(true) => "() /* all gates open, and wake */".to_owned(),
                Call::WakeAll(false) => "() /* all gates wake, and stay closed */".to_owned(),
                Call::WakeTheDead => {
                    "() /* wakers of tasks that have ended are called */".to_owned()
                }
            }
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            // Tasks are written in words.
            None
        }
    }

    fn words(act: &Act) -> String {
        match act {
            Yield => "wakes itself".to_owned(),
            Sleep(seconds) => format!("sleeps for {seconds}.{LONGER} s"),
            SleepMade(seconds) => {
                format!("sleeps for {seconds}.{LONGER} s, counted from its spawn")
            }
            Gate => "waits at a gate".to_owned(),
            Spawn(acts) => {
                let does: Vec<String> = acts.iter().map(words).collect();
                format!("spawns one that ({})", does.join(", "))
            }
        }
    }
}
