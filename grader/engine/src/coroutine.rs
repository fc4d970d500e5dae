//! A thread as a coroutine on a stack of its own.

use std::{
    cell::RefCell,
    fmt,
    panic::AssertUnwindSafe,
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

/// Stacks kept for later threads; more than this many are given back.
const POOLED: usize = 64;

/// Stacks begin at different places in their pages: what is hot in all of them would
/// compete for the same few lines of the processor's cache otherwise. In bytes.
const STAGGER: usize = 576;
/// So many stacks begin at different places.
const STAGGERED: usize = 7;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { free: Vec::new(), made: 0 }) };
}

/// The pools of operating-system threads that have ended. Who runs each execution on a new
/// one would map new stacks for each otherwise.
static LEFT: Mutex<Vec<ThreadStack>> = Mutex::new(Vec::new());

/// The stacks of threads that have ended.
struct Pool {
    free: Vec<ThreadStack>,
    /// How many were made so far.
    made: usize,
}

impl Pool {
    fn take(&mut self) -> std::io::Result<ThreadStack> {
        if let Some(stack) = self.free.pop() {
            return Ok(stack);
        }
        if self.made == 0 {
            let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut self.free, &mut left);
        }
        self.made += 1;
        if let Some(stack) = self.free.pop() {
            return Ok(stack);
        }
        Ok(ThreadStack {
            stack: DefaultStack::new(STACK_SIZE)?,
            skipped: self.made % STAGGERED * STAGGER,
        })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        let room = POOLED.saturating_sub(left.len());
        left.extend(self.free.drain(..).take(room));
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

/// What a thread hears when it is resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resume {
    /// Take the announced step.
    Go,
    /// The execution is over: unwind.
    Abandon,
}

/// The handle by which code inside a coroutine suspends it.
#[derive(Clone, Copy)]
pub(crate) struct Suspender(NonNull<Yielder<Resume, ()>>);

impl Suspender {
    /// Gives control back to whoever resumed this coroutine.
    ///
    /// # Safety
    ///
    /// Must be called on the stack of the coroutine that it was made for.
    pub(crate) unsafe fn suspend(self) -> Resume {
        // SAFETY: the yielder lives on the coroutine's own stack, below every frame
        // that can call this.
        unsafe { self.0.as_ref() }.suspend(())
    }
}

/// A thread that has not ended.
pub(crate) struct Thread {
    coroutine: Coroutine<Resume, (), (), ThreadStack>,
    limit: usize,
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}

impl Thread {
    /// A thread that will run `body` when it is first resumed, and drop it unrun if
    /// it is abandoned before that.
    pub(crate) fn new(body: impl FnOnce(Suspender) + 'static) -> std::io::Result<Self> {
        let stack = POOL.with_borrow_mut(Pool::take)?;
        let limit = stack.limit().get();
        let body = AssertUnwindSafe(body);
        let coroutine = Coroutine::with_stack(stack, move |yielder, input| {
            let body = body;
            if input == Resume::Go {
                (body.0)(Suspender(NonNull::from(yielder)));
            }
        });
        Ok(Self { coroutine, limit })
    }

    /// Lets the thread run until it suspends or ends; whether it ended.
    pub(crate) fn resume(&mut self, input: Resume) -> bool {
        overflow::set_stack_limit(self.limit);
        let result = self.coroutine.resume(input);
        overflow::set_stack_limit(0);
        matches!(result, CoroutineResult::Return(()))
    }

    /// Takes the thread apart. What a thread that has not ended holds is leaked: it
    /// could not be unwound without risk.
    pub(crate) fn dispose(mut self) {
        if !self.coroutine.done() {
            // SAFETY: no frame of this coroutine is entered again, and what its
            // frames own is leaked, which is safe.
            unsafe { self.coroutine.force_reset() };
        }
        let stack = self.coroutine.into_stack();
        POOL.with_borrow_mut(|pool| {
            if pool.free.len() < POOLED {
                pool.free.push(stack);
            }
        });
    }
}
