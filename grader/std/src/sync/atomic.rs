//! `std::sync::atomic`. Every access is sequentially consistent, whatever ordering
//! it asks for; an ordering that the real library refuses is refused here too.

use ::std::{fmt, panic::Location, ptr, sync::atomic as real};
use interleave::{
    Class, Handle, ObjectId,
    primitives::{self, AtomicAccess},
};

pub use ::std::sync::atomic::Ordering;

/// An atomic fence.
#[track_caller]
pub fn fence(order: Ordering) {
    real::fence(order);
    primitives::fence(Location::caller());
}

/// A compiler fence: no other thread can tell.
pub fn compiler_fence(order: Ordering) {
    real::compiler_fence(order);
}

/// Says a transition of values in a trace.
fn transition<T: fmt::Debug>(from: T, to: T) -> String {
    format!("{from:?} → {to:?}")
}

macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident [$($generic:tt)*] $real:ty, $value:ty) => {
        $(#[$doc])*
        // The handle comes first and the rest is what a static starts each execution with.
        #[repr(C)]
        pub struct $name $($generic)* {
            handle: Handle,
            value: $real,
        }

        impl $($generic)* $name $($generic)* {
            /// Creates a new atomic.
            pub const fn new(v: $value) -> Self {
                Self { handle: Handle::new(), value: <$real>::new(v) }
            }

            /// Returns a mutable reference to the underlying value.
            pub fn get_mut(&mut self) -> &mut $value {
                self.value.get_mut()
            }

            /// Consumes the atomic and returns the contained value.
            pub fn into_inner(self) -> $value {
                self.value.into_inner()
            }

            /// Loads a value from the atomic.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                self.access(AtomicAccess::Load, || self.value.load(order), |v| format!("{v:?}"))
            }

            /// Stores a value into the atomic.
            #[track_caller]
            pub fn store(&self, val: $value, order: Ordering) {
                let store = || {
                    let old = self.value.load(Ordering::SeqCst);
                    self.value.store(val, order);
                    old
                };
                self.access(AtomicAccess::Store, store, |&old| transition(old, val));
            }

            /// Stores a value into the atomic, returning the previous value.
            #[track_caller]
            pub fn swap(&self, val: $value, order: Ordering) -> $value {
                self.update(|| self.value.swap(val, order))
            }

            /// Stores a value into the atomic if the current value is the same as the `current` value.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let exchange = || self.value.compare_exchange(current, new, success, failure);
                self.access(AtomicAccess::ReadModifyWrite, exchange, |result| match result {
                    Ok(old) => transition(*old, new),
                    Err(found) => format!("{found:?}, not {current:?}: unchanged"),
                })
            }

            /// Stores a value into the atomic if the current value is the same as the `current` value.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let exchange = || {
                    if primitives::exchange_fails() {
                        // The orderings are checked as the real one does.
                        let found = self.value.fetch_update(success, failure, |_| None);
                        return Err(found.unwrap_or_else(|found| found));
                    }
                    self.value.compare_exchange(current, new, success, failure)
                };
                self.access(AtomicAccess::ReadModifyWrite, exchange, |result| match result {
                    Ok(old) => transition(*old, new),
                    Err(found) if *found == current => format!("{found:?}, failed for no reason"),
                    Err(found) => format!("{found:?}, not {current:?}: unchanged"),
                })
            }

            /// Fetches the value, and applies a function to it that returns an optional new value.
            #[track_caller]
            pub fn fetch_update<F>(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: F,
            ) -> Result<$value, $value>
            where
                F: FnMut($value) -> Option<$value>,
            {
                let mut prev = self.load(fetch_order);
                while let Some(next) = f(prev) {
                    match self.compare_exchange_weak(prev, next, set_order, fetch_order) {
                        x @ Ok(_) => return x,
                        Err(next_prev) => prev = next_prev,
                    }
                }
                Err(prev)
            }

            #[track_caller]
            fn update(&self, update: impl FnOnce() -> $value) -> $value {
                self.access(AtomicAccess::ReadModifyWrite, update, |&old| {
                    transition(old, self.value.load(Ordering::SeqCst))
                })
            }

            #[track_caller]
            fn access<R>(
                &self,
                kind: AtomicAccess,
                access: impl FnOnce() -> R,
                describe: impl FnOnce(&R) -> String,
            ) -> R {
                primitives::atomic(self.id(), kind, Location::caller(), access, describe)
            }

            fn id(&self) -> ObjectId {
                let start = ::core::mem::offset_of!(Self, value);
                let value = ptr::from_ref(self).cast::<u8>().cast_mut().wrapping_add(start);
                self.handle.resolve(Class::Atomic, value, size_of::<Self>() - start)
            }
        }

        impl $($generic)* fmt::Debug for $name $($generic)* {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.value.fmt(f)
            }
        }

        impl $($generic)* From<$value> for $name $($generic)* {
            fn from(v: $value) -> Self {
                Self::new(v)
            }
        }
    };
}

macro_rules! fetch {
    ($name:ident, $value:ty: $($method:ident)*) => {
        impl $name {
            $(
                /// Combines the current value with `val`, returning the previous value.
                #[track_caller]
                pub fn $method(&self, val: $value, order: Ordering) -> $value {
                    self.update(|| self.value.$method(val, order))
                }
            )*
        }
    };
}

macro_rules! integers {
    ($($name:ident $value:ident)*) => {
        $(
            atomic!(
                /// An integer type which can be safely shared between threads.
                $name [] real::$name, $value
            );
            fetch!($name, $value:
                fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min);

            impl Default for $name {
                fn default() -> Self {
                    Self::new(0)
                }
            }
        )*
    };
}

integers! {
    AtomicI8 i8 AtomicI16 i16 AtomicI32 i32 AtomicI64 i64 AtomicIsize isize
    AtomicU8 u8 AtomicU16 u16 AtomicU32 u32 AtomicU64 u64 AtomicUsize usize
}

atomic!(
    /// A boolean type which can be safely shared between threads.
    AtomicBool [] real::AtomicBool, bool
);
fetch!(AtomicBool, bool: fetch_and fetch_nand fetch_or fetch_xor);

impl AtomicBool {
    /// Logical "not" with a boolean value, returning the previous value.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

impl Default for AtomicBool {
    fn default() -> Self {
        Self::new(false)
    }
}

atomic!(
    /// A raw pointer type which can be safely shared between threads.
    AtomicPtr [<T>] real::AtomicPtr<T>, *mut T
);

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(ptr::null_mut())
    }
}
