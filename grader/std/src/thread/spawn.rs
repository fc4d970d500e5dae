//! Threads that outlive the function that starts them.

use ::std::{
    any::Any,
    cell::UnsafeCell,
    fmt, io, mem,
    panic::{AssertUnwindSafe, Location, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};
use interleave::{LastDrop, TaskId, objects};

use super::{Result, Thread};

/// Where a thread leaves what it returns or panics with.
pub(super) struct Packet<T>(UnsafeCell<Option<Result<T>>>);

// SAFETY: the thread writes before its end and the joiner reads after it.
unsafe impl<T: Send> Sync for Packet<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Packet<T> {}

impl<T> UnwindSafe for Packet<T> {}
impl<T> RefUnwindSafe for Packet<T> {}

impl<T> Drop for Packet<T> {
    fn drop(&mut self) {
        if let Some(result) = self.0.get_mut().take() {
            // No thread joined it, and the last to have it knows all that it has done.
            let _last = LastDrop::begin_uncounted();
            drop(result);
        }
    }
}

/// What a thread is to do, once. Only this is compiled for each closure; what deals with it is
/// compiled once per result.
pub(super) type Work<'f, T> = Box<dyn FnMut() -> T + 'f>;

/// `f` as work.
#[inline]
pub(super) fn work<'f, T>(f: impl FnOnce() -> T + 'f) -> Work<'f, T> {
    let mut f = Some(f);
    Box::new(move || f.take().expect("it is called once")())
}

impl<T> Packet<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(UnsafeCell::new(None)))
    }

    /// Does the work and keeps its result. An abandoned thread unwinds on.
    fn fill(&self, work: &mut Work<'_, T>) {
        let result = catch_unwind(AssertUnwindSafe(work));
        if let Err(payload) = result {
            if interleave::is_abandonment(&*payload) {
                resume_unwind(payload);
            }
            self.put(Err(payload));
        } else {
            self.put(result);
        }
    }

    /// What the thread is to do.
    pub(super) fn body<'f>(self: Arc<Self>, mut work: Work<'f, T>) -> Box<dyn FnOnce() + 'f>
    where
        T: 'f,
    {
        Box::new(move || self.fill(&mut work))
    }

    fn put(&self, result: Result<T>) {
        // SAFETY: only the thread that fills the packet touches it before its end.
        unsafe { *self.0.get() = Some(result) };
    }

    pub(super) fn take(&self) -> Option<Result<T>> {
        // SAFETY: the thread has ended, and only its joiner has the packet.
        unsafe { (*self.0.get()).take() }
    }

    /// Asks [`panicked`](Self::panicked) later.
    pub(super) fn watch<'f>(self: Arc<Self>) -> Box<dyn Fn() -> bool + 'f>
    where
        T: 'f,
    {
        Box::new(move || self.panicked())
    }

    /// Whether the thread ended in a panic that is still here.
    fn panicked(&self) -> bool {
        // SAFETY: the thread has ended, and no other thread runs.
        matches!(unsafe { &*self.0.get() }, Some(Err(_)))
    }
}

/// Waits for `task` and takes its result.
pub(super) fn join<T>(
    task: TaskId,
    packet: &Packet<T>,
    location: &'static Location<'static>,
) -> Result<T> {
    objects::thread::join(task, location);
    let result = packet.take().unwrap_or_else(|| {
        Err(Box::new("the thread ended without a result") as Box<dyn Any + Send>)
    });
    if result.is_err() {
        interleave::stop_if_over();
        objects::thread::take_panic(task);
    }
    result
}

/// An owned permission to join on a thread (block on its termination).
pub struct JoinHandle<T> {
    thread: Thread,
    packet: Arc<Packet<T>>,
}

// SAFETY: only its owner can take the result, which was made to be sent.
unsafe impl<T> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives nothing of the result.
unsafe impl<T> Sync for JoinHandle<T> {}

impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

impl<T> JoinHandle<T> {
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

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

/// Spawns a new thread, returning a [`JoinHandle`] for it.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T,
    F: Send + 'static,
    T: Send + 'static,
{
    Builder::new().start(work(f), Location::caller())
}

/// Thread factory, which can be used in order to configure the properties of a new thread.
#[must_use = "must eventually spawn the thread"]
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) name: Option<String>,
}

impl Builder {
    /// Generates the base configuration for spawning a thread, from which configuration methods can be chained.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Names the thread-to-be.
    pub fn name(mut self, name: String) -> Builder {
        self.name = Some(name);
        self
    }

    /// Sets the size of the stack. Every modelled thread has two megabytes, whatever is asked for.
    pub fn stack_size(self, size: usize) -> Builder {
        let _ = size;
        self
    }

    /// Spawns a new thread by taking ownership of the `Builder`.
    ///
    /// # Errors
    ///
    /// Never: the signature is that of the real function.
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send + 'static,
    {
        Ok(self.start(work(f), Location::caller()))
    }

    /// Spawns a new thread without any lifetime restrictions by taking ownership of the `Builder`.
    ///
    /// # Errors
    ///
    /// Never: the signature is that of the real function.
    ///
    /// # Safety
    ///
    /// As for the real one: the caller must see to it that the thread does not outlive what it borrows.
    #[track_caller]
    pub unsafe fn spawn_unchecked<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T,
        F: Send,
        T: Send,
    {
        let packet = Packet::new();
        let body = Arc::clone(&packet).body(work(f));
        // SAFETY: the caller promises that the thread ends before what it borrows does.
        let body = unsafe { mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(body) };
        let task = objects::thread::spawn(self.name, Location::caller(), body);
        Ok(JoinHandle {
            thread: Thread::of(task),
            packet,
        })
    }

    #[track_caller]
    fn start<T: 'static>(
        self,
        work: Work<'static, T>,
        location: &'static Location<'static>,
    ) -> JoinHandle<T> {
        let packet = Packet::new();
        let theirs = Arc::clone(&packet);
        let task = objects::thread::spawn(self.name, location, theirs.body(work));
        JoinHandle {
            thread: Thread::of(task),
            packet,
        }
    }
}
