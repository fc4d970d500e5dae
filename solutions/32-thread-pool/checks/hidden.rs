// canary: 4ff5c5b2ba0a2c80e0cdbba2fd2f7a11
//! The hidden checks of exercise 32.

use kit::prelude::*;

mod model;
#[cfg(driver)]
mod watched;

kit::checks![small_programs, drop_waits, idle_workers_sleep,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::watched::{self, Watched};
    use super::*;
    use kit::programs;
    use std::{
        sync::{Arc, mpsc},
        thread,
    };
    use thread_pool::ThreadPool;

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
