//! Threads that end before the scope that starts them.

use ::std::{
    cell::RefCell,
    fmt, io,
    marker::PhantomData,
    mem,
    panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind},
    sync::Arc,
};
use interleave::{TaskId, objects};

use super::{
    Builder, Result, Thread,
    spawn::{Packet, Work, join, work},
};

/// A scope to spawn scoped threads in.
pub struct Scope<'scope, 'env: 'scope> {
    threads: Spawned,
    invariant: PhantomData<&'scope mut &'scope ()>,
    environment: PhantomData<&'env mut &'env ()>,
}

/// The threads of a scope, and whether each ended in a panic that no `join` took.
struct Spawned(RefCell<Vec<(TaskId, Panicked)>>);

/// Says whether a thread ended in a panic that no `join` took.
type Panicked = Box<dyn Fn() -> bool>;

// SAFETY: all threads of an execution run on one operating-system thread, and no
// borrow spans a scheduling point.
unsafe impl Sync for Spawned {}
// SAFETY: as above.
unsafe impl Send for Spawned {}

/// An owned permission to join on a scoped thread (block on its termination).
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    packet: Arc<Packet<T>>,
    scope: PhantomData<&'scope ()>,
}

/// Creates a scope for spawning scoped threads.
///
/// # Panics
///
/// If `f` panics, or a thread of the scope panicked and was not joined.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let (mut f, mut result) = (Some(f), None);
    run(&mut |scope| {
        if let Some(f) = f.take() {
            result = Some(f(scope));
        }
    });
    result.expect("the scope's function has returned")
}

/// Runs `f` in a scope, and waits for the scope's threads.
///
/// It is not generic, so that it is compiled once and not for each scope.
#[track_caller]
fn run<'env>(f: &mut dyn for<'scope> FnMut(&'scope Scope<'scope, 'env>)) {
    let scope = Scope {
        threads: Spawned(RefCell::new(Vec::new())),
        invariant: PhantomData,
        environment: PhantomData,
    };
    let result = match catch_unwind(AssertUnwindSafe(|| f(&scope))) {
        // Scoped threads are younger than their scope, so they were unwound before it.
        Err(payload) if interleave::is_abandonment(&*payload) => resume_unwind(payload),
        // The thread does not unwind while it waits for the others.
        Err(payload) => {
            interleave::put_panic_off();
            Err(payload)
        }
        Ok(()) => Ok(()),
    };
    let panicked = scope.threads.join_all(Location::caller());
    match result {
        Err(payload) => {
            interleave::go_on_with_panic();
            resume_unwind(payload)
        }
        Ok(()) if panicked => panic!("a scoped thread panicked"),
        Ok(()) => {}
    }
}

impl Spawned {
    /// Waits for all of them; whether one ended in a panic that no `join` took.
    fn join_all(&self, location: &'static Location<'static>) -> bool {
        let mut panicked = Vec::new();
        let mut next = 0;
        // A scoped thread may spawn another one, so the list can grow meanwhile.
        loop {
            let thread = self.0.borrow().get(next).map(|(task, _)| *task);
            let Some(task) = thread else { break };
            objects::thread::join_scoped(task, location);
            if (self.0.borrow()[next].1)() {
                panicked.push(task);
            }
            next += 1;
        }
        // Only now the scope passes them on: one of them may be why another thread never ended.
        panicked
            .iter()
            .copied()
            .for_each(objects::thread::take_panic);
        !panicked.is_empty()
    }

    /// Adds a thread.
    fn add(&self, task: TaskId, panicked: Panicked) {
        self.0.borrow_mut().push((task, panicked));
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Spawns a new thread within a scope, returning a [`ScopedJoinHandle`] for it.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        self.start(None, work(f), Location::caller())
    }

    #[track_caller]
    fn start<T: Send + 'scope>(
        &'scope self,
        name: Option<String>,
        work: Work<'scope, T>,
        location: &'static Location<'static>,
    ) -> ScopedJoinHandle<'scope, T> {
        let packet = Packet::new();
        let theirs = Arc::clone(&packet);
        let body = theirs.body(work);
        let panicked = Arc::clone(&packet).watch();
        // SAFETY: `scope` does not return before every thread has ended. If the
        // execution ends before, the threads are unwound or never run again before
        // the scope's own frame is left.
        let (body, panicked) = unsafe {
            (
                mem::transmute::<Box<dyn FnOnce() + 'scope>, Box<dyn FnOnce()>>(body),
                mem::transmute::<Box<dyn Fn() -> bool + 'scope>, Box<dyn Fn() -> bool>>(panicked),
            )
        };
        let task = objects::thread::spawn(name, location, body);
        self.threads.add(task, panicked);
        ScopedJoinHandle {
            thread: Thread::of(task),
            packet,
            scope: PhantomData,
        }
    }
}

impl Builder {
    /// Spawns a new scoped thread using the settings set through this `Builder`.
    ///
    /// # Errors
    ///
    /// Never: the signature is that of the real function.
    #[track_caller]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Ok(scope.start(self.name, work(f), Location::caller()))
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Extracts a handle to the underlying thread.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Waits for the associated thread to finish.
    ///
    /// # Errors
    ///
    /// With the payload of the panic, if the thread panicked.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        join(self.thread.task, &self.packet, Location::caller())
    }

    /// Checks if the associated thread has finished running its main function.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        objects::thread::is_finished(self.thread.task, Location::caller())
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}
