//! `std::sync::atomic`. Every access is sequentially consistent, whatever ordering it
//! asks for, unless the execution is to have weakly ordered memory; an ordering that the
//! real library refuses is refused here too.

use ::std::{fmt, panic::Location, ptr, sync::atomic as real};
use interleave::{
    Handle, Id, ValueType,
    objects::atomic::{self, Exchange},
};

pub use ::std::sync::atomic::Ordering;

/// An atomic fence.
#[track_caller]
pub fn fence(order: Ordering) {
    real::fence(order);
    atomic::fence(order, Location::caller());
}

/// A compiler fence: no other thread can tell.
pub fn compiler_fence(order: Ordering) {
    real::compiler_fence(order);
}

/// A value as the engine keeps it.
trait Bits: Copy {
    /// How the engine is to read the bits.
    const TYPE: ValueType;

    fn to_bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
}

impl<T> Bits for *mut T {
    const TYPE: ValueType = ValueType::Pointer;

    fn to_bits(self) -> u64 {
        self.expose_provenance() as u64
    }

    fn from_bits(bits: u64) -> Self {
        ptr::with_exposed_provenance_mut(bits as usize)
    }
}

impl Bits for bool {
    const TYPE: ValueType = ValueType::Bool;

    fn to_bits(self) -> u64 {
        u64::from(self)
    }

    fn from_bits(bits: u64) -> Self {
        bits != 0
    }
}

macro_rules! atomic {
    ($(#[$doc:meta])* $name:ident [$($generic:tt)*] $real:ty, $value:ty) => {
        $(#[$doc])*
        // The handle comes first and the rest is what a static starts each execution with.
        #[repr(C)]
        pub struct $name $($generic)* {
            handle: Handle<atomic::Atomic>,
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

            /// Returns a mutable pointer to the underlying value.
            pub const fn as_ptr(&self) -> *mut $value {
                self.value.as_ptr()
            }

            /// Loads a value from the atomic.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                let memory = || self.value.load(order).to_bits();
                let (location, values) = (Location::caller(), <$value>::TYPE);
                let bits = atomic::load(self.id(), order, location, memory, values);
                <$value>::from_bits(bits)
            }

            /// Stores a value into the atomic.
            #[track_caller]
            pub fn store(&self, val: $value, order: Ordering) {
                if matches!(order, Ordering::Acquire | Ordering::AcqRel) {
                    // It panics with the words of the real one.
                    self.value.store(val, order);
                }
                atomic::store(
                    self.id(),
                    order,
                    val.to_bits(),
                    Location::caller(),
                    || self.newest(),
                    || self.value.store(val, order),
                    <$value>::TYPE,
                );
            }

            /// Stores a value into the atomic, returning the previous value.
            #[track_caller]
            pub fn swap(&self, val: $value, order: Ordering) -> $value {
                self.replace(order, |value| value.swap(val, order))
            }

            /// Stores a value into the atomic if the current value is the same as the `current` value.
            ///
            /// # Errors
            ///
            /// With the value that was found, if it is not `current`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.exchange(current, new, success, failure, false)
            }

            /// Stores a value into the atomic if the current value is the same as the `current` value.
            ///
            /// # Errors
            ///
            /// With the value that was found, if it is not `current`, or spuriously.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.exchange(current, new, success, failure, true)
            }

            #[track_caller]
            fn exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
                weak: bool,
            ) -> Result<$value, $value> {
                if matches!(failure, Ordering::Release | Ordering::AcqRel) {
                    // It panics with the words of the real one.
                    return self.value.compare_exchange(current, new, success, failure);
                }
                let exchange = Exchange { expected: current.to_bits(), success, failure, weak };
                let exchanged = atomic::exchange(
                    self.id(),
                    exchange,
                    new.to_bits(),
                    Location::caller(),
                    || self.newest(),
                    || self.value.store(new, Ordering::SeqCst),
                    <$value>::TYPE,
                );
                exchanged.map(<$value>::from_bits).map_err(<$value>::from_bits)
            }

            /// Fetches the value, and applies a function to it that returns an optional new value.
            ///
            /// # Errors
            ///
            /// With the last value that was found, if the function returns `None` for it.
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

            /// Fetches the value, applies a function to it that returns an optional new value.
            ///
            /// # Errors
            ///
            /// With the last value that was found, if the function returns `None` for it.
            #[track_caller]
            pub fn try_update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                self.fetch_update(set_order, fetch_order, f)
            }

            /// Fetches the value, applies a function to it that returns a new value.
            #[track_caller]
            pub fn update(
                &self,
                set_order: Ordering,
                fetch_order: Ordering,
                mut f: impl FnMut($value) -> $value,
            ) -> $value {
                let mut prev = self.load(fetch_order);
                loop {
                    let next = f(prev);
                    match self.compare_exchange_weak(prev, next, set_order, fetch_order) {
                        Ok(x) => break x,
                        Err(next_prev) => prev = next_prev,
                    }
                }
            }

            /// A read-modify-write that always writes.
            #[track_caller]
            fn replace(&self, order: Ordering, update: impl Fn(&$real) -> $value) -> $value {
                let on = |value: &$real| {
                    let old = update(value).to_bits();
                    (old, value.load(Ordering::SeqCst).to_bits())
                };
                let update = |elsewhere: Option<u64>| match elsewhere {
                    None => on(&self.value),
                    Some(bits) => on(&<$real>::new(<$value>::from_bits(bits))),
                };
                let old = atomic::update(
                    self.id(),
                    order,
                    Location::caller(),
                    || self.newest(),
                    update,
                    <$value>::TYPE,
                );
                <$value>::from_bits(old)
            }

            fn newest(&self) -> u64 {
                self.value.load(Ordering::SeqCst).to_bits()
            }

            fn id(&self) -> Id<atomic::Atomic> {
                let start = ::core::mem::offset_of!(Self, value);
                let value = ptr::from_ref(self).cast::<u8>().cast_mut().wrapping_add(start);
                self.handle.resolve(value, size_of::<Self>() - start)
            }
        }

        impl $($generic)* fmt::Debug for $name $($generic)* {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.load(Ordering::Relaxed).fmt(f)
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
                    self.replace(order, |value| value.$method(val, order))
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

            #[allow(
                clippy::cast_lossless,
                clippy::cast_possible_truncation,
                clippy::cast_possible_wrap,
                clippy::cast_sign_loss,
                reason = "the bits stay the same, whatever the width and the sign of the type"
            )]
            impl Bits for $value {
                const TYPE: ValueType = if $value::MIN == 0 {
                    ValueType::Unsigned
                } else {
                    ValueType::Signed
                };

                fn to_bits(self) -> u64 {
                    self as u64
                }

                fn from_bits(bits: u64) -> Self {
                    bits as Self
                }
            }

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

impl<T> AtomicPtr<T> {
    /// Offsets the pointer's address by adding `val` (in units of `T`), returning the
    /// previous pointer.
    #[track_caller]
    pub fn fetch_ptr_add(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_ptr_add(val, order))
    }

    /// Offsets the pointer's address by subtracting `val` (in units of `T`), returning
    /// the previous pointer.
    #[track_caller]
    pub fn fetch_ptr_sub(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_ptr_sub(val, order))
    }

    /// Offsets the pointer's address by adding `val` *bytes*, returning the previous pointer.
    #[track_caller]
    pub fn fetch_byte_add(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_byte_add(val, order))
    }

    /// Offsets the pointer's address by subtracting `val` *bytes*, returning the previous
    /// pointer.
    #[track_caller]
    pub fn fetch_byte_sub(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_byte_sub(val, order))
    }

    /// Performs a bitwise "or" operation on the address of the current pointer.
    #[track_caller]
    pub fn fetch_or(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_or(val, order))
    }

    /// Performs a bitwise "and" operation on the address of the current pointer.
    #[track_caller]
    pub fn fetch_and(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_and(val, order))
    }

    /// Performs a bitwise "xor" operation on the address of the current pointer.
    #[track_caller]
    pub fn fetch_xor(&self, val: usize, order: Ordering) -> *mut T {
        self.replace(order, |value| value.fetch_xor(val, order))
    }
}

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(ptr::null_mut())
    }
}
