//! What the engine is told of counts.

use ::std::{panic::Location, ptr::NonNull, sync as real};
use interleave::objects::arc::{self, Counts, Operation};

/// What has counts: a real `Arc` or `Weak`.
pub(super) trait Counted {
    /// What tells the value from others that are there at the same time.
    fn address(&self) -> usize;

    fn counts(&self) -> Counts;
}

impl<T: ?Sized> Counted for real::Arc<T> {
    fn address(&self) -> usize {
        real::Arc::as_ptr(self).addr()
    }

    fn counts(&self) -> Counts {
        Counts {
            strong: real::Arc::strong_count(self),
            weak: real::Arc::weak_count(self),
        }
    }
}

impl<T: ?Sized> Counted for real::Weak<T> {
    fn address(&self) -> usize {
        self.as_ptr().addr()
    }

    fn counts(&self) -> Counts {
        Counts {
            strong: self.strong_count(),
            weak: self.weak_count(),
        }
    }
}

/// No `Arc` has had this value before.
pub(super) fn begin<T: ?Sized>(value: NonNull<T>) {
    if interleave::objects::arc::counts_are_steps() {
        arc::begin(value.addr().get());
    }
}

/// Announces a change of a count, to be asked for where changes are steps. It is compiled with
/// the program, which is not optimised, so that its callers find that out themselves.
pub(super) fn change(
    change: Operation,
    of: &impl Counted,
    location: Option<&'static Location<'static>>,
) {
    arc::count(change, of.address(), location, &|| of.counts());
}

/// Announces a question about the counts, or what depends on them.
pub(super) fn ask(question: Operation, of: &impl Counted, location: &'static Location<'static>) {
    if interleave::is_running() {
        arc::count(question, of.address(), Some(location), &|| of.counts());
    }
}
