//! Values that each thread has for itself, and what happens to them at its end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::runtime::with;

/// A value of a thread-local key.
#[derive(Debug)]
pub(crate) struct Local {
    key: usize,
    /// Null once it is destroyed.
    value: *mut (),
    free: unsafe fn(*mut ()),
    has_destructor: bool,
}

/// What the current thread has for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalValue {
    /// Nothing yet.
    New,
    /// This value.
    Alive(*mut ()),
    /// It had one, whose destructor runs or has run.
    Destroyed,
}

/// What the current thread has for `key`.
pub fn local_get(key: usize) -> LocalValue {
    with(|execution| {
        execution.tell_drops();
        let task = &execution.tasks[execution.current];
        match task.locals.iter().find(|local| local.key == key) {
            None => LocalValue::New,
            Some(local) if local.value.is_null() => LocalValue::Destroyed,
            Some(local) => LocalValue::Alive(local.value),
        }
    })
}

/// Gives the current thread a value for `key`, to be freed with `free` when the thread
/// ends. Returns the value that was there, if the first one's making made another.
///
/// # Safety
///
/// `value` must not be null, and `free` must be right for it on this thread, once.
pub unsafe fn local_put(
    key: usize,
    value: *mut (),
    free: unsafe fn(*mut ()),
    has_destructor: bool,
) -> Option<*mut ()> {
    with(|execution| {
        let current = execution.current;
        let locals = &mut execution.tasks[current].locals;
        if let Some(local) = locals.iter_mut().find(|local| local.key == key) {
            let old = std::mem::replace(&mut local.value, value);
            return (!old.is_null()).then_some(old);
        }
        locals.push(Local {
            key,
            value,
            free,
            has_destructor,
        });
        None
    })
}

/// Runs the destructors of the current thread's values, the youngest first. They may
/// make values for other keys, which are destroyed as well.
pub(crate) fn destroy_locals() {
    for with_destructors in [true, false] {
        while let Some((value, free)) = with(|execution| {
            let current = execution.current;
            let locals = &mut execution.tasks[current].locals;
            let alive = locals
                .iter_mut()
                .rev()
                .find(|local| !local.value.is_null() && local.has_destructor == with_destructors)?;
            let value = std::mem::replace(&mut alive.value, std::ptr::null_mut());
            Some((value, alive.free))
        }) {
            let freed = catch_unwind(AssertUnwindSafe(|| {
                // SAFETY: whoever put the value promised it, and it is no longer found.
                unsafe { free(value) };
            }));
            if freed.is_err() {
                with(|execution| {
                    let current = execution.current;
                    execution.tasks[current].panics = 0;
                });
            }
        }
    }
}
