//! What printed programs begin with, and functions that some of them need.

pub(super) const IMPORTS: &str = "\
#![allow(unused)]
use std::{cell::*, collections::*, panic::*, sync::{atomic::{Ordering::*, *}, mpsc::*, *}};
use std::{thread::{self, JoinHandle}, time::{Duration, Instant}};

const TIME: Duration = Duration::from_millis(2);
";

pub(super) const HELD: &str = "
fn held<G>(result: LockResult<G>, log: &mut Vec<i64>) -> G {
    result.unwrap_or_else(|poisoned| {
        log.push(-8);
        poisoned.into_inner()
    })
}
";

pub(super) const TRIED: &str = "
fn tried<G>(result: TryLockResult<G>, log: &mut Vec<i64>) -> Option<G> {
    let (guard, said) = match result {
        Ok(guard) => (Some(guard), 1),
        Err(TryLockError::WouldBlock) => (None, 0),
        Err(TryLockError::Poisoned(poisoned)) => (Some(poisoned.into_inner()), -8),
    };
    log.push(said);
    guard
}
";

pub(super) const LEFT: &str = "
fn left<G: std::ops::Deref<Target = i64>>(result: LockResult<G>) -> String {
    match result {
        Ok(guard) => guard.to_string(),
        Err(poisoned) => format!(\"{} poisoned\", *poisoned.into_inner()),
    }
}
";

pub(super) const JOIN: &str = "
fn join(child: JoinHandle<Vec<i64>>, log: &mut Vec<i64>) {
    match child.join() {
        Ok(joined) => {
            log.push(900);
            log.extend(joined);
        }
        Err(_) => log.push(-9),
    }
}
";

pub(super) const AT_END: &str = "
struct AtEnd(Option<Box<dyn FnOnce()>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        (self.0.take().unwrap())();
    }
}

thread_local!(static AT_END: RefCell<Option<AtEnd>> = const { RefCell::new(None) });
";

pub(super) const COUNTED: &str = "
struct Counted(i64, Arc<AtomicI64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.store(NUMBER.get(), SeqCst);
    }
}

thread_local!(static NUMBER: Cell<i64> = const { Cell::new(0) });
";
