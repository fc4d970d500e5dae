// canary: ccb1c77e0e74f65ccdc57e0752fd720f
//! The hidden checks of exercise 25.

use kit::prelude::*;

mod model;

kit::checks![sleeps_until_its_time, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use kit::programs;
    use std::{thread, time::Duration};
    use thread_semaphore::Semaphore;

    /// Nobody releases anything for longer than anybody can stay awake.
    pub fn sleeps_until_its_time(_: &Case) {
        let semaphore = Semaphore::new(0);
        mark("taken", semaphore.acquire_timeout(Duration::from_hours(24)));
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<usize, Call>(case);
        let semaphore = Semaphore::new(program.object);
        let act = |call: &Call| match call {
            Call::Acquire => json!(semaphore.acquire()),
            Call::TryAcquire => json!(semaphore.try_acquire()),
            Call::AcquireTimeout(limit) => {
                json!(semaphore.acquire_timeout(limit.duration()))
            }
            Call::Release => json!(semaphore.release()),
            Call::ReleaseMany(count) => json!(semaphore.release_many(*count)),
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

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, waits only while no permit is free, and gives up in time.",
            "无论怎样调用，每次调用的结果都符合规则，只在没有空闲许可时等待，并按时放弃。",
            super::model::Semaphore,
        )
    }
}
