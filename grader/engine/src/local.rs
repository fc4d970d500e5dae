//! Values that each thread has for itself, and what happens to them at its end.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
};

use crate::{execution::Execution, runtime::with};

/// Does something to a value that is known by its address alone.
type Act = unsafe fn(*mut ());

/// What is to be known of the type of a value.
#[derive(Debug, Clone, Copy)]
pub struct LocalType {
    /// Drops the value in place; nothing if it has no destructor.
    pub drop: Option<Act>,
    /// Gives the memory of a value back, without dropping the value.
    pub free: Act,
}

/// A value of a thread-local key.
#[derive(Debug)]
pub(crate) struct Local {
    key: usize,
    /// Null once it is destroyed.
    value: *mut (),
    of: LocalType,
}

/// The memory of destroyed values. It is kept until the execution ends: the real library has the
/// values of a thread in memory of their own from the spawn of the thread on, so threads
/// that exist at the same time never share an address, and programs compare addresses to tell
/// threads apart.
#[derive(Debug, Default)]
pub(crate) struct Destroyed(Vec<(*mut (), Act)>);

impl Destroyed {
    /// Gives the memory back.
    pub(crate) fn free(&mut self) {
        for (value, free) in self.0.drain(..) {
            // SAFETY: the value came with this function, and was destroyed.
            unsafe { free(value) };
        }
    }
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
pub fn get(key: usize) -> LocalValue {
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

/// Gives the current thread a value for `key`, to be destroyed when the thread ends. Returns the
/// value that was there, if the first one's making made another.
///
/// # Safety
///
/// `value` must not be null, and be of the type `of`: both functions must be right for it on
/// this thread, once, and `free` also after the thread has ended.
pub unsafe fn put(key: usize, value: *mut (), of: LocalType) -> Option<*mut ()> {
    with(|execution| {
        let current = execution.current;
        let locals = &mut execution.tasks[current].locals;
        if let Some(local) = locals.iter_mut().find(|local| local.key == key) {
            let old = std::mem::replace(&mut local.value, value);
            return (!old.is_null()).then_some(old);
        }
        locals.push(Local { key, value, of });
        None
    })
}

/// Runs the destructors of the current thread's values, the youngest first. They may
/// make values for other keys, which are destroyed as well.
pub(crate) fn destroy_locals() {
    while let Some((value, drop)) = with(Execution::next_destructor) {
        let dropped = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: whoever put the value promised it, and it is no longer found.
            unsafe { drop(value) };
        }));
        if dropped.is_err() {
            with(|execution| {
                let current = execution.current;
                execution.tasks[current].panics = 0;
            });
        }
    }
    with(|execution| {
        let locals = &mut execution.tasks[execution.current].locals;
        let left = locals.iter_mut().filter(|local| !local.value.is_null());
        let left = left.map(|local| {
            (
                mem::replace(&mut local.value, ptr::null_mut()),
                local.of.free,
            )
        });
        execution.destroyed_locals.0.extend(left);
    });
}

impl Execution {
    /// The youngest value of the current thread that is to be dropped, and how. It is no longer
    /// found.
    fn next_destructor(&mut self) -> Option<(*mut (), Act)> {
        let locals = &mut self.tasks[self.current].locals;
        let alive = locals.iter_mut().rev();
        let mut alive = alive.filter(|local| !local.value.is_null());
        let (local, drop) = alive.find_map(|local| {
            let drop = local.of.drop?;
            Some((local, drop))
        })?;
        let value = mem::replace(&mut local.value, ptr::null_mut());
        self.destroyed_locals.0.push((value, local.of.free));
        Some((value, drop))
    }
}
