//! What a scenario records.
//!
//! On the modelled library a recorded event is a scheduling point: between two
//! events of one thread the others may go on, as on a real machine. A forked process tells the
//! first one of its events, which are events of the thread that stands for it.

use std::{cell::RefCell, panic::Location};

use grader_schema::protocol::{Event, EventKind};
use interleave::objects::event::{self, Moment, Recorded};
use serde::Serialize;
use serde_json::Value;

thread_local! {
    static HISTORY: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
}

/// Records that something happened.
///
/// ```
/// # use kit::record::mark;
/// mark("total", 2);
/// mark("started", ());
/// ```
#[track_caller]
pub fn mark(name: &str, value: impl Serialize) {
    put(EventKind::Mark, name, &value, Location::caller());
}

/// Records a call of the student's code: its argument, and what it returns.
///
/// ```
/// # use kit::record::call;
/// # let mut queue = std::collections::VecDeque::new();
/// call("put", 7, || queue.push_back(7));
/// let item = call("get", (), || queue.pop_front());
/// ```
#[track_caller]
pub fn call<R: Serialize>(name: &str, argument: impl Serialize, f: impl FnOnce() -> R) -> R {
    let location = Location::caller();
    put(EventKind::Call, name, &argument, location);
    let result = f();
    put(EventKind::Return, name, &result, location);
    result
}

/// The same for values that have their JSON form already. It is compiled once and not in each driver.
#[track_caller]
pub(crate) fn call_of(name: &str, argument: &Value, f: &dyn Fn() -> Value) {
    let location = Location::caller();
    put_value(EventKind::Call, name, Ok(argument.clone()), location);
    let result = f();
    put_value(EventKind::Return, name, Ok(result), location);
}

/// Records the time in which `f` runs as a span.
///
/// ```
/// # use kit::record::span;
/// # let lock = std::sync::Mutex::new(0);
/// let guard = lock.lock().unwrap();
/// span("inside", || { /* what is done while the lock is held */ });
/// drop(guard);
/// ```
#[track_caller]
pub fn span<R>(name: &str, f: impl FnOnce() -> R) -> R {
    let location = Location::caller();
    put(EventKind::Enter, name, &(), location);
    let result = f();
    put(EventKind::Leave, name, &(), location);
    result
}

fn put(kind: EventKind, name: &str, value: &impl Serialize, location: &'static Location<'static>) {
    let value = value.serialize(serde_json::value::Serializer);
    put_value(kind, name, value, location);
}

/// Not generic, so that it is compiled once and not in each driver.
fn put_value(
    kind: EventKind,
    name: &str,
    value: serde_json::Result<Value>,
    location: &'static Location<'static>,
) {
    let value = value.expect("a recorded value has a JSON form");
    if processes::is_child() {
        processes::tell(&told(kind, name, &value), location);
        return;
    }
    if !interleave::is_running() {
        // Values only: there is one thread and no time.
        keep(kind, name, value, None);
        return;
    }
    // A call is recorded as late and a return as early as can be, so that real-time
    // order is as strict as it was; a span begins as early and ends as late as can be.
    let recorded = match kind {
        EventKind::Mark => Recorded::Point,
        EventKind::Call | EventKind::Enter => Recorded::Begin,
        EventKind::Return | EventKind::Leave => Recorded::End,
    };
    let moment = match kind {
        EventKind::Mark | EventKind::Call | EventKind::Leave => event::event(recorded, location),
        EventKind::Return | EventKind::Enter => event::note(recorded, location),
    };
    if !moment.over {
        keep(kind, name, value, Some(moment));
    }
}

fn keep(kind: EventKind, name: &str, value: Value, moment: Option<Moment>) {
    let event = Event {
        thread: moment.as_ref().map_or(0, |moment| moment.task),
        kind,
        name: name.to_owned(),
        value,
        clock: moment.as_ref().map_or_else(Vec::new, |m| m.clock.counts()),
        time: moment.map_or(0, |moment| moment.time),
    };
    HISTORY.with_borrow_mut(|history| history.push(event));
}

/// An event as a forked process tells it.
fn told(kind: EventKind, name: &str, value: &Value) -> Vec<u8> {
    serde_json::to_vec(&(kind, name, value)).expect("an event has a JSON form")
}

/// Records what a forked process has told.
pub(crate) fn hear(bytes: &[u8], location: &'static Location<'static>) {
    // A process can say anything, and what is no event is none.
    if let Ok((kind, name, value)) = serde_json::from_slice::<(EventKind, String, Value)>(bytes) {
        put_value(kind, &name, Ok(value), location);
    }
}

/// Takes the history recorded since the last call.
pub(crate) fn take() -> Vec<Event> {
    HISTORY.take()
}
