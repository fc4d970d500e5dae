//! The checks of exercise 35 that you see.

use kit::prelude::*;

kit::checks![
    calls_back,
    loses_no_callback,
    a_panic_harms_nobody,
    chains_callbacks,
    callbacks_may_ask,
];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use callbacks::Executor;
    use std::{sync::mpsc, thread};

    /// The task does not end before two callbacks have been added. The third is added
    /// when the worker has long been done with them.
    pub fn calls_back(_: &Case) {
        let executor = Executor::new();
        let worker = executor.submit(|| thread::current().id()).result();
        let main = thread::current().id();
        let (go, gate) = mpsc::channel::<()>();
        let future = executor.submit(move || {
            let _ = gate.recv();
            7
        });
        let add = |number: u64| {
            future.add_done_callback(move |value: u64| {
                let here = thread::current().id();
                let by = if here == worker {
                    "the worker"
                } else if here == main {
                    "the caller"
                } else {
                    "another thread"
                };
                mark("callback", (number, value, by));
            });
        };
        add(1);
        add(2);
        mark("done before its end", future.is_done());
        let _ = go.send(());
        mark("result", future.result());
        // The worker has called back before it takes another task.
        executor.submit(|| ()).result();
        mark("done after its end", future.is_done());
        add(3);
        mark("added 3", ());
    }

    /// Two callbacks are added while the task is run, under every schedule.
    pub fn loses_no_callback(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| 7u64);
        for number in 1..=2u64 {
            future.add_done_callback(move |value| mark("callback", (number, value)));
        }
    }

    /// The first callback panics. It is added before the task ends, or after.
    pub fn a_panic_harms_nobody(case: &Case) {
        let after: bool = case.get();
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let future = executor.submit(move || drop(gate.recv()));
        if after {
            let _ = go.send(());
            executor.submit(|| ()).result();
        }
        future.add_done_callback(|()| panic!("the kettle is empty"));
        future.add_done_callback(|()| mark("second callback", ()));
        let _ = go.send(());
        let next = executor.submit(|| 7u64);
        mark("next task", next.result());
    }

    /// Two steps more, added before the task ends or while it is run.
    pub fn chains_callbacks(case: &Case) {
        let held_up: bool = case.get();
        let executor = Executor::new();
        let (go, gate) = mpsc::channel::<()>();
        let water = executor.submit(move || {
            if held_up {
                let _ = gate.recv();
            }
            "water".to_owned()
        });
        let tea = water.then(|water| format!("{water}, tea"));
        let sweet = tea.then(|tea| format!("{tea}, sugar"));
        let _ = go.send(());
        mark("sweet", sweet.result());
        mark("tea", tea.result());
        mark("again", sweet.then(|sweet| sweet.len()).result());
    }

    /// A callback asks its own future, and adds a callback to it.
    pub fn callbacks_may_ask(_: &Case) {
        let executor = Executor::new();
        let future = executor.submit(|| 7u64);
        let own = future.clone();
        future.add_done_callback(move |value| {
            mark("asked", (value, own.result(), own.is_done()));
            own.add_done_callback(|value| mark("added inside", value));
            own.then(|value| mark("chained inside", value));
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn calls_back() -> Oracle {
        let number_of = |event: &kit::history::Event| event.value.get(0).and_then(Value::as_u64);
        Oracle::new()
            .completes(
                "The task ends, and `add_done_callback` does not wait for that.",
                "任务会结束，`add_done_callback` 不必等到那时。",
            )
            .equals(
                "Each callback is called once, with the value of the task.",
                "每个回调恰好被调用一次，参数是任务的返回值。",
                |results| {
                    let calls: Vec<(u64, u64, String)> = results.values_of("callback");
                    calls.into_iter().map(|call| (call.0, call.1)).collect()
                },
                |_| vec![(1, 7), (2, 7), (3, 7)],
                |calls: &Vec<(u64, u64)>, _| {
                    let called = calls.iter().map(|call| format!("{} with {}", call.0, call.1));
                    let called: Vec<_> = called.collect();
                    let zh = calls.iter().map(|call| format!("{}（参数 {}）", call.0, call.1));
                    let zh: Vec<_> = zh.collect();
                    Text::new(
                        format!(
                            "The callbacks are 1, 2, 3, and the value is 7. Called were: {}.",
                            called.join(", ")
                        ),
                        format!(
                            "回调是 1、2、3，返回值是 7。被调用的是：{}。",
                            zh.join("、")
                        ),
                    )
                },
            )
            .always_results(
                "Callbacks that wait for the end are called by the worker that ends the task; one \
                 that comes later is called at once by the thread that adds it.",
                "等待任务结束的回调，由完成任务的工作线程调用；之后才添加的回调，由添加它的线程立刻调用。",
                |results| {
                    let calls: Vec<(u64, u64, String)> = results.values_of("callback");
                    let expected = |number| if number < 3 { "the worker" } else { "the caller" };
                    let wrong = calls.into_iter().find(|(n, _, by)| by != expected(*n));
                    wrong.map_or(Ok(()), |(number, _, by)| {
                        let zh = match by.as_str() {
                            "the worker" => "工作线程",
                            "the caller" => "添加它的线程",
                            _ => "别的线程",
                        };
                        Err(Text::new(
                            format!("Callback {number} was called by {by}."),
                            format!("回调 {number} 是由{zh}调用的。"),
                        ))
                    })
                },
            )
            .always(
                "A callback that is added after the end has been called when \
                 `add_done_callback` returns.",
                "任务结束之后才添加的回调，在 `add_done_callback` 返回时已经调用过了。",
                move |history| {
                    for event in history.events() {
                        if event.name == "callback" && number_of(event) == Some(3) {
                            return Ok(());
                        }
                        if event.name == "added 3" {
                            break;
                        }
                    }
                    Err(Text::new(
                        "It had not been called by then.",
                        "那时它还没有被调用。",
                    ))
                },
            )
            .equals(
                "`is_done` says whether the task is done, and `result` returns its value.",
                "`is_done` 说明任务是否结束，`result` 返回任务的返回值。",
                |results| {
                    (
                        results.value("done before its end").unwrap_or_default(),
                        results.value("done after its end").unwrap_or_default(),
                        results.value("result").unwrap_or_default(),
                    )
                },
                |_| (false, true, 7u64),
                message!(
                    |(before, after, result), _| "Before the end `is_done` was {before}, \
                     afterwards {after}; `result` was {result}.",
                    "结束之前 `is_done` 是 {before}，之后是 {after}；`result` 是 {result}。"
                ),
            )
    }

    pub fn loses_no_callback() -> Oracle {
        Oracle::new()
            .completes(
                "Callbacks can be added while the task ends.",
                "任务正在结束时也可以添加回调。",
            )
            .equals(
                "A callback is called once, whether the task ends before it is added, \
                 meanwhile, or afterwards.",
                "无论任务在添加回调之前、之时还是之后结束，每个回调都恰好被调用一次。",
                |results| results.values_of("callback"),
                |_| vec![(1u64, 7u64), (2, 7)],
                |calls, _| {
                    let called: Vec<u64> = calls.iter().map(|(number, _)| *number).collect();
                    Text::new(
                        format!("Callbacks 1 and 2 were added. Called were: {called:?}."),
                        format!("添加了回调 1 和 2。被调用的是：{called:?}。"),
                    )
                },
            )
    }

    pub fn a_panic_harms_nobody() -> Oracle {
        Oracle::new()
            .cases(|_| vec![false, true])
            .completes(
                "A callback that panics takes no thread with it, neither the worker nor the one \
                 that adds it.",
                "回调发生 panic 时，无论工作线程还是添加它的线程都不受影响。",
            )
            .equals(
                "The other callbacks and the next tasks run all the same.",
                "其余的回调和之后的任务照常运行。",
                |results| (results.count("second callback"), results.value("next task")),
                |_| (1, Some(7u64)),
                message!(
                    |(second, _), _| "After the panic the second callback was called {second} times.",
                    "panic 之后，第二个回调被调用的次数是 {second}。"
                ),
            )
    }

    pub fn chains_callbacks() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "`then` does not wait, and each future of a chain comes to its end.",
                "`then` 不等待，链上的每个 Future 都会结束。",
            )
            .equals(
                "Each step gets the value of the step before.",
                "每一步都得到上一步的值。",
                |results| {
                    let text = |name| results.value::<String>(name).unwrap_or_default();
                    (text("tea"), text("sweet"), results.value("again"))
                },
                |_| {
                    let [tea, sweet] = ["water, tea", "water, tea, sugar"].map(str::to_owned);
                    (tea, sweet, Some(17usize))
                },
                message!(
                    |(tea, sweet, _), _| "The steps came to “{tea}” and “{sweet}”.",
                    "各步的结果是“{tea}”和“{sweet}”。"
                ),
            )
    }

    pub fn callbacks_may_ask() -> Oracle {
        Oracle::new()
            .completes(
                "A callback asks its own future and adds a callback to it: no lock is held \
                 while it is called.",
                "回调可以询问自己的 Future，并给它添加回调：调用回调时不持有锁。",
            )
            .always_results(
                "When a callback is called its future is done.",
                "调用回调时，它的 Future 已经结束。",
                |results| match results.value::<(u64, u64, bool)>("asked") {
                    Some((7, 7, true)) => Ok(()),
                    Some((value, result, done)) => Err(Text::new(
                        format!(
                            "It got {value}. Its future said: `result` {result}, `is_done` {done}."
                        ),
                        format!(
                            "它得到的是 {value}，而 Future 说：`result` 是 {result}，`is_done` 是 {done}。"
                        ),
                    )),
                    None => Err(Text::new("It was not called.", "它没有被调用。")),
                },
            )
            .equals(
                "What a callback adds is called too, once.",
                "回调里添加的回调也恰好被调用一次。",
                |results| ["added inside", "chained inside"].map(|name| results.values_of(name)),
                |_| [vec![7u64], vec![7]],
                |called, _| {
                    let [added, chained] = called.each_ref().map(Vec::len);
                    Text::new(
                        format!(
                            "Times that the callbacks added inside were called: {added} and \
                             {chained}."
                        ),
                        format!("回调里添加的回调，被调用的次数是 {added} 和 {chained}。"),
                    )
                },
            )
    }
}
