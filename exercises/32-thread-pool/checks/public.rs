//! The checks of exercise 32 that you see.

use kit::prelude::*;

kit::checks![
    runs_every_task,
    works_with_n_at_once,
    map_keeps_order,
    survives_a_panic,
    shutdown_drains,
    everybody_who_shuts_down_waits,
];

/// How many workers there are, and how many tasks.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Load {
    workers: usize,
    tasks: u64,
}

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{sync::mpsc, thread};
    use thread_pool::ThreadPool;

    /// Some tasks, and the result of each.
    pub fn runs_every_task(case: &Case) {
        let load: Load = case.get();
        let pool = ThreadPool::new(load.workers);
        let submitter = thread::current().id();
        let submit = |number: u64| {
            pool.submit(move || {
                mark("ran", number);
                mark("by who submits", thread::current().id() == submitter);
                number * 10
            })
        };
        let futures: Vec<_> = (1..=load.tasks).map(submit).collect();
        for (number, future) in (1..).zip(futures) {
            let result = future.ok().and_then(|future| future.result().ok());
            mark("result", (number, result));
        }
    }

    /// Each task is a span.
    pub fn works_with_n_at_once(case: &Case) {
        let load: Load = case.get();
        let pool = ThreadPool::new(load.workers);
        let futures: Vec<_> = (0..load.tasks)
            .map(|_| pool.submit(|| span("task", || ())))
            .collect();
        for future in futures {
            let _ = future.map(thread_pool::Future::result);
        }
    }

    /// Three items for two workers.
    pub fn map_keeps_order(_: &Case) {
        let pool = ThreadPool::new(2);
        let results = pool.map(vec![3, 1, 2], |item: u64| {
            mark("ran", item);
            item * item
        });
        let results = results.unwrap_or_default();
        let results: Vec<_> = results.into_iter().map(Result::ok).collect();
        mark("results", results);
    }

    /// A task that panics, and one more for each worker.
    pub fn survives_a_panic(case: &Case) {
        let workers: u64 = case.get();
        let pool = ThreadPool::new(usize::try_from(workers).expect("few workers"));
        let bad = pool.submit(|| -> u64 { panic!("out of paper") });
        let bad = bad.map(|future| {
            let panic = future.result().err()?;
            panic.downcast_ref::<&str>().map(|&text| text.to_owned())
        });
        mark("panic", bad.ok().flatten());
        let submit = |number| pool.submit(move || number);
        let futures: Vec<_> = (0..workers).map(submit).collect();
        for future in futures {
            mark(
                "result",
                future.ok().and_then(|future| future.result().ok()),
            );
        }
        pool.shutdown(true);
    }

    /// The first task is held up until the pool has been shut down, or until just
    /// before that if this is to wait. The second stands behind it in the queue.
    pub fn shutdown_drains(case: &Case) {
        let wait: bool = case.get();
        let pool = ThreadPool::new(1);
        let (go, gate) = mpsc::channel();
        let held_up = pool.submit(move || {
            // It fails only if the main thread has died.
            let _ = gate.recv();
            mark("done", 1);
        });
        let queued = pool.submit(|| mark("done", 2));
        mark("accepted before", (held_up.is_ok(), queued.is_ok()));
        // Nobody asks for the result of the first.
        drop(held_up);
        if wait {
            let _ = go.send(());
            pool.shutdown(true);
            mark("shut down and waited", ());
        } else {
            pool.shutdown(false);
            let _ = go.send(());
        }
        let late = pool.submit(|| mark("done", 3));
        let later = pool.map(vec![4], |number: u64| mark("done", number));
        mark("accepted after", (late.is_ok(), later.is_ok()));
        mark("result", queued.is_ok_and(|future| future.result().is_ok()));
    }

    /// Two threads shut the pool down and wait, while there is a task.
    pub fn everybody_who_shuts_down_waits(_: &Case) {
        let pool = ThreadPool::new(1);
        let _ = pool.submit(|| mark("done", ()));
        thread::scope(|scope| {
            scope.spawn(|| {
                pool.shutdown(true);
                mark("shut down", ());
            });
            pool.shutdown(true);
            mark("shut down", ());
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    fn loads(loads: &[(usize, u64)]) -> Vec<Load> {
        let load = |&(workers, tasks)| Load { workers, tasks };
        loads.iter().map(load).collect()
    }

    pub fn runs_every_task() -> Oracle {
        Oracle::new()
            .cases(|_| loads(&[(1, 2), (2, 2), (2, 3)]))
            .completes(
                "Every task is run, `result` returns, and dropping the pool comes to its end.",
                "每个任务都会运行，`result` 会返回，丢弃线程池也会结束。",
            )
            .equals(
                "Every task runs once.",
                "每个任务恰好运行一次。",
                |results| results.values_of::<u64>("ran"),
                |results| (1..=results.case::<Load>().tasks).collect(),
                |ran, expected| {
                    let tasks = expected.len();
                    Text::new(
                        format!("The tasks are 1 to {tasks}, and these ran: {ran:?}."),
                        format!("任务编号是 1 到 {tasks}，运行过的是：{ran:?}。"),
                    )
                },
            )
            .always_results(
                "`result` returns what the task of this very future returned.",
                "`result` 返回的正是这个 Future 对应任务的返回值。",
                |results| {
                    let found = results.values_of::<(u64, Option<u64>)>("result");
                    let wrong = found
                        .into_iter()
                        .find(|&(number, result)| result != Some(number * 10));
                    wrong.map_or(Ok(()), |(number, result)| {
                        let result = result.map_or("an error".to_owned(), |r| r.to_string());
                        Err(Text::new(
                            format!(
                                "Task {number} returns {}, and its future says {result}.",
                                number * 10
                            ),
                            format!(
                                "任务 {number} 返回 {}，它的 Future 给出的却是 {result}。",
                                number * 10
                            ),
                        ))
                    })
                },
            )
            .always_results(
                "Tasks run in the threads of the pool, and it has no more than `workers` of them.",
                "任务在池子自己的线程里运行，池子的线程不超过 `workers` 个。",
                |results| {
                    let workers = results.case::<Load>().workers;
                    if results.values_of::<bool>("by who submits").contains(&true) {
                        return Err(Text::new(
                            "A task ran in the thread that submitted it.",
                            "有任务在提交它的线程里运行了。",
                        ));
                    }
                    let threads = results.by_thread::<u64>("ran").len();
                    if threads <= workers {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Workers: {workers}. Threads that ran a task: {threads}."),
                        format!("工作线程数：{workers}。运行过任务的线程数：{threads}。"),
                    ))
                },
            )
    }

    pub fn works_with_n_at_once() -> Oracle {
        Oracle::new()
            .cases(|_| loads(&[(2, 3)]))
            .completes("Every task comes to its end.", "每个任务都能结束。")
            .at_most(
                "With two workers at most two tasks run at once.",
                "有两个工作线程时，最多同时运行两个任务。",
                "task",
                2,
            )
            .reaches(
                "With two workers two tasks can run at once: no lock is held while a task runs.",
                "有两个工作线程时，两个任务可以同时运行：运行任务时不持有锁。",
                "task",
                2,
            )
    }

    pub fn map_keeps_order() -> Oracle {
        Oracle::new()
            .completes("`map` comes to its end.", "`map` 会结束。")
            .equals(
                "`map` runs `f` once on each item.",
                "`map` 对每个元素恰好运行一次 `f`。",
                |results| results.values_of::<u64>("ran"),
                |_| vec![1, 2, 3],
                message!(
                    |ran| "The items are 3, 1, 2, and `f` ran on these: {ran:?}.",
                    "元素是 3、1、2，`f` 运行过的是：{ran:?}。"
                ),
            )
            .equals(
                "`map` returns the results in the order of the items.",
                "`map` 按元素的顺序返回结果。",
                |results| results.value("results").unwrap_or_default(),
                |_| vec![Some(9), Some(1), Some(4)],
                |found: &Vec<Option<u64>>, _| {
                    let shown = |result: &Option<u64>| {
                        result.map_or("an error".to_owned(), |result| result.to_string())
                    };
                    let found = found.iter().map(shown).collect::<Vec<_>>().join(", ");
                    Text::new(
                        format!("The squares of 3, 1, 2 came back as: {found}."),
                        format!("3、1、2 的平方，返回的次序却是：{found}。"),
                    )
                },
            )
    }

    pub fn survives_a_panic() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1u64, 2])
            .completes(
                "After a task has panicked the workers go on, and `shutdown` comes to its end.",
                "某个任务 panic 之后，工作线程照常工作，`shutdown` 也会结束。",
            )
            .always_results(
                "`result` of a task that panicked returns what the panic carried.",
                "任务 panic 时，`result` 返回 panic 的内容。",
                |results| match results.value::<Option<String>>("panic").flatten() {
                    Some(text) if text == "out of paper" => Ok(()),
                    Some(_) => Err(Text::new(
                        "`result` returned another text.",
                        "`result` 返回的是别的内容。",
                    )),
                    None => Err(Text::new(
                        "`result` did not return `Err` of the text that the task panicked with.",
                        "`result` 没有以 `Err` 返回任务 panic 时的文本。",
                    )),
                },
            )
            .equals(
                "Tasks that come after a panic run.",
                "panic 之后提交的任务照样运行。",
                |results| results.values_of::<Option<u64>>("result"),
                |results| (0..results.case()).map(Some).collect(),
                |ran, expected| {
                    let (workers, done) = (expected.len(), ran.iter().flatten().count());
                    Text::new(
                        format!("Tasks submitted after the panic: {workers}. Results: {done}."),
                        format!("panic 之后提交的任务数：{workers}。正确的结果数：{done}。"),
                    )
                },
            )
    }

    pub fn shutdown_drains() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "The accepted tasks run, and `shutdown(false)` waits for none of them.",
                "已接收的任务都会运行，`shutdown(false)` 不等待任何任务。",
            )
            .always_results(
                "What was accepted before `shutdown` runs, and nothing else.",
                "`shutdown` 之前接收的任务会运行，之后的不会。",
                |results| {
                    let before = results.value("accepted before");
                    let after = results.value("accepted after");
                    let done: Vec<u64> = results.values_of("done");
                    if before != Some((true, true)) {
                        return Err(Text::new(
                            "`submit` failed before the pool was shut down.",
                            "线程池还没有关闭，`submit` 就失败了。",
                        ));
                    }
                    if after != Some((false, false)) {
                        return Err(Text::new(
                            "`submit` or `map` succeeded after the pool was shut down.",
                            "线程池关闭之后，`submit` 或 `map` 仍然成功了。",
                        ));
                    }
                    if done == [1, 2] && results.value("result") == Some(true) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Accepted were 1 and 2. These ran: {done:?}."),
                        format!("接收的任务是 1 和 2，运行过的是：{done:?}。"),
                    ))
                },
            )
            .before(
                "When `shutdown(true)` returns, every accepted task is done.",
                "`shutdown(true)` 返回时，已接收的任务全部做完了。",
                "done",
                "shut down and waited",
            )
    }

    pub fn everybody_who_shuts_down_waits() -> Oracle {
        Oracle::new()
            .completes(
                "Two threads shut the pool down, and both come to their end.",
                "两个线程同时关闭线程池，都能结束。",
            )
            .before(
                "Whoever calls `shutdown(true)` waits until every accepted task is done.",
                "无论谁调用 `shutdown(true)`，都要等到已接收的任务全部做完。",
                "done",
                "shut down",
            )
    }
}
