//! The checks of exercise 39 that you see.

use kit::prelude::*;

kit::checks![
    waits_overlap,
    honours_every_wake,
    takes_turns,
    the_last_waker_counts,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use event_loop::{EventLoop, join_all};
    use std::{
        future::poll_fn,
        pin::Pin,
        sync::{Arc, Mutex},
        task::{Context, Poll, Waker},
        thread,
        time::Duration,
    };

    pub fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// Gives the others a turn: wakes itself, and is ready the next time.
    pub async fn yield_now() {
        let mut yielded = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    /// A future that records each of its polls as a mark.
    pub struct Counted<F>(pub &'static str, pub Pin<Box<F>>);

    impl<F: Future> Future for Counted<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            mark(self.0, ());
            self.1.as_mut().poll(cx)
        }
    }

    /// Something that another thread brings about, several times perhaps.
    #[derive(Clone, Default)]
    pub struct Signal(Arc<Mutex<(usize, Option<Waker>)>>);

    impl Signal {
        /// Brings it about once more, and calls the waker of whoever waits.
        pub fn give(&self) {
            let waker = {
                let mut state = self.0.lock().unwrap();
                state.0 += 1;
                state.1.take()
            };
            if let Some(waker) = waker {
                mark("wake", ());
                waker.wake();
            }
        }

        /// The same, and lets the waker stay for whoever gives next.
        pub fn give_and_leave(&self) {
            let waker = {
                let mut state = self.0.lock().unwrap();
                state.0 += 1;
                state.1.clone()
            };
            if let Some(waker) = waker {
                mark("wake", ());
                waker.wake();
            }
        }

        /// Waits until it has been given `count` times.
        pub async fn given(&self, count: usize) {
            poll_fn(|cx| {
                mark("poll", ());
                let mut state = self.0.lock().unwrap();
                if state.0 >= count {
                    return Poll::Ready(());
                }
                state.1 = Some(cx.waker().clone());
                Poll::Pending
            })
            .await;
        }
    }

    /// Three tasks sleep for 30, 10 and 20 milliseconds.
    pub fn waits_overlap(_: &Case) {
        let event_loop = EventLoop::new();
        call("sleep and wait", (), || {
            let tasks = [30, 10, 20].map(|time| {
                let sleep = event_loop.sleep(ms(time));
                event_loop.spawn(async move {
                    sleep.await;
                    mark("slept", time);
                    time
                })
            });
            event_loop.block_on(join_all(tasks.into()))
        });
    }

    /// Another thread wakes what waits in the loop: what `block_on` was called with, or
    /// a task.
    pub fn honours_every_wake(case: &Case) {
        let as_task: bool = case.get();
        let event_loop = EventLoop::new();
        let signal = Signal::default();
        let theirs = signal.clone();
        thread::scope(|scope| {
            scope.spawn(move || theirs.give());
            if as_task {
                let handle = event_loop.spawn(async move { signal.given(1).await });
                event_loop.block_on(handle);
            } else {
                event_loop.block_on(signal.given(1));
            }
        });
    }

    /// Three tasks have four turns each, and never wait.
    pub fn takes_turns(_: &Case) {
        let event_loop = EventLoop::new();
        let tasks = ["a", "b", "c"].map(|name| {
            event_loop.spawn(async move {
                for _ in 0..3 {
                    mark("turn", name);
                    yield_now().await;
                }
                mark("turn", name);
            })
        });
        event_loop.block_on(join_all(tasks.into()));
    }

    /// A handle and a sleep are polled by one future, and waited for by another one.
    pub fn the_last_waker_counts(_: &Case) {
        let event_loop = EventLoop::new();
        let own = event_loop.clone();
        let handle = event_loop.spawn(async move {
            own.sleep(ms(5)).await;
            "done"
        });
        let mut handle = Box::pin(handle);
        let mut sleep = Box::pin(event_loop.sleep(ms(20)));
        let early = poll_fn(|cx| {
            let done = handle.as_mut().poll(cx).is_ready();
            Poll::Ready(sleep.as_mut().poll(cx).is_ready() || done)
        });
        mark("early", event_loop.block_on(early));
        mark("output", event_loop.block_on(handle));
        event_loop.block_on(sleep);
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use std::time::Duration;

    pub fn waits_overlap() -> Oracle {
        Oracle::new()
            .completes("All three tasks come to their end.", "三个任务都能结束。")
            .took_at_least(
                "The tasks sleep for 30 ms, 10 ms and 20 ms.",
                "三个任务分别睡眠 30、10、20 毫秒。",
                "sleep and wait",
                |_| true,
                Duration::from_millis(30),
            )
            .took_at_most(
                "Together they take as long as the longest of them, and not the sum.",
                "三个任务总共只用最长的那段时间，而不是三段之和。",
                "sleep and wait",
                Duration::from_millis(31),
            )
            .equals(
                "`join_all` gives the outputs in the order of its futures.",
                "`join_all` 按传入的次序给出各个结果。",
                |results| results.results_of::<Vec<u64>>("sleep and wait"),
                |_| vec![vec![30, 10, 20]],
                message!(
                    |outputs, expected| "The outputs were {outputs:?} instead of {expected:?}.",
                    "结果是 {outputs:?}，而不是 {expected:?}。"
                ),
            )
            .equals(
                "Who sleeps for a shorter time goes on earlier.",
                "睡得短的先继续。",
                |results| results.by_thread::<u64>("slept"),
                |_| vec![vec![10, 20, 30]],
                message!(
                    |slept| "They went on in this order: {slept:?}.",
                    "它们继续的次序是 {slept:?}。"
                ),
            )
    }

    /// What is polled is polled once, and once more for each call of a waker at most.
    pub fn not_polled_in_vain(oracle: Oracle) -> Oracle {
        oracle.always_results(
            "A task is polled again only after its waker was called.",
            "只有唤醒器被调用过，任务才会再次被 poll。",
            |results| {
                let (polls, wakes) = (results.count("poll"), results.count("wake"));
                if polls <= wakes + 1 {
                    return Ok(());
                }
                Err(Text::new(
                    format!("Calls of the waker: {wakes}. Polls: {polls}."),
                    format!("唤醒器被调用 {wakes} 次，任务被 poll {polls} 次。"),
                ))
            },
        )
    }

    pub fn honours_every_wake() -> Oracle {
        let wakes = Oracle::new().cases(|_| vec![false, true]).completes(
            "A thread has called the waker, so the task is polled again and comes to its end.",
            "有线程调用了唤醒器，所以任务会再次被 poll 并结束。",
        );
        not_polled_in_vain(wakes)
    }

    pub fn takes_turns() -> Oracle {
        Oracle::new()
            .completes("All tasks come to their end.", "所有任务都能结束。")
            .always_results(
                "No task has two turns while another that is ready has none.",
                "就绪的任务还没轮到时，别的任务不会连着轮到两次。",
                |results| {
                    let all: Vec<Vec<String>> = results.by_thread("turn");
                    let turns: Vec<String> = all.concat();
                    let fair = turns.len() == 12
                        && turns.chunks(3).all(|round| {
                            let mut round = round.to_vec();
                            round.sort();
                            round == ["a", "b", "c"]
                        });
                    if fair {
                        return Ok(());
                    }
                    let turns = turns.join(" ");
                    Err(Text::new(
                        format!("The turns were: {turns}."),
                        format!("轮到的次序是：{turns}。"),
                    ))
                },
            )
    }

    pub fn the_last_waker_counts() -> Oracle {
        Oracle::new()
            .completes(
                "A future can be polled by one task and then by another: the last one is woken.",
                "一个 future 可以先后由两个任务 poll：被唤醒的是最后一个。",
            )
            .always_results(
                "The handle returns the output of its task, and nothing before that.",
                "句柄返回任务的结果，在那之前什么也不返回。",
                |results| {
                    let output: Option<String> = results.value("output");
                    if output.as_deref() == Some("done") && results.value("early") == Some(false) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("The output was {output:?}."),
                        format!("得到的结果是 {output:?}。"),
                    ))
                },
            )
    }
}
