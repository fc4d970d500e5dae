// canary: 8c0235bd1a1e2a1657613445265566f5
//! The hidden checks of exercise 22.

use kit::prelude::*;

mod model;

kit::checks![shuts_down_asleep, each_waits_for_a_late_one, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use daemon_thread::Threads;
    use kit::programs;
    use std::{
        panic::resume_unwind,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering::Relaxed},
        },
        thread,
    };

    /// A function never ends.
    pub fn shuts_down_asleep(_: &Case) {
        let threads = Threads::new();
        let _ = threads.spawn(|| park_forever());
        threads.shutdown();
    }

    /// A function starts another one.
    pub fn each_waits_for_a_late_one(case: &Case) {
        crate::public::scenarios::each_shutdown_waits(case);
    }

    /// It starts a daemon when it is dropped.
    struct Guest(Threads);

    impl Drop for Guest {
        fn drop(&mut self) {
            let _ = self.0.spawn_daemon(|| ());
        }
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let threads = Threads::new();
        let ended = Arc::new(AtomicUsize::new(0));
        let act = |call: &Call| {
            let counter = Arc::clone(&ended);
            let count = move || drop(counter.fetch_add(1, Relaxed));
            let again = threads.clone();
            let spawned = match call {
                Call::Shutdown => {
                    threads.shutdown();
                    return json!(ended.load(Relaxed));
                }
                Call::Spawn => threads.spawn(count),
                Call::SpawnAgain => again.spawn(count),
                Call::SpawnDaemon => threads.spawn_daemon(|| ()),
                Call::SpawnPanicking => threads.spawn(move || {
                    count();
                    resume_unwind(Box::new("on purpose"));
                }),
                Call::SpawnSpawning => threads.spawn(move || {
                    let _ = again.spawn(count.clone());
                    count();
                }),
                Call::SpawnWithGuest => {
                    let guest = Guest(again);
                    threads.spawn(move || {
                        drop(guest);
                        count();
                    })
                }
            };
            json!(format!("{spawned:?}"))
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

    pub fn shuts_down_asleep() -> Oracle {
        Oracle::new().comes_to_rest(
            "While a function runs `shutdown` sleeps. It does not look again and again.",
            "只要还有函数在运行，`shutdown` 就睡眠，而不是一遍又一遍地看。",
        )
    }

    pub fn each_waits_for_a_late_one() -> Oracle {
        crate::public::oracles::each_shutdown_waits().cases(|_| vec![true])
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, `shutdown` waits for just the functions for which `spawn` returns `Ok`, and there are none after it.",
            "无论怎样调用，`shutdown` 恰好等待所有 `spawn` 返回 `Ok` 的函数，此后不再有新的函数。",
            super::model::Registry,
        )
    }
}
