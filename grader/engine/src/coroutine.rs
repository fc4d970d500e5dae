//! A thread as a coroutine on a stack of its own.

use std::{
    cell::RefCell,
    fmt,
    panic::Location,
    ptr::NonNull,
    sync::{Mutex, PoisonError},
};

use corosensei::{
    Coroutine, CoroutineResult, Yielder,
    stack::{DefaultStack, Stack, StackPointer},
};

use crate::overflow;

/// Size of a thread's stack in bytes. Pages are mapped at first touch, and a guard
/// page below catches the overflow.
const STACK_SIZE: usize = 2 << 20;

/// Threads kept for later, in any case never more than one execution has had: mapping a stack takes
/// longer than most threads of a program run. The address space of a driver has room for about as many.
const POOLED: usize = 4096;

/// Stacks begin at different places in their pages: what is hot in all of them would
/// compete for the same few lines of the processor's cache otherwise. In bytes.
const STAGGER: usize = 576;
/// So many stacks begin at different places.
const STAGGERED: usize = 7;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { idle: Vec::new(), made: 0 }) };
}

/// The stacks of operating-system threads that have ended. Who runs each execution on a new
/// one would map new stacks for each otherwise.
static LEFT: Mutex<Vec<ThreadStack>> = Mutex::new(Vec::new());

/// Threads that have ended and can begin anew.
struct Pool {
    #[expect(clippy::vec_box, reason = "a thread is large, and stays where it is")]
    idle: Vec<Box<Thread>>,
    /// How many stacks were made so far.
    made: usize,
}

impl Pool {
    fn take(&mut self) -> std::io::Result<Box<Thread>> {
        if let Some(thread) = self.idle.pop() {
            return Ok(thread);
        }
        if self.made == 0 {
            let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
            self.idle
                .extend(left.drain(..).map(Thread::on).map(Box::new));
        }
        self.made += 1;
        if let Some(thread) = self.idle.pop() {
            return Ok(thread);
        }
        let stack = ThreadStack {
            stack: DefaultStack::new(STACK_SIZE)?,
            skipped: self.made % STAGGERED * STAGGER,
        };
        Ok(Box::new(Thread::on(stack)))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in self.idle.drain(..) {
            // Each is taken apart: one that was dropped as it is would be unwound.
            let stack = thread.into_stack();
            if left.len() < POOLED {
                left.push(stack);
            }
        }
    }
}

/// A stack that begins some bytes below its top.
struct ThreadStack {
    stack: DefaultStack,
    skipped: usize,
}

// SAFETY: it is a part of a stack with the same guard page; what is left out is far less
// than what is left, and a multiple of `STACK_ALIGNMENT`.
unsafe impl Stack for ThreadStack {
    fn base(&self) -> StackPointer {
        let base = self.stack.base().get() - self.skipped;
        StackPointer::new(base).expect("a stack does not end at zero")
    }

    fn limit(&self) -> StackPointer {
        self.stack.limit()
    }
}

/// What a thread is to do, once.
pub(crate) struct Job {
    /// The program's part of it.
    pub(crate) body: Box<dyn FnOnce()>,
    /// Where it was asked for.
    pub(crate) location: &'static Location<'static>,
    /// Does it, on the thread's own stack.
    pub(crate) how: fn(Suspender, Box<dyn FnOnce()>, &'static Location<'static>),
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job").finish_non_exhaustive()
    }
}

/// What a thread hears when it is resumed.
#[derive(Debug)]
pub(crate) enum Resume {
    /// Begin with this.
    Start(Job),
    /// Take the announced step.
    Go,
    /// The execution is over: unwind.
    Abandon,
}

/// What a thread says when it gives control back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Suspended,
    Ended,
}

/// The handle by which code inside a coroutine suspends it.
#[derive(Clone, Copy)]
pub(crate) struct Suspender(NonNull<Yielder<Resume, Progress>>);

impl Suspender {
    /// Gives control back to the caller that resumed this coroutine.
    ///
    /// # Safety
    ///
    /// Must be called on the stack of the coroutine that it was made for.
    pub(crate) unsafe fn suspend(self) -> Resume {
        // SAFETY: the yielder lives on the coroutine's own stack, below every frame
        // that can call this.
        unsafe { self.0.as_ref() }.suspend(Progress::Suspended)
    }
}

/// A thread. When it has done its job, it waits for the next one: making a coroutine takes
/// longer than most threads of a program run.
pub(crate) struct Thread {
    coroutine: Coroutine<Resume, Progress, (), ThreadStack>,
    limit: usize,
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}

impl Thread {
    /// A thread that has nothing to do yet.
    pub(crate) fn take() -> std::io::Result<Box<Self>> {
        POOL.with_borrow_mut(Pool::take)
    }

    fn on(stack: ThreadStack) -> Self {
        let limit = stack.limit().get();
        overflow::note_stack_length(stack.base().get() - limit);
        let coroutine = Coroutine::with_stack(stack, |yielder, mut input| {
            loop {
                let Resume::Start(job) = input else {
                    unreachable!("a thread that has ended waits for a job")
                };
                (job.how)(Suspender(NonNull::from(yielder)), job.body, job.location);
                input = yielder.suspend(Progress::Ended);
            }
        });
        Self { coroutine, limit }
    }

    /// Lets the thread run until it suspends or ends; whether it ended.
    pub(crate) fn resume(&mut self, input: Resume) -> bool {
        overflow::set_stack_limit(self.limit);
        let result = self.coroutine.resume(input);
        overflow::set_stack_limit(0);
        matches!(result, CoroutineResult::Yield(Progress::Ended))
    }

    /// Keeps a thread that has ended for later.
    pub(crate) fn put_back(self: Box<Self>) {
        POOL.with_borrow_mut(|pool| {
            if pool.idle.len() < POOLED {
                pool.idle.push(self);
            } else {
                self.into_stack();
            }
        });
    }

    /// Takes a thread apart that has not ended. What it holds is leaked: it could not be
    /// unwound without risk.
    #[expect(clippy::boxed_local, reason = "that is how a thread is kept")]
    pub(crate) fn give_up(self: Box<Self>) {
        Box::new(Self::on(self.into_stack())).put_back();
    }

    fn into_stack(mut self) -> ThreadStack {
        // SAFETY: no frame of this coroutine is entered again, and what its frames own is
        // leaked, which is safe.
        unsafe { self.coroutine.force_reset() };
        self.coroutine.into_stack()
    }
}
