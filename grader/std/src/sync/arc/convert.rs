//! What an `Arc` is made from.

use ::std::{
    borrow::{Cow, ToOwned},
    ffi::{CStr, CString, OsStr, OsString},
    path::{Path, PathBuf},
    pin::Pin,
    sync as real,
};

use super::Arc;

impl<T: Default> Default for Arc<T> {
    fn default() -> Arc<T> {
        Arc::first(real::Arc::default())
    }
}

impl<T> Default for Pin<Arc<T>>
where
    T: ?Sized,
    Arc<T>: Default,
{
    fn default() -> Self {
        // SAFETY: no code can move the value out of an `Arc` that is pinned.
        unsafe { Pin::new_unchecked(Arc::default()) }
    }
}

// The real library shares an empty value with everybody, also with other executions. That
// depends on what they have done, so each gets one of its own.

impl Default for Arc<str> {
    fn default() -> Arc<str> {
        Arc::from("")
    }
}

impl Default for Arc<CStr> {
    fn default() -> Arc<CStr> {
        Arc::from(c"")
    }
}

impl<T> Default for Arc<[T]> {
    fn default() -> Arc<[T]> {
        Arc::from([])
    }
}

impl<T> From<T> for Arc<T> {
    fn from(t: T) -> Arc<T> {
        Arc::new(t)
    }
}

impl<T: ?Sized> From<Box<T>> for Arc<T> {
    fn from(v: Box<T>) -> Arc<T> {
        Arc::first(real::Arc::from(v))
    }
}

impl<T, const N: usize> From<[T; N]> for Arc<[T]> {
    fn from(v: [T; N]) -> Arc<[T]> {
        Arc::first(real::Arc::from(v))
    }
}

impl<T: Clone> From<&[T]> for Arc<[T]> {
    fn from(v: &[T]) -> Arc<[T]> {
        Arc::first(real::Arc::from(v))
    }
}

impl<T: Clone> From<&mut [T]> for Arc<[T]> {
    fn from(v: &mut [T]) -> Arc<[T]> {
        Arc::first(real::Arc::from(v))
    }
}

impl<T> From<Vec<T>> for Arc<[T]> {
    fn from(v: Vec<T>) -> Arc<[T]> {
        Arc::first(real::Arc::from(v))
    }
}

impl<'a, B> From<Cow<'a, B>> for Arc<B>
where
    B: ToOwned + ?Sized,
    Arc<B>: From<&'a B> + From<B::Owned>,
{
    fn from(cow: Cow<'a, B>) -> Arc<B> {
        match cow {
            Cow::Borrowed(value) => Arc::from(value),
            Cow::Owned(value) => Arc::from(value),
        }
    }
}

impl From<Arc<str>> for Arc<[u8]> {
    fn from(rc: Arc<str>) -> Arc<[u8]> {
        Arc::of(real::Arc::from(rc.into_real()))
    }
}

impl<T, const N: usize> TryFrom<Arc<[T]>> for Arc<[T; N]> {
    type Error = Arc<[T]>;

    fn try_from(boxed_slice: Arc<[T]>) -> Result<Arc<[T; N]>, Arc<[T]>> {
        let real: Result<real::Arc<[T; N]>, _> = boxed_slice.into_real().try_into();
        real.map(Arc::of).map_err(Arc::of)
    }
}

impl<T> FromIterator<T> for Arc<[T]> {
    fn from_iter<I: IntoIterator<Item = T>>(iter: I) -> Arc<[T]> {
        Arc::first(real::Arc::from_iter(iter))
    }
}

macro_rules! from_texts {
    ($($borrowed:ty: $owned:ty;)*) => {
        $(
            impl From<&$borrowed> for Arc<$borrowed> {
                fn from(v: &$borrowed) -> Arc<$borrowed> {
                    Arc::first(real::Arc::from(v))
                }
            }

            impl From<&mut $borrowed> for Arc<$borrowed> {
                fn from(v: &mut $borrowed) -> Arc<$borrowed> {
                    Arc::first(real::Arc::from(v))
                }
            }

            impl From<$owned> for Arc<$borrowed> {
                fn from(v: $owned) -> Arc<$borrowed> {
                    Arc::first(real::Arc::from(v))
                }
            }
        )*
    };
}

from_texts! {
    str: String;
    CStr: CString;
    OsStr: OsString;
    Path: PathBuf;
}
