//! The checks of exercise 29 that you see.

use kit::prelude::*;

kit::checks![
    its_owner_comes_in_again,
    keeps_others_out,
    only_its_owner_releases,
    two_locks_are_two,
    sleeps_while_another_has_it,
    its_owner_can_try_beside_others,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use recursive_lock::RLock;
    use std::{
        sync::atomic::{AtomicU64, Ordering::Relaxed},
        thread,
    };

    /// What `f` returns in a thread of its own, which has ended then.
    fn elsewhere<T: Send>(f: impl FnOnce() -> T + Send) -> T {
        thread::scope(|scope| scope.spawn(f).join()).unwrap_or_else(|_| panic!("it panicked"))
    }

    /// One thread takes the lock three times and gives it back. Others look on.
    pub fn its_owner_comes_in_again(_: &Case) {
        let lock = RLock::new();
        let free = || elsewhere(|| lock.try_acquire() && lock.release().is_ok());
        mark("free at the beginning", free());
        lock.acquire();
        lock.acquire();
        mark("taken once more", lock.try_acquire());
        for releases in ["one", "two", "all three"] {
            mark("released", lock.release().is_ok());
            mark(&format!("free after {releases} of 3 releases"), free());
        }
    }

    /// Each thread takes the lock as often as it is told, adds 1, and gives it back as
    /// often.
    pub fn keeps_others_out(case: &Case) {
        let depths: Vec<usize> = case.get();
        let lock = RLock::new();
        let total = AtomicU64::new(0);
        thread::scope(|scope| {
            let (lock, total) = (&lock, &total);
            for depth in depths {
                scope.spawn(move || {
                    for _ in 0..depth {
                        lock.acquire();
                    }
                    let before = total.load(Relaxed);
                    for _ in 1..depth {
                        let _ = lock.release();
                    }
                    total.store(before + 1, Relaxed);
                    let _ = lock.release();
                });
            }
        });
        mark("total", total.load(Relaxed));
    }

    /// Somebody releases what he does not have.
    pub fn only_its_owner_releases(_: &Case) {
        let lock = RLock::new();
        mark("release of a free lock", lock.release().is_ok());
        lock.acquire();
        lock.acquire();
        mark(
            "release by another thread",
            elsewhere(|| lock.release().is_ok()),
        );
        mark(
            "try_acquire by another thread",
            elsewhere(|| lock.try_acquire()),
        );
        mark("first release", lock.release().is_ok());
        mark(
            "release by another thread, again",
            elsewhere(|| lock.release().is_ok()),
        );
        mark(
            "try_acquire by another thread, again",
            elsewhere(|| lock.try_acquire()),
        );
        mark("second release", lock.release().is_ok());
        mark("third release", lock.release().is_ok());
    }

    /// One thread takes a lock, and the other lock too; another thread only the other one.
    pub fn two_locks_are_two(_: &Case) {
        let (left, right) = (RLock::new(), RLock::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                left.acquire();
                span("with a lock", || ());
                right.acquire();
                span("with the right lock", || ());
                let _ = right.release();
                let _ = left.release();
            });
            scope.spawn(|| {
                right.acquire();
                span("with a lock", || ());
                span("with the right lock", || ());
                let _ = right.release();
            });
        });
    }

    /// This thread has the lock for ever, and another one wants it.
    pub fn sleeps_while_another_has_it(_: &Case) {
        let lock = RLock::new();
        lock.acquire();
        thread::scope(|scope| {
            scope.spawn(|| lock.acquire());
            park_forever()
        });
    }

    /// The owner tries while another thread does.
    pub fn its_owner_can_try_beside_others(_: &Case) {
        let lock = RLock::new();
        lock.acquire();
        thread::scope(|scope| {
            scope.spawn(|| {
                if lock.try_acquire() {
                    let _ = lock.release();
                }
            });
            mark("taken once more", lock.try_acquire());
            mark("released", lock.release().is_ok());
            mark("released", lock.release().is_ok());
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// Each of these marks has the value that stands beside it.
    fn answers(oracle: Oracle, all: &[(&'static str, &'static str, bool)]) -> Oracle {
        oracle.named_values(
            all.iter().copied(),
            message!(
                |name, zh, expected| "This is `{expected}`: {name}.",
                "{zh}：应当是 `{expected}`。"
            ),
            message!(|said| "It was `{said}`.", "实际是 `{said}`。"),
        )
    }

    pub fn its_owner_comes_in_again() -> Oracle {
        let oracle = Oracle::new().completes(
            "`acquire` of a lock that this thread has returns at once, and `try_acquire` always \
             does.",
            "对自己已经持有的锁调用 `acquire` 会立刻返回，`try_acquire` 则总是立刻返回。",
        );
        answers(
            oracle,
            &[
                ("free at the beginning", "一开始锁是空闲的", true),
                ("taken once more", "拥有者的 `try_acquire` 成功", true),
                ("released", "拥有者的 `release` 成功", true),
                (
                    "free after one of 3 releases",
                    "拿了 3 次、释放 1 次之后锁是空闲的",
                    false,
                ),
                (
                    "free after two of 3 releases",
                    "拿了 3 次、释放 2 次之后锁是空闲的",
                    false,
                ),
                (
                    "free after all three of 3 releases",
                    "拿了 3 次、释放 3 次之后锁是空闲的",
                    true,
                ),
            ],
        )
    }

    pub fn keeps_others_out() -> Oracle {
        Oracle::new()
            .cases(|_| vec![vec![1, 1], vec![2, 1], vec![2, 2]])
            .completes(
                "Every thread gets the lock once it is free.",
                "锁一旦空闲，每个线程都能轮到。",
            )
            .equals(
                "While one thread has the lock, however deep, no other has it.",
                "一个线程持有锁期间，不论深度多少，别的线程都没有这把锁。",
                |results| results.value("total").unwrap_or_default(),
                |results| results.case::<Vec<usize>>().len(),
                message!(
                    |total, expected| "{expected} threads added 1 each while they had the lock, \
                     and the total is {total}.",
                    "{expected} 个线程各自在持有锁时加了 1，总数却是 {total}。"
                ),
            )
    }

    pub fn only_its_owner_releases() -> Oracle {
        let oracle = Oracle::new().completes(
            "`release` and `try_acquire` return at once.",
            "`release` 和 `try_acquire` 会立刻返回。",
        );
        answers(
            oracle,
            &[
                ("release of a free lock", "释放空闲的锁成功", false),
                ("release by another thread", "别的线程释放成功", false),
                (
                    "try_acquire by another thread",
                    "之后别的线程的 `try_acquire` 成功",
                    false,
                ),
                ("first release", "拥有者第一次释放成功", true),
                (
                    "release by another thread, again",
                    "别的线程再次释放成功",
                    false,
                ),
                (
                    "try_acquire by another thread, again",
                    "之后别的线程再次 `try_acquire` 成功",
                    false,
                ),
                ("second release", "拥有者第二次释放成功", true),
                ("third release", "只拿了两次，第三次释放成功", false),
            ],
        )
    }

    pub fn two_locks_are_two() -> Oracle {
        Oracle::new()
            .completes("Both threads come to their end.", "两个线程都能结束。")
            .never_overlap(
                "Whoever has another lock must wait for this one like everybody.",
                "持有另一把锁的线程，同样要等这一把。",
                "with the right lock",
            )
            .may_overlap(
                "While one thread has one lock, another can have another.",
                "一个线程持有一把锁时，另一个线程可以持有另一把。",
                "with a lock",
            )
    }

    pub fn sleeps_while_another_has_it() -> Oracle {
        Oracle::new().comes_to_rest(
            "A thread that waits sleeps until the lock is free. It does not look again and again.",
            "等待的线程一直睡到锁空闲，而不是一遍又一遍地看。",
        )
    }

    pub fn its_owner_can_try_beside_others() -> Oracle {
        let oracle = Oracle::new().completes(
            "`try_acquire` and `release` return at once, whatever others do.",
            "无论别的线程在做什么，`try_acquire` 和 `release` 都立刻返回。",
        );
        answers(
            oracle,
            &[
                ("taken once more", "拥有者的 `try_acquire` 成功", true),
                ("released", "拥有者的 `release` 成功", true),
            ],
        )
    }
}
