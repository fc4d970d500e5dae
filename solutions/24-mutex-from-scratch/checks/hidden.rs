// canary: f2944c66b34a6d9724e353b9eb8981b0
//! The hidden checks of exercise 24.

use kit::prelude::*;

kit::checks![
    guards_every_round,
    publishes_to_the_next_round,
    publishes_to_who_slept,
    is_built_from_atomics,
    serves_a_longer_line,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use mutex_from_scratch::Mutex;
    use std::thread;

    /// More threads, and threads that come back.
    pub fn guards_every_round(case: &Case) {
        crate::public::scenarios::lets_in_one_at_a_time(case);
    }

    /// The same with weakly ordered memory.
    pub fn publishes_to_the_next_round(case: &Case) {
        crate::public::scenarios::publishes_what_it_guards(case);
    }

    /// This thread has the mutex until all others stand in line, and then it writes.
    pub fn publishes_to_who_slept(case: &Case) {
        let count: usize = case.get();
        let mutex = Mutex::new(0);
        let mut guard = mutex.lock();
        thread::scope(|scope| {
            for _ in 0..count {
                scope.spawn(|| *mutex.lock() += 1);
            }
            while mutex.waiting() < count {
                thread::yield_now();
            }
            *guard = 10;
            drop(guard);
        });
        mark("value", mutex.into_inner());
    }

    /// One thread waits for another.
    pub fn is_built_from_atomics(_: &Case) {
        let mutex = Mutex::new(());
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| drop(mutex.lock()));
            }
        });
        drop(mutex.try_lock());
    }

    /// The same with a longer line.
    pub fn serves_a_longer_line(case: &Case) {
        crate::public::scenarios::serves_in_order(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn guards_every_round() -> Oracle {
        crate::public::oracles::lets_in_one_at_a_time()
            .cases(|_| vec![vec![2, 1], vec![1, 1, 1], vec![2, 2]])
    }

    pub fn publishes_to_the_next_round() -> Oracle {
        crate::public::oracles::publishes_what_it_guards()
            .cases(|_| vec![vec![2, 1], vec![1, 1, 1]])
    }

    pub fn publishes_to_who_slept() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 2])
            .weak_memory()
            .completes(
                "Whoever sleeps in `lock` is counted by `waiting`, and gets its turn.",
                "在 `lock` 里睡眠的线程会被 `waiting` 计入，并且都会轮到。",
            )
            .equals(
                "Who was in line sees what the last holder wrote.",
                "排队的线程能看到上一个持有者写的值。",
                |results| results.value::<i64>("value").unwrap_or_default(),
                |results| 10 + results.case::<i64>(),
                |value, expected| {
                    let count = expected - 10;
                    Text::new(
                        format!("The holder wrote 10, {count} in line added 1 each, and the value is {value}."),
                        format!("持有者写入 10，排队的 {count} 个线程各加 1，结果却是 {value}。"),
                    )
                },
            )
    }

    pub fn is_built_from_atomics() -> Oracle {
        Oracle::new().built_from(
            "The mutex is built from atomics and parking, not from what locks already.",
            "这把锁由原子变量和 `park` 搭成，不借助标准库里现成的锁。",
            &[Class::Atomic, Class::Cell],
        )
    }

    pub fn serves_a_longer_line() -> Oracle {
        crate::public::oracles::serves_in_order().cases(|_| vec![1, 3])
    }
}
