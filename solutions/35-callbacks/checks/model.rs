// canary: 79b3f7fe314deaa4d3891164238b8753
//! What a future promises about callbacks: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// How far the task has come when the threads begin.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Task {
    /// The worker is at it.
    Pending,
    /// The worker has taken another one since.
    Done,
}

/// A call; what adds a callback has a number, and says how many callbacks it has called itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Add(u64),
    Finish,
    Then(u64),
    IsDone,
    Result,
    AddPanicking(u64),
    AddAsking(u64),
    AddNested(u64),
    AddMany(u64, usize),
    ThenAsking(u64),
    ThenResult(u64),
    CalledByWorker,
}

#[cfg(verdict)]
pub use verdict::Future;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::Value,
    };

    use super::{Call, Task};

    /// More callbacks than a byte can count.
    const MANY: usize = 300;

    /// The number of what the main thread adds in the end.
    const LAST: u64 = 99;

    /// The future of a task that returns 7.
    #[derive(Clone, Copy)]
    pub struct Future;

    /// What is known of the task, and of what its worker calls.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        progress: Progress,
        /// What was added, one after the other, and how often in succession.
        added: Vec<(u64, usize)>,
        /// Of what was added from within, and of the functions of `then`, no order is promised.
        inside: Vec<u64>,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Progress {
        /// The task cannot end yet.
        Running,
        /// It can, and the worker may be at the callbacks.
        LetGo,
        /// The same, and somebody knows that it is done.
        KnownDone,
        /// The worker has called its last callback.
        Over,
    }

    impl State {
        fn at(&self, progress: Progress) -> Self {
            Self {
                progress,
                ..self.clone()
            }
        }

        /// The state after the adder has called `calls` callbacks, and has left the rest to the
        /// worker.
        fn left(&self, calls: usize, added: &[(u64, usize)], inside: &[u64]) -> Allowed<Self> {
            let mut next = self.clone();
            if calls > 0 && next.progress == Progress::LetGo {
                next.progress = Progress::KnownDone;
            }
            next.added.extend(added);
            next.inside.extend(inside);
            next.inside.sort_unstable();
            Allowed::new(calls, next)
        }

        /// Who may call what is added: all by the worker, `some` of it, or none.
        fn either<const N: usize>(
            &self,
            all: Allowed<Self>,
            some: [Allowed<Self>; N],
            none: Allowed<Self>,
        ) -> Vec<Allowed<Self>> {
            match self.progress {
                Progress::Running => vec![all],
                Progress::Over => vec![none],
                Progress::LetGo | Progress::KnownDone => {
                    let mut either = vec![all, none];
                    either.extend(some);
                    either
                }
            }
        }

        /// A callback that is added so often.
        fn add(&self, number: u64, times: usize) -> Vec<Allowed<Self>> {
            let by_worker = self.left(0, &[(number * 10, times)], &[]);
            self.either(by_worker, [], self.left(times, &[], &[]))
        }

        /// A value that must be waited for until the task is done.
        fn value(&self, value: u64) -> Vec<Allowed<Self>> {
            match self.progress {
                Progress::Running => vec![],
                Progress::Over => vec![Allowed::new(value, self.clone())],
                Progress::LetGo | Progress::KnownDone => {
                    vec![Allowed::new(value, self.at(Progress::KnownDone))]
                }
            }
        }

        fn is_done(&self) -> Vec<Allowed<Self>> {
            match self.progress {
                Progress::Running => vec![Allowed::new(false, self.clone())],
                Progress::LetGo => vec![
                    Allowed::new(false, self.clone()),
                    Allowed::new(true, self.at(Progress::KnownDone)),
                ],
                Progress::KnownDone | Progress::Over => vec![Allowed::new(true, self.clone())],
            }
        }
    }

    impl Model for Future {
        type Object = Task;
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const LARGER: usize = 40;
        /// They only tell what nobody could see before: that the task has ended by now.
        const SETTLING: &'static [&'static str] = &["finish", "is_done", "result", "then_result"];

        fn objects(&self) -> Vec<Task> {
            vec![Task::Pending]
        }

        fn more_objects(&self) -> Vec<Task> {
            vec![Task::Done]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Add(0),
                Call::Finish,
                Call::Then(0),
                Call::Result,
                Call::IsDone,
                Call::AddNested(0),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::AddPanicking(0),
                Call::AddAsking(0),
                Call::ThenAsking(0),
                Call::ThenResult(0),
                Call::AddMany(0, MANY),
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let panics = || Call::AddPanicking(0);
            let add = || Call::Add(0);
            let mut chosen = vec![
                vec![vec![Call::AddMany(0, MANY), Call::Finish]],
                vec![vec![panics(), panics(), panics(), add(), Call::Finish]],
                vec![vec![Call::Finish, panics(), panics(), add()]],
                vec![vec![add(), add(), add(), add(), add(), Call::Finish]],
                vec![vec![Call::Then(0), Call::ThenAsking(0), Call::Finish]],
                vec![
                    vec![add(), add(), Call::Finish],
                    vec![Call::Result, Call::IsDone],
                ],
                vec![vec![add(), add()], vec![add(), Call::Finish]],
                vec![vec![Call::ThenResult(0)], vec![Call::Finish]],
                vec![vec![Call::Result], vec![Call::Result], vec![Call::Finish]],
            ];
            // What one thread does while the task ends.
            let calls = [
                Call::IsDone,
                Call::Result,
                Call::Add(0),
                Call::AddNested(0),
                Call::ThenAsking(0),
            ];
            for first in &calls {
                for second in &calls {
                    let calls = vec![first.clone(), second.clone()];
                    chosen.push(vec![vec![Call::Finish], calls]);
                }
            }
            chosen
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            let number = number as u64;
            match call {
                Call::Add(_) => Call::Add(number),
                Call::Then(_) => Call::Then(number),
                Call::AddPanicking(_) => Call::AddPanicking(number),
                Call::AddAsking(_) => Call::AddAsking(number),
                Call::AddNested(_) => Call::AddNested(number),
                Call::AddMany(_, times) => Call::AddMany(number, *times),
                Call::ThenAsking(_) => Call::ThenAsking(number),
                Call::ThenResult(_) => Call::ThenResult(number),
                call => call.clone(),
            }
        }

        /// So many callbacks are added one after the other, and not at one moment.
        fn allows(&self, _: &Task, threads: &[Vec<Call>]) -> bool {
            let mut calls = threads.iter().flatten();
            threads.len() == 1 || !calls.any(|call| matches!(call, Call::AddMany(..)))
        }

        fn last(&self, _: &Task, _: &[Vec<Call>]) -> Vec<Call> {
            vec![
                Call::Add(LAST),
                Call::Finish,
                Call::IsDone,
                Call::CalledByWorker,
            ]
        }

        fn initial(&self, task: &Task) -> State {
            State {
                progress: match task {
                    Task::Pending => Progress::Running,
                    Task::Done => Progress::Over,
                },
                added: Vec::new(),
                inside: Vec::new(),
            }
        }

        fn begun(&self, state: &State, _: usize, call: &Call) -> State {
            match (call, state.progress) {
                (Call::Finish, Progress::Running) => state.at(Progress::LetGo),
                _ => state.clone(),
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            match *call {
                Call::Finish => vec![Allowed::new((), state.at(Progress::Over))],
                Call::IsDone => state.is_done(),
                Call::Result => state.value(7),
                Call::ThenResult(number) => state.value(number + 7),
                Call::Add(number) | Call::AddPanicking(number) | Call::AddAsking(number) => {
                    state.add(number, 1)
                }
                Call::AddMany(number, times) => state.add(number, times),
                Call::AddNested(number) => {
                    let (outer, inner) = ((number * 10, 1), number * 10 + 1);
                    let all = state.left(0, &[outer], &[inner]);
                    // The worker may still come for the inner one.
                    let some = state.left(1, &[], &[inner]);
                    state.either(all, [some], state.left(2, &[], &[]))
                }
                Call::Then(number) | Call::ThenAsking(number) => {
                    let (function, callback) = (number * 10 + 1, number * 10 + 2);
                    let all = state.left(0, &[], &[function, callback]);
                    // The worker has called the function when the callback is added.
                    let some = state.left(1, &[], &[function]);
                    state.either(all, [some], state.left(2, &[], &[]))
                }
                Call::CalledByWorker => {
                    let called = (&state.added, &state.inside);
                    vec![Allowed::new(called, state.clone())]
                }
            }
        }

        fn words(&self) -> Words {
            let helper = include_str!("watched.rs").split_once('\n');
            Words {
                imports: helper.map_or("", |(_, helper)| helper),
                name: "future",
            }
        }

        fn made(&self, task: &Task) -> String {
            match task {
                Task::Pending => "Watched::pending()",
                Task::Done => "Watched::done()",
            }
            .to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Add(number) => format!("future.add({number})"),
                Call::Finish => "future.finish()".to_owned(),
                Call::Then(number) => format!("future.then({number})"),
                Call::IsDone => "future.is_done()".to_owned(),
                Call::Result => "future.result()".to_owned(),
                Call::AddPanicking(number) => format!("future.add_panicking({number})"),
                Call::AddAsking(number) => format!("future.add_asking({number})"),
                Call::AddNested(number) => format!("future.add_nested({number})"),
                Call::AddMany(number, times) => format!("future.add_many({number}, {times})"),
                Call::ThenAsking(number) => format!("future.then_asking({number})"),
                Call::ThenResult(number) => format!("future.then_result({number})"),
                Call::CalledByWorker => "future.called_by_worker()".to_owned(),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::CalledByWorker => None,
                _ => Some(plainly),
            }
        }
    }
}
