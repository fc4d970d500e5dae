// canary: 3c0d95325b080dc8731387c5a320b56b
//! The hidden checks of exercise 39.

use kit::prelude::*;

mod beside_timer;
mod model;
#[cfg(driver)]
mod signal;
mod small_print;
#[cfg(driver)]
mod world;

kit::checks![
    wakes_from_several_threads,
    a_wake_ends_the_sleep,
    a_timer_delays_no_wake,
    sleeps_when_nobody_is_ready,
    timers_in_any_order,
    goes_on_later,
    starts_no_thread,
    keeps_the_small_print,
    small_programs,
];

/// Who wakes whom.
#[derive(Clone, Copy, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
enum Meeting {
    OneTask,
    TwoTasks,
    CalledAlready,
}

impl Meeting {
    fn tasks(self) -> usize {
        match self {
            Self::OneTask | Self::CalledAlready => 1,
            Self::TwoTasks => 2,
        }
    }

    #[cfg(driver)]
    fn gives(self) -> usize {
        match self {
            Self::OneTask | Self::TwoTasks => 2,
            Self::CalledAlready => 3,
        }
    }
}

#[cfg(driver)]
mod scenarios {
    pub use super::{small_print::keeps_the_small_print, world::small_programs};

    use super::beside_timer::Call;
    use super::*;
    use crate::public::scenarios::{Counted, Signal, ms, yield_now};
    use event_loop::{EventLoop, join_all};
    use kit::programs;
    use std::{
        cell::{Cell, RefCell},
        future::{pending, poll_fn, ready},
        rc::Rc,
        sync::{Arc, Mutex},
        task::{Poll, Waker},
        thread,
        time::Duration,
    };

    /// Two threads give one signal to one task, or one each to two tasks; or call the
    /// same waker while it has been called already.
    pub fn wakes_from_several_threads(case: &Case) {
        let meeting: Meeting = case.get();
        let event_loop = EventLoop::new();
        let signals: Vec<_> = (0..meeting.tasks()).map(|_| Signal::default()).collect();
        thread::scope(|scope| {
            let (first, last) = (signals[0].clone(), signals[signals.len() - 1].clone());
            let again = matches!(meeting, Meeting::CalledAlready);
            scope.spawn(move || match again {
                true => (0..2).for_each(|_| first.give_and_leave()),
                false => first.give(),
            });
            scope.spawn(move || match again {
                true => last.give_and_leave(),
                false => last.give(),
            });
            let count = meeting.gives() / meeting.tasks();
            let wait = |signal: Signal| async move { signal.given(count).await };
            let handles = signals
                .iter()
                .cloned()
                .map(|signal| event_loop.spawn(wait(signal)));
            event_loop.block_on(join_all(handles.collect()));
        });
    }

    /// A task sleeps for a day, and another is woken by a thread.
    pub fn a_wake_ends_the_sleep(_: &Case) {
        let event_loop = EventLoop::new();
        let signal = Signal::default();
        let theirs = signal.clone();
        let sleep = event_loop.sleep(Duration::from_hours(24));
        let _kept = event_loop.spawn(sleep);
        thread::scope(|scope| {
            scope.spawn(move || {
                thread::sleep(ms(5));
                theirs.give();
            });
            call("block_on", (), || event_loop.block_on(signal.given(1)));
        });
    }

    /// A generated program: a thread waits in a loop with a timer, and others call the waker.
    pub fn a_timer_delays_no_wake(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let signal = super::signal::Signal::default();
        let act = |call: &Call| match call {
            Call::Wait(count) => json!(signal.wait(*count)),
            Call::Give => json!(signal.give()),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
    }

    /// Nobody is ready, for a day or for ever.
    pub fn sleeps_when_nobody_is_ready(case: &Case) {
        let with_timer: bool = case.get();
        let event_loop = EventLoop::new();
        event_loop.block_on(event_loop.sleep(Duration::from_hours(24)));
        mark("slept", ());
        if with_timer {
            let sleep = event_loop.sleep(Duration::from_hours(24));
            drop(event_loop.spawn(sleep));
        }
        drop(event_loop.spawn(pending::<()>()));
        event_loop.block_on(pending::<()>());
    }

    /// Timers that are added, dropped and due in all sorts of order.
    pub fn timers_in_any_order(case: &Case) {
        let event_loop = EventLoop::new();
        let case: String = case.get();
        call("sleep and wait", (), || match case.as_str() {
            "many" => {
                let tasks = [40, 10, 30, 10, 20, 0].map(|time| {
                    let sleep = Box::pin(event_loop.sleep(ms(time)));
                    event_loop.spawn(async move {
                        Counted("poll", sleep).await;
                        mark("slept", time);
                    })
                });
                event_loop.block_on(join_all(tasks.into()));
            }
            "later" => {
                // While one sleeps, another begins sleeps that are over sooner.
                let long = event_loop.sleep(ms(50));
                let long = event_loop.spawn(async move {
                    long.await;
                    mark("slept", 50);
                });
                let own = event_loop.clone();
                let short = event_loop.spawn(async move {
                    for time in [10, 20] {
                        own.sleep(ms(10)).await;
                        mark("slept", time);
                    }
                });
                event_loop.block_on(join_all(vec![long, short]));
            }
            "in one task" => {
                // Nothing is spawned, and each begins to sleep when it is polled first.
                let own = event_loop.clone();
                let futures = [20, 10, 20].map(|time| {
                    let own = own.clone();
                    async move {
                        own.sleep(ms(time)).await;
                        mark("slept", time);
                    }
                });
                event_loop.block_on(join_all(futures.into()));
            }
            "counted from the call" => {
                let late = event_loop.sleep(ms(20));
                let own = event_loop.clone();
                event_loop.block_on(async move {
                    own.sleep(ms(15)).await;
                    mark("slept", 15);
                    late.await;
                    mark("slept", 20);
                });
            }
            "dropped" => {
                // Begun, looked at once, and given up.
                let mut given_up = Box::pin(event_loop.sleep(ms(5)));
                let own = event_loop.clone();
                event_loop.block_on(async move {
                    poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_ready())).await;
                    drop(given_up);
                    own.sleep(ms(10)).await;
                    mark("slept", 10);
                });
            }
            _ => {
                // A task that is always ready must not keep the clock from being looked at.
                let slept = Rc::new(Cell::new(false));
                let theirs = Rc::clone(&slept);
                let sleep = event_loop.sleep(Duration::from_micros(20));
                let _kept = event_loop.spawn(async move {
                    sleep.await;
                    mark("slept", 0);
                    theirs.set(true);
                });
                event_loop.block_on(async move {
                    while !slept.get() {
                        yield_now().await;
                    }
                });
            }
        });
    }

    /// `block_on` is called several times, and tasks and handles are used in between.
    pub fn goes_on_later(_: &Case) {
        let event_loop = EventLoop::new();
        // Nobody waits for these; `block_on` returns long before they are done.
        for name in ["first", "second", "third"] {
            drop(event_loop.spawn(async move {
                yield_now().await;
                yield_now().await;
                mark("done", name);
            }));
        }
        mark("at once", event_loop.block_on(ready(1)));
        // These are spawned when the task that spawns them is in line already.
        let mut wanted = vec!["fourth", "fifth"];
        event_loop.block_on(poll_fn(|cx| {
            cx.waker().wake_by_ref();
            let polled = if wanted.is_empty() {
                Poll::Ready(())
            } else {
                Poll::Pending
            };
            for name in wanted.drain(..) {
                drop(event_loop.spawn(async move { mark("done", name) }));
            }
            polled
        }));
        let own = event_loop.clone();
        let handle = event_loop.spawn(async move {
            let sleep = own.sleep(ms(10));
            let inner = own.spawn(async move { sleep.await });
            inner.await;
            2
        });
        // The handle is polled by one task and then by another: the last one counts.
        let mut handle = Box::pin(handle);
        let early = poll_fn(|cx| Poll::Ready(handle.as_mut().poll(cx).is_ready()));
        mark("early", event_loop.block_on(early));
        let mut sleep = Box::pin(event_loop.sleep(ms(30)));
        let early = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx).is_ready()));
        mark("early", event_loop.block_on(early));
        mark("moved", event_loop.block_on(handle));
        event_loop.block_on(sleep);
        // The waker of a task that is long done wakes nobody, and harms nobody.
        let kept: Arc<Mutex<Option<Waker>>> = Arc::default();
        let theirs = Arc::clone(&kept);
        event_loop.block_on(poll_fn(move |cx| {
            *theirs.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        }));
        let waker = kept.lock().unwrap().take();
        waker.iter().for_each(Waker::wake_by_ref);
        let none: Vec<std::future::Ready<u8>> = Vec::new();
        mark("none", event_loop.block_on(join_all(none)));
        // Borrowed things can be used by what `block_on` is called with.
        let names = RefCell::new(Vec::new());
        event_loop.block_on(async {
            names.borrow_mut().push("borrowed");
            event_loop.sleep(ms(1)).await;
        });
        mark("names", names.into_inner());
        drop(event_loop);
        waker.iter().for_each(Waker::wake_by_ref);
    }

    /// After some sleeps and turns one thread is started, by the scenario.
    pub fn starts_no_thread(_: &Case) {
        let event_loop = EventLoop::new();
        let tasks = [3, 2].map(|time| {
            let sleep = event_loop.sleep(ms(time));
            event_loop.spawn(async move {
                mark("turn", ());
                sleep.await;
                mark("turn", ());
                yield_now().await;
                mark("turn", ());
            })
        });
        event_loop.block_on(join_all(tasks.into()));
        thread::scope(|scope| {
            scope.spawn(|| mark("next thread", ()));
        });
    }
}

#[cfg(verdict)]
mod oracles {
    pub use super::small_print::keeps_the_small_print;

    use super::*;
    use crate::public::oracles::not_polled_in_vain;
    use std::time::Duration;

    pub fn wakes_from_several_threads() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![Meeting::OneTask, Meeting::TwoTasks, Meeting::CalledAlready])
            .completes(
                "Threads have called the wakers, so all tasks come to their end.",
                "各线程调用了唤醒器，所以所有任务都能结束。",
            );
        // Each of the tasks is polled once without having been woken.
        oracle.always_results(
            "A task is polled again only after its waker was called.",
            "只有唤醒器被调用过，任务才会再次被 poll。",
            |results| {
                let tasks = results.case::<Meeting>().tasks();
                let (polls, wakes) = (results.count("poll"), results.count("wake"));
                if polls <= wakes + tasks {
                    return Ok(());
                }
                Err(Text::new(
                    format!("Tasks: {tasks}. Calls of their wakers: {wakes}. Polls: {polls}."),
                    format!("任务 {tasks} 个，唤醒器被调用 {wakes} 次，任务被 poll {polls} 次。"),
                ))
            },
        )
    }

    pub fn a_wake_ends_the_sleep() -> Oracle {
        let oracle = Oracle::new().completes(
            "A thread has called the waker, so the task comes to its end.",
            "有线程调用了唤醒器，所以任务会结束。",
        );
        not_polled_in_vain(oracle).may_take_at_most(
            "What a thread wakes after 5 ms need not wait for a timer that is due in a day.",
            "5 毫秒后被线程唤醒的任务，不必等到一天之后才到期的定时器。",
            "block_on",
            Duration::from_millis(6),
        )
    }

    pub fn a_timer_delays_no_wake() -> Oracle {
        Oracle::new().programs(
            "A loop that sleeps until a timer is due goes on as soon as another thread calls a waker, at whatever moment.",
            "睡到定时器到期为止的循环，一旦有别的线程调用唤醒器就会继续，无论何时调用。",
            beside_timer::BesideTimer,
        )
    }

    pub fn sleeps_when_nobody_is_ready() -> Oracle {
        Oracle::new()
            .cases(|_| vec![false, true])
            .comes_to_rest(
                "When no task is ready the thread sleeps until a timer is due or a waker is called.",
                "没有就绪的任务时，线程一直睡到定时器到期或唤醒器被调用。",
            )
            .equals(
                "A sleep of a day comes to its end.",
                "睡一天也有睡完的时候。",
                |results| results.count("slept"),
                |_| 1,
                message!(
                    |count| "It came to its end {count} times.",
                    "它结束了 {count} 次。"
                ),
            )
    }

    pub fn timers_in_any_order() -> Oracle {
        /// The sleeps in the order in which they are over, the time until all are, and
        /// how often those that are counted may be polled.
        fn expected(case: &str) -> (&'static [u64], u64, usize) {
            match case {
                "many" => (&[0, 10, 10, 20, 30, 40], 40, 11),
                "later" => (&[10, 20, 50], 50, 0),
                "in one task" => (&[10, 20, 20], 20, 0),
                "counted from the call" => (&[15, 20], 20, 0),
                "dropped" => (&[10], 10, 0),
                _ => (&[0], 0, 0),
            }
        }
        Oracle::new()
            .cases(|_| {
                vec![
                    "many",
                    "later",
                    "in one task",
                    "counted from the call",
                    "dropped",
                    "always ready",
                ]
            })
            .completes(
                "Every sleep comes to its end, also while another task is ready all the time.",
                "每次睡眠都会结束，哪怕另一个任务一直处于就绪状态。",
            )
            .equals(
                "Sleeps are over in the order of their deadlines.",
                "睡眠按截止时刻的先后结束。",
                |results| results.by_thread::<u64>("slept").concat(),
                |results| expected(&results.case::<String>()).0.to_vec(),
                message!(
                    |slept| "They were over in this order: {slept:?}.",
                    "它们结束的次序是 {slept:?}。"
                ),
            )
            .always(
                "The whole takes as long as the latest deadline says.",
                "总时间由最晚的截止时刻决定。",
                |history| {
                    let case: String = history.case();
                    let least = Duration::from_millis(expected(&case).1);
                    let most = least + Duration::from_millis(1);
                    let calls = history.calls_of("sleep and wait");
                    let took = calls.first().map(|call| Duration::from_nanos(call.took));
                    if took.is_some_and(|took| (least..=most).contains(&took)) {
                        return Ok(());
                    }
                    let took = took.unwrap_or_default();
                    Err(Text::new(
                        format!("It took {took:?} and not {least:?}."),
                        format!("用了 {took:?}，而不是 {least:?}。"),
                    ))
                },
            )
            .always_results(
                "A task that sleeps is polled once at first, and once when its time is up.",
                "睡眠的任务开始时被 poll 一次，到期时再被 poll 一次。",
                |results| {
                    let (polls, case): (_, String) = (results.count("poll"), results.case());
                    let limit = expected(&case).2;
                    // A sleep that is over at once may be polled twice or once.
                    if polls <= limit + 1 {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Six sleeps were polled {polls} times."),
                        format!("六次睡眠一共被 poll 了 {polls} 次。"),
                    ))
                },
            )
    }

    pub fn goes_on_later() -> Oracle {
        Oracle::new()
            .completes(
                "Whoever is woken is polled in the next `block_on`, by whoever it is waited for now.",
                "被唤醒的任务会在下一次 `block_on` 中被 poll，不论现在是谁在等它。",
            )
            .equals(
                "A task whose handle was dropped, and that was not done when `block_on` \
                 returned, goes on with the next one.",
                "句柄被丢弃、`block_on` 返回时还没做完的任务，会在下一次 `block_on` 中继续。",
                |results| results.values_of::<String>("done").join(", "),
                |_| "fifth, first, fourth, second, third".to_owned(),
                message!(
                    |done| "Of the five tasks these came to their end: {done}.",
                    "五个任务中结束了的是：{done}。"
                ),
            )
            .equals(
                "`block_on` returns the output of its future.",
                "`block_on` 返回它的 future 的结果。",
                |results| {
                    (
                        results.value("at once"),
                        results.value("moved"),
                        results.values_of("early"),
                        results.value("none"),
                        results.value("names"),
                    )
                },
                |_| -> (_, _, _, Option<Vec<u8>>, _) {
                    (
                        Some(1),
                        Some(2),
                        vec![false, false],
                        Some(vec![]),
                        Some(vec!["borrowed".to_owned()]),
                    )
                },
                message!(
                    |outputs, expected| "The outputs were {outputs:?} and not {expected:?}.",
                    "结果是 {outputs:?}，而不是 {expected:?}。"
                ),
            )
    }

    pub fn starts_no_thread() -> Oracle {
        Oracle::new()
            .completes("The tasks come to their end.", "任务都能结束。")
            .always(
                "Tasks run on the thread that called `block_on`, and no other is started.",
                "任务都在调用 `block_on` 的线程里运行，不会启动别的线程。",
                |history| {
                    let elsewhere = history.marks("turn").any(|turn| turn.thread != 0);
                    let next = history.marks("next thread").next();
                    if !elsewhere && next.is_some_and(|next| next.thread == 1) {
                        return Ok(());
                    }
                    Err(Text::new(
                        "The event loop started threads.",
                        "事件循环启动了别的线程。",
                    ))
                },
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever tasks there are, each goes on at its time, is polled as often as it is woken, and its handle gives its output.",
            "无论有哪些任务，每个都按时继续，被唤醒几次就被 poll 几次，句柄给出它的结果。",
            model::OneThread,
        )
    }
}
