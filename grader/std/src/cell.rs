//! `std::cell`. Only `UnsafeCell` lets threads share plain memory; the others are the
//! real ones.

use ::std::{cell as real, fmt, panic::Location};
use interleave::{Handle, objects::cell};

pub use ::std::cell::{
    BorrowError, BorrowMutError, Cell, LazyCell, OnceCell, Ref, RefCell, RefMut,
};

/// The core primitive for interior mutability in Rust.
// The handle comes first and the rest is what a static starts each execution with.
#[repr(C)]
pub struct UnsafeCell<T: ?Sized> {
    handle: Handle<cell::Cell>,
    value: real::UnsafeCell<T>,
}

impl<T> UnsafeCell<T> {
    /// Constructs a new instance of `UnsafeCell` which will wrap the specified value.
    pub const fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell {
            handle: Handle::new(),
            value: real::UnsafeCell::new(value),
        }
    }

    /// Unwraps the value, consuming the cell.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Gets a mutable pointer to the wrapped value.
    #[track_caller]
    pub fn get(&self) -> *mut T {
        let value = self.value.get();
        let size = size_of_val(&self.value);
        cell::get(&self.handle, value.cast(), size, Location::caller());
        value
    }

    /// Returns a mutable reference to the underlying data.
    pub const fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Gets a mutable pointer to the wrapped value. What is done with it is not followed.
    #[expect(
        clippy::not_unsafe_ptr_arg_deref,
        reason = "as in the real one, only an address is computed"
    )]
    pub const fn raw_get(this: *const Self) -> *mut T {
        // SAFETY: nothing is read: only the address of a field is taken.
        real::UnsafeCell::raw_get(unsafe { &raw const (*this).value })
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    fn default() -> UnsafeCell<T> {
        UnsafeCell::new(T::default())
    }
}

impl<T> From<T> for UnsafeCell<T> {
    fn from(value: T) -> UnsafeCell<T> {
        UnsafeCell::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsafeCell").finish_non_exhaustive()
    }
}
