// canary: b4f70b3e64b0a7c89c6e8f2af7ad3174
//! Something that threads bring about, and that a loop with a timer waits for.

use event_loop::EventLoop;
use std::{
    future::poll_fn,
    sync::Mutex,
    task::{Poll, Waker},
    time::Duration,
};

/// How often it was brought about, and the waker of the task that waits for it.
#[derive(Default)]
pub struct Signal(Mutex<(usize, Option<Waker>)>);

impl Signal {
    pub fn give(&self) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.0 += 1;
            state.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits in a new loop, in which another task sleeps for a day.
    pub fn wait(&self, count: usize) {
        let event_loop = EventLoop::new();
        let sleep = event_loop.sleep(Duration::from_hours(24));
        drop(event_loop.spawn(sleep));
        event_loop.block_on(poll_fn(|cx| {
            let mut state = self.0.lock().unwrap();
            if state.0 >= count {
                return Poll::Ready(());
            }
            state.1 = Some(cx.waker().clone());
            Poll::Pending
        }));
    }
}
