// canary: 3f1c58f2a9d04f0e8a57f3d0f2c7b91e
//! What a bounded queue promises: its calls, and what may come of each.

use kit::{
    programs::Limit,
    serde::{Deserialize, Serialize},
};

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Put(i32),
    PutTimeout(i32, Limit),
    Get,
    GetTimeout(Limit),
    Close,
}

#[cfg(verdict)]
pub use verdict::Queue;

#[cfg(verdict)]
mod verdict {
    use std::{collections::VecDeque, time::Duration};

    use kit::{
        programs::{Allowed, Limit, Model, Words, plainly},
        serde_json::Value,
    };

    use super::Call;

    const SOON: Limit = Limit::micros(10_500);
    const LATE: Limit = Limit::millis(25);

    /// A queue that waits while it is full or empty, until it is closed.
    #[derive(Clone, Copy)]
    pub struct Queue;

    /// What it holds, and whether it is closed.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        capacity: usize,
        items: VecDeque<i32>,
        closed: bool,
    }

    impl Model for Queue {
        type Object = usize;
        type Call = Call;
        type State = State;

        const MAY_POLL: bool = true;

        fn objects(&self) -> Vec<usize> {
            vec![1]
        }

        fn more_objects(&self) -> Vec<usize> {
            vec![2, 3]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Put(0),
                Call::Get,
                Call::Close,
                Call::PutTimeout(0, SOON),
                Call::GetTimeout(SOON),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            let calls = |limit| [Call::PutTimeout(0, limit), Call::GetTimeout(limit)];
            [Limit::ZERO, LATE].into_iter().flat_map(calls).collect()
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            // The first thread is woken in the middle of its limit, and somebody else was faster.
            vec![
                vec![
                    vec![Call::GetTimeout(LATE)],
                    vec![Call::GetTimeout(SOON), Call::Put(0), Call::Get],
                ],
                vec![
                    vec![Call::Put(0), Call::PutTimeout(0, LATE)],
                    vec![Call::PutTimeout(0, SOON), Call::Get, Call::Put(0)],
                ],
                // A time is up while others wait, go on, and wait again.
                vec![
                    vec![Call::GetTimeout(SOON)],
                    vec![Call::Get; 2],
                    vec![Call::Put(0); 2],
                ],
                // No time is too long.
                vec![
                    vec![Call::GetTimeout(Limit::LONGEST)],
                    vec![Call::PutTimeout(0, Limit::LONGEST)],
                ],
            ]
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            let item = i32::try_from(number).unwrap_or(i32::MAX);
            match call {
                Call::Put(_) => Call::Put(item),
                Call::PutTimeout(_, limit) => Call::PutTimeout(item, *limit),
                call => call.clone(),
            }
        }

        fn last(&self, capacity: &usize, _: &[Vec<Call>]) -> Vec<Call> {
            let mut calls = vec![Call::Close];
            calls.resize(capacity + 2, Call::Get);
            calls
        }

        fn initial(&self, capacity: &usize) -> State {
            State {
                capacity: *capacity,
                items: VecDeque::new(),
                closed: false,
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Put(item) | Call::PutTimeout(item, _) if state.closed => {
                    format!("Err(Closed({item}))")
                }
                Call::Put(_) | Call::PutTimeout(..) if state.items.len() == state.capacity => {
                    return vec![];
                }
                Call::Put(item) | Call::PutTimeout(item, _) => {
                    next.items.push_back(*item);
                    "Ok".to_owned()
                }
                Call::Get | Call::GetTimeout(_) => match next.items.pop_front() {
                    Some(item) => format!("Ok({item})"),
                    None if state.closed => "Err(Closed)".to_owned(),
                    None => return vec![],
                },
                Call::Close => {
                    next.closed = true;
                    "done".to_owned()
                }
            };
            vec![Allowed::new(result, next)]
        }

        fn limit(&self, call: &Call) -> Option<Duration> {
            match call {
                Call::PutTimeout(_, limit) | Call::GetTimeout(limit) => Some(limit.duration()),
                _ => None,
            }
        }

        fn timed_out(&self, state: &State, _: usize, call: &Call) -> Option<Allowed<State>> {
            let result = match call {
                Call::PutTimeout(item, _) => format!("Err(TimedOut({item}))"),
                Call::GetTimeout(_) => "Err(TimedOut)".to_owned(),
                _ => return None,
            };
            Some(Allowed::new(result, state.clone()))
        }

        fn words(&self) -> Words {
            Words {
                imports: "use thread_queue::Queue;",
                name: "queue",
            }
        }

        fn made(&self, capacity: &usize) -> String {
            format!("Queue::<i32>::new({capacity})")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Put(item) => format!("queue.put({item})"),
                Call::PutTimeout(item, time) => {
                    format!("queue.put_timeout({item}, {time})")
                }
                Call::Get => "queue.get()".to_owned(),
                Call::GetTimeout(time) => format!("queue.get_timeout({time})"),
                Call::Close => "queue.close()".to_owned(),
            }
        }

        fn printed(&self, _: &Call) -> Option<fn(&Value) -> String> {
            Some(|result| match &*plainly(result) {
                "Ok" => "Ok(())".to_owned(),
                "done" => "()".to_owned(),
                other => other.to_owned(),
            })
        }
    }
}
