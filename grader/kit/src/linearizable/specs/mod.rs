//! Sequential specifications of common objects.
//!
//! Each says which calls it knows, with argument and result as they are recorded; a
//! result that is not named may be anything. A call that it does not know is illegal.
//! Calls that wait are legal only when they need not wait any more.
//!
//! A call with a timeout may give up at any moment, except for [`Event`]: whether its
//! time was up is not a matter of order, and a property of its own.

mod containers;
mod locks;
mod memory;
mod signals;

pub use containers::{PriorityQueue, Queue, Stack};
pub use locks::{Lock, RecursiveLock, RwLock};
pub use memory::{Counter, Map, Register};
pub use signals::{Event, Semaphore};

use serde_json::Value;

/// Whether a call can have returned `value`.
fn told(result: Option<&Value>, value: &Value) -> bool {
    result.is_none_or(|result| result == value)
}

/// The same for the answer of a call that says whether it succeeded.
fn said(result: Option<&Value>, value: bool) -> bool {
    told(result, &Value::Bool(value))
}
