// canary: dd06de0795b0bcf036f4966b7fcd2b13
//! What a thread pool promises: its calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// A call; what submits tasks has a number for them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Submit(u64),
    Hold(u64),
    Open,
    Result(u64),
    Shutdown(bool),
    Panicking(u64),
    Map(u64),
    Nested(u64),
    ResultsReversed(u64),
    SubmitMany(u64, usize),
    AllAtOnce(usize),
    ItemsMeet,
    DroppedByAPanic,
    Ran,
}

#[cfg(verdict)]
pub use verdict::Pool;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::Value,
    };

    use super::Call;

    /// More tasks than a byte can count.
    const MANY: usize = 300;

    /// A pool whose tasks say that they have run.
    #[derive(Clone, Copy)]
    pub struct Pool;

    /// What is known between calls.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        workers: usize,
        /// The workers that tasks hold up, and whether such tasks are held up at all.
        held: usize,
        open: bool,
        /// A shutdown has begun, or one has returned.
        closing: bool,
        closed: bool,
        /// The numbers of all accepted tasks.
        accepted: Vec<u64>,
    }

    impl State {
        /// Whether a task that is submitted comes to its turn.
        fn is_free(&self) -> bool {
            self.open || self.held < self.workers
        }

        /// Whether the pool may refuse a task: while it is being shut down, it may do either.
        fn may_refuse(&self) -> bool {
            self.closing || self.closed
        }

        fn accepting(&self, tasks: &[u64]) -> Self {
            let mut next = self.clone();
            next.accepted.extend(tasks);
            next.accepted.sort_unstable();
            next
        }

        /// What a call may give whose tasks are all accepted or none of them.
        fn submitted<R: kit::serde::Serialize>(
            &self,
            tasks: &[u64],
            accepted: R,
            refused: R,
        ) -> Vec<Allowed<Self>> {
            let accepted = || Allowed::new(accepted, self.accepting(tasks));
            let accepted = (!self.closed).then(accepted);
            let refused = || Allowed::new(refused, self.clone());
            let refused = self.may_refuse().then(refused);
            accepted.into_iter().chain(refused).collect()
        }

        /// What a call may give that waits for the results of these tasks. Some may be accepted
        /// and the others refused: then it gives one of `partly`.
        fn results(
            &self,
            tasks: &[u64],
            results: &str,
            partly: &[(&[u64], String)],
        ) -> Vec<Allowed<Self>> {
            if !self.is_free() && !self.closed {
                return vec![];
            }
            let mut given = self.submitted(tasks, results.to_owned(), "refused".to_owned());
            if self.closing && !self.closed {
                given.extend(
                    partly
                        .iter()
                        .map(|(tasks, result)| Allowed::new(result.clone(), self.accepting(tasks))),
                );
            }
            given
        }
    }

    impl Model for Pool {
        type Object = usize;
        type Call = Call;
        type State = State;

        const LENGTH: usize = 1;
        const LARGER: usize = 30;
        /// From its beginning on a shutdown may refuse tasks; its effect only says that it must.
        const SETTLING: &'static [&'static str] = &["shutdown"];

        fn objects(&self) -> Vec<usize> {
            vec![1]
        }

        fn more_objects(&self) -> Vec<usize> {
            vec![2]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Hold(0),
                Call::Result(0),
                Call::Open,
                Call::Submit(0),
                Call::Shutdown(false),
                Call::Shutdown(true),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::Panicking(0),
                Call::Map(0),
                Call::Nested(0),
                Call::ResultsReversed(0),
                Call::SubmitMany(0, MANY),
                Call::AllAtOnce(2),
                Call::AllAtOnce(3),
                Call::ItemsMeet,
                Call::DroppedByAPanic,
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let panics = Call::Panicking(0);
            vec![
                vec![vec![Call::AllAtOnce(2)]],
                vec![vec![Call::AllAtOnce(3)]],
                vec![vec![Call::ItemsMeet]],
                vec![vec![Call::DroppedByAPanic]],
                vec![vec![Call::Hold(0), Call::SubmitMany(0, MANY), Call::Open]],
                vec![vec![panics.clone(), panics.clone(), panics]],
                vec![vec![Call::Nested(0)]],
                vec![vec![Call::ResultsReversed(0)]],
                vec![vec![Call::Map(0)], vec![Call::Shutdown(false)]],
                vec![
                    vec![Call::Hold(0), Call::Shutdown(true)],
                    vec![Call::Submit(0), Call::Open],
                ],
                vec![
                    vec![Call::Hold(0), Call::Shutdown(false), Call::Shutdown(true)],
                    vec![Call::Open],
                ],
            ]
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            let number = 10 * number as u64;
            match call {
                Call::Submit(_) => Call::Submit(number),
                Call::Hold(_) => Call::Hold(number),
                Call::Result(_) => Call::Result(number),
                Call::Panicking(_) => Call::Panicking(number),
                Call::Map(_) => Call::Map(number),
                Call::Nested(_) => Call::Nested(number),
                Call::ResultsReversed(_) => Call::ResultsReversed(number),
                Call::SubmitMany(_, times) => Call::SubmitMany(number, *times),
                call => call.clone(),
            }
        }

        /// What a task waits for that was accepted before a shutdown cannot be told from what
        /// was refused: so either nothing waits for workers that are held up, or nothing shuts
        /// the pool down. Calls of many steps, or with pools of their own, are judged alone.
        fn allows(&self, _: &usize, threads: &[Vec<Call>]) -> bool {
            let calls = || threads.iter().flatten();
            let holds = calls().filter(|call| matches!(call, Call::Hold(_))).count();
            let closes = calls().any(|call| matches!(call, Call::Shutdown(_)));
            let waits = calls().any(|call| {
                matches!(
                    call,
                    Call::Result(_)
                        | Call::Panicking(_)
                        | Call::Map(_)
                        | Call::Nested(_)
                        | Call::ResultsReversed(_)
                )
            });
            let maps = calls().any(|call| matches!(call, Call::Map(_)));
            let alone = calls().any(|call| {
                matches!(
                    call,
                    Call::SubmitMany(..)
                        | Call::AllAtOnce(_)
                        | Call::ItemsMeet
                        | Call::DroppedByAPanic
                )
            });
            let shuts = !closes || holds == 0 || holds == 1 && !waits;
            shuts && !(maps && holds > 0) && !(alone && threads.len() > 1)
        }

        fn last(&self, _: &usize, _: &[Vec<Call>]) -> Vec<Call> {
            vec![
                Call::Open,
                Call::Result(990),
                Call::Shutdown(true),
                Call::Submit(991),
                Call::Map(992),
                Call::Ran,
            ]
        }

        fn initial(&self, workers: &usize) -> State {
            State {
                workers: *workers,
                held: 0,
                open: false,
                closing: false,
                closed: false,
                accepted: Vec::new(),
            }
        }

        fn begun(&self, state: &State, _: usize, call: &Call) -> State {
            State {
                closing: state.closing || matches!(call, Call::Shutdown(_)),
                ..state.clone()
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            outcomes(state, call)
        }

        fn words(&self) -> Words {
            let helper = include_str!("watched.rs").split_once('\n');
            Words {
                imports: helper.map_or("", |(_, helper)| helper),
                name: "pool",
            }
        }

        fn made(&self, workers: &usize) -> String {
            format!("Arc::new(Watched::new({workers}))")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Submit(number) => format!("pool.submit({number})"),
                Call::Hold(number) => format!("pool.hold({number})"),
                Call::Open => "pool.open()".to_owned(),
                Call::Result(number) => format!("pool.result({number})"),
                Call::Shutdown(wait) => format!("pool.shutdown({wait})"),
                Call::Panicking(number) => format!("pool.panicking({number})"),
                Call::Map(number) => format!("pool.map({number})"),
                Call::Nested(number) => format!("pool.nested({number})"),
                Call::ResultsReversed(number) => format!("pool.results_reversed({number})"),
                Call::SubmitMany(number, times) => format!("pool.submit_many({number}, {times})"),
                Call::AllAtOnce(workers) => format!("all_at_once({workers})"),
                Call::ItemsMeet => "items_meet()".to_owned(),
                Call::DroppedByAPanic => "dropped_by_a_panic()".to_owned(),
                Call::Ran => "pool.ran()".to_owned(),
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

    fn outcomes(state: &State, call: &Call) -> Vec<Allowed<State>> {
        match *call {
            Call::Submit(task) => state.submitted(&[task], true, false),
            Call::SubmitMany(task, times) => state.submitted(&vec![task; times], times, 0),
            Call::Hold(_) if !state.is_free() && !state.closed => vec![],
            Call::Hold(task) => {
                let mut given = state.submitted(&[task], true, false);
                for given in &mut given {
                    given.state.held += usize::from(given.result == true);
                }
                given
            }
            Call::Open => {
                let mut next = state.clone();
                next.open = true;
                vec![Allowed::new((), next)]
            }
            Call::Shutdown(true) if state.held > 0 && !state.open => vec![],
            Call::Shutdown(_) => {
                let mut next = state.clone();
                next.closed = true;
                vec![Allowed::new((), next)]
            }
            Call::Result(task) => state.results(&[task], &task.to_string(), &[]),
            Call::Panicking(task) => state.results(&[task], &format!("panic {task}"), &[]),
            Call::Map(task) => {
                let all = [task, task + 1, task + 2];
                let results = format!("{task}, panic {}, {}", all[1], all[2]);
                // Which items it hands over first is open.
                let some = [
                    &all[..1],
                    &all[1..2],
                    &all[2..],
                    &all[..2],
                    &all[1..],
                    &[all[0], all[2]],
                ];
                let refused = |tasks| (tasks, "refused".to_owned());
                state.results(&all, &results, &some.map(refused))
            }
            Call::Nested(task) => {
                let outer = "the inner one is refused".to_owned();
                let all = [task, task + 1];
                state.results(&all, &all[1].to_string(), &[(&all[..1], outer)])
            }
            Call::ResultsReversed(task) => {
                let all = [task, task + 1];
                let results = format!("{}, {task}", all[1]);
                let some = [
                    (&all[..1], format!("refused, {task}")),
                    (&all[1..], format!("{}, refused", all[1])),
                ];
                state.results(&all, &results, &some)
            }
            Call::AllAtOnce(_) | Call::ItemsMeet | Call::DroppedByAPanic => {
                vec![Allowed::new(true, state.clone())]
            }
            Call::Ran => vec![Allowed::new(&state.accepted, state.clone())],
        }
    }
}
