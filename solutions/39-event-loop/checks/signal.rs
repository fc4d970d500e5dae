// canary: b4f70b3e64b0a7c89c6e8f2af7ad3174
//! Something that threads bring about, and that a loop with a timer waits for.

use event_loop::EventLoop;
use std::{
    future::poll_fn,
    sync::Mutex,
    task::{Poll, Waker},
    time::Duration,
};

/// What threads bring about.
#[derive(Default)]
pub struct Signal(Mutex<State>);

#[derive(Default)]
struct State {
    /// How often it was brought about.
    times: usize,
    /// Of the task that waits for it.
    waiting: Option<Waker>,
}

impl Signal {
    pub fn give(&self) {
        let mut inner = self.0.lock().unwrap();
        inner.times += 1;
        let waiting = inner.waiting.take();
        drop(inner);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Waits in a new loop, in which another task sleeps for a day.
    pub fn wait(&self, times: usize) {
        let own = EventLoop::new();
        drop(own.spawn(own.sleep(Duration::from_hours(24))));
        own.block_on(poll_fn(|context| {
            let mut inner = self.0.lock().unwrap();
            if inner.times < times {
                inner.waiting = Some(context.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        }));
    }
}
