//! Makes the calls of a program in the driver.

use serde::{Deserialize as _, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Program;
use crate::{
    driver::{Case, is_of_another_type},
    record,
};

/// A [`Program`] that a driver runs.
#[derive(Debug)]
pub struct Runnable<O, C> {
    /// How the object is made.
    pub object: O,
    /// The calls of each thread, one after the other.
    pub threads: Vec<Vec<Named<C>>>,
    /// The calls of the main thread after all threads have ended.
    pub last: Vec<Named<C>>,
}

/// A call, and how it is recorded.
#[derive(Debug)]
pub struct Named<C> {
    name: String,
    argument: Value,
    call: C,
}

/// The program that a case is. It is read once, and not for each execution.
///
/// The scenario of a check with programs makes the object, and starts the threads itself: those of
/// the modelled library are known in its own source alone.
///
/// ```
/// # use std::{sync::{Condvar, Mutex}, thread};
/// # use kit::{driver::Case, programs, serde::{Deserialize, Serialize}, serde_json::json};
/// # #[derive(Default)] struct Event(Mutex<bool>, Condvar);
/// # impl Event {
/// #     fn set(&self) { *self.0.lock().unwrap() = true; self.1.notify_all(); }
/// #     fn wait(&self) { drop(self.1.wait_while(self.0.lock().unwrap(), |set| !*set)); }
/// # }
/// # #[derive(Serialize, Deserialize)]
/// # #[serde(crate = "kit::serde", rename_all = "snake_case")]
/// # enum Call { Set, Wait }
/// fn small_programs(case: &Case) {
///     let program = programs::of::<(), Call>(case);
///     let event = Event::default();
///     let act = |call: &Call| match call {
///         Call::Set => json!(event.set()),
///         Call::Wait => json!(event.wait()),
///     };
///     thread::scope(|scope| {
///         for calls in &program.threads {
///             scope.spawn(|| programs::perform(calls, &act));
///         }
///     });
///     programs::perform(&program.last, &act);
/// }
/// ```
///
/// # Panics
///
/// Panics if the case is no program over these calls: the model of the same check made it.
pub fn of<O, C>(case: &Case) -> &Runnable<O, C>
where
    O: DeserializeOwned + Send + Sync + 'static,
    C: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    case.made(|value| {
        let program = Program::<O, C>::deserialize(value);
        let program = program.unwrap_or_else(|error| is_of_another_type(&error));
        let all = |calls: Vec<C>| calls.into_iter().map(Named::new).collect();
        Runnable {
            object: program.object,
            threads: program.threads.into_iter().map(all).collect(),
            last: all(program.last),
        }
    })
}

impl<C: Serialize> Named<C> {
    fn new(call: C) -> Self {
        let (name, argument) = named(&call);
        Self {
            name,
            argument,
            call,
        }
    }
}

/// Makes calls one after the other, and records each. `act` makes a call and returns its result.
pub fn perform<C>(calls: &[Named<C>], act: &dyn Fn(&C) -> Value) {
    for named in calls {
        record::call_of(&named.name, &named.argument, &|| act(&named.call));
    }
}

/// The name and the argument of a call, as serde writes a variant.
///
/// # Panics
///
/// Panics if the call has no JSON form.
pub(super) fn named(call: &impl Serialize) -> (String, Value) {
    match serde_json::to_value(call).expect("a call has a JSON form") {
        Value::Object(variant) if variant.len() == 1 => {
            let first = variant.into_iter().next();
            first.expect("it has one entry")
        }
        Value::String(name) => (name, Value::Null),
        other => ("call".to_owned(), other),
    }
}
