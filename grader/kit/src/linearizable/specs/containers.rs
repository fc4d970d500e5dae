//! Containers that hand out what was put into them.

use serde_json::Value;

use super::{said, told};
use crate::linearizable::Spec;

/// What a container holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Held {
    /// The items, in the order in which they were put.
    items: Vec<Value>,
    closed: bool,
}

const EMPTY: Held = Held {
    items: Vec::new(),
    closed: false,
};

/// A first-in first-out queue.
///
/// | call | result |
/// |---|---|
/// | `put(item)` | `true`; `false` once closed |
/// | `try_put(item)` | `true`; `false` if full or closed |
/// | `put_timeout(item)` | `true`; `false` at any time |
/// | `get()` | the item; `null` once closed and empty |
/// | `try_get()` | the item; `null` if empty |
/// | `get_timeout()` | the item; `null` at any time |
/// | `len()` | how many items are in |
/// | `close()` | |
#[derive(Debug, Clone, Copy)]
pub struct Queue {
    /// How many items it holds at most; nothing for no bound.
    pub capacity: Option<usize>,
}

impl Spec for Queue {
    type State = Held;

    fn initial(&self) -> Held {
        EMPTY
    }

    fn apply(
        &self,
        held: &Held,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Held> {
        apply(held, self.capacity, |_| 0, name, argument, result)
    }
}

/// A last-in first-out stack, with the calls of a [`Queue`]; `push` and `pop` are
/// other names of `put` and `get`.
#[derive(Debug, Clone, Copy)]
pub struct Stack {
    /// How many items it holds at most; nothing for no bound.
    pub capacity: Option<usize>,
}

impl Spec for Stack {
    type State = Held;

    fn initial(&self) -> Held {
        EMPTY
    }

    fn apply(
        &self,
        held: &Held,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Held> {
        let name = match name {
            "push" => "put",
            "pop" => "get",
            "try_push" => "try_put",
            "try_pop" => "try_get",
            name => name,
        };
        let last = |items: &[Value]| items.len() - 1;
        apply(held, self.capacity, last, name, argument, result)
    }
}

/// A queue that hands out the item of the lowest rank, and of several the one that was
/// put first; with the calls of a [`Queue`].
///
/// For one that promises nothing about items of the same rank use
/// [`Oracle::priority`](crate::Oracle::priority).
#[derive(Debug, Clone, Copy)]
pub struct PriorityQueue {
    /// How many items it holds at most; nothing for no bound.
    pub capacity: Option<usize>,
    /// The rank of an item.
    pub rank: fn(&Value) -> i64,
}

impl Spec for PriorityQueue {
    type State = Held;

    fn initial(&self) -> Held {
        EMPTY
    }

    fn apply(
        &self,
        held: &Held,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Held> {
        let first = |items: &[Value]| {
            let best = (0..items.len()).min_by_key(|&at| ((self.rank)(&items[at]), at));
            best.unwrap_or(0)
        };
        apply(held, self.capacity, first, name, argument, result)
    }
}

/// `choose` says which of the items, at least one, is handed out.
fn apply(
    held: &Held,
    capacity: Option<usize>,
    choose: impl Fn(&[Value]) -> usize,
    name: &str,
    argument: &Value,
    result: Option<&Value>,
) -> Option<Held> {
    let room = !held.closed && capacity.is_none_or(|capacity| held.items.len() < capacity);
    let fails = match name {
        "put" => held.closed && said(result, false),
        "try_put" => !room && said(result, false),
        "put_timeout" => result == Some(&Value::Bool(false)),
        "get" => held.items.is_empty() && held.closed && told(result, &Value::Null),
        "try_get" => held.items.is_empty() && told(result, &Value::Null),
        "get_timeout" => result == Some(&Value::Null),
        "len" => told(result, &Value::from(held.items.len())),
        _ => false,
    };
    if fails {
        return Some(held.clone());
    }
    let mut held = held.clone();
    match name {
        "put" | "try_put" | "put_timeout" if room && said(result, true) => {
            held.items.push(argument.clone());
        }
        "get" | "try_get" | "get_timeout" if !held.items.is_empty() => {
            let item = held.items.remove(choose(&held.items));
            if !told(result, &item) {
                return None;
            }
        }
        "close" => held.closed = true,
        _ => return None,
    }
    Some(held)
}
