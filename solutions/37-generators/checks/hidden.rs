// canary: ca0538c42191fd66f0382d7b23c09b62
//! The hidden checks of exercise 37.

use kit::prelude::*;

mod packer;
mod pipe;
mod words;

kit::checks![divides_any_text, packs_any_words, pipes_anything];

#[cfg(driver)]
mod scenarios {
    use std::{
        cell::{Cell, RefCell},
        collections::VecDeque,
        fmt::Debug,
        rc::Rc,
    };

    use super::*;
    use generators::{Generator, Packer, Pipe, Step, Words};
    use kit::programs;

    fn said<Y: Debug, R: Debug>(step: &Step<Y, R>) -> String {
        match step {
            Step::Yielded(value) => format!("Yielded({value:?})"),
            Step::Returned(value) => format!("Returned({value:?})"),
            Step::Ended => "Ended".to_owned(),
        }
    }

    /// `Words`, whose source grows between the calls.
    pub fn divides_any_text(case: &Case) {
        use super::words::{Call, MOST, told};

        let program = programs::of::<(), Call>(case);
        let text = RefCell::new(VecDeque::new());
        let reads = Cell::new(0);
        let words = RefCell::new(Words::new(|| {
            reads.set(reads.get() + 1);
            text.borrow_mut().pop_front()
        }));
        let resume = || {
            let step = said(&words.borrow_mut().resume(()));
            told(&step, reads.get())
        };
        let act = |call: &Call| match call {
            Call::Resume => json!(resume()),
            Call::ResumeToTheEnd => {
                let mut steps = vec![resume()];
                while steps.last().is_some_and(|step| step.starts_with("Yielded"))
                    && steps.len() < MOST
                {
                    steps.push(resume());
                }
                steps.extend([resume(), resume()]);
                json!(steps)
            }
            Call::Extend(more) => json!(text.borrow_mut().extend(more.chars())),
            Call::ExtendBy(more, times) => {
                json!(text.borrow_mut().extend(more.repeat(*times).chars()))
            }
        };
        programs::perform(&program.last, &act);
    }

    /// A `Packer` of any width.
    pub fn packs_any_words(case: &Case) {
        use super::packer::Call;

        let program = programs::of::<usize, Call>(case);
        let packer = RefCell::new(Packer::new(program.object));
        let send = |word: Option<&String>| said(&packer.borrow_mut().resume(word.cloned()));
        let act = |call: &Call| match call {
            Call::Send(word) => json!(send(Some(word))),
            Call::SendMany(word, times) => {
                json!((0..*times).map(|_| send(Some(word))).collect::<Vec<_>>())
            }
            Call::Finish => json!(send(None)),
        };
        programs::perform(&program.last, &act);
    }

    /// Everything that happened since the pipe was resumed.
    #[derive(Clone, Default)]
    struct Log(Rc<RefCell<Vec<String>>>);

    impl Log {
        fn say(&self, what: String) {
            let mut log = self.0.borrow_mut();
            log.push(what);
            assert!(log.len() < 2_000, "the pipe goes on for ever");
        }
    }

    struct Producer(Log, Rc<RefCell<VecDeque<i64>>>);

    impl Generator for Producer {
        type Return = ();
        type Sent = ();
        type Yield = i64;

        fn resume(&mut self, _: ()) -> Step<i64, ()> {
            let value = self.1.borrow_mut().pop_front();
            let step = value.map_or(Step::Returned(()), Step::Yielded);
            self.0.say(format!("producer: {}", said(&step)));
            step
        }
    }

    struct Consumer(Log, Rc<RefCell<VecDeque<pipe::Reply>>>);

    impl Generator for Consumer {
        type Return = i64;
        type Sent = Option<i64>;
        type Yield = Option<i64>;

        fn resume(&mut self, value: Option<i64>) -> Step<Option<i64>, i64> {
            let step = match self.1.borrow_mut().pop_front() {
                Some(pipe::Reply::Nothing) => Step::Yielded(None),
                Some(pipe::Reply::Item(item)) => Step::Yielded(Some(item)),
                Some(pipe::Reply::Return(result)) => Step::Returned(result),
                None if value.is_some() => Step::Yielded(None),
                None => Step::Returned(0),
            };
            self.0
                .say(format!("consumer, sent {value:?}: {}", said(&step)));
            step
        }
    }

    /// A `Pipe` between two that do as the calls say.
    pub fn pipes_anything(case: &Case) {
        use super::pipe::Call;

        let program = programs::of::<(), Call>(case);
        let log = Log::default();
        let values = Rc::default();
        let replies = Rc::default();
        let producer = Producer(log.clone(), Rc::clone(&values));
        let consumer = Consumer(log.clone(), Rc::clone(&replies));
        let pipe = RefCell::new(Pipe::new(producer, consumer));
        let act = |call: &Call| match call {
            Call::Resume => {
                let step = pipe.borrow_mut().resume(());
                log.say(format!("pipe: {}", said(&step)));
                json!(log.0.take())
            }
            Call::Produce(value) => json!(values.borrow_mut().push_back(*value)),
            Call::ProduceMany(count) => json!(values.borrow_mut().extend((0..).take(*count))),
            Call::Reply(reply) => json!(replies.borrow_mut().push_back(*reply)),
        };
        programs::perform(&program.last, &act);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn divides_any_text() -> Oracle {
        Oracle::new().programs(
            "Whatever the text is, `Words` yields its words, reads no further than it must, and then is at its end.",
            "无论文本是什么，`Words` 都逐个产出其中的单词，不多读一个字符，之后就停在末尾。",
            words::AnyWords,
        )
    }

    pub fn packs_any_words() -> Oracle {
        Oracle::new().programs(
            "Whatever words are sent, `Packer` makes lines of them that are as full as they can be, and then is at its end.",
            "无论送入什么单词，`Packer` 都把它们排成尽可能满的行，之后就停在末尾。",
            packer::AnyLines,
        )
    }

    pub fn pipes_anything() -> Oracle {
        Oracle::new().programs(
            "Whatever producer and consumer do, `Pipe` resumes each in its turn, with what is due, and not once more.",
            "无论生产者和消费者做什么，`Pipe` 都按次序恢复它们，送入该送的值，而且不多恢复一次。",
            pipe::AnyPipe,
        )
    }
}
