// canary: f2944c66b34a6d9724e353b9eb8981b0
//! The hidden checks of exercise 24.

use kit::prelude::*;

mod model;

kit::checks![
    guards_every_round,
    publishes_to_who_tries,
    publishes_to_who_slept,
    is_built_from_atomics,
    serves_a_longer_line,
    small_programs,
];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use kit::programs;
    use mutex_from_scratch::Mutex;
    use std::{
        cell::{Cell, RefCell},
        panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
        sync::atomic::{AtomicU32, Ordering::Relaxed},
        thread,
    };

    /// Threads that come back.
    pub fn guards_every_round(case: &Case) {
        crate::public::scenarios::lets_in_one_at_a_time(case);
    }

    /// Each thread adds 1 as often as it is told, by `lock` or, if it gets the mutex, `try_lock`.
    pub fn publishes_to_who_tries(case: &Case) {
        let threads: Vec<(bool, u32)> = case.get();
        let mutex = Mutex::new(0);
        // It orders nothing.
        let added = AtomicU32::new(0);
        thread::scope(|scope| {
            let (mutex, added) = (&mutex, &added);
            for (tries, times) in threads {
                scope.spawn(move || {
                    for _ in 0..times {
                        let guard = if tries {
                            mutex.try_lock()
                        } else {
                            Some(mutex.lock())
                        };
                        if let Some(mut value) = guard {
                            *value += 1;
                            added.fetch_add(1, Relaxed);
                        }
                    }
                });
            }
        });
        mark("added", added.into_inner());
        mark("sum", mutex.into_inner());
    }

    /// This thread has two mutexes until all others stand in line for one or the other. Two threads
    /// count one of the lines. Then the mutex with the other line is given back, and the first
    /// one after a last addition.
    pub fn publishes_to_who_slept(case: &Case) {
        let (count, others): (usize, usize) = case.get();
        let (mutex, other) = (Mutex::new(0), Mutex::new(0));
        let (mut guard, others_guard) = (mutex.lock(), other.lock());
        thread::scope(|scope| {
            let lines = [(&mutex, count), (&other, others)];
            for (mutex, count) in lines {
                for _ in 0..count {
                    scope.spawn(|| *mutex.lock() += 1);
                }
                while mutex.waiting() < count {
                    thread::yield_now();
                }
            }
            let counts = scope.spawn(|| mutex.waiting());
            mark("counted", mutex.waiting());
            if let Ok(counted) = counts.join() {
                mark("counted", counted);
            }
            drop(others_guard);
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

    /// A generated program. Each thread has a place for its guard.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let (mutex, other) = (Mutex::new(0), Mutex::new(0));
        let add = |mutex: &Mutex<u64>| {
            let mut value = mutex.lock();
            *value += 1;
            *value
        };
        let run = |calls: &[programs::Named<Call>]| {
            let held = RefCell::new(None);
            let act = |call: &Call| match call {
                Call::Add => json!(add(&mutex)),
                Call::Waiting => json!(mutex.waiting()),
                Call::Lock => {
                    *held.borrow_mut() = Some(mutex.lock());
                    json!(null)
                }
                Call::TryLock => {
                    let guard = mutex.try_lock();
                    let has = guard.is_some();
                    *held.borrow_mut() = guard;
                    json!(has)
                }
                Call::GiveBack => json!(held.take().map(|mut guard| {
                    *guard += 1;
                    *guard
                })),
                Call::AddPanicking => {
                    let value = Cell::new(0);
                    let _ = catch_unwind(AssertUnwindSafe(|| {
                        let mut guard = mutex.lock();
                        *guard += 1;
                        value.set(*guard);
                        resume_unwind(Box::new(()));
                    }));
                    json!(value.get())
                }
                Call::AddOther => json!(add(&other)),
                Call::AddMany(times) => json!((0..*times).map(|_| add(&mutex)).last()),
            };
            programs::perform(calls, &act);
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| run(calls));
            }
        });
        run(&program.last);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn guards_every_round() -> Oracle {
        crate::public::oracles::lets_in_one_at_a_time().cases(|_| vec![vec![2, 2]])
    }

    pub fn publishes_to_who_tries() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    vec![(false, 2), (false, 1)],
                    vec![(false, 1), (false, 1), (false, 1)],
                    vec![(false, 1), (true, 1)],
                    vec![(true, 1), (true, 1)],
                ]
            })
            .weak_memory()
            .completes("Every `lock` comes to its end.", "每次 `lock` 都能返回。")
            .always_results(
                "Whoever has the mutex sees what all before it wrote, however it came by it.",
                "无论怎样得到锁，持有者都能看到之前所有持有者写的值。",
                |results| {
                    let (added, sum) = (results.value("added"), results.value("sum"));
                    let (added, sum): (Option<u32>, Option<u32>) = (added, sum);
                    if added == sum {
                        return Ok(());
                    }
                    let (added, sum) = (added.unwrap_or_default(), sum.unwrap_or_default());
                    Err(Text::new(
                        format!("1 was added {added} times to 0, and the sum is {sum}."),
                        format!("从 0 开始加了 {added} 次 1，和却是 {sum}。"),
                    ))
                },
            )
    }

    pub fn publishes_to_who_slept() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(1, 0), (2, 0), (1, 1)])
            .weak_memory()
            .completes(
                "Whoever sleeps in `lock` is counted by `waiting`, and gets its turn.",
                "在 `lock` 里睡眠的线程会被 `waiting` 计入，并且都会轮到。",
            )
            .equals(
                "Who was in line sees what the last holder wrote.",
                "排队的线程能看到上一个持有者写的值。",
                |results| results.value::<i64>("value").unwrap_or_default(),
                |results| 10 + results.case::<(i64, i64)>().0,
                |value, expected| {
                    let count = expected - 10;
                    Text::new(
                        format!("The holder wrote 10, {count} in line added 1 each, and the value is {value}."),
                        format!("持有者写入 10，排队的 {count} 个线程各加 1，结果却是 {value}。"),
                    )
                },
            )
            .equals(
                "Whoever asks how long the line is, it is as long as the line of this mutex.",
                "不管谁来问，`waiting` 都是这把锁自己的队伍长度。",
                |results| results.values_of::<usize>("counted"),
                |results| vec![results.case::<(usize, usize)>().0; 2],
                message!(
                    |counted, expected| "Two threads counted {counted:?}, and should count {expected:?}.",
                    "两个线程数出 {counted:?}，应当是 {expected:?}。"
                ),
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

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, and waits, asleep, only while another thread has the mutex.",
            "无论怎样调用，每次调用的结果都符合规则，只在别的线程持有锁时等待，而且是在睡眠。",
            super::model::Line,
        )
    }
}
