// canary: dc6a9b039f68e4be7ab42223d9507327
//! The hidden checks of exercise 35.

use kit::prelude::*;

mod model;
#[cfg(driver)]
mod watched;

kit::checks![
    small_programs,
    nobody_waits_for_a_callback,
    sleeps_until_it_is_done,
];

#[cfg(driver)]
mod scenarios {
    use super::model::{Call, Task};
    use super::watched::Watched;
    use super::*;
    use callbacks::Executor;
    use kit::programs;
    use std::{
        sync::{Arc, mpsc},
        thread,
    };

    /// A generated program. Its threads are there before the worker, as the model counts them.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Task, Call>(case);
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
            let watched = Arc::new(match program.object {
                Task::Pending => Watched::pending(),
                Task::Done => Watched::done(),
            });
            for start in starts {
                let _ = start.send(Arc::clone(&watched));
            }
            watched
        });
        programs::perform(&program.last, &|call| act(&watched, call));
    }

    fn act(watched: &Watched, call: &Call) -> Value {
        match *call {
            Call::Add(number) => json!(watched.add(number)),
            Call::Finish => json!(watched.finish()),
            Call::Then(number) => json!(watched.then(number)),
            Call::IsDone => json!(watched.is_done()),
            Call::Result => json!(watched.result()),
            Call::AddPanicking(number) => json!(watched.add_panicking(number)),
            Call::AddAsking(number) => json!(watched.add_asking(number)),
            Call::AddNested(number) => json!(watched.add_nested(number)),
            Call::AddMany(number, times) => json!(watched.add_many(number, times)),
            Call::ThenAsking(number) => json!(watched.then_asking(number)),
            Call::ThenResult(number) => json!(watched.then_result(number)),
            Call::CalledByWorker => json!(watched.called_by_worker()),
        }
    }

    /// The first callback is held up until the others have been served: a thread that
    /// asks, one that waited before, and one that adds a callback.
    pub fn nobody_waits_for_a_callback(case: &Case) {
        let late: bool = case.get();
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let future = executor.submit(|| 7u64);
        if late {
            // Then this callback is called by its adder, and not by the worker.
            future.result();
        }
        thread::scope(|scope| {
            let future = &future;
            scope.spawn(move || future.add_done_callback(move |_| drop(gate.recv())));
            scope.spawn(move || mark("result", future.result()));
            mark("result", future.result());
            mark("done", future.is_done());
            future.add_done_callback(|value| mark("callback", value));
            drop(future.then(|_| ()));
            let _ = go.send(());
        });
    }

    /// A task that never ends.
    pub fn sleeps_until_it_is_done(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| park_forever());
        future.add_done_callback(|()| ());
        future.result();
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever is added, each callback is called once, in order, by the worker or by the thread that adds it, as the table says.",
            "无论添加什么，每个回调都恰好被调用一次，次序正确，由表中所说的工作线程或添加它的线程调用。",
            super::model::Future,
        )
    }

    pub fn nobody_waits_for_a_callback() -> Oracle {
        Oracle::new()
            .cases(|_| vec![false, true])
            .completes(
                "While one callback is held up, others get the result and add callbacks.",
                "一个回调还没有返回时，别的线程照样能取结果、添加回调。",
            )
            .equals(
                "All of them are told the truth.",
                "它们得到的回答都属实。",
                |results| {
                    (
                        results.values_of("result"),
                        results.values_of("callback"),
                        results.value("done").unwrap_or(false),
                    )
                },
                |_| (vec![7u64, 7], vec![7u64], true),
                message!(
                    |(told, called, done), _| "`result` returned {told:?}, the callback that was \
                     added got {called:?}, and `is_done` returned {done}; [7, 7], [7] and true \
                     were expected.",
                    "`result` 返回 {told:?}，添加的回调得到 {called:?}，`is_done` 返回 {done}；\
                     应当是 [7, 7]、[7] 和 true。"
                ),
            )
    }

    pub fn sleeps_until_it_is_done() -> Oracle {
        Oracle::new().comes_to_rest(
            "Whoever waits for a result sleeps until it is there.",
            "等待结果的线程会一直睡到结果出来，而不是反复查看。",
        )
    }
}
