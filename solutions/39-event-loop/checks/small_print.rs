// canary: 410b306027ee5a9bc47f525422567552
//! What is easily overlooked in exercise 39: lengths of sleeps, ties, long turns, wakers without a loop.

use kit::prelude::*;

#[cfg(driver)]
pub use driver::keeps_the_small_print;
#[cfg(verdict)]
pub use verdict::keeps_the_small_print;

#[cfg(driver)]
mod driver {
    use super::*;
    use crate::public::scenarios::{ms, yield_now};
    use event_loop::{EventLoop, join_all};
    use std::{
        cell::Cell,
        future::poll_fn,
        mem,
        rc::Rc,
        sync::{Arc, Mutex},
        task::{Context, Poll, Wake, Waker},
        thread,
        time::{Duration, Instant},
    };

    /// A waker that says when it is called.
    struct Says(u64, Waker);

    impl Wake for Says {
        fn wake(self: Arc<Self>) {
            mark("said", self.0);
            self.1.wake_by_ref();
        }
    }

    /// What is easily overlooked.
    pub fn keeps_the_small_print(case: &Case) {
        let timers = EventLoop::new();
        let say = |what: u64| mark("said", what);
        match case.get::<String>().as_str() {
            "lengths" => {
                for micros in [1, 1_500, 4_000_000_000, 5_000_000_000_000] {
                    let begin = Instant::now();
                    timers.block_on(timers.sleep(Duration::from_micros(micros)));
                    let took = begin.elapsed().as_micros();
                    let asked = u128::from(micros);
                    say(u64::from((asked..asked + 1_000).contains(&took)));
                }
            }
            "one moment" => {
                // A look at the clock takes a microsecond: they are over at the same moment.
                let tasks = [9_002, 9_001, 9_000]
                    .map(|micros| timers.spawn(timers.sleep(Duration::from_micros(micros))));
                say(timers.block_on(join_all(tasks.into())).len() as u64);
            }
            "long turn" => {
                let times = [30, 10, 40, 20];
                let mut sleeps = times.map(|time| Box::pin(timers.sleep(ms(time))));
                let mut turns = 0;
                timers.block_on(poll_fn(|cx| {
                    turns += 1;
                    let mut over = true;
                    for (sleep, time) in sleeps.iter_mut().zip(times).filter(|_| turns == 1) {
                        let waker = Waker::from(Arc::new(Says(time, cx.waker().clone())));
                        over &= sleep
                            .as_mut()
                            .poll(&mut Context::from_waker(&waker))
                            .is_ready();
                    }
                    if turns == 1 {
                        thread::sleep(ms(50));
                    }
                    if over && turns > 1 {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    }
                }));
            }
            "spawned in a turn" => {
                let own = timers.clone();
                timers.block_on(async move {
                    let child = own.spawn(async move { say(2) });
                    say(1);
                    child.await;
                });
            }
            "at once" => {
                let over = Rc::new(Cell::new(false));
                for _ in 0..3 {
                    let over = Rc::clone(&over);
                    drop(timers.spawn(async move {
                        while !over.get() {
                            yield_now().await;
                        }
                        say(1);
                    }));
                }
                let theirs = Rc::clone(&over);
                timers.block_on(async move {
                    yield_now().await;
                    yield_now().await;
                    theirs.set(true);
                });
                say(0);
                timers.block_on(timers.sleep(ms(1)));
            }
            _ => {
                let kept: Arc<Mutex<Vec<Waker>>> = Arc::default();
                let theirs = Arc::clone(&kept);
                let _kept = timers.spawn(poll_fn(move |cx| -> Poll<()> {
                    theirs.lock().unwrap().push(cx.waker().clone());
                    Poll::Pending
                }));
                timers.block_on(timers.sleep(ms(1)));
                drop(timers);
                let wakers = mem::take(&mut *kept.lock().unwrap());
                wakers.iter().for_each(Waker::wake_by_ref);
                wakers.into_iter().for_each(Waker::wake);
                say(0);
            }
        }
    }
}

#[cfg(verdict)]
mod verdict {
    use super::*;

    pub fn keeps_the_small_print() -> Oracle {
        fn expected(case: &str) -> &'static [u64] {
            match case {
                "lengths" => &[1, 1, 1, 1],
                "one moment" => &[3],
                "long turn" => &[10, 20, 30, 40],
                "spawned in a turn" => &[1, 2],
                "at once" => &[0, 1, 1, 1],
                _ => &[0],
            }
        }
        let cases = [
            "lengths",
            "one moment",
            "long turn",
            "spawned in a turn",
            "at once",
            "gone",
        ];
        Oracle::new()
            .cases(move |_| cases.into())
            .completes(
                "Every sleep comes to its end, and a waker harms nobody when its loop is gone.",
                "每次睡眠都会结束；事件循环没有了，它的唤醒器也不会造成任何危害。",
            )
            .equals(
                "Sleeps are as long as they should be, wakers are called in order of deadlines, `spawn` and `block_on` return at once.",
                "睡眠该多长就多长，唤醒器按截止时刻的次序被调用，`spawn` 和 `block_on` 立即返回。",
                |results| results.by_thread::<u64>("said").concat(),
                |results| expected(&results.case::<String>()).to_vec(),
                message!(
                    |said, expected| "What was seen is {said:?} instead of {expected:?}.",
                    "看到的是 {said:?}，而不是 {expected:?}。"
                ),
            )
    }
}
