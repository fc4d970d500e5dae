//! The checks of exercise 25 that you see.

use kit::prelude::*;

kit::checks![
    lets_in_as_many_as_permits,
    wakes_who_waits,
    answers_without_waiting,
];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{thread, time::Duration};
    use thread_semaphore::Semaphore;

    /// Three threads want to be inside, and there are two permits.
    pub fn lets_in_as_many_as_permits(_: &Case) {
        let semaphore = Semaphore::new(2);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    semaphore.acquire();
                    span("inside", || ());
                    semaphore.release();
                });
            }
        });
    }

    /// Two threads wait for a permit, and there is none. Then two are released: one
    /// after the other, or at once.
    pub fn wakes_who_waits(case: &Case) {
        let releases: Vec<usize> = case.get();
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| call("acquire", (), || semaphore.acquire()));
            }
            for count in releases {
                match count {
                    1 => call("release", (), || semaphore.release()),
                    _ => call("release_many", count, || semaphore.release_many(count)),
                }
            }
        });
    }

    /// One thread asks for permits, at first alone, then while another waits for one.
    pub fn answers_without_waiting(_: &Case) {
        let soon = Duration::from_millis(10);
        let semaphore = Semaphore::new(1);
        mark("try_acquire with 1 permit", semaphore.try_acquire());
        mark("try_acquire with 0 permits", semaphore.try_acquire());
        mark(
            "acquire_timeout with 0 permits",
            semaphore.acquire_timeout(soon),
        );
        semaphore.release_many(2);
        mark(
            "acquire_timeout with 2 permits",
            semaphore.acquire_timeout(soon),
        );
        mark(
            "try_acquire with the second of them",
            semaphore.try_acquire(),
        );
        thread::scope(|scope| {
            scope.spawn(|| semaphore.acquire());
            mark("try_acquire while T1 waits", semaphore.try_acquire());
            mark(
                "acquire_timeout while T1 waits",
                semaphore.acquire_timeout(soon),
            );
            semaphore.release();
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;
    use kit::history::EventKind;

    pub fn lets_in_as_many_as_permits() -> Oracle {
        Oracle::new()
            .completes(
                "Three threads come and go, and each gets its turn.",
                "三个线程先后进出，每个都能轮到。",
            )
            .at_most(
                "With two permits at most two threads are inside.",
                "有两个许可时，最多两个线程同时在里面。",
                "inside",
                2,
            )
            .reaches(
                "With two permits two threads can be inside at once.",
                "有两个许可时，两个线程可以同时在里面。",
                "inside",
                2,
            )
    }

    pub fn wakes_who_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec![vec![1, 1], vec![2]])
            .completes(
                "Two permits are released, so both threads that wait for one go on.",
                "释放了两个许可，等待的两个线程都能继续。",
            )
            .always(
                "`acquire` returns only with a permit that was released before.",
                "只有拿到已释放的许可，`acquire` 才会返回。",
                |history| {
                    let (mut released, mut acquired) = (0, 0);
                    for event in history.events() {
                        match (event.kind, event.name.as_str()) {
                            (EventKind::Call, "release") => released += 1,
                            (EventKind::Call, "release_many") => {
                                released += event.value.as_u64().unwrap_or(0);
                            }
                            (EventKind::Return, "acquire") => acquired += 1,
                            _ => {}
                        }
                        if acquired > released {
                            return Err(Text::new(
                                format!(
                                    "When `acquire` returned in T{}, permits released: \
                                     {released}. Permits acquired: {acquired}.",
                                    event.thread,
                                ),
                                format!(
                                    "T{} 的 `acquire` 返回时，已释放的许可数：{released}，\
                                     已获得的许可数：{acquired}。",
                                    event.thread,
                                ),
                            ));
                        }
                    }
                    Ok(())
                },
            )
    }

    pub fn answers_without_waiting() -> Oracle {
        let oracle = Oracle::new().completes(
            "`try_acquire` and `acquire_timeout` come to their end when no permit is free, \
             also while another thread waits for one.",
            "没有空闲的许可时，`try_acquire` 和 `acquire_timeout` 也会结束，哪怕另一个线程正在等许可。",
        );
        oracle.named_values(
            [
                (
                    "try_acquire with 1 permit",
                    "还有 1 个许可时的 `try_acquire`",
                    true,
                ),
                (
                    "try_acquire with 0 permits",
                    "没有许可时的 `try_acquire`",
                    false,
                ),
                (
                    "acquire_timeout with 0 permits",
                    "没有许可时的 `acquire_timeout`",
                    false,
                ),
                (
                    "acquire_timeout with 2 permits",
                    "还有 2 个许可时的 `acquire_timeout`",
                    true,
                ),
                (
                    "try_acquire with the second of them",
                    "对剩下那个许可的 `try_acquire`",
                    true,
                ),
                (
                    "try_acquire while T1 waits",
                    "T1 正在等待许可时的 `try_acquire`",
                    false,
                ),
                (
                    "acquire_timeout while T1 waits",
                    "T1 正在等待许可时的 `acquire_timeout`",
                    false,
                ),
            ],
            message!(
                |name, zh, expected| "This returns `{expected}`: {name}.",
                "{zh}返回 `{expected}`。"
            ),
            message!(|said| "It returned `{said}`.", "实际返回的是 `{said}`。"),
        )
    }
}
