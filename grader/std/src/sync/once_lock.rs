//! `std::sync::OnceLock`.

use ::std::{
    cell::{Cell, UnsafeCell},
    fmt,
    marker::PhantomData,
    mem::{self, MaybeUninit},
    panic::{Location, RefUnwindSafe, UnwindSafe},
    ptr,
};
use interleave::{Handle, Id, Turn, is_static, objects::once};

use super::once::call;

/// A synchronization primitive which can nominally be written to only once.
// The handle comes first and the flag is what a static starts each execution with.
#[repr(C)]
pub struct OnceLock<T> {
    handle: Handle<once::Once>,
    /// Whether there is a value.
    full: Cell<bool>,
    value: UnsafeCell<MaybeUninit<T>>,
    owns: PhantomData<T>,
}

// SAFETY: the engine lets one thread write the value, before anybody reads it, and all
// threads of an execution run on one operating-system thread.
unsafe impl<T: Sync + Send> Sync for OnceLock<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for OnceLock<T> {}

impl<T: RefUnwindSafe + UnwindSafe> RefUnwindSafe for OnceLock<T> {}
impl<T: UnwindSafe> UnwindSafe for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// Creates a new uninitialized cell.
    #[must_use]
    pub const fn new() -> OnceLock<T> {
        OnceLock {
            handle: Handle::new(),
            full: Cell::new(false),
            value: UnsafeCell::new(MaybeUninit::uninit()),
            owns: PhantomData,
        }
    }

    /// Gets the reference to the underlying value.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        let done = once::is_done(self.id(), Location::caller());
        // SAFETY: it is done, so the value is there and stays.
        done.then(|| unsafe { self.value() })
    }

    /// Gets the mutable reference to the underlying value.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        let full = self.full.get();
        // SAFETY: the value is there.
        full.then(|| unsafe { self.value.get_mut().assume_init_mut() })
    }

    /// Blocks the current thread until the cell is initialized.
    #[track_caller]
    pub fn wait(&self) -> &T {
        once::wait(self.id(), true, Location::caller());
        // SAFETY: it is done, so the value is there and stays.
        unsafe { self.value() }
    }

    /// Initializes the contents of the cell to `value`.
    ///
    /// # Errors
    ///
    /// With `value`, if the cell has a value already.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.initialize(Location::caller(), &mut || value.take());
        value.map_or(Ok(()), Err)
    }

    /// Gets the contents of the cell, initializing it to `f()` if the cell was uninitialized.
    #[track_caller]
    pub fn get_or_init<F>(&self, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        let mut f = Some(f);
        self.initialize(Location::caller(), &mut || f.take().map(|f| f()));
        // SAFETY: it is done, so the value is there and stays.
        unsafe { self.value() }
    }

    /// Consumes the `OnceLock`, returning the wrapped value.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }

    /// Takes the value out of this `OnceLock`, moving it back to an uninitialized state.
    pub fn take(&mut self) -> Option<T> {
        if !self.full.get() {
            return None;
        }
        self.handle = Handle::new();
        self.full.set(false);
        // SAFETY: the value was there, and is no longer said to be.
        Some(unsafe { self.value.get_mut().assume_init_read() })
    }

    #[track_caller]
    fn initialize(
        &self,
        location: &'static Location<'static>,
        make: &mut dyn FnMut() -> Option<T>,
    ) {
        call(self.id(), true, location, &mut |_| {
            if let Some(value) = make() {
                // SAFETY: no thread reads the value before this is done.
                unsafe { (*self.value.get()).write(value) };
                self.full.set(true);
            }
        });
    }

    /// # Safety
    ///
    /// The value must be there.
    unsafe fn value(&self) -> &T {
        // SAFETY: the caller promises it, and it is not written again.
        unsafe { (*self.value.get()).assume_init_ref() }
    }

    fn id(&self) -> Id<once::Once> {
        if let Some(id) = self.handle.known() {
            return id;
        }
        let full = self.full.as_ptr().cast::<u8>();
        let id = self.handle.resolve(full, size_of::<bool>());
        if mem::needs_drop::<T>() && is_static(full) {
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
            if this.full.replace(false) {
                // SAFETY: the value was there, and is no longer said to be.
                drop(unsafe { (*this.value.get()).assume_init_read() });
            }
        });
        // SAFETY: what it names lives as long as the static, which is longer than the
        // execution.
        let work = unsafe { mem::transmute::<Box<dyn FnOnce() + '_>, Box<dyn FnOnce()>>(work) };
        interleave::at_end(Turn::Then, work);
    }
}

impl<T> Drop for OnceLock<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> OnceLock<T> {
        OnceLock::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut d = f.debug_tuple("OnceLock");
        match self.get() {
            Some(v) => d.field(v),
            None => d.field(&format_args!("<uninit>")),
        };
        d.finish()
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    #[track_caller]
    fn clone(&self) -> OnceLock<T> {
        self.get().cloned().map_or_else(Self::new, Self::from)
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let cell = Self::new();
        let _ = cell.set(value);
        cell
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    #[track_caller]
    fn eq(&self, other: &OnceLock<T>) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}
