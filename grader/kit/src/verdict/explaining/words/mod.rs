//! The wording of steps, one module for each class of object. Each match names all operations, so
//! that a new operation does not compile until it has a wording.

mod arc;
mod atomic;
mod barrier;
mod cell;
mod channel;
mod condvar;
mod event;
mod lock;
mod mutex;
mod once;
mod rwlock;
mod system;
mod thread;

use grader_schema::{
    Text,
    protocol::{Blocked, Event},
    step::{Class, Object, Operation, Signal, Step, Value},
};

use super::names::Names;

/// What a class of object is called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noun {
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
    /// How a sentence about one of them begins, and the same in Chinese after another word.
    pub(super) one: (&'static str, &'static str),
}

/// What objects of a class are called.
pub(super) fn noun(class: Class) -> Noun {
    match class {
        Class::Mutex => mutex::NOUN,
        Class::Condvar => condvar::NOUN,
        Class::Atomic => atomic::NOUN,
        Class::Channel => channel::NOUN,
        Class::RwLock => rwlock::NOUN,
        Class::Barrier => barrier::NOUN,
        Class::Once => once::NOUN,
        Class::Cell => cell::NOUN,
        Class::Arc => arc::NOUN,
        Class::System => system::NOUN,
    }
}

/// An object by its class and number, for want of a name.
pub(super) fn object(object: Object) -> Text {
    let (Noun { en, zh, .. }, number) = (noun(object.class), object.number);
    Text::new(format!("{en} {number}"), format!("{zh} {number}"))
}

/// What a step did, or what its thread waits for; nothing for steps that tell a reader nothing.
/// `history` is what the execution recorded.
pub(super) fn action(step: &Step, history: &[Event], names: &Names<'_>) -> Option<Text> {
    let effect = &step.effect;
    match step.operation {
        Operation::Thread(operation) => thread::action(operation, effect, names),
        Operation::Mutex(number, operation) => mutex::action(number, operation, effect, names),
        Operation::Condvar(number, operation) => {
            Some(condvar::action(number, operation, effect, names))
        }
        Operation::Atomic(number, operation) => atomic::action(number, operation, effect),
        Operation::Fence => Some(atomic::fence()),
        Operation::Channel(number, operation) => channel::action(number, operation, effect),
        Operation::RwLock(number, operation) => rwlock::action(number, operation, effect, names),
        Operation::Barrier(number, operation) => barrier::action(number, operation, effect),
        Operation::Once(number, operation) => once::action(number, operation, effect, names),
        Operation::Cell(number, operation) => Some(cell::action(number, operation)),
        Operation::Arc(number, operation) => arc::action(number, operation, effect),
        Operation::System(_, operation) => Some(system::action(operation, effect)),
        Operation::Event => event::recorded_by(step, history).map(event::action),
    }
}

/// What a thread waits for that never comes, to be said after its name.
pub(super) fn waits_for_ever(blocked: &Blocked, names: &Names<'_>) -> Text {
    let said = match blocked.operation {
        Operation::Thread(operation) => thread::waits_for_ever(operation, names),
        Operation::Mutex(number, operation) => {
            mutex::waits_for_ever(number, operation, blocked, names)
        }
        Operation::Channel(number, operation) => channel::waits_for_ever(number, operation),
        Operation::RwLock(number, operation) => {
            rwlock::waits_for_ever(number, operation, blocked, names)
        }
        Operation::Barrier(number, operation) => barrier::waits_for_ever(number, operation),
        Operation::Once(number, operation) => {
            once::waits_for_ever(number, operation, blocked, names)
        }
        Operation::System(_, operation) => Some(system::waits_for_ever(operation, blocked, names)),
        // Nothing has to wait for these.
        Operation::Condvar(..)
        | Operation::Atomic(..)
        | Operation::Fence
        | Operation::Cell(..)
        | Operation::Arc(..)
        | Operation::Event => None,
    };
    said.unwrap_or_else(|| Text::new("cannot go on", "无法继续"))
}

/// A signal by its name and number.
pub(super) fn signal(signal: Signal) -> String {
    format!("{} ({})", signal.name, signal.number)
}

/// The event that a step recorded.
pub(super) fn recorded_by<'a>(step: &Step, history: &'a [Event]) -> Option<&'a Event> {
    event::recorded_by(step, history)
}

/// The value of an atomic, as Rust writes it.
pub(super) fn value(value: Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Natural(value) => value.to_string(),
        Value::Negative(value) => value.to_string(),
        Value::Address {
            address: 0,
            offset: 0,
        } => "null".to_owned(),
        Value::Address { address: 0, offset } => format!("{offset:#x}"),
        Value::Address { address, offset: 0 } => format!("ptr {address}"),
        Value::Address { address, offset } => format!("ptr {address} + {offset}"),
    }
}
