//! wrong: a sleep that is polled again keeps the waker of the first poll
//! fails: goes_on_later deadlock
//! fails: the_last_waker_counts deadlock

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    pin::{Pin, pin},
    rc::Rc,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// An event loop: runs tasks on the thread that calls [`block_on`](Self::block_on).
///
/// A clone is another handle of the same loop.
#[derive(Clone)]
pub struct EventLoop {
    inner: Rc<Inner>,
}

struct Inner {
    ready: Arc<Ready>,
    tasks: RefCell<BTreeMap<u64, Task>>,
    /// By deadline, then by number: two timers may have the same deadline.
    timers: RefCell<BTreeMap<(Instant, u64), Waker>>,
    numbers: Cell<u64>,
}

/// The part that other threads can reach: who is ready, in line.
struct Ready {
    line: Mutex<VecDeque<u64>>,
    longer: Condvar,
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// Puts its task in line, unless it stands there already.
struct TaskWaker {
    number: u64,
    in_line: AtomicBool,
    ready: Arc<Ready>,
}

impl TaskWaker {
    /// A waker whose task stands in line for the first time.
    fn new(number: u64, ready: &Arc<Ready>) -> Arc<Self> {
        let waker = Arc::new(Self {
            number,
            in_line: AtomicBool::new(false),
            ready: Arc::clone(ready),
        });
        waker.wake_by_ref();
        waker
    }

    /// Polls its task. From here on a call of the waker means one more poll.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        self.in_line.store(false, SeqCst);
        let waker = Waker::from(Arc::clone(self));
        future.poll(&mut Context::from_waker(&waker))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.in_line.swap(true, SeqCst) {
            self.ready.line.lock().unwrap().push_back(self.number);
            self.ready.longer.notify_one();
        }
    }
}

impl Inner {
    fn number(&self) -> u64 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    /// Wakes everybody whose time is up.
    fn fire_timers(&self) {
        let now = Instant::now();
        loop {
            let mut timers = self.timers.borrow_mut();
            match timers.first_entry() {
                Some(timer) if timer.key().0 <= now => {
                    let waker = timer.remove();
                    drop(timers);
                    waker.wake();
                }
                _ => return,
            }
        }
    }

    /// The next task in line. Sleeps until there is one, or a timer is due.
    fn next(&self) -> Option<u64> {
        let mut line = self.ready.line.lock().unwrap();
        if line.is_empty() {
            let deadline = self.timers.borrow().keys().next().map(|key| key.0);
            line = match deadline {
                None => self.ready.longer.wait(line).unwrap(),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    self.ready.longer.wait_timeout(line, left).unwrap().0
                }
            };
        }
        line.pop_front()
    }

    fn poll_task(&self, number: u64) {
        // It is taken out while it runs, so that it can spawn others. If it is not
        // there it has come to its end before.
        let Some(mut task) = self.tasks.borrow_mut().remove(&number) else {
            return;
        };
        if task.waker.poll(task.future.as_mut()).is_pending() {
            self.tasks.borrow_mut().insert(number, task);
        }
    }
}

impl Default for EventLoop {
    fn default() -> Self {
        Self::new()
    }
}

impl EventLoop {
    /// An event loop without tasks.
    pub fn new() -> Self {
        let ready = Ready {
            line: Mutex::default(),
            longer: Condvar::new(),
        };
        Self {
            inner: Rc::new(Inner {
                ready: Arc::new(ready),
                tasks: RefCell::default(),
                timers: RefCell::default(),
                numbers: Cell::new(0),
            }),
        }
    }

    /// Adds a task. It runs, a poll at a time, while somebody is in `block_on`.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let result = Rc::new(RefCell::new((None, None::<Waker>)));
        let theirs = Rc::clone(&result);
        let number = self.inner.number();
        let task = Task {
            future: Box::pin(async move {
                let output = future.await;
                let mut result = theirs.borrow_mut();
                result.0 = Some(output);
                if let Some(waker) = result.1.take() {
                    waker.wake();
                }
            }),
            waker: TaskWaker::new(number, &self.inner.ready),
        };
        self.inner.tasks.borrow_mut().insert(number, task);
        JoinHandle { result }
    }

    /// Runs `future` and all tasks on this thread, until `future` is ready.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let number = self.inner.number();
        let waker = TaskWaker::new(number, &self.inner.ready);
        loop {
            self.inner.fire_timers();
            let Some(next) = self.inner.next() else {
                continue;
            };
            if next != number {
                self.inner.poll_task(next);
            } else if let Poll::Ready(output) = waker.poll(future.as_mut()) {
                return output;
            }
        }
    }

    /// A future that is ready when `duration` is over, counted from this call.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        Sleep {
            key: (Instant::now() + duration, self.inner.number()),
            inner: Rc::clone(&self.inner),
        }
    }
}

/// Waits for a task and gives its output. If it is dropped the task goes on all the same.
pub struct JoinHandle<T> {
    /// The output once it is there, and who waits for it.
    result: Rc<RefCell<(Option<T>, Option<Waker>)>>,
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut result = self.result.borrow_mut();
        match result.0.take() {
            Some(output) => Poll::Ready(output),
            None => {
                result.1 = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Waits for a moment.
pub struct Sleep {
    key: (Instant, u64),
    inner: Rc<Inner>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut timers = self.inner.timers.borrow_mut();
        if self.key.0 <= Instant::now() {
            timers.remove(&self.key);
            return Poll::Ready(());
        }
        let waker = cx.waker();
        timers.entry(self.key).or_insert_with(|| waker.clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.inner.timers.borrow_mut().remove(&self.key);
    }
}

/// Runs all of `futures` within one task, side by side, and gives their outputs in the
/// order of the futures.
pub async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<_> = futures.iter().map(|_| None).collect();
    poll_fn(|cx| {
        let mut all = true;
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match future.as_mut().poll(cx) {
                    Poll::Ready(value) => *output = Some(value),
                    Poll::Pending => all = false,
                }
            }
        }
        if all { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs.into_iter().flatten().collect()
}
