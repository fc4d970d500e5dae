// canary: 4ff5c5b2ba0a2c80e0cdbba2fd2f7a11
//! The hidden checks of exercise 32.

use kit::prelude::*;

mod model;
#[cfg(driver)]
mod watched;

kit::checks![
    small_programs,
    a_free_worker_takes_a_task,
    accepted_or_refused,
    a_task_submits,
    drop_waits,
    idle_workers_sleep,
];

/// Who brings two tasks into a pool of two workers.
#[derive(Clone, Copy, PartialEq, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
enum Meeting {
    /// `submit`, twice.
    Submitted,
    /// `map`, over two items.
    Mapped,
    /// `submit`, twice, after a task has panicked.
    AfterPanic,
}

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::watched::{self, Watched};
    use super::*;
    use kit::programs;
    use std::{
        sync::{Arc, Barrier, mpsc},
        thread,
    };
    use thread_pool::{Future, ThreadPool};

    /// A generated program. Its threads are there before the workers, as the model counts them.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<usize, Call>(case);
        let watched = thread::scope(|scope| {
            let mut starts = Vec::new();
            for calls in &program.threads {
                let (start, begin) = mpsc::channel::<Arc<Watched>>();
                starts.push(start);
                scope.spawn(move || {
                    if let Ok(watched) = begin.recv() {
                        programs::perform(calls, &|call| act(&watched, call));
                    }
                });
            }
            let watched = Arc::new(Watched::new(program.object));
            for start in starts {
                let _ = start.send(Arc::clone(&watched));
            }
            watched
        });
        programs::perform(&program.last, &|call| act(&watched, call));
    }

    fn act(watched: &Arc<Watched>, call: &Call) -> Value {
        match *call {
            Call::Submit(number) => json!(watched.submit(number)),
            Call::Hold(number) => json!(watched.hold(number)),
            Call::Open => json!(watched.open()),
            Call::Result(number) => json!(watched.result(number)),
            Call::Shutdown(wait) => json!(watched.shutdown(wait)),
            Call::Panicking(number) => json!(watched.panicking(number)),
            Call::Map(number) => json!(watched.map(number)),
            Call::Nested(number) => json!(watched.nested(number)),
            Call::ResultsReversed(number) => json!(watched.results_reversed(number)),
            Call::SubmitMany(number, times) => json!(watched.submit_many(number, times)),
            Call::AllAtOnce(workers) => json!(watched::all_at_once(workers)),
            Call::ItemsMeet => json!(watched::items_meet()),
            Call::DroppedByAPanic => json!(watched::dropped_by_a_panic()),
            Call::Ran => json!(watched.ran()),
        }
    }

    /// Two tasks that only come to their end together.
    pub fn a_free_worker_takes_a_task(case: &Case) {
        let meeting: Meeting = case.get();
        let pool = ThreadPool::new(2);
        let barrier = Arc::new(Barrier::new(2));
        let meet = move |_: u64| {
            barrier.wait();
            mark("met", ());
        };
        if meeting == Meeting::AfterPanic {
            let bad = pool.submit(|| panic!("out of paper"));
            let _ = bad.map(Future::<()>::result);
        }
        if meeting == Meeting::Mapped {
            let _ = pool.map(vec![1, 2], meet);
            return;
        }
        let meet = Arc::new(meet);
        for number in 0..2 {
            let meet = Arc::clone(&meet);
            let _ = pool.submit(move || meet(number));
        }
    }

    /// One thread submits while another shuts the pool down.
    pub fn accepted_or_refused(case: &Case) {
        let wait: bool = case.get();
        let pool = ThreadPool::new(1);
        thread::scope(|scope| {
            scope.spawn(|| {
                let future = pool.submit(|| mark("ran", ()));
                mark("accepted", future.is_ok());
                if let Ok(future) = future {
                    mark("result", future.result().is_ok());
                }
            });
            pool.shutdown(wait);
        });
    }

    /// The only worker brings in another task, and leaves its result to the main thread.
    pub fn a_task_submits(_: &Case) {
        let pool = Arc::new(ThreadPool::new(1));
        let inner = Arc::clone(&pool);
        let outer = pool.submit(move || {
            let future = inner.submit(|| 7);
            // Not the last one: the main thread waits for the result.
            drop(inner);
            future
        });
        let future = outer.ok().and_then(|future| future.result().ok());
        let future = future.and_then(Result::ok);
        mark("result", future.and_then(|future| future.result().ok()));
    }

    /// Two tasks are accepted, and nobody keeps a future.
    pub fn drop_waits(case: &Case) {
        let shut_down_before: bool = case.get();
        let pool = ThreadPool::new(2);
        for _ in 0..2 {
            let _ = pool.submit(|| mark("done", ()));
        }
        if shut_down_before {
            pool.shutdown(false);
        }
        drop(pool);
        mark("dropped", ());
    }

    /// Nothing to do, or nothing any more.
    pub fn idle_workers_sleep(case: &Case) {
        let tasks: u64 = case.get();
        let pool = ThreadPool::new(1);
        for number in 0..tasks {
            let _ = pool.submit(move || number);
        }
        park_forever()
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow and waits only while it must, and the accepted tasks run once, in the threads of the pool.",
            "无论怎样调用，每次调用的结果都符合规则，只在必须等待时等待；被接收的任务在池子的线程里恰好运行一次。",
            super::model::Pool,
        )
    }

    pub fn a_free_worker_takes_a_task() -> Oracle {
        Oracle::new()
            .cases(|_| vec![Meeting::Submitted, Meeting::Mapped, Meeting::AfterPanic])
            .completes(
                "Two workers run two tasks at once, so tasks that wait for each other come to \
                 their end.",
                "两个工作线程同时运行两个任务，所以互相等待的两个任务都能结束。",
            )
            .equals(
                "Both tasks run.",
                "两个任务都运行了。",
                |results| results.count("met"),
                |_| 2,
                message!(
                    |count| "Two tasks were brought in. This many came to their end: {count}.",
                    "提交了两个任务，做完的个数：{count}。"
                ),
            )
    }

    pub fn accepted_or_refused() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "A task that is accepted during shutdown runs, so its `result` returns.",
                "关闭期间被接收的任务会运行，所以它的 `result` 会返回。",
            )
            .always_results(
                "A task runs if it is accepted, and does not if it is refused.",
                "被接收的任务会运行，被拒绝的不会。",
                |results| {
                    let accepted = results.value("accepted").unwrap_or(false);
                    let ran = results.count("ran");
                    let said = results.value("result").unwrap_or(false);
                    if ran == usize::from(accepted) && said == accepted {
                        return Ok(());
                    }
                    let (en, zh) = if accepted {
                        ("It was accepted", "它被接收了")
                    } else {
                        ("It was refused", "它被拒绝了")
                    };
                    Err(Text::new(
                        format!("{en}. This many times it ran: {ran}."),
                        format!("{zh}，运行的次数是 {ran}。"),
                    ))
                },
            )
            .sometimes_results(
                "A task that comes before the shutdown is accepted.",
                "关闭之前提交的任务会被接收。",
                Text::new(
                    "It was refused under every schedule.",
                    "在任何调度下它都被拒绝了。",
                ),
                |results| results.value("accepted") == Some(true),
            )
    }

    pub fn a_task_submits() -> Oracle {
        Oracle::new()
            .completes(
                "A task submits another, which runs when the worker is free again.",
                "任务提交了另一个任务，工作线程空出来之后就会运行它。",
            )
            .equals(
                "The future that the task got brings the result of the task that it submitted.",
                "任务得到的 Future 带回它所提交的任务的结果。",
                |results| results.value::<Option<u64>>("result").flatten(),
                |_| Some(7),
                message!(
                    |result, expected| "The result was {result:?}, not {expected:?}.",
                    "得到的是 {result:?}，而不是 {expected:?}。"
                ),
            )
    }

    pub fn drop_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec![false, true])
            .completes(
                "Dropping the pool comes to its end.",
                "丢弃线程池的操作会结束。",
            )
            .equals(
                "Tasks that were accepted run, also if nobody keeps their futures.",
                "已接收的任务会运行，哪怕没有人保留它们的 Future。",
                |results| results.count("done"),
                |_| 2,
                message!(
                    |count| "Tasks accepted: 2. Tasks done: {count}.",
                    "接收的任务数：2。做完的任务数：{count}。"
                ),
            )
            .before(
                "When the pool has been dropped, every accepted task is done.",
                "线程池丢弃完毕时，已接收的任务全部做完了。",
                "done",
                "dropped",
            )
            .no_leaked_threads(
                "When the pool has been dropped, its threads have ended.",
                "线程池丢弃完毕时，它的线程都已结束。",
            )
    }

    pub fn idle_workers_sleep() -> Oracle {
        Oracle::new().cases(|_| vec![0u64, 1]).comes_to_rest(
            "Workers that have nothing to do sleep.",
            "没有任务可做的工作线程在睡眠。",
        )
    }
}
