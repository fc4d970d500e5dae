// canary: 7a347203d785d0522018fae1fa4907db
//! The hidden checks of exercise 33.

use kit::prelude::*;

kit::checks![
    messages_stay_whole,
    a_death_amid_a_result,
    nothing_is_left,
    the_free_take_all_the_rest,
    more_workers_hold_only_their_own,
    one_worker_stays,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{tasks, told};
    use kit::system::{children, kill};
    use process_pool::{ProcessPool, WorkerDied};
    use std::io::{Read, Write};

    /// Messages that are larger than a pipe, and messages without a byte.
    pub fn messages_stay_whole(_: &Case) {
        let work = |task: &[u8]| {
            let mut result = task.to_vec();
            result.reverse();
            // From nothing comes much, and from much less.
            result.resize(
                if task.is_empty() {
                    200_000
                } else {
                    task.len() / 2
                },
                7,
            );
            result
        };
        let mut pool = ProcessPool::new(1, work).expect("a process");
        let task = |length: usize| (0..length).map(|at| (at % 251) as u8).collect::<Vec<u8>>();
        let sizes = [300_000, 0, 1, 70_000, 0, 65_536, 3];
        let all = sizes.map(task);
        let results = pool.map(&all);
        let right = |(task, result): (&Vec<u8>, &Result<Vec<u8>, WorkerDied>)| {
            result.as_ref().is_ok_and(|result| *result == work(task))
        };
        let whole = results
            .is_ok_and(|results| results.len() == all.len() && all.iter().zip(&results).all(right));
        mark("whole", whole);
        mark("none", told(pool.map(&[])).len());
        let _ = pool.shutdown();
    }

    /// A worker is killed at any moment after it has the task: when it has sent nothing, a part of the
    /// result, or all of it.
    pub fn a_death_amid_a_result(_: &Case) {
        let (mut hears, tells) = std::io::pipe().expect("a pipe");
        let parent = std::process::id();
        let mut killer = os::fork(move || {
            let mut worker = [0; 4];
            hears.read_exact(&mut worker).expect("a worker has the task");
            let worker = u32::from_le_bytes(worker);
            // Whoever works in the parent is not told by its death.
            if worker != parent {
                kill(worker);
            }
            0
        })
        .expect("a process");
        // More than a pipe holds.
        let result = || (0..100_000).map(|at| (at % 251) as u8).collect::<Vec<u8>>();
        let work = move |_: &[u8]| {
            let own = std::process::id().to_le_bytes();
            (&tells).write_all(&own).expect("the killer reads it");
            result()
        };
        let mut pool = ProcessPool::new(1, work).expect("one process");
        let results = pool.map(&tasks(&["long"]));
        let told = match results.as_deref() {
            Ok([Ok(bytes)]) if *bytes == result() => "whole",
            Ok([Ok(_)]) => "another one",
            Ok([Err(WorkerDied)]) => "WorkerDied",
            _ => "none",
        };
        mark("result", told);
        killer.wait().expect("it is a child");
        if told == "whole" {
            // It died when it had no task, and what a pool does then is its own affair.
            std::mem::forget(pool);
        } else {
            let _ = pool.shutdown();
        }
    }

    /// Pools come and go, by `shutdown` and without, with deaths at work and without.
    pub fn nothing_is_left(case: &Case) {
        let with_shutdown: bool = case.get();
        let work = |task: &[u8]| match task {
            b"die" => std::process::abort(),
            b"panic" => panic!("as the task asks"),
            b"exit" => std::process::exit(0),
            task => task.to_vec(),
        };
        let mut pool = ProcessPool::new(3, work).expect("three processes");
        mark("workers at first", children());
        let deadly = tasks(&["a", "die", "panic", "exit", "b", "die", "c"]);
        mark("results", [told(pool.map(&deadly))]);
        mark("workers", children());
        if with_shutdown {
            mark("shutdown", pool.shutdown().is_ok());
        } else {
            drop(pool);
            mark("shutdown", true);
        }
    }

    /// The first task ends only when all others have been done by the other worker.
    pub fn the_free_take_all_the_rest(_: &Case) {
        let (done, does) = std::io::pipe().expect("a pipe");
        let work = move |task: &[u8]| {
            if task == b"first" {
                (&done).read_exact(&mut [0; 4]).expect("all others come");
            } else {
                (&does).write_all(b"x").expect("the pipe is open");
            }
            task.to_vec()
        };
        let mut pool = ProcessPool::new(2, work).expect("two processes");
        let five = tasks(&["first", "a", "b", "c", "d"]);
        mark("results", [told(pool.map(&five))]);
        let _ = pool.shutdown();
    }

    /// More workers.
    pub fn more_workers_hold_only_their_own(case: &Case) {
        crate::public::scenarios::workers_hold_only_their_own(case);
    }

    /// A pool of one worker, also if none was asked for, does many tasks.
    pub fn one_worker_stays(case: &Case) {
        let workers: usize = case.get();
        let work = |task: &[u8]| {
            mark("ran as", std::process::id());
            task.to_vec()
        };
        let mut pool = ProcessPool::new(workers, work).expect("one process");
        mark("children", children());
        for _ in 0..2 {
            let many = vec![b"a".to_vec(); 20];
            mark("done", told(pool.map(&many)).len());
        }
        let _ = pool.shutdown();
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::gives;

    pub fn messages_stay_whole() -> Oracle {
        Oracle::new().equals(
            "Results come back as `work` made them, whatever their size.",
            "无论大小，结果都和 `work` 给出的一模一样。",
            |results| (results.value("whole"), results.value("none")),
            |_| (Some(true), Some(0usize)),
            message!(
                |(whole, none), _| "Large and empty results came back whole: {whole:?}. Results of \
                 no tasks: {none:?}.",
                "大的和空的结果完整返回：{whole:?}；没有任务时的结果数：{none:?}。"
            ),
        )
    }

    pub fn a_death_amid_a_result() -> Oracle {
        Oracle::new().always_results(
            "The result of a worker that dies before it has sent the whole is `Err(WorkerDied)`.",
            "工作进程在发完整个结果之前死掉，结果就是 `Err(WorkerDied)`。",
            |results| match results.value::<String>("result").as_deref() {
                Some("whole" | "WorkerDied") => Ok(()),
                Some("another one") => Err(Text::new(
                    "`map` gave a result that `work` did not return.",
                    "`map` 给出的结果不是 `work` 返回的那个。",
                )),
                _ => Err(Text::new(
                    "`map` did not give one result for the one task.",
                    "只有一个任务，`map` 却没有给出一个结果。",
                )),
            },
        )
    }

    pub fn nothing_is_left() -> Oracle {
        let oracle = gives(
            Oracle::new(),
            "Each task whose worker died or panicked is reported.",
            "工作进程死掉或 panic 的每个任务都如实报告。",
            &[&[
                "a",
                "WorkerDied",
                "WorkerDied",
                "WorkerDied",
                "b",
                "WorkerDied",
                "c",
            ]],
        );
        oracle
            .cases(|_| vec![true, false])
            .equals(
                "There are three workers from `new` on, and when `map` returns.",
                "从 `new` 起就有三个工作进程，`map` 返回时也是三个。",
                |results| ["workers at first", "workers"].map(|name| results.value::<usize>(name)),
                |_| [Some(3); 2],
                message!(
                    |workers| "Children after `new`, and after `map`: {workers:?}.",
                    "`new` 之后、`map` 之后的子进程数：{workers:?}。"
                ),
            )
            .no_leaked_processes(
                "When the pool has gone no child is left, running or as a zombie.",
                "进程池不在了，就不再有子进程，无论是在运行的还是僵尸。",
            )
            .no_leaked_descriptors(
                "When the pool has gone no descriptor of it is open.",
                "进程池不在了，它的描述符就都关闭了。",
            )
            .equals(
                "`shutdown` succeeds.",
                "`shutdown` 成功。",
                |results| results.value("shutdown"),
                |_| Some(true),
                message!(
                    |_| "`shutdown` returned an error.",
                    "`shutdown` 返回了错误。"
                ),
            )
    }

    pub fn the_free_take_all_the_rest() -> Oracle {
        gives(
            Oracle::new(),
            "While one worker is at work, the other takes one task after the other.",
            "一个工作进程还在忙时，另一个会一个接一个地接任务。",
            &[&["first", "a", "b", "c", "d"]],
        )
    }

    pub fn more_workers_hold_only_their_own() -> Oracle {
        crate::public::oracles::workers_hold_only_their_own().cases(|_| vec![4u8])
    }

    pub fn one_worker_stays() -> Oracle {
        Oracle::new().cases(|_| vec![1usize, 0]).equals(
            "One process does all tasks, in all calls of `map`.",
            "所有任务由同一个进程完成，每次调用 `map` 都是它。",
            |results| {
                let mut ran = results.values_of::<u32>("ran as");
                ran.dedup();
                (
                    results.value("children"),
                    ran.len(),
                    results.values_of("done"),
                )
            },
            |_| (Some(1usize), 1, vec![20usize, 20]),
            message!(
                |(children, processes, done), _| "Children after `new`: {children:?}. Of 20 \
                     tasks in each call, {done:?} were done, by {processes} processes.",
                "`new` 之后的子进程数：{children:?}。每次 20 个任务，做完 {done:?} 个，由 \
                     {processes} 个进程完成。"
            ),
        )
    }
}
