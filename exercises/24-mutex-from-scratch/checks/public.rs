//! The checks of exercise 24 that you see.

use kit::prelude::*;

kit::checks![
    lets_in_one_at_a_time,
    publishes_what_it_guards,
    two_mutexes_are_two,
    try_lock_never_waits,
    serves_in_order,
    sleeps_while_it_waits,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use mutex_from_scratch::Mutex;
    use std::{sync::mpsc, thread};

    /// Some threads add 1 to the same value, each as often as it is told.
    pub fn lets_in_one_at_a_time(case: &Case) {
        let threads: Vec<u32> = case.get();
        let mutex = Mutex::new(0);
        thread::scope(|scope| {
            let mutex = &mutex;
            for times in threads {
                scope.spawn(move || {
                    for _ in 0..times {
                        let mut value = mutex.lock();
                        span("inside", || *value += 1);
                        drop(value);
                    }
                });
            }
        });
        mark("sum", mutex.into_inner());
    }

    /// The same with weakly ordered memory, and nothing else that could order the threads.
    pub fn publishes_what_it_guards(case: &Case) {
        let threads: Vec<u32> = case.get();
        let mutex = Mutex::new(0);
        thread::scope(|scope| {
            let mutex = &mutex;
            for times in threads {
                scope.spawn(move || {
                    for _ in 0..times {
                        *mutex.lock() += 1;
                    }
                });
            }
        });
        mark("sum", mutex.into_inner());
    }

    /// Two threads hold a mutex each.
    pub fn two_mutexes_are_two(_: &Case) {
        let (left, right) = (Mutex::new(()), Mutex::new(()));
        thread::scope(|scope| {
            for mutex in [&left, &right] {
                scope.spawn(|| {
                    let guard = mutex.lock();
                    span("hold", || ());
                    drop(guard);
                });
            }
        });
    }

    /// Somebody asks for a mutex that is free, that another thread has, and that is
    /// free again.
    pub fn try_lock_never_waits(_: &Case) {
        let mutex = Mutex::new(());
        mark("when free", mutex.try_lock().is_some());
        let (taken, is_taken) = mpsc::channel();
        let (asked, was_asked) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let mutex = &mutex;
            scope.spawn(move || {
                let guard = mutex.lock();
                let _ = taken.send(());
                // It fails only if the other thread has died.
                let _ = was_asked.recv();
                drop(guard);
            });
            let _ = is_taken.recv();
            mark("while T1 has it", mutex.try_lock().is_some());
            let _ = asked.send(());
        });
        mark("when free again", mutex.try_lock().is_some());
    }

    /// Threads come one after the other, while this one has the mutex. Then it gives the
    /// mutex back and asks for it again.
    pub fn serves_in_order(case: &Case) {
        let count: usize = case.get();
        let mutex = Mutex::new(());
        let guard = mutex.lock();
        thread::scope(|scope| {
            let mutex = &mutex;
            for number in 1..=count {
                scope.spawn(move || {
                    let _guard = mutex.lock();
                    mark("served", number);
                });
                while mutex.waiting() < number {
                    thread::yield_now();
                }
            }
            drop(guard);
            let _guard = mutex.lock();
            mark("served", count + 1);
        });
        mark("left", mutex.waiting());
    }

    /// This thread has the mutex and never gives it back.
    pub fn sleeps_while_it_waits(case: &Case) {
        let count: usize = case.get();
        let mutex = Mutex::new(());
        let _guard = mutex.lock();
        thread::scope(|scope| {
            for _ in 0..count {
                scope.spawn(|| drop(mutex.lock()));
            }
            park_forever()
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// Every addition is in the sum.
    fn adds_up(oracle: Oracle) -> Oracle {
        oracle.equals(
            "No addition is lost.",
            "一次加法都不丢。",
            |results| results.value("sum").unwrap_or_default(),
            |results| results.case::<Vec<u32>>().iter().sum::<u32>(),
            message!(
                |sum, expected| "1 was added {expected} times to 0, and the sum is {sum}.",
                "从 0 开始加了 {expected} 次 1，和却是 {sum}。"
            ),
        )
    }

    pub fn lets_in_one_at_a_time() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![vec![1, 1]])
            .completes("Every `lock` comes to its end.", "每次 `lock` 都能返回。")
            .never_overlap(
                "One thread at a time has the mutex.",
                "同一时刻只有一个线程持有锁。",
                "inside",
            );
        adds_up(oracle)
    }

    pub fn publishes_what_it_guards() -> Oracle {
        let oracle = Oracle::new()
            .weak_memory()
            .cases(|_| vec![vec![1, 1]])
            .completes("Every `lock` comes to its end.", "每次 `lock` 都能返回。");
        adds_up(oracle)
    }

    pub fn two_mutexes_are_two() -> Oracle {
        Oracle::new()
            .completes("Both threads come to their end.", "两个线程都能结束。")
            .may_overlap(
                "While one thread has one mutex, another can have another.",
                "一个线程持有一把锁时，另一个线程可以持有另一把。",
                "hold",
            )
    }

    pub fn try_lock_never_waits() -> Oracle {
        Oracle::new()
            .completes(
                "`try_lock` returns at once, even while another thread has the mutex.",
                "即使锁在别的线程手里，`try_lock` 也立即返回。",
            )
            .always_results(
                "`try_lock` takes the mutex if it is free, and only then.",
                "`try_lock` 当且仅当锁空闲时才拿到它。",
                |results| {
                    let expected = [
                        ("when free", true),
                        ("while T1 has it", false),
                        ("when free again", true),
                    ];
                    for (when, expected) in expected {
                        let got: Option<bool> = results.value(when);
                        if got.is_some_and(|got| got != expected) {
                            let verb = if expected { "failed" } else { "took it" };
                            let verb_zh = if expected {
                                "失败了"
                            } else {
                                "拿到了锁"
                            };
                            return Err(Text::new(
                                format!("`try_lock` {verb} {when}."),
                                format!("`try_lock` {verb_zh}（{when}）。"),
                            ));
                        }
                    }
                    Ok(())
                },
            )
    }

    pub fn serves_in_order() -> Oracle {
        Oracle::new()
            .cases(|_| vec![2])
            .completes(
                "Whoever sleeps in `lock` is counted by `waiting`, and gets its turn.",
                "在 `lock` 里睡眠的线程会被 `waiting` 计入，并且都会轮到。",
            )
            .always(
                "Those who stand in line are served in the order in which they came, and \
                 before everybody who comes later.",
                "排队的线程按到来的先后得到锁，后来的不能插队。",
                |history| {
                    let served: Vec<u64> = history.values("served");
                    if served.is_sorted() {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("They came in the order of their numbers, and were served in the order {served:?}."),
                        format!("它们按编号先后到来，得到锁的次序却是 {served:?}。"),
                    ))
                },
            )
            .equals(
                "When nobody stands in line, `waiting` is 0.",
                "没有线程排队时，`waiting` 返回 0。",
                |results| results.value::<u64>("left").unwrap_or(0),
                |_| 0,
                message!(
                    |left| "All threads have ended, and `waiting` returned {left}.",
                    "所有线程都已结束，`waiting` 却返回 {left}。"
                ),
            )
    }

    pub fn sleeps_while_it_waits() -> Oracle {
        Oracle::new().cases(|_| vec![1, 2]).comes_to_rest(
            "Whoever waits in `lock` looks at most 100 times, and then sleeps.",
            "在 `lock` 里等待的线程最多看 100 次，然后就去睡眠。",
        )
    }
}
