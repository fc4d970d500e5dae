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
    use os::check::{Meeting, children, open_descriptors};
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

    /// Two workers turn six words into capitals, and then one more.
    pub fn maps_in_order(_: &Case) {
        mark("parent", ());
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| {
            mark("ran", String::from_utf8_lossy(task));
            // The first one is not done before the third has begun.
            match task {
                b"one" => _ = meeting.attend(0),
                b"three" => _ = meeting.attend(1),
                _ => {}
            }
            task.to_ascii_uppercase()
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let six = tasks(&["one", "two", "three", "four", "five", "six"]);
        mark("results", told(pool.map(&six)));
        mark("results", told(pool.map(&tasks(&["seven"]))));
        let _ = pool.shutdown();
    }

    /// As many tasks as workers, and each waits until all others are there.
    pub fn works_at_once(_: &Case) {
        let meeting = Meeting::of(3).expect("three pipes");
        let work = move |task: &[u8]| {
            let met = meeting.attend(usize::from(task[0]));
            if met {
                b"met".to_vec()
            } else {
                b"alone".to_vec()
            }
        };
        let mut pool = ProcessPool::new(3, work).expect("three processes");
        mark("results", told(pool.map(&[vec![0], vec![1], vec![2]])));
        let _ = pool.shutdown();
    }

    /// One of the tasks is deadly. Afterwards the pool must be as strong as before.
    pub fn survives_a_death(_: &Case) {
        mark("parent", ());
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| {
            mark("ran", String::from_utf8_lossy(task));
            match task {
                b"die" => std::process::abort(),
                b"first" => format!("met {}", meeting.attend(0)).into_bytes(),
                b"second" => format!("met {}", meeting.attend(1)).into_bytes(),
                task => task.to_ascii_uppercase(),
            }
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let four = tasks(&["a", "die", "b", "c"]);
        mark("results", told(pool.map(&four)));
        mark("children", children());
        mark("results", told(pool.map(&tasks(&["first", "second"]))));
        let _ = pool.shutdown();
    }

    /// The first task ends only when the last has begun, and the last is given to whoever
    /// has done the others.
    pub fn the_free_take_the_next(_: &Case) {
        let meeting = Meeting::of(2).expect("two pipes");
        let work = move |task: &[u8]| match task {
            b"first" => format!("first met {}", meeting.attend(0)).into_bytes(),
            b"last" => format!("last met {}", meeting.attend(1)).into_bytes(),
            task => task.to_vec(),
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let three = tasks(&["first", "a", "last"]);
        mark("results", told(pool.map(&three)));
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
            let all_at_once = meeting.attend(usize::from(task[0]));
            let own = open_descriptors().saturating_sub(before + of_the_meeting);
            mark("own", (all_at_once, own));
            Vec::new()
        };
        let mut pool = ProcessPool::new(usize::from(count), work).expect("some processes");
        let _ = pool.map(&tasks(&["die"]));
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
        oracle.always(en, zh, move |history| {
            let results: Vec<Vec<String>> = history.values("results");
            if results == expected {
                return Ok(());
            }
            // In which order they came is another matter in every run.
            let sorted = |mut results: Vec<String>| {
                results.sort();
                results
            };
            let results: Vec<_> = results.into_iter().map(sorted).collect();
            let strings = |list: &&[&str]| list.iter().copied().map(str::to_owned).collect();
            let same: Vec<_> = expected.iter().map(strings).map(sorted).collect();
            if results == same {
                return Err(Text::new(
                    format!("The results are right, and their order is not {expected:?}."),
                    format!("结果都对，次序却不是 {expected:?}。"),
                ));
            }
            Err(Text::new(
                format!("`map` gave, in another order perhaps, {results:?} and not {expected:?}."),
                format!("`map` 给出的（不论次序）是 {results:?}，而不是 {expected:?}。"),
            ))
        })
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
            .always(
                "`work` runs in the worker processes, and there are no more of them than was asked for.",
                "`work` 在工作进程中执行，而且工作进程不多于要求的数目。",
                move |history| {
                    let ran = history.marks("ran").map(|event| event.thread);
                    let ran: BTreeSet<usize> = ran.collect();
                    let count = ran.len();
                    let parent = history.marks("parent").next();
                    if parent.is_some_and(|event| ran.contains(&event.thread)) {
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
            &[&["A", "WorkerDied", "B", "C"], &["met true", "met true"]],
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
            &[&["first met true", "a", "last met true"]],
        )
    }

    pub fn workers_hold_only_their_own() -> Oracle {
        Oracle::new().cases(|_| vec![3u8]).always(
            "A worker holds the ends of its own pipes, and of no other's.",
            "工作进程只握着自己的管道，不握着别人的。",
            |history| {
                let own: Vec<(bool, usize)> = history.values("own");
                if own.len() == history.case::<usize>()
                    && own.iter().all(|(met, count)| *met && *count <= 4)
                {
                    return Ok(());
                }
                let mut counts: Vec<usize> = own.iter().map(|(_, count)| *count).collect();
                counts.sort_unstable();
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
