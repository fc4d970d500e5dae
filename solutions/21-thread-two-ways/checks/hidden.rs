// canary: 99ac5668c537d57a275021de3b136521
//! The hidden checks of exercise 21.

use kit::prelude::*;

mod model;
mod tally;

kit::checks![
    all_end_though_some_panic,
    joins_asleep,
    all_run_at_once,
    small_programs,
    tally_programs,
];

#[cfg(driver)]
mod scenarios {
    use std::{
        cell::RefCell,
        mem,
        panic::{AssertUnwindSafe, catch_unwind},
        sync::{
            Arc, Barrier,
            atomic::{AtomicUsize, Ordering::SeqCst},
        },
        thread,
    };

    use super::*;
    use crate::public::scenarios::shown;
    use kit::programs;
    use model::{Body, OUTPUT};
    use thread_two_ways::{Run, Tally, Thread, run_all};

    /// Workers of which some panic.
    pub fn all_end_though_some_panic(case: &Case) {
        crate::public::scenarios::starts_all_then_joins_all(case);
    }

    /// A function never ends, and somebody joins.
    pub fn joins_asleep(case: &Case) {
        let dropped: bool = case.get();
        let mut thread = Thread::new(|()| park_forever(), ());
        let _: Result<(), _> = thread.start();
        if dropped {
            drop(thread);
        } else {
            let _: Result<(), _> = thread.join();
        }
    }

    /// Each waits until all others are there.
    struct Meets(u32, Arc<Barrier>);

    impl Run for Meets {
        type Output = u32;

        fn run(self) -> u32 {
            self.1.wait();
            self.0
        }
    }

    /// So many that go on together or not at all.
    pub fn all_run_at_once(case: &Case) {
        let count: u32 = case.get();
        let barrier = Arc::new(Barrier::new(count as usize));
        let runs = (0..count).map(|number| Meets(number, Arc::clone(&barrier)));
        let results: Vec<String> = run_all(runs.collect()).into_iter().map(shown).collect();
        mark("results", results);
    }

    /// How many functions have begun, and how many of their threads have ended, in one number.
    #[derive(Clone, Default)]
    struct Seen(Arc<AtomicUsize>);

    impl Seen {
        const ENDED: usize = 1 << 16;

        fn begun_and_ended(&self) -> (usize, usize) {
            let both = self.0.load(SeqCst);
            (both % Self::ENDED, both / Self::ENDED)
        }
    }

    /// Is dropped when all else of a thread is over.
    struct AtItsEnd(Seen);

    impl Drop for AtItsEnd {
        fn drop(&mut self) {
            self.0.0.fetch_add(Seen::ENDED, SeqCst);
        }
    }

    thread_local! {
        static END: RefCell<Option<AtItsEnd>> = const { RefCell::new(None) };
    }

    struct Does(Body, Seen);

    impl Run for Does {
        type Output = u32;

        fn run(self) -> u32 {
            self.1.0.fetch_add(1, SeqCst);
            END.set(Some(AtItsEnd(self.1)));
            match self.0 {
                Body::Returns | Body::Runs => OUTPUT,
                Body::Panics => panic!("a plain text"),
                Body::PanicsWithoutText => panic!(""),
                Body::PanicsWithBlanks => panic!("  blanks on both sides "),
                Body::PanicsWithLines => panic!("two\nlines"),
                Body::PanicsWithValues(number) => panic!("{number} and\n{number} "),
            }
        }
    }

    /// A generated program: the main thread makes all calls.
    pub fn small_programs(case: &Case) {
        use model::{Call, told};

        let program = programs::of::<Body, Call>(case);
        let seen = Seen::default();
        let make = || match program.object {
            Body::Runs => Thread::from_run(Does(Body::Runs, seen.clone())),
            body => Thread::new(|does: Does| does.run(), Does(body, seen.clone())),
        };
        let thread = RefCell::new(make());
        let act = |call: &Call| {
            let mut thread = thread.borrow_mut();
            let result = match call {
                Call::Start => shown(thread.start()),
                Call::Join => shown(thread.join()),
                Call::IsAlive => thread.is_alive().to_string(),
                Call::Replace => format!("{:?}", drop(mem::replace(&mut *thread, make()))),
                Call::ReplaceInPanic => {
                    let old = mem::replace(&mut *thread, make());
                    let unwound = catch_unwind(AssertUnwindSafe(move || {
                        let _old = old;
                        panic!("the main thread unwinds");
                    }));
                    format!("{:?}", unwound.unwrap_or(()))
                }
            };
            let (begun, ended) = seen.begun_and_ended();
            json!(told(&result, begun, ended))
        };
        programs::perform(&program.last, &act);
    }

    /// A generated program.
    pub fn tally_programs(case: &Case) {
        use super::tally::Call;

        let program = programs::of::<(), Call>(case);
        let tally = Tally::new();
        let act = |call: &Call| match call {
            Call::Add(n) => json!(tally.add(*n)),
            Call::Total => json!(tally.total()),
            Call::AddToClone(n) => json!(tally.clone().add(*n)),
            Call::TotalOfClone => json!(tally.clone().total()),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn all_end_though_some_panic() -> Oracle {
        crate::public::oracles::starts_all_then_joins_all()
            .cases(|_| vec![vec![false, true], vec![true, false, true]])
    }

    pub fn joins_asleep() -> Oracle {
        Oracle::new().cases(|_| vec![false, true]).comes_to_rest(
            "While a function runs, whoever joins its thread sleeps. He does not look again and \
             again.",
            "只要函数还在运行，`join` 的一方就睡眠，而不是一遍又一遍地看。",
        )
    }

    pub fn all_run_at_once() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 4])
            .completes(
                "Threads of `run_all` that wait for each other all come to their end.",
                "`run_all` 的各个线程即使互相等待，也都能结束。",
            )
            .equals(
                "The results come in the order of the list.",
                "结果按列表的次序给出。",
                |results| results.value::<Vec<String>>("results").unwrap_or_default(),
                |results| {
                    (0..results.case::<u32>())
                        .map(|n| format!("Ok({n})"))
                        .collect()
                },
                message!(
                    |results, expected| "The results were {results:?} instead of {expected:?}.",
                    "结果是 {results:?}，而不是 {expected:?}。"
                ),
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is called in whatever order, each call gives what the rules say, and whoever has joined or dropped a thread finds that it has ended.",
            "无论以什么次序调用，每次调用的结果都符合规则；等待过或丢弃过的线程都已经结束。",
            model::OneThread,
        )
    }

    pub fn tally_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is added by whatever thread to a tally or a clone of it, the total has it.",
            "无论哪个线程向计数或它的克隆加了什么，总数里都有它。",
            tally::AnyTally,
        )
    }
}
