// canary: 6fa0761d1ac12d4d0fdbba4c3fc236a2
//! What a queue, a stack and a priority queue promise: their calls, and what may come of each.

use kit::serde::{Deserialize, Serialize};

/// Which of the three is made, by the item that comes out first, and how many items have come and
/// gone before, while another one was in; if any have, one is still in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Object {
    pub order: Order,
    pub used: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub enum Order {
    FirstPut,
    LastPut,
    ByPriority,
}

/// A call with its arguments.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    /// To a queue or a stack.
    Put(char),
    /// To a priority queue.
    PutPriority(i64, char),
    Get,
    TryGet,
    /// From another one, in which nothing ever is.
    GetElsewhere,
}

#[cfg(verdict)]
pub use verdict::Containers;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::{Call, Object, Order};

    /// As many that a small counter is at its end.
    const MANY: usize = 255;

    /// Three orders in which items come out.
    #[derive(Clone, Copy)]
    pub struct Containers;

    /// What is in, in the order in which it was put: priorities and names.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        order: Order,
        items: Vec<(i64, char)>,
    }

    impl State {
        /// Where the item is that comes out next.
        fn next(&self) -> Option<usize> {
            match self.order {
                Order::FirstPut => (!self.items.is_empty()).then_some(0),
                Order::LastPut => self.items.len().checked_sub(1),
                Order::ByPriority => (0..self.items.len()).min_by_key(|&place| self.items[place].0),
            }
        }
    }

    fn is_put(call: &Call) -> bool {
        matches!(call, Call::Put(_) | Call::PutPriority(..))
    }

    impl Model for Containers {
        type Object = Object;
        type Call = Call;
        type State = State;

        /// Both ways to put, to get, and to get from elsewhere.
        const WIDELY: usize = 4;

        fn objects(&self) -> Vec<Object> {
            let all = [Order::FirstPut, Order::LastPut, Order::ByPriority];
            let of = |used| all.map(|order| Object { order, used });
            [of(0), of(MANY)].concat()
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Put('?'),
                Call::PutPriority(1, '?'),
                Call::Get,
                Call::GetElsewhere,
                Call::TryGet,
                Call::PutPriority(0, '?'),
            ]
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            let name = ('a'..='z').nth(number - 1).unwrap_or('?');
            match call {
                Call::Put(_) => Call::Put(name),
                Call::PutPriority(priority, _) => Call::PutPriority(*priority, name),
                call => call.clone(),
            }
        }

        /// One thread waits elsewhere at most, and does nothing else. Where much has come and gone,
        /// what matters is the order of what is left and the next two items.
        fn allows(&self, object: &Object, threads: &[Vec<Call>]) -> bool {
            let mut calls = threads.iter().flatten();
            let is_of_the_kind = calls.all(|call| match call {
                Call::Put(_) => object.order != Order::ByPriority,
                Call::PutPriority(..) => object.order == Order::ByPriority,
                _ => true,
            });
            let waits = |calls: &&Vec<Call>| calls.contains(&Call::GetElsewhere);
            let waiting: Vec<_> = threads.iter().filter(waits).collect();
            let few_wait = waiting.len() <= 1 && waiting.iter().all(|calls| calls.len() == 1);
            let is_short = match threads {
                [calls] => calls.len() == 2 && calls.iter().all(is_put),
                _ => false,
            };
            is_of_the_kind && few_wait && (object.used == 0 || is_short)
        }

        fn last(&self, _: &Object, threads: &[Vec<Call>]) -> Vec<Call> {
            let puts = threads.iter().flatten().filter(|call| is_put(call));
            vec![Call::TryGet; puts.count() + 2]
        }

        fn initial(&self, object: &Object) -> State {
            let left = (object.used > 0).then_some((1, '-'));
            State {
                order: object.order,
                items: left.into_iter().collect(),
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Put(name) => {
                    next.items.push((0, *name));
                    json!("done")
                }
                Call::PutPriority(priority, name) => {
                    next.items.push((*priority, *name));
                    json!("done")
                }
                Call::Get | Call::TryGet => match state.next() {
                    Some(place) => {
                        let (priority, name) = next.items.remove(place);
                        match state.order {
                            Order::ByPriority => json!((priority, name)),
                            _ => json!(name),
                        }
                    }
                    None if *call == Call::Get => return vec![],
                    None => json!(null),
                },
                Call::GetElsewhere => return vec![],
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use queue_stack_priority::{LifoQueue, PriorityQueue, Queue};",
                name: "[container, other]",
            }
        }

        fn made(&self, object: &Object) -> String {
            let (new, put) = match object.order {
                Order::FirstPut => ("Queue::<char>::new()", "put('-')"),
                Order::LastPut => ("LifoQueue::<char>::new()", "put('-')"),
                Order::ByPriority => ("PriorityQueue::<i64, char>::new()", "put(1, '-')"),
            };
            let used = object.used;
            if used == 0 {
                return format!("[{new}, {new}]");
            }
            format!(
                "{{ let new = {new}; new.{put}; for _ in 0..{used} {{ new.{put}; new.try_get(); }} [new, {new}] }}"
            )
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Put(name) => format!("container.put({name:?})"),
                Call::PutPriority(priority, name) => {
                    format!("container.put({priority}, {name:?})")
                }
                Call::Get => "container.get()".to_owned(),
                Call::TryGet => "container.try_get()".to_owned(),
                Call::GetElsewhere => "other.get()".to_owned(),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            fn item(got: &Value) -> String {
                match got {
                    Value::Array(pair) => format!("({}, {})", pair[0], item(&pair[1])),
                    name => format!("'{}'", plainly(name)),
                }
            }
            match call {
                Call::Put(_) | Call::PutPriority(..) => Some(|_| "()".to_owned()),
                Call::TryGet => Some(|got| match got {
                    Value::Null => "None".to_owned(),
                    got => format!("Some({})", item(got)),
                }),
                Call::Get | Call::GetElsewhere => Some(item),
            }
        }
    }
}
