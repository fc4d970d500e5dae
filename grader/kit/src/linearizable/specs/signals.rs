//! Objects that let threads wait for others.

use serde_json::Value;

use super::said;
use crate::linearizable::Spec;

/// A counting semaphore.
///
/// | call | result |
/// |---|---|
/// | `acquire()` | |
/// | `try_acquire()` | `true`; `false` if no permit is free |
/// | `acquire_timeout()` | `true`; `false` at any time |
/// | `release()` | |
/// | `release_many(n)` | |
#[derive(Debug, Clone, Copy)]
pub struct Semaphore {
    /// Permits at the beginning.
    pub permits: u64,
}

impl Spec for Semaphore {
    /// How many permits are free.
    type State = u64;

    fn initial(&self) -> u64 {
        self.permits
    }

    fn apply(
        &self,
        &free: &u64,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<u64> {
        match name {
            "acquire" => free.checked_sub(1),
            "try_acquire" => said(result, free > 0).then(|| free.saturating_sub(1)),
            "acquire_timeout" if result == Some(&Value::Bool(false)) => Some(free),
            "acquire_timeout" => free.checked_sub(1).filter(|_| said(result, true)),
            "release" => free.checked_add(1),
            "release_many" => free.checked_add(argument.as_u64()?),
            _ => None,
        }
    }
}

/// A flag that threads wait for; not set at the beginning.
///
/// | call | result |
/// |---|---|
/// | `set()`, `clear()` | |
/// | `is_set()` | whether it is set |
/// | `wait()` | legal only while it is set |
/// | `wait_timeout()` | whether it is set: a thread that finds it set does not give up |
#[derive(Debug, Clone, Copy)]
pub struct Event;

impl Spec for Event {
    /// Whether it is set.
    type State = bool;

    fn initial(&self) -> bool {
        false
    }

    fn apply(&self, &set: &bool, name: &str, _: &Value, result: Option<&Value>) -> Option<bool> {
        match name {
            "set" => Some(true),
            "clear" => Some(false),
            "is_set" | "wait_timeout" => said(result, set).then_some(set),
            "wait" => set.then_some(true),
            _ => None,
        }
    }
}
