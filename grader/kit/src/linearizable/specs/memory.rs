//! Objects that remember values.

use serde_json::Value;

use super::{said, told};
use crate::linearizable::Spec;

/// A value that is read and written whole.
///
/// | call | result |
/// |---|---|
/// | `read()` | the value |
/// | `write(value)` | |
/// | `swap(value)` | the value before |
/// | `compare_exchange([expected, new])` | whether the value was the expected one and is now the new one |
#[derive(Debug, Clone)]
pub struct Register {
    /// The value at the beginning.
    pub initial: Value,
}

impl Spec for Register {
    type State = Value;

    fn initial(&self) -> Value {
        self.initial.clone()
    }

    fn apply(
        &self,
        value: &Value,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Value> {
        match name {
            "read" => told(result, value).then(|| value.clone()),
            "write" => Some(argument.clone()),
            "swap" => told(result, value).then(|| argument.clone()),
            "compare_exchange" => {
                let equal = *argument.get(0)? == *value;
                let new = if equal { argument.get(1)? } else { value };
                said(result, equal).then(|| new.clone())
            }
            _ => None,
        }
    }
}

/// A number that only grows and shrinks; 0 at the beginning.
///
/// | call | result |
/// |---|---|
/// | `add(n)` | |
/// | `fetch_add(n)` | the number before |
/// | `get()` | the number |
#[derive(Debug, Clone, Copy)]
pub struct Counter;

impl Spec for Counter {
    type State = i64;

    fn initial(&self) -> i64 {
        0
    }

    fn apply(
        &self,
        count: &i64,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<i64> {
        let counts = told(result, &Value::from(*count));
        match name {
            "add" => count.checked_add(argument.as_i64()?),
            "fetch_add" if counts => count.checked_add(argument.as_i64()?),
            "get" if counts => Some(*count),
            _ => None,
        }
    }
}

/// A map; empty at the beginning. The keys are judged one by one.
///
/// | call | result |
/// |---|---|
/// | `insert([key, value])` | the value before, or `null` |
/// | `get(key)` | the value, or `null` |
/// | `remove(key)` | the value before, or `null` |
#[derive(Debug, Clone, Copy)]
pub struct Map;

impl Spec for Map {
    /// The value of one key, or null.
    type State = Value;

    fn initial(&self) -> Value {
        Value::Null
    }

    fn apply(
        &self,
        value: &Value,
        name: &str,
        argument: &Value,
        result: Option<&Value>,
    ) -> Option<Value> {
        let after = match name {
            "insert" => argument.get(1)?.clone(),
            "get" => value.clone(),
            "remove" => Value::Null,
            _ => return None,
        };
        told(result, value).then_some(after)
    }

    fn part(&self, name: &str, argument: &Value) -> Value {
        let key = match name {
            "insert" => argument.get(0),
            _ => Some(argument),
        };
        key.cloned().unwrap_or_default()
    }
}
