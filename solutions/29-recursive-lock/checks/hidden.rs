// canary: b542ecbad922469914835857dd60076f
//! The hidden checks of exercise 29.

use kit::prelude::*;

mod model;

kit::checks![
    serves_more_threads,
    shows_what_the_last_owner_did,
    small_programs,
];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use kit::programs;
    use recursive_lock::RLock;
    use std::thread;

    /// This thread has the lock, as often as it is told, while others come for it. Beside
    /// a single one it tries once more.
    pub fn serves_more_threads(case: &Case) {
        let (depth, others): (usize, usize) = case.get();
        let lock = RLock::new();
        thread::scope(|scope| {
            (0..depth).for_each(|_| lock.acquire());
            for _ in 0..others {
                scope.spawn(|| {
                    lock.acquire();
                    let _ = lock.release();
                });
            }
            (0..depth).for_each(|_| drop(lock.release()));
            if others == 1 && lock.try_acquire() {
                let _ = lock.release();
            }
        });
    }

    /// The additions of the public check, with weakly ordered memory.
    pub fn shows_what_the_last_owner_did(case: &Case) {
        crate::public::scenarios::keeps_others_out(case);
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<usize, Call>(case);
        let lock = RLock::new();
        (0..program.object).for_each(|_| lock.acquire());
        let act = |call: &Call| match call {
            Call::Acquire => json!(lock.acquire()),
            Call::TryAcquire => json!(lock.try_acquire()),
            Call::AcquireTwice => {
                lock.acquire();
                json!(lock.acquire())
            }
            Call::AcquireAndTry => {
                lock.acquire();
                json!(lock.try_acquire())
            }
            Call::Release => match lock.release() {
                Ok(()) => json!("Ok"),
                Err(_) => json!("Err(NotOwner)"),
            },
            // Once more than is right, so that a lock that anybody releases comes to an end.
            Call::GiveBack => {
                let releases = 0..=program.object;
                json!(releases.take_while(|_| lock.release().is_ok()).count())
            }
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

    pub fn serves_more_threads() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(1, 2), (2, 2), (1, 1)])
            .completes(
                "Once the lock is free, somebody who waits for it goes on, until all are done.",
                "锁一旦空闲，等它的线程中就有一个能继续，直到全部完成。",
            )
    }

    pub fn shows_what_the_last_owner_did() -> Oracle {
        crate::public::oracles::keeps_others_out()
            .weak_memory()
            .cases(|_| vec![vec![1, 1], vec![2, 2]])
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, and waits, asleep, only while another thread has the lock.",
            "无论怎样调用，每次调用的结果都符合规则，只在别的线程持有锁时等待，而且是在睡眠。",
            super::model::Lock,
        )
    }
}
