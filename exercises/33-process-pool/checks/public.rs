//! The checks of exercise 33 that you see.

use kit::prelude::*;

kit::checks![
    maps_in_order,
    works_at_once,
    survives_a_death,
    the_free_take_the_next,
    workers_hold_only_their_own,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use kit::system::{Meeting, children, open_descriptors};
    use process_pool::{ProcessPool, WorkerDied};

    /// What `map` gave, as text.
    pub fn told(results: std::io::Result<Vec<Result<Vec<u8>, WorkerDied>>>) -> Vec<String> {
        let Ok(results) = results else {
            return vec!["map failed".to_owned()];
        };
        let text = |result: Result<Vec<u8>, WorkerDied>| match result {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(WorkerDied) => "WorkerDied".to_owned(),
        };
        results.into_iter().map(text).collect()
    }

    pub fn tasks(texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| text.as_bytes().to_vec()).collect()
    }

    /// A task waits for the others, as a participant of a meeting.
    pub fn meets(meeting: &Meeting, participant: usize) {
        meeting.attend(participant).expect("its pipes are open");
    }

    /// Two workers turn six words into capitals, and then one more.
    pub fn maps_in_order(_: &Case) {
        mark("parent is", std::process::id());
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| {
            mark("ran", String::from_utf8_lossy(task));
            mark("ran as", std::process::id());
            // The first one is not done before the third has begun.
            match task {
                b"one" => meets(&meeting, 0),
                b"three" => meets(&meeting, 1),
                _ => {}
            }
            task.to_ascii_uppercase()
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let six = tasks(&["one", "two", "three", "four", "five", "six"]);
        let results = [pool.map(&six), pool.map(&tasks(&["seven"]))];
        mark("results", results.map(told));
        let _ = pool.shutdown();
    }

    /// As many tasks as workers, and each waits until all others are there.
    pub fn works_at_once(_: &Case) {
        let meeting = Meeting::of(3).expect("three pipes");
        let work = move |task: &[u8]| {
            meets(&meeting, usize::from(task[0]));
            b"met".to_vec()
        };
        let mut pool = ProcessPool::new(3, work).expect("three processes");
        mark("results", [told(pool.map(&[vec![0], vec![1], vec![2]]))]);
        let _ = pool.shutdown();
    }

    /// One of the tasks is deadly. Afterwards the pool must be as strong as before.
    pub fn survives_a_death(_: &Case) {
        mark("parent is", std::process::id());
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| {
            mark("ran", String::from_utf8_lossy(task));
            mark("ran as", std::process::id());
            match task {
                b"die" => std::process::abort(),
                b"first" => meets(&meeting, 0),
                b"second" => meets(&meeting, 1),
                _ => {}
            }
            task.to_ascii_uppercase()
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let four = tasks(&["a", "die", "b", "c"]);
        let results = pool.map(&four);
        mark("children", children());
        let results = [results, pool.map(&tasks(&["first", "second"]))];
        mark("results", results.map(told));
        let _ = pool.shutdown();
    }

    /// The first task ends only when the last has begun, and the last is given to whoever
    /// has done the others.
    pub fn the_free_take_the_next(_: &Case) {
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| {
            match task {
                b"first" => meets(&meeting, 0),
                b"last" => meets(&meeting, 1),
                _ => {}
            }
            task.to_vec()
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let three = tasks(&["first", "a", "last"]);
        mark("results", [told(pool.map(&three))]);
        let _ = pool.shutdown();
    }

    /// Each worker counts what it has open, also one that was started later.
    pub fn workers_hold_only_their_own(case: &Case) {
        let count: u8 = case.get();
        let before = open_descriptors();
        let meeting = Meeting::of(usize::from(count)).expect("some pipes");
        let of_the_meeting = open_descriptors() - before;
        let work = move |task: &[u8]| {
            if task == b"die" {
                std::process::abort();
            }
            meets(&meeting, usize::from(task[0]));
            let own = open_descriptors().saturating_sub(before + of_the_meeting);
            mark("own", own);
            Vec::new()
        };
        let mut pool = ProcessPool::new(usize::from(count), work).expect("some processes");
        let _ = pool.map(&tasks(&["die", "die"]));
        let _ = pool.map(&(0..count).map(|number| vec![number]).collect::<Vec<_>>());
        let _ = pool.shutdown();
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use std::collections::BTreeSet;

    /// What the calls of `map` gave is this.
    pub fn gives(oracle: Oracle, en: &str, zh: &str, expected: &'static [&[&str]]) -> Oracle {
        oracle.equals(
            en,
            zh,
            |results| {
                results
                    .value::<Vec<Vec<String>>>("results")
                    .unwrap_or_default()
            },
            |_| {
                let owned = |texts: &&[&str]| texts.iter().copied().map(str::to_owned).collect();
                expected.iter().map(owned).collect()
            },
            message!(
                |results, expected| "`map` gave {results:?} and not {expected:?}.",
                "`map` 给出的是 {results:?}，而不是 {expected:?}。"
            ),
        )
    }

    /// `work` ran for these tasks, once each, in so many processes at most.
    pub fn ran(oracle: Oracle, mut expected: Vec<&'static str>, processes: usize) -> Oracle {
        expected.sort_unstable();
        oracle
            .equals(
                "`work` runs once for each task.",
                "每个任务恰好执行一次 `work`。",
                |results| results.values_of::<String>("ran"),
                move |_| expected.iter().copied().map(str::to_owned).collect(),
                message!(
                    |ran| "It ran for {ran:?}.",
                    "执行了 `work` 的任务是 {ran:?}。"
                ),
            )
            .always_results(
                "`work` runs in the worker processes, and there are no more of them than was asked for.",
                "`work` 在工作进程中执行，而且工作进程不多于要求的数目。",
                move |results| {
                    let ran: BTreeSet<u32> = results.values_of("ran as").into_iter().collect();
                    let count = ran.len();
                    let parent = results.value::<u32>("parent is");
                    if parent.is_some_and(|parent| ran.contains(&parent)) {
                        Err(Text::new(
                            "`work` ran in the process that called `map`.",
                            "`work` 是在调用 `map` 的那个进程里执行的。",
                        ))
                    } else if count > processes {
                        Err(Text::new(
                            format!("`work` ran in {count} processes."),
                            format!("`work` 在 {count} 个进程里执行过。"),
                        ))
                    } else {
                        Ok(())
                    }
                },
            )
    }

    pub fn maps_in_order() -> Oracle {
        let oracle = gives(
            Oracle::new(),
            "`map` gives the results in the order of the tasks.",
            "`map` 按任务的次序给出结果。",
            &[&["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX"], &["SEVEN"]],
        );
        let seven = vec!["one", "two", "three", "four", "five", "six", "seven"];
        ran(oracle, seven, 2)
    }

    pub fn works_at_once() -> Oracle {
        gives(
            Oracle::new(),
            "Three workers are at work on three tasks at the same time.",
            "三个工作进程同时在做三个任务。",
            &[&["met", "met", "met"]],
        )
    }

    pub fn survives_a_death() -> Oracle {
        let oracle = gives(
            Oracle::new(),
            "The task whose worker died is reported, the others are done, and the pool is as \
             strong as before.",
            "如实报告工作进程死掉的那个任务，其他任务照常完成，进程池恢复原有的数目。",
            &[&["A", "WorkerDied", "B", "C"], &["FIRST", "SECOND"]],
        );
        let oracle = ran(oracle, vec!["a", "die", "b", "c", "first", "second"], 3);
        oracle.equals(
            "When `map` returns the dead worker is reaped and another is there.",
            "`map` 返回时，死掉的工作进程已被回收，并有新的顶上。",
            |results| results.value::<usize>("children"),
            |_| Some(2),
            message!(
                |count| "Children, running or not reaped, instead of 2: {count:?}.",
                "子进程（在运行的和未回收的）数目应为 2，实际是 {count:?}。"
            ),
        )
    }

    pub fn the_free_take_the_next() -> Oracle {
        gives(
            Oracle::new(),
            "While one worker is at work, the other takes one task after the other.",
            "一个工作进程还在忙时，另一个会一个接一个地接任务。",
            &[&["first", "a", "last"]],
        )
    }

    pub fn workers_hold_only_their_own() -> Oracle {
        Oracle::new()
            .cases(|_| vec![3u8])
            .equals(
                "All workers are at work at the same time, also those that replace the dead.",
                "所有工作进程同时工作，包括顶替死者的那些。",
                |results| results.count("own"),
                |results| results.case::<usize>(),
                message!(
                    |count, all| "Of {all} tasks, {count} were done.",
                    "{all} 个任务中，做完的有 {count} 个。"
                ),
            )
            .always_results(
                "A worker holds the ends of its own pipes, and of no other's.",
                "工作进程只握着自己的管道，不握着别人的。",
                |results| {
                    let counts: Vec<usize> = results.values_of("own");
                    if counts.iter().all(|count| *count <= 4) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "Descriptors of the pool that the workers had open, sorted: {counts:?}."
                        ),
                        format!("各工作进程打开的、属于进程池的描述符数（已排序）：{counts:?}。"),
                    ))
                },
            )
    }
}
