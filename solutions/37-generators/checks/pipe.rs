// canary: 28a2e6d7496e11dd85db23720370412a
//! What `Pipe` promises, between a producer and a consumer that are told what to do.

use kit::serde::{Deserialize, Serialize};

/// A call, or what one of the two does next.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Resume,
    /// The producer has another value before it returns.
    Produce(i64),
    /// And many others.
    ProduceMany(usize),
    /// The consumer's next reply.
    Reply(Reply),
}

/// What the consumer gives. If it was told nothing it yields nothing, until nothing is sent: then
/// it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Reply {
    Nothing,
    Item(i64),
    Return(i64),
}

#[cfg(verdict)]
pub use verdict::AnyPipe;

#[cfg(verdict)]
mod verdict {
    use std::collections::VecDeque;

    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::{Call, Reply};

    /// A pipe whose ends are told what to do by other calls.
    #[derive(Clone, Copy)]
    pub struct AnyPipe;

    /// What both have still to do, and how far the pipe is.
    #[derive(Clone, PartialEq, Eq, Hash, Default)]
    pub struct State {
        values: VecDeque<i64>,
        replies: VecDeque<Reply>,
        /// The producer has returned.
        exhausted: bool,
        /// The consumer has returned.
        over: bool,
    }

    impl State {
        /// Who is resumed with what, and at last what the pipe gives.
        fn resume(&mut self) -> Vec<String> {
            let mut log = Vec::new();
            while !self.over {
                let sent = if self.exhausted {
                    None
                } else {
                    self.values.pop_front()
                };
                if !self.exhausted {
                    log.push(match sent {
                        Some(value) => format!("producer: Yielded({value})"),
                        None => "producer: Returned(())".to_owned(),
                    });
                    self.exhausted = sent.is_none();
                }
                let otherwise = if sent.is_some() {
                    Reply::Nothing
                } else {
                    Reply::Return(0)
                };
                let reply = self.replies.pop_front().unwrap_or(otherwise);
                let said = match reply {
                    Reply::Nothing => "Yielded(None)".to_owned(),
                    Reply::Item(item) => format!("Yielded(Some({item}))"),
                    Reply::Return(result) => format!("Returned({result})"),
                };
                log.push(format!("consumer, sent {sent:?}: {said}"));
                match reply {
                    Reply::Nothing => {}
                    Reply::Item(item) => {
                        log.push(format!("pipe: Yielded({item})"));
                        return log;
                    }
                    Reply::Return(result) => {
                        self.over = true;
                        log.push(format!("pipe: Returned({result})"));
                        return log;
                    }
                }
            }
            log.push("pipe: Ended".to_owned());
            log
        }
    }

    impl Model for AnyPipe {
        type Object = ();
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 4;
        const LARGER: usize = 80;
        const LONGEST: usize = 40;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Resume,
                Call::Produce(1),
                Call::Reply(Reply::Nothing),
                Call::Reply(Reply::Item(2)),
                Call::Reply(Reply::Return(3)),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            vec![
                Call::Resume,
                Call::Resume,
                Call::Produce(0),
                Call::Produce(-1),
                Call::ProduceMany(300),
                Call::Reply(Reply::Nothing),
                Call::Reply(Reply::Item(0)),
            ]
        }

        fn numbered(&self, call: &Call, number: usize) -> Call {
            let number = i64::try_from(number).unwrap_or(0);
            match call {
                Call::Produce(1) => Call::Produce(10 + number),
                Call::Reply(Reply::Item(2)) => Call::Reply(Reply::Item(100 + number)),
                other => other.clone(),
            }
        }

        /// Few values are many enough to see what happens.
        fn allows(&self, (): &(), threads: &[Vec<Call>]) -> bool {
            let is_many = |call: &&Call| matches!(call, Call::ProduceMany(_));
            threads.concat().iter().filter(is_many).count() <= 2
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Resume => json!(next.resume()),
                Call::Produce(value) => json!(next.values.push_back(*value)),
                Call::ProduceMany(count) => json!(next.values.extend((0..).take(*count))),
                Call::Reply(reply) => json!(next.replies.push_back(*reply)),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use generators::{Generator, Pipe, Step};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

#[derive(Clone, Default)]
struct Producer(Rc<RefCell<VecDeque<i64>>>);

impl Generator for Producer {
    type Return = ();
    type Sent = ();
    type Yield = i64;

    fn resume(&mut self, _: ()) -> Step<i64, ()> {
        let value = self.0.borrow_mut().pop_front();
        value.map_or(Step::Returned(()), Step::Yielded)
    }
}

#[derive(Clone, Default)]
struct Consumer(Rc<RefCell<VecDeque<Step<Option<i64>, i64>>>>);

impl Generator for Consumer {
    type Return = i64;
    type Sent = Option<i64>;
    type Yield = Option<i64>;

    fn resume(&mut self, value: Option<i64>) -> Step<Option<i64>, i64> {
        let otherwise = if value.is_some() { Step::Yielded(None) } else { Step::Returned(0) };
        self.0.borrow_mut().pop_front().unwrap_or(otherwise)
    }
}",
                name: "(producer, consumer, mut pipe)",
            }
        }

        fn made(&self, (): &()) -> String {
            "{
        let (producer, consumer) = (Producer::default(), Consumer::default());
        let pipe = Pipe::new(producer.clone(), consumer.clone());
        (producer.0, consumer.0, pipe)
    }"
            .to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Resume => "pipe.resume(())".to_owned(),
                Call::Produce(value) => format!("producer.borrow_mut().push_back({value})"),
                Call::ProduceMany(count) => {
                    format!("producer.borrow_mut().extend(0..{count})")
                }
                Call::Reply(reply) => {
                    let step = match reply {
                        Reply::Nothing => "Yielded(None)".to_owned(),
                        Reply::Item(item) => format!("Yielded(Some({item}))"),
                        Reply::Return(result) => format!("Returned({result})"),
                    };
                    format!("consumer.borrow_mut().push_back(Step::{step})")
                }
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Resume => Some(|log| {
                    let last = log.as_array().and_then(|log| log.last()?.as_str());
                    last.unwrap_or_default().replace("pipe: ", "")
                }),
                _ => Some(plainly),
            }
        }
    }
}
