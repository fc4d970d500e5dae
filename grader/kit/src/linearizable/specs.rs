//! Sequential specifications of common objects.

use std::collections::VecDeque;

use serde_json::Value;

use super::Spec;

/// A first-in first-out queue: `put(x) = true`, or `false` once closed; `get() = x`,
/// or `null` once closed and empty; `close()`. Calls wait while they must.
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// How many items it holds at most; nothing for no bound.
    pub capacity: Option<usize>,
}

impl Spec for Queue {
    /// The items, and whether the queue is closed.
    type State = (VecDeque<Value>, bool);

    fn initial(&self) -> Self::State {
        (VecDeque::new(), false)
    }

    fn apply(
        &self,
        (items, closed): &Self::State,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Self::State> {
        let mut items = items.clone();
        let wants = |value: &Value| result.is_none_or(|result| result == value);
        match name {
            "put" if *closed => wants(&Value::Bool(false)).then_some((items, true)),
            "put" => {
                let room = self.capacity.is_none_or(|capacity| items.len() < capacity);
                if !room || !wants(&Value::Bool(true)) {
                    return None;
                }
                items.push_back(argument.clone());
                Some((items, false))
            }
            "get" => match items.pop_front() {
                Some(item) => result
                    .is_none_or(|result| *result == item)
                    .then_some((items, *closed)),
                None => (*closed && wants(&Value::Null)).then_some((items, true)),
            },
            "close" => Some((items, true)),
            _ => None,
        }
    }
}

/// A counter: `add(n)` and `get() = n`.
#[derive(Debug, Clone, Copy)]
pub struct Counter;

impl Spec for Counter {
    type State = i64;

    fn initial(&self) -> i64 {
        0
    }

    fn apply(
        &self,
        state: &i64,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<i64> {
        match name {
            "add" => Some(state + argument.as_i64()?),
            "get" => result
                .is_none_or(|result| result.as_i64() == Some(*state))
                .then_some(*state),
            _ => None,
        }
    }
}

/// A counting semaphore: `acquire()`, `try_acquire() = bool`, `release()`.
#[derive(Debug, Clone, Copy)]
pub struct Semaphore {
    /// Permits at the beginning.
    pub permits: u64,
}

impl Spec for Semaphore {
    type State = u64;

    fn initial(&self) -> u64 {
        self.permits
    }

    fn apply(&self, state: &u64, name: &str, _: &Value, result: Option<&Value>) -> Option<u64> {
        match (name, result.and_then(Value::as_bool)) {
            ("acquire", _) | ("try_acquire", Some(true)) => state.checked_sub(1),
            ("try_acquire", Some(false)) => (*state == 0).then_some(0),
            ("try_acquire", None) => Some(state.saturating_sub(1)),
            ("release", _) => Some(state + 1),
            _ => None,
        }
    }
}
