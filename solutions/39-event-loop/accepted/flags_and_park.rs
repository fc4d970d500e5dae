//! No line: each task has a flag, and the loop goes round over all of them. The thread
//! sleeps by `park_timeout`; timers are a plain list.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::{Pin, pin},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

/// Set by a waker: somebody wants to be polled.
struct Flag {
    set: AtomicBool,
    thread: Thread,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.set.store(true, SeqCst);
        self.thread.unpark();
    }
}

impl Flag {
    fn set() -> Arc<Self> {
        Arc::new(Self {
            set: AtomicBool::new(true),
            thread: thread::current(),
        })
    }
}

struct Task {
    flag: Arc<Flag>,
    /// Nothing while it is polled, and once it is done.
    future: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>,
}

struct Timer {
    deadline: Instant,
    waker: RefCell<Option<Waker>>,
}

#[derive(Default)]
struct Lists {
    tasks: RefCell<Vec<Rc<Task>>>,
    timers: RefCell<Vec<Rc<Timer>>>,
}

/// An event loop: runs tasks on the thread that calls [`block_on`](Self::block_on).
#[derive(Clone, Default)]
pub struct EventLoop {
    lists: Rc<Lists>,
}

impl EventLoop {
    /// An event loop without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a task. It runs, a poll at a time, while somebody is in `block_on`.
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let slot = Rc::new((Cell::new(None), Cell::new(None::<Waker>)));
        let handle = JoinHandle(Rc::clone(&slot));
        let future = async move {
            slot.0.set(Some(future.await));
            if let Some(waker) = slot.1.take() {
                waker.wake();
            }
        };
        self.lists.tasks.borrow_mut().push(Rc::new(Task {
            flag: Flag::set(),
            future: RefCell::new(Some(Box::pin(future))),
        }));
        handle
    }

    /// Polls every task whose flag is set, once. Says whether there was any.
    fn round(&self) -> bool {
        let mut any = false;
        let tasks = self.lists.tasks.borrow().clone();
        for task in tasks {
            if !task.flag.set.swap(false, SeqCst) {
                continue;
            }
            any = true;
            let future = task.future.borrow_mut().take();
            if let Some(mut future) = future {
                let waker = Waker::from(Arc::clone(&task.flag));
                if future
                    .as_mut()
                    .poll(&mut Context::from_waker(&waker))
                    .is_pending()
                {
                    *task.future.borrow_mut() = Some(future);
                }
            }
        }
        let done = |task: &Rc<Task>| task.future.borrow().is_none();
        self.lists.tasks.borrow_mut().retain(|task| !done(task));
        any
    }

    /// Runs `future` and all tasks on this thread, until `future` is ready.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let flag = Flag::set();
        let waker = Waker::from(Arc::clone(&flag));
        loop {
            let mut any = false;
            if flag.set.swap(false, SeqCst) {
                any = true;
                if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    return output;
                }
            }
            any |= self.round();
            let now = Instant::now();
            let mut due = Vec::new();
            self.lists.timers.borrow_mut().retain(|timer| {
                let over = timer.deadline <= now;
                if over {
                    due.push(Rc::clone(timer));
                }
                !over
            });
            due.sort_by_key(|timer| timer.deadline);
            for timer in due {
                any = true;
                if let Some(waker) = timer.waker.take() {
                    waker.wake();
                }
            }
            if any {
                continue;
            }
            let next = self
                .lists
                .timers
                .borrow()
                .iter()
                .map(|timer| timer.deadline)
                .min();
            match next {
                None => thread::park(),
                Some(next) => thread::park_timeout(next.saturating_duration_since(now)),
            }
        }
    }

    /// A future that is ready when `duration` is over, counted from this call.
    pub fn sleep(&self, duration: Duration) -> Sleep {
        let timer = Rc::new(Timer {
            deadline: Instant::now() + duration,
            waker: RefCell::new(None),
        });
        self.lists.timers.borrow_mut().push(Rc::clone(&timer));
        Sleep { timer }
    }
}

/// Waits for a task and gives its output. If it is dropped the task goes on all the same.
pub struct JoinHandle<T>(Rc<(Cell<Option<T>>, Cell<Option<Waker>>)>);

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if let Some(output) = self.0.0.take() {
            return Poll::Ready(output);
        }
        self.0.1.set(Some(cx.waker().clone()));
        Poll::Pending
    }
}

/// Waits for a moment.
pub struct Sleep {
    timer: Rc<Timer>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.timer.deadline {
            return Poll::Ready(());
        }
        *self.timer.waker.borrow_mut() = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Runs all of `futures` within one task, side by side, and gives their outputs in the
/// order of the futures.
pub async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures
        .into_iter()
        .enumerate()
        .map(|(at, future)| (at, Box::pin(future)))
        .collect();
    let mut outputs = Vec::new();
    poll_fn(|cx| {
        running.retain_mut(|(at, future)| match future.as_mut().poll(cx) {
            Poll::Ready(output) => {
                outputs.push((*at, output));
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    outputs.sort_by_key(|output| output.0);
    outputs.into_iter().map(|output| output.1).collect()
}
