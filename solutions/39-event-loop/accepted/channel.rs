//! The line is a channel: each waker holds a sender, and the loop sleeps in `recv`. Timers
//! are a heap, and their entries are never taken out before they are due.

use std::{
    cell::{Cell, RefCell},
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    pin::{Pin, pin},
    rc::Rc,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// An event loop: runs tasks on the thread that calls [`block_on`](Self::block_on).
#[derive(Clone)]
pub struct EventLoop(Rc<Shared>);

struct Shared {
    sender: Sender<usize>,
    woken: Receiver<usize>,
    tasks: RefCell<HashMap<usize, Pin<Box<dyn Future<Output = ()>>>>>,
    timers: RefCell<BinaryHeap<Reverse<(Instant, usize)>>>,
    /// Who waits for which timer now.
    sleepers: RefCell<HashMap<usize, Waker>>,
    next: Cell<usize>,
}

struct Notify(usize, Sender<usize>);

impl Wake for Notify {
    fn wake(self: Arc<Self>) {
        // Nobody is woken if the loop is gone.
        let _ = self.1.send(self.0);
    }
}

impl Shared {
    fn number(&self) -> usize {
        self.next.replace(self.next.get() + 1)
    }

    fn waker(&self, number: usize) -> Waker {
        Waker::from(Arc::new(Notify(number, self.sender.clone())))
    }

    /// Calls the wakers of the timers that are due, and says when the next one is.
    fn expire(&self) -> Option<Instant> {
        loop {
            let Reverse((deadline, number)) = *self.timers.borrow().peek()?;
            if deadline > Instant::now() {
                return Some(deadline);
            }
            self.timers.borrow_mut().pop();
            let sleeper = self.sleepers.borrow_mut().remove(&number);
            if let Some(waker) = sleeper {
                waker.wake();
            }
        }
    }
}

impl EventLoop {
    /// An event loop without tasks.
    pub fn new() -> Self {
        let (sender, woken) = mpsc::channel();
        Self(Rc::new(Shared {
            sender,
            woken,
            tasks: RefCell::default(),
            timers: RefCell::default(),
            sleepers: RefCell::default(),
            next: Cell::new(0),
        }))
    }

    /// Adds a task. It runs, a poll at a time, while somebody is in `block_on`.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let cell = Rc::new(Outcome {
            output: Cell::new(None),
            waiter: Cell::new(None),
        });
        let outcome = Rc::clone(&cell);
        let task = async move {
            outcome.output.set(Some(future.await));
            if let Some(waiter) = outcome.waiter.take() {
                waiter.wake();
            }
        };
        let number = self.0.number();
        self.0.tasks.borrow_mut().insert(number, Box::pin(task));
        let _ = self.0.sender.send(number);
        JoinHandle(cell)
    }

    /// Runs `future` and all tasks on this thread, until `future` is ready.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let shared = &*self.0;
        let mut future = pin!(future);
        let me = shared.number();
        let _ = shared.sender.send(me);
        loop {
            let number = match shared.expire() {
                None => shared.woken.recv().unwrap(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    match shared.woken.recv_timeout(left) {
                        Ok(number) => number,
                        Err(RecvTimeoutError::Timeout) => continue,
                        Err(RecvTimeoutError::Disconnected) => unreachable!(),
                    }
                }
            };
            let waker = shared.waker(number);
            let mut cx = Context::from_waker(&waker);
            if number == me {
                if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                    return output;
                }
                continue;
            }
            let task = shared.tasks.borrow_mut().remove(&number);
            if let Some(mut task) = task {
                if task.as_mut().poll(&mut cx).is_pending() {
                    shared.tasks.borrow_mut().insert(number, task);
                }
            }
        }
    }

    /// A future that is ready when `duration` is over, counted from this call.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        let timer = (Instant::now() + duration, self.0.number());
        self.0.timers.borrow_mut().push(Reverse(timer));
        Sleep(timer, self.clone())
    }
}

struct Outcome<T> {
    output: Cell<Option<T>>,
    waiter: Cell<Option<Waker>>,
}

/// Waits for a task and gives its output. If it is dropped the task goes on all the same.
pub struct JoinHandle<T>(Rc<Outcome<T>>);

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.waiter.set(Some(cx.waker().clone()));
        match self.0.output.take() {
            Some(output) => Poll::Ready(output),
            None => Poll::Pending,
        }
    }
}

/// Waits for a moment.
pub struct Sleep((Instant, usize), EventLoop);

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let (deadline, number) = self.0;
        if deadline <= Instant::now() {
            return Poll::Ready(());
        }
        let mut sleepers = self.1.0.sleepers.borrow_mut();
        sleepers.insert(number, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.1.0.sleepers.borrow_mut().remove(&self.0.1);
    }
}

/// Runs all of `futures` within one task, side by side, and gives their outputs in the
/// order of the futures.
pub async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    JoinAll(
        futures
            .into_iter()
            .map(|future| Entry::Runs(Box::pin(future)))
            .collect(),
    )
    .await
}

enum Entry<F: Future> {
    Runs(Pin<Box<F>>),
    Done(Box<F::Output>),
}

struct JoinAll<F: Future>(Vec<Entry<F>>);

impl<F: Future> Future for JoinAll<F> {
    type Output = Vec<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<F::Output>> {
        for entry in &mut self.0 {
            if let Entry::Runs(future) = entry {
                if let Poll::Ready(output) = future.as_mut().poll(cx) {
                    *entry = Entry::Done(Box::new(output));
                }
            }
        }
        if self.0.iter().any(|entry| matches!(entry, Entry::Runs(_))) {
            return Poll::Pending;
        }
        let entries = std::mem::take(&mut self.0);
        let output = |entry| match entry {
            Entry::Done(output) => Some(*output),
            Entry::Runs(_) => None,
        };
        Poll::Ready(entries.into_iter().filter_map(output).collect())
    }
}
