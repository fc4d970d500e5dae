// canary: b542ecbad922469914835857dd60076f
//! The hidden checks of exercise 29.

use kit::prelude::*;

kit::checks![
    is_one_recursive_lock,
    serves_more_threads,
    shows_what_the_last_owner_did,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use recursive_lock::RLock;
    use std::thread;

    /// Each thread makes the calls that it is told. What it still has in the end, it
    /// gives back.
    pub fn is_one_recursive_lock(case: &Case) {
        let threads: Vec<Vec<String>> = case.get();
        let lock = RLock::new();
        thread::scope(|scope| {
            let lock = &lock;
            for (who, calls) in threads.into_iter().enumerate() {
                scope.spawn(move || {
                    let mut depth = 0;
                    for name in &calls {
                        depth += match name.as_str() {
                            "acquire" => {
                                call(name, who, || lock.acquire());
                                1
                            }
                            "try_acquire" => i32::from(call(name, who, || lock.try_acquire())),
                            _ => -i32::from(call(name, who, || lock.release().is_ok())),
                        };
                    }
                    for _ in 0..depth {
                        call("release", who, || lock.release().is_ok());
                    }
                });
            }
        });
        call("try_acquire", "main", || lock.try_acquire());
    }

    /// This thread has the lock, as often as it is told, while two others come for it.
    pub fn serves_more_threads(case: &Case) {
        let depth: usize = case.get();
        let lock = RLock::new();
        thread::scope(|scope| {
            (0..depth).for_each(|_| lock.acquire());
            for _ in 0..2 {
                scope.spawn(|| {
                    lock.acquire();
                    let _ = lock.release();
                });
            }
            (0..depth).for_each(|_| drop(lock.release()));
        });
    }

    /// The additions of the public check, with weakly ordered memory.
    pub fn shows_what_the_last_owner_did(case: &Case) {
        crate::public::scenarios::keeps_others_out(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn is_one_recursive_lock() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    vec![
                        vec!["acquire", "release", "acquire"],
                        vec!["acquire", "try_acquire"],
                    ],
                    vec![
                        vec!["acquire", "acquire", "release"],
                        vec!["release", "try_acquire"],
                    ],
                    vec![vec!["acquire"], vec!["try_acquire"], vec!["release"]],
                ]
            })
            .completes(
                "Every call comes to its end while the lock is given back.",
                "只要锁会归还，每次调用都能结束。",
            )
            .linearizable(
                "The results are those of one owner and one depth that the calls look at and \
                 change one after the other.",
                "所有结果都等同于各次调用一个接一个地查看和修改同一个拥有者与深度。",
                specs::RecursiveLock,
            )
    }

    pub fn serves_more_threads() -> Oracle {
        Oracle::new().cases(|_| vec![1, 2]).completes(
            "Once the lock is free, somebody who waits for it goes on, until all are done.",
            "锁一旦空闲，等它的线程中就有一个能继续，直到全部完成。",
        )
    }

    pub fn shows_what_the_last_owner_did() -> Oracle {
        crate::public::oracles::keeps_others_out()
            .weak_memory()
            .cases(|_| vec![vec![1, 1], vec![2, 2]])
    }
}
