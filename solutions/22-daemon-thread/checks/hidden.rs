// canary: 8c0235bd1a1e2a1657613445265566f5
//! The hidden checks of exercise 22.

use kit::prelude::*;

kit::checks![
    shuts_down_asleep,
    a_daemon_starts_one_among_others,
    each_waits_for_a_late_one,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use daemon_thread::Threads;

    /// A function never ends.
    pub fn shuts_down_asleep(_: &Case) {
        let threads = Threads::new();
        let _ = threads.spawn(|| park_forever());
        threads.shutdown();
    }

    /// Other functions run meanwhile.
    pub fn a_daemon_starts_one_among_others(case: &Case) {
        crate::public::scenarios::a_daemon_may_start_the_last_one(case);
    }

    /// A function starts another one.
    pub fn each_waits_for_a_late_one(case: &Case) {
        crate::public::scenarios::each_shutdown_waits(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn shuts_down_asleep() -> Oracle {
        Oracle::new().comes_to_rest(
            "While a function runs `shutdown` sleeps. It does not look again and again.",
            "只要还有函数在运行，`shutdown` 就睡眠，而不是一遍又一遍地看。",
        )
    }

    pub fn a_daemon_starts_one_among_others() -> Oracle {
        crate::public::oracles::a_daemon_may_start_the_last_one().cases(|_| vec![1])
    }

    pub fn each_waits_for_a_late_one() -> Oracle {
        crate::public::oracles::each_shutdown_waits().cases(|_| vec![true])
    }
}
