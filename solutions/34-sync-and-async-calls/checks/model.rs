// canary: 60572d222158aabff223ebfb60fbad28
//! What a future promises about a task that was submitted: its calls, and what may come of each.

use kit::{
    programs::Limit,
    serde::{Deserialize, Serialize},
};

/// How far the task has come when the threads begin.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Task {
    /// The worker is busy with an earlier one.
    Queued,
    /// The worker is at it.
    Begun,
}

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Result,
    /// Lets the worker come to the end of all it was handed, and waits until it has.
    Finish,
    Cancel,
    State,
    ResultTimeout(Limit),
    /// `result`, that often.
    ResultAgain(usize),
    /// A synchronous call of a task that returns this number.
    Call(usize),
    /// How often the task has begun.
    Runs,
}

#[cfg(verdict)]
pub use verdict::Future;

#[cfg(verdict)]
mod verdict {
    use std::time::Duration;

    use kit::{
        programs::{Allowed, Limit, Model, Words, plainly},
        serde_json::Value,
    };

    use super::{Call, Task};

    const SOON: Limit = Limit::millis(10);

    /// More answers than a byte can count.
    const OFTEN: usize = 300;

    /// The future of a task that returns 7.
    #[derive(Clone, Copy)]
    pub struct Future;

    /// How far the task has come, and whether anybody has let the worker go on.
    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub struct State {
        stage: Stage,
        let_go: bool,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    enum Stage {
        Pending,
        Running,
        Finished,
        Cancelled,
    }

    impl State {
        /// The stages that the task may be in by now: nobody sees what the worker does.
        fn stages(self) -> &'static [Stage] {
            use Stage::{Cancelled, Finished, Pending, Running};
            match self.stage {
                Pending if self.let_go => &[Pending, Running, Finished],
                Running if self.let_go => &[Running, Finished],
                Pending => &[Pending],
                Running => &[Running],
                Finished => &[Finished],
                Cancelled => &[Cancelled],
            }
        }

        fn at(self, stage: Stage) -> Self {
            Self { stage, ..self }
        }
    }

    /// What `result` returns at a stage, if it need not wait.
    fn result(stage: Stage) -> Option<&'static str> {
        match stage {
            Stage::Pending | Stage::Running => None,
            Stage::Finished => Some("Ok(7)"),
            Stage::Cancelled => Some("Err(Cancelled)"),
        }
    }

    impl Model for Future {
        type Object = Task;
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const LARGER: usize = 30;

        fn objects(&self) -> Vec<Task> {
            vec![Task::Queued, Task::Begun]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Result,
                Call::Finish,
                Call::Cancel,
                Call::ResultTimeout(SOON),
                Call::State,
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::ResultTimeout(Limit::ZERO),
                Call::ResultTimeout(Limit::millis(25)),
                Call::ResultTimeout(Limit::LONGEST),
                Call::Call(0),
                Call::ResultAgain(OFTEN),
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let late = Call::ResultTimeout(Limit::millis(25));
            let mut chosen = vec![
                vec![vec![Call::Finish, Call::ResultAgain(OFTEN)]],
                vec![
                    vec![Call::Finish],
                    vec![Call::ResultTimeout(Limit::LONGEST)],
                ],
                vec![
                    vec![Call::Cancel],
                    vec![Call::ResultTimeout(Limit::LONGEST)],
                ],
                vec![vec![Call::Finish], vec![Call::Call(0)], vec![Call::Call(0)]],
                vec![
                    vec![Call::ResultTimeout(SOON), Call::Cancel],
                    vec![late.clone()],
                    vec![Call::Result],
                ],
                vec![
                    vec![Call::ResultTimeout(SOON), Call::Finish],
                    vec![late],
                    vec![Call::Result],
                ],
            ];
            // Two answers that one thread gets while the task ends.
            let questions = [
                Call::State,
                Call::Cancel,
                Call::Result,
                Call::ResultTimeout(Limit::ZERO),
            ];
            for end in [Call::Finish, Call::Cancel] {
                for first in &questions {
                    for second in &questions {
                        let asks = vec![first.clone(), second.clone()];
                        chosen.push(vec![vec![end.clone()], asks]);
                    }
                }
            }
            chosen
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            match call {
                Call::Call(_) => Call::Call(number),
                call => call.clone(),
            }
        }

        /// Whether `call` uses the worker is open, and so it may wait for what was submitted;
        /// and the longest timeout is never over. So somebody must begin with what ends the wait.
        /// Each step takes a moment: a call of many steps makes the others late.
        fn allows(&self, task: &Task, threads: &[Vec<Call>]) -> bool {
            let begins = |which: &dyn Fn(&Call) -> bool| {
                let mut firsts = threads.iter().filter_map(|calls| calls.first());
                firsts.any(which)
            };
            let mut calls = threads.iter().flatten();
            let finishes = begins(&|call| *call == Call::Finish);
            let ends = finishes || *task == Task::Queued && begins(&|call| *call == Call::Cancel);
            calls.all(|call| match call {
                Call::Call(_) => finishes,
                Call::ResultTimeout(Limit::LONGEST) => ends,
                Call::ResultAgain(_) => threads.len() == 1,
                _ => true,
            })
        }

        fn last(&self, _: &Task, _: &[Vec<Call>]) -> Vec<Call> {
            vec![Call::Finish, Call::State, Call::Result, Call::Runs]
        }

        fn initial(&self, task: &Task) -> State {
            State {
                stage: match task {
                    Task::Queued => Stage::Pending,
                    Task::Begun => Stage::Running,
                },
                let_go: false,
            }
        }

        fn begun(&self, state: &State, _: usize, call: &Call) -> State {
            State {
                let_go: state.let_go || matches!(call, Call::Finish),
                ..*state
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let told = |answer: &dyn Fn(Stage) -> Option<&'static str>| {
                let stages = state.stages().iter();
                let told = stages.filter_map(|&stage| {
                    answer(stage).map(|answer| Allowed::new(answer, state.at(stage)))
                });
                told.collect()
            };
            match call {
                Call::Finish => {
                    let end = match state.stage {
                        Stage::Cancelled => Stage::Cancelled,
                        _ => Stage::Finished,
                    };
                    vec![Allowed::new((), state.at(end))]
                }
                Call::State => told(&|stage| {
                    Some(match stage {
                        Stage::Pending => "Pending",
                        Stage::Running => "Running",
                        Stage::Finished => "Finished",
                        Stage::Cancelled => "Cancelled",
                    })
                }),
                Call::Result | Call::ResultAgain(_) => told(&result),
                // The worker goes on, but nobody knows how fast.
                Call::ResultTimeout(_) if state.let_go => {
                    told(&|stage| result(stage).or(Some("Err(TimedOut)")))
                }
                Call::ResultTimeout(_) => told(&result),
                Call::Cancel => {
                    let stages = state.stages().iter();
                    let answers = stages.map(|&stage| match stage {
                        Stage::Pending => Allowed::new(true, state.at(Stage::Cancelled)),
                        stage => Allowed::new(stage == Stage::Cancelled, state.at(stage)),
                    });
                    answers.collect()
                }
                Call::Call(number) => vec![Allowed::new(number, *state)],
                Call::Runs => vec![Allowed::new(
                    usize::from(state.stage == Stage::Finished),
                    *state,
                )],
            }
        }

        /// Whoever looks at the clock often learns that time has passed.
        fn may_take_time(&self, call: &Call) -> bool {
            matches!(call, Call::ResultAgain(_))
        }

        fn limit(&self, call: &Call) -> Option<Duration> {
            match call {
                // Nobody waits so long, but a time-out that fires at any moment is one of this call.
                Call::ResultTimeout(Limit::LONGEST) => Some(Duration::from_hours(1)),
                Call::ResultTimeout(limit) => Some(limit.duration()),
                _ => None,
            }
        }

        fn timed_out(&self, state: &State, _: usize, _: &Call) -> Option<Allowed<State>> {
            Some(Allowed::new("Err(TimedOut)", *state))
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
                Task::Queued => "Watched::queued()",
                Task::Begun => "Watched::begun()",
            }
            .to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Result => "future.result()".to_owned(),
                Call::Finish => "future.finish()".to_owned(),
                Call::Cancel => "future.cancel()".to_owned(),
                Call::State => "future.state()".to_owned(),
                Call::ResultTimeout(limit) => format!("future.result_timeout({limit})"),
                Call::ResultAgain(times) => format!("future.result_again({times})"),
                Call::Call(number) => format!("future.call({number})"),
                Call::Runs => "future.runs()".to_owned(),
            }
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            // Texts are made by what is above.
            Some(|result| match result {
                Value::String(text) => format!("{text:?}"),
                result => plainly(result),
            })
        }
    }
}
