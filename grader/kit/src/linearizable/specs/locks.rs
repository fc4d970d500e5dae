//! Locks.

use serde_json::Value;

use super::said;
use crate::linearizable::Spec;

/// A lock that one holds at a time.
///
/// | call | result |
/// |---|---|
/// | `lock()` | |
/// | `try_lock()` | `true`; `false` if it is held |
/// | `lock_timeout()` | `true`; `false` at any time |
/// | `unlock()` | legal only while it is held |
#[derive(Debug, Clone, Copy)]
pub struct Lock;

impl Spec for Lock {
    /// Whether it is held.
    type State = bool;

    fn initial(&self) -> bool {
        false
    }

    fn apply(&self, &held: &bool, name: &str, _: &Value, result: Option<&Value>) -> Option<bool> {
        match name {
            "lock" => (!held).then_some(true),
            "try_lock" => said(result, !held).then_some(true),
            "lock_timeout" if result == Some(&Value::Bool(false)) => Some(held),
            "lock_timeout" => (!held && said(result, true)).then_some(true),
            "unlock" => held.then_some(false),
            _ => None,
        }
    }
}

/// A lock that its owner may take again. The argument of each call says who calls.
///
/// | call | result |
/// |---|---|
/// | `lock(who)` | |
/// | `try_lock(who)` | `true`; `false` if another holds it |
/// | `unlock(who)` | `true`; `false` if `who` does not hold it, and then nothing changes |
///
/// `acquire`, `try_acquire` and `release` are other names of the same.
#[derive(Debug, Clone, Copy)]
pub struct RecursiveLock;

impl Spec for RecursiveLock {
    /// The owner, and how often it must still unlock.
    type State = Option<(Value, u64)>;

    fn initial(&self) -> Self::State {
        None
    }

    fn apply(
        &self,
        owner: &Self::State,
        name: &str,
        who: &Value,
        result: Option<&Value>,
    ) -> Option<Self::State> {
        let depth = match owner {
            None => Some(0),
            Some((owner, depth)) => (owner == who).then_some(*depth),
        };
        let holds = |depth: u64| (depth > 0).then(|| (who.clone(), depth));
        let name = match name {
            "acquire" => "lock",
            "try_acquire" => "try_lock",
            "release" => "unlock",
            name => name,
        };
        match (name, depth) {
            ("lock", Some(depth)) => Some(holds(depth + 1)),
            ("try_lock", Some(depth)) => said(result, true).then(|| holds(depth + 1)),
            ("unlock", Some(depth)) if depth > 0 => said(result, true).then(|| holds(depth - 1)),
            ("try_lock" | "unlock", _) => said(result, false).then(|| owner.clone()),
            _ => None,
        }
    }
}

/// A lock that many readers or one writer hold.
///
/// | call | result |
/// |---|---|
/// | `read()`, `write()` | |
/// | `try_read()` | `true`; `false` if a writer holds it |
/// | `try_write()` | `true`; `false` if anybody holds it |
/// | `end_read()`, `end_write()` | legal only after the call that it ends |
///
/// One that lets no reader in while a writer waits may fail a `try_read` earlier: do
/// not record that call then.
#[derive(Debug, Clone, Copy)]
pub struct RwLock;

impl Spec for RwLock {
    /// How many readers there are, and whether there is a writer.
    type State = (u64, bool);

    fn initial(&self) -> Self::State {
        (0, false)
    }

    fn apply(
        &self,
        &(readers, writer): &Self::State,
        name: &str,
        _: &Value,
        result: Option<&Value>,
    ) -> Option<Self::State> {
        let free = readers == 0 && !writer;
        match name {
            "read" => (!writer).then_some((readers + 1, false)),
            "write" => free.then_some((0, true)),
            "try_read" if writer => said(result, false).then_some((readers, writer)),
            "try_read" => said(result, true).then_some((readers + 1, false)),
            "try_write" if free => said(result, true).then_some((0, true)),
            "try_write" => said(result, false).then_some((readers, writer)),
            "end_read" => Some((readers.checked_sub(1)?, writer)),
            "end_write" => writer.then_some((readers, false)),
            _ => None,
        }
    }
}
