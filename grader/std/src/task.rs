//! `std::task`: the real one, but that a waker can be made from a modelled `Arc`.

use ::std::mem::ManuallyDrop;

pub use ::std::task::*;

use crate::sync::Arc;

/// The implementation of waking a task on an executor.
pub trait Wake {
    /// Wake this task.
    fn wake(self: Arc<Self>);

    /// Wake this task without consuming the waker.
    fn wake_by_ref(self: &Arc<Self>) {
        self.clone().wake();
    }
}

impl<W: Wake + Send + Sync + 'static> From<Arc<W>> for Waker {
    fn from(waker: Arc<W>) -> Waker {
        // SAFETY: the functions that the raw waker names keep to its contract.
        unsafe { Waker::from_raw(raw(waker)) }
    }
}

impl<W: Wake + Send + Sync + 'static> From<Arc<W>> for RawWaker {
    fn from(waker: Arc<W>) -> RawWaker {
        raw(waker)
    }
}

fn raw<W: Wake + Send + Sync + 'static>(waker: Arc<W>) -> RawWaker {
    RawWaker::new(
        Arc::into_raw(waker).cast(),
        &RawWakerVTable::new(clone::<W>, wake::<W>, wake_by_ref::<W>, forget::<W>),
    )
}

/// The `Arc` that a raw waker has.
///
/// # Safety
///
/// `waker` must be the data of a raw waker made from an `Arc<W>`, which is used no more.
unsafe fn owned<W>(waker: *const ()) -> Arc<W> {
    // SAFETY: the caller promises it.
    unsafe { Arc::from_raw(waker.cast()) }
}

unsafe fn clone<W: Wake + Send + Sync + 'static>(waker: *const ()) -> RawWaker {
    // SAFETY: it is looked at, and stays the waker's.
    let arc = ManuallyDrop::new(unsafe { owned::<W>(waker) });
    raw(Arc::clone(&arc))
}

unsafe fn wake<W: Wake + Send + Sync + 'static>(waker: *const ()) {
    // SAFETY: the waker is used up.
    W::wake(unsafe { owned(waker) });
}

unsafe fn wake_by_ref<W: Wake + Send + Sync + 'static>(waker: *const ()) {
    // SAFETY: it is looked at, and stays the waker's.
    let arc = ManuallyDrop::new(unsafe { owned::<W>(waker) });
    W::wake_by_ref(&arc);
}

unsafe fn forget<W: Wake + Send + Sync + 'static>(waker: *const ()) {
    // SAFETY: the waker is dropped.
    drop(unsafe { owned::<W>(waker) });
}
