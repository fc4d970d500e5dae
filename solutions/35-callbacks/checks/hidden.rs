// canary: dc6a9b039f68e4be7ab42223d9507327
//! The hidden checks of exercise 35.

use kit::prelude::*;

kit::checks![
    calls_in_order,
    nobody_waits_for_a_callback,
    sleeps_until_it_is_done,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use callbacks::Executor;
    use std::{sync::mpsc, thread};

    /// Three callbacks, added by one thread while the task is run.
    pub fn calls_in_order(case: &Case) {
        let held_up: bool = case.get();
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let future = executor.submit(move || {
            if held_up {
                let _ = gate.recv();
            }
        });
        for number in 1..=3u64 {
            future.add_done_callback(move |()| mark("callback", number));
        }
        let _ = go.send(());
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
            mark("then", future.then(|_| ()).is_done());
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

    pub fn calls_in_order() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes("The task comes to its end.", "任务会结束。")
            .always_results(
                "Each thread calls the callbacks in the order in which they were added.",
                "每个线程都按添加的顺序调用回调。",
                |results| {
                    let lists: Vec<Vec<u64>> = results.by_thread("callback");
                    match lists.into_iter().find(|list| !list.is_sorted()) {
                        None => Ok(()),
                        Some(list) => Err(Text::new(
                            format!("Added were 1, 2, 3. One thread called them so: {list:?}."),
                            format!("添加的次序是 1、2、3，有线程的调用次序却是 {list:?}。"),
                        )),
                    }
                },
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
