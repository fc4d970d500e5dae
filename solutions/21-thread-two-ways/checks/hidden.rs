// canary: 99ac5668c537d57a275021de3b136521
//! The hidden checks of exercise 21.

use kit::prelude::*;

kit::checks![
    all_end_though_some_panic,
    joins_asleep,
    a_lost_panic_harms_nobody,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use thread_two_ways::Thread;

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

    /// One that panics is dropped.
    pub fn a_lost_panic_harms_nobody(case: &Case) {
        crate::public::scenarios::a_dropped_thread_is_waited_for(case);
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

    pub fn a_lost_panic_harms_nobody() -> Oracle {
        crate::public::oracles::a_dropped_thread_is_waited_for().cases(|_| vec!["panics"])
    }
}
