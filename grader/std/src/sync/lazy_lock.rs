//! `std::sync::LazyLock`.

use ::std::{
    cell::UnsafeCell,
    fmt, mem,
    ops::{Deref, DerefMut},
    panic::{Location, RefUnwindSafe, UnwindSafe},
    ptr,
};
use interleave::{Handle, Id, Turn, is_static, objects::once};

use super::once::call;

/// A value which is initialized on the first access.
// The handle comes first and the rest is what a static starts each execution with.
#[repr(C)]
pub struct LazyLock<T, F = fn() -> T> {
    handle: Handle<once::Once>,
    state: UnsafeCell<State<T, F>>,
}

enum State<T, F> {
    Uninit(F),
    Init(T),
    Poisoned,
}

// SAFETY: the engine lets one thread make the value, before anybody reads it, and all
// threads of an execution run on one operating-system thread.
unsafe impl<T: Sync + Send, F: Send> Sync for LazyLock<T, F> {}

impl<T: RefUnwindSafe + UnwindSafe, F: UnwindSafe> RefUnwindSafe for LazyLock<T, F> {}
impl<T: UnwindSafe, F: UnwindSafe> UnwindSafe for LazyLock<T, F> {}

#[track_caller]
fn panic_poisoned() -> ! {
    panic!("LazyLock instance has previously been poisoned")
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// Creates a new lazy value with the given initializing function.
    pub const fn new(f: F) -> LazyLock<T, F> {
        LazyLock {
            handle: Handle::new(),
            state: UnsafeCell::new(State::Uninit(f)),
        }
    }

    /// Forces the evaluation of this lazy value and returns a mutable reference to the result.
    #[track_caller]
    pub fn force_mut(this: &mut LazyLock<T, F>) -> &mut T {
        if let State::Uninit(_) = this.state.get_mut() {
            let first = mem::replace(this.state.get_mut(), State::Poisoned);
            if let State::Uninit(f) = first {
                *this.state.get_mut() = State::Init(f());
            }
            once::skip(this.id());
        }
        match this.state.get_mut() {
            State::Init(value) => value,
            _ => panic_poisoned(),
        }
    }

    /// Forces the evaluation of this lazy value and returns a reference to the result.
    #[track_caller]
    pub fn force(this: &LazyLock<T, F>) -> &T {
        call(this.id(), true, Location::caller(), &mut |_| {
            // SAFETY: it is for this thread to make the value, and the borrow ends here.
            let state = unsafe { &mut *this.state.get() };
            let State::Uninit(f) = mem::replace(state, State::Poisoned) else {
                // The panic comes below, where the caller's line is known.
                return;
            };
            let value = f();
            // SAFETY: as above; what is there needs no destructor.
            unsafe { this.state.get().write(State::Init(value)) };
        });
        // SAFETY: the value is made, and is not written again.
        match unsafe { &*this.state.get() } {
            State::Init(value) => value,
            _ => panic_poisoned(),
        }
    }
}

impl<T, F> LazyLock<T, F> {
    /// Returns a mutable reference to the value if initialized, or `None` if not.
    pub fn get_mut(this: &mut LazyLock<T, F>) -> Option<&mut T> {
        match this.state.get_mut() {
            State::Init(value) => Some(value),
            _ => None,
        }
    }

    /// Returns a reference to the value if initialized, or `None` if not.
    #[track_caller]
    pub fn get(this: &LazyLock<T, F>) -> Option<&T> {
        let done = once::is_done(this.id(), Location::caller());
        if !done {
            return None;
        }
        // SAFETY: no thread writes once it is done.
        match unsafe { &*this.state.get() } {
            State::Init(value) => Some(value),
            _ => None,
        }
    }

    fn id(&self) -> Id<once::Once> {
        if let Some(id) = self.handle.known() {
            return id;
        }
        let state = self.state.get().cast::<u8>();
        let size = size_of::<State<T, F>>();
        let id = self.handle.resolve(state, size);
        if mem::needs_drop::<T>() && is_static(state) {
            self.drop_at_end();
        }
        id
    }

    /// Has the value of a static dropped when the execution is over.
    fn drop_at_end(&self) {
        let this = ptr::from_ref(self);
        let work: Box<dyn FnOnce()> = Box::new(move || {
            // SAFETY: a static is always there.
            let this = unsafe { &*this };
            this.handle.forget();
            // SAFETY: no other thread uses it now, and its first value is put back before
            // it is looked at.
            let old = unsafe { this.state.get().replace(State::Poisoned) };
            match old {
                State::Init(value) => drop(value),
                // What makes the value is put back by its bytes.
                old => mem::forget(old),
            }
        });
        // SAFETY: what it names lives as long as the static, which is longer than the
        // execution.
        let work = unsafe { mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(work) };
        interleave::at_end(Turn::Then, work);
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T, F: FnOnce() -> T> DerefMut for LazyLock<T, F> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        LazyLock::force_mut(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    fn default() -> LazyLock<T> {
        LazyLock::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_tuple("LazyLock");
        match LazyLock::get(self) {
            Some(v) => d.field(v),
            None => d.field(&format_args!("<uninit>")),
        };
        d.finish()
    }
}
