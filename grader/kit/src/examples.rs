//! Histories for the tests of this crate.

use grader_schema::protocol::{Event, EventKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::History;

/// Records a history by hand.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    events: Vec<Event>,
    now: u64,
}

impl Recorder {
    /// The next event.
    pub(crate) fn event(
        &mut self,
        kind: EventKind,
        thread: usize,
        name: &str,
        value: impl Serialize,
    ) -> &mut Self {
        self.events.push(Event {
            thread,
            kind,
            name: name.to_owned(),
            value: json!(value),
            clock: Vec::new(),
            time: self.now,
        });
        self
    }

    pub(crate) fn mark(&mut self, thread: usize, name: &str, value: impl Serialize) -> &mut Self {
        self.event(EventKind::Mark, thread, name, value)
    }

    pub(crate) fn call(&mut self, thread: usize, name: &str, value: impl Serialize) -> &mut Self {
        self.event(EventKind::Call, thread, name, value)
    }

    pub(crate) fn ret(&mut self, thread: usize, name: &str, value: impl Serialize) -> &mut Self {
        self.event(EventKind::Return, thread, name, value)
    }

    /// A call that returns before anything else happens.
    pub(crate) fn whole(
        &mut self,
        thread: usize,
        name: &str,
        argument: impl Serialize,
        result: impl Serialize,
    ) -> &mut Self {
        self.call(thread, name, argument).ret(thread, name, result)
    }

    /// The vector clock of the last event.
    pub(crate) fn clock(&mut self, clock: Vec<u32>) -> &mut Self {
        if let Some(event) = self.events.last_mut() {
            event.clock = clock;
        }
        self
    }

    /// Later events are so many nanoseconds later.
    pub(crate) fn wait(&mut self, nanoseconds: u64) -> &mut Self {
        self.now += nanoseconds;
        self
    }

    pub(crate) fn history(&self) -> History {
        self.history_of(Value::Null)
    }

    /// The history, of a scenario with this input.
    pub(crate) fn history_of(&self, case: Value) -> History {
        History::new(case, self.events.clone())
    }
}
