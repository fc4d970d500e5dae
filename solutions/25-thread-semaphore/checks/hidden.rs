// canary: ccb1c77e0e74f65ccdc57e0752fd720f
//! The hidden checks of exercise 25.

use kit::prelude::*;

kit::checks![
    is_linearizable,
    timeouts_keep_the_count,
    nobody_is_forgotten,
    sleeps_until_its_time,
];

/// Permits at the beginning, and how many are released while two threads wait.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Supply {
    permits: usize,
    released: usize,
}

#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{thread, time::Duration};
    use thread_semaphore::Semaphore;

    const SOON: Duration = Duration::from_millis(10);

    /// One thread waits, one waits for a while, one only tries; each gives back what
    /// it took.
    pub fn is_linearizable(case: &Case) {
        let permits: usize = case.get();
        let semaphore = Semaphore::new(permits);
        thread::scope(|scope| {
            let semaphore = &semaphore;
            scope.spawn(|| {
                call("acquire", (), || semaphore.acquire());
                call("release_many", 1, || semaphore.release_many(1));
            });
            scope.spawn(|| {
                if call("acquire_timeout", (), || semaphore.acquire_timeout(SOON)) {
                    call("release", (), || semaphore.release());
                }
            });
            scope.spawn(|| {
                if call("try_acquire", (), || semaphore.try_acquire()) {
                    call("release", (), || semaphore.release());
                }
            });
        });
        call("try_acquire", (), || semaphore.try_acquire());
    }

    /// Two threads wait for a while, and some permits are released meanwhile.
    pub fn timeouts_keep_the_count(case: &Case) {
        let supply: Supply = case.get();
        let semaphore = Semaphore::new(supply.permits);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| call("acquire_timeout", (), || semaphore.acquire_timeout(SOON)));
            }
            for _ in 0..supply.released {
                call("release", (), || semaphore.release());
            }
        });
        let most = supply.permits + supply.released + 2;
        let left = (0..most).take_while(|_| semaphore.try_acquire()).count();
        mark("left", left);
    }

    /// One thread waits for ever, another for a while; one permit comes late.
    pub fn nobody_is_forgotten(_: &Case) {
        let semaphore = Semaphore::new(0);
        thread::scope(|scope| {
            scope.spawn(|| call("acquire", (), || semaphore.acquire()));
            scope.spawn(|| {
                if call("acquire_timeout", (), || semaphore.acquire_timeout(SOON)) {
                    call("release", (), || semaphore.release());
                }
            });
            thread::sleep(2 * SOON);
            call("release", (), || semaphore.release());
        });
        mark("free", semaphore.try_acquire());
    }

    /// Nobody releases anything for longer than anybody can stay awake.
    pub fn sleeps_until_its_time(_: &Case) {
        let semaphore = Semaphore::new(0);
        mark("taken", semaphore.acquire_timeout(Duration::from_hours(24)));
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    /// What `acquire_timeout` waits for, as in the scenarios.
    const SOON_NANOS: u64 = 10_000_000;

    pub fn is_linearizable() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 2, 3])
            .completes(
                "Every call comes to its end while permits are given back.",
                "只要有许可归还，每次调用都能结束。",
            )
            .linearizable_in(
                "The results are those of one number of permits that the calls change one \
                 after the other. `try_acquire` fails only if no permit is free.",
                "所有结果都等同于各次调用一个接一个地修改同一个许可数；只有在没有空闲许可时 `try_acquire` 才失败。",
                |permits| specs::Semaphore { permits },
            )
    }

    pub fn timeouts_keep_the_count() -> Oracle {
        Oracle::new()
            .cases(|_| {
                [(0, 1), (1, 0), (1, 1), (0, 2)]
                    .map(|(permits, released)| Supply { permits, released })
                    .into()
            })
            .completes(
                "A thread that waits with a timeout comes to its end, with a permit or without.",
                "带超时的等待一定会结束，无论有没有拿到许可。",
            )
            .always(
                "`acquire_timeout` returns `true` if it took a permit, else it took none: \
                 permits taken and permits left add up.",
                "`acquire_timeout` 拿走了许可才返回 `true`，否则一个也没拿：拿走的加上剩下的等于全部。",
                |history| {
                    let Supply { permits, released } = history.case();
                    let calls = history.calls_of("acquire_timeout");
                    let taken = calls.iter().filter(|call| call.result == Some(&json!(true)));
                    let taken = taken.count();
                    let left: usize = history.value("left").unwrap_or_default();
                    let all = permits + released;
                    if taken + left == all {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "Permits in all: {all}. `acquire_timeout` returned `true` \
                             {taken} times, and the number left is {left}."
                        ),
                        format!(
                            "许可一共有 {all} 个。`acquire_timeout` 返回 `true` 的次数是 {taken}，\
                             剩下的许可数是 {left}。"
                        ),
                    ))
                },
            )
            .always(
                "`acquire_timeout` gives up only when the whole timeout is over.",
                "只有等满整个超时时间，`acquire_timeout` 才会放弃。",
                |history| {
                    let calls = history.calls_of("acquire_timeout");
                    let early = calls.iter().find(|call| {
                        call.result == Some(&json!(false)) && call.took < SOON_NANOS
                    });
                    early.map_or(Ok(()), |call| {
                        Err(Text::new(
                            format!("`acquire_timeout` in T{} gave up too early.", call.thread),
                            format!("T{} 的 `acquire_timeout` 提前放弃了。", call.thread),
                        ))
                    })
                },
            )
    }

    pub fn nobody_is_forgotten() -> Oracle {
        Oracle::new()
            .completes(
                "A permit is free in the end, so the thread in `acquire` gets it.",
                "最后有一个空闲的许可，所以 `acquire` 中的线程能拿到它。",
            )
            .equals_of_order(
                "The permit that was released is taken once.",
                "释放的那个许可恰好被拿走一次。",
                |history| history.value("free"),
                |_| Some(false),
                message!(
                    |_| "`acquire` has returned, and the only permit is still free.",
                    "`acquire` 已经返回，而唯一的许可仍然空闲。"
                ),
            )
    }

    pub fn sleeps_until_its_time() -> Oracle {
        Oracle::new()
            .completes(
                "Whoever waits with a timeout sleeps until a permit is released or the time is up.",
                "带超时等待的线程会一直睡到有许可释放或时间已到，而不是反复查看。",
            )
            .equals(
                "`acquire_timeout` returns `false` when the time is up.",
                "时间已到时 `acquire_timeout` 返回 `false`。",
                |results| results.value("taken"),
                |_| Some(false),
                message!(
                    |_| "It took a permit that was not there.",
                    "它拿走了并不存在的许可。"
                ),
            )
    }
}
