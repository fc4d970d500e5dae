//! A recorded history, as an oracle looks at it.

pub use grader_schema::protocol::{Event, EventKind};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use grader_schema::plan::{Record, RecordKind};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::threads::ThreadNames;

/// What one execution recorded.
#[derive(Debug, Clone)]
pub struct History {
    case: Value,
    events: Vec<Event>,
    threads: ThreadNames,
    /// What it was asked for, and whether it has that; nothing if nobody wants to know.
    asked: Option<RefCell<BTreeMap<Record, bool>>>,
}

/// A call and its return. The position of an event in the history orders it.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The thread.
    pub thread: usize,
    /// The name given to it.
    pub name: &'a str,
    /// The argument.
    pub argument: &'a Value,
    /// The result; nothing if it never returned.
    pub result: Option<&'a Value>,
    /// Position of the call.
    pub called: usize,
    /// Position of the return; past the end if it never returned.
    pub returned: usize,
    /// Virtual time from call to return, in nanoseconds.
    pub took: u64,
}

/// A span and its end.
#[derive(Debug, Clone)]
pub struct Span<'a> {
    /// The thread.
    pub thread: usize,
    /// The name given to it.
    pub name: &'a str,
    /// Position of its beginning.
    pub entered: usize,
    /// Position of its end; past the end if it never ended.
    pub left: usize,
}

impl History {
    /// A history of the given case.
    #[doc(hidden)]
    pub fn new(case: Value, events: Vec<Event>) -> Self {
        Self {
            case,
            events,
            threads: ThreadNames::default(),
            asked: None,
        }
    }

    /// The same of threads with these names.
    pub(crate) fn with_threads(mut self, threads: &ThreadNames) -> Self {
        self.threads.clone_from(threads);
        self
    }

    /// What people call a thread.
    pub(crate) fn thread_name(&self, thread: usize) -> String {
        self.threads.of(thread)
    }

    /// The same, which takes note of what it is asked for.
    pub(crate) fn listening(mut self) -> Self {
        self.asked = Some(RefCell::default());
        self
    }

    /// What it was asked for since the last time, and whether it has that.
    pub(crate) fn take_asked(&self) -> BTreeMap<Record, bool> {
        self.asked.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Takes note of a question, which is about what was recorded if `found`.
    pub(crate) fn ask(&self, kind: RecordKind, name: &str, found: impl FnOnce() -> bool) {
        if let Some(asked) = &self.asked {
            let name = name.to_owned();
            let found = found();
            *asked.borrow_mut().entry(Record { kind, name }).or_default() |= found;
        }
    }

    /// What it has, by name.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = Record> {
        self.events.iter().map(|event| Record {
            kind: record_kind(event.kind),
            name: event.name.clone(),
        })
    }

    /// Whether it has nothing else than this.
    pub(crate) fn records_only(&self, known: &BTreeSet<Record>) -> bool {
        self.events.iter().all(|event| {
            let mut known = known.iter();
            known.any(|it| it.kind == record_kind(event.kind) && it.name == event.name)
        })
    }

    pub(crate) fn has(&self, kind: EventKind, name: &str) -> bool {
        let mut events = self.events.iter();
        events.any(|event| event.kind == kind && event.name == name)
    }

    /// The input of the scenario.
    ///
    /// # Panics
    ///
    /// Panics if it is no `T`: the oracle made it.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// let threads: u32 = history.case();
    /// assert_eq!(threads, 3);
    /// ```
    pub fn case<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.case.clone()).expect("the oracle asks for the case it made")
    }

    /// The input, as it was sent.
    pub(crate) fn case_value(&self) -> &Value {
        &self.case
    }

    /// All events, in order.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// assert_eq!(history.events()[0].name, "got");
    /// ```
    pub fn events(&self) -> &[Event] {
        // Whoever goes through all of them may look at any.
        self.ask(RecordKind::MarkOrCall, "", || true);
        &self.events
    }

    /// All events, for what says itself which of them it asks for.
    pub(crate) fn all_events(&self) -> &[Event] {
        &self.events
    }

    /// The marks called `name`, in order.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// let threads: Vec<usize> = history.marks("got").map(|mark| mark.thread).collect();
    /// assert_eq!(threads, [1]);
    /// ```
    pub fn marks<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Event> {
        self.ask(RecordKind::Mark, name, || self.has(EventKind::Mark, name));
        self.events
            .iter()
            .filter(move |event| event.kind == EventKind::Mark && event.name == name)
    }

    /// The values of the marks called `name`, in order; marks of another type are left out.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// assert_eq!(history.values::<u32>("got"), [7]);
    /// ```
    pub fn values<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        let marks = self.marks(name);
        let values: Vec<T> = marks
            .filter_map(|event| serde_json::from_value(event.value.clone()).ok())
            .collect();
        if self.has(EventKind::Mark, name) {
            self.ask(RecordKind::TypedMark, name, || !values.is_empty());
        }
        values
    }

    /// The value of the only mark called `name`, if there is just one, of the right type.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// assert_eq!(history.value::<u32>("got"), Some(7));
    /// assert_eq!(history.value::<u32>("total"), None);
    /// ```
    pub fn value<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let [value] = <[T; 1]>::try_from(self.values(name)).ok()?;
        Some(value)
    }

    /// All calls, in the order in which they began.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// assert_eq!(history.calls()[0].name, "get");
    /// ```
    pub fn calls(&self) -> Vec<Call<'_>> {
        self.ask(RecordKind::Call, "", || {
            let mut events = self.events.iter();
            events.any(|event| event.kind == EventKind::Call)
        });
        self.all_calls()
    }

    fn all_calls(&self) -> Vec<Call<'_>> {
        let mut calls: Vec<Call<'_>> = Vec::new();
        for (position, event) in self.events.iter().enumerate() {
            match event.kind {
                EventKind::Call => calls.push(Call {
                    thread: event.thread,
                    name: &event.name,
                    argument: &event.value,
                    result: None,
                    called: position,
                    returned: usize::MAX,
                    took: event.time,
                }),
                EventKind::Return => {
                    let open = |call: &&mut Call<'_>| {
                        call.thread == event.thread
                            && call.result.is_none()
                            && call.name == event.name
                    };
                    if let Some(call) = calls.iter_mut().rev().find(open) {
                        call.result = Some(&event.value);
                        call.returned = position;
                        call.took = event.time.saturating_sub(call.took);
                    }
                }
                _ => {}
            }
        }
        calls
    }

    /// The calls called `name`, in the order in which they began.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// let get = &history.calls_of("get")[0];
    /// assert_eq!(get.result, Some(&json!(9)));
    /// ```
    pub fn calls_of(&self, name: &str) -> Vec<Call<'_>> {
        self.ask(RecordKind::Call, name, || self.has(EventKind::Call, name));
        self.calls_named(name)
    }

    /// The same, as a part of another question.
    pub(crate) fn calls_named(&self, name: &str) -> Vec<Call<'_>> {
        let mut calls = self.all_calls();
        calls.retain(|call| call.name == name);
        calls
    }

    /// The spans called `name`, in the order in which they began.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// let inside = &history.spans("inside")[0];
    /// assert!(inside.entered < inside.left);
    /// ```
    pub fn spans(&self, name: &str) -> Vec<Span<'_>> {
        self.ask(RecordKind::Span, name, || self.has(EventKind::Enter, name));
        let mut spans: Vec<Span<'_>> = Vec::new();
        let named = |event: &&(usize, &Event)| event.1.name == name;
        for (position, event) in self
            .events
            .iter()
            .enumerate()
            .collect::<Vec<_>>()
            .iter()
            .filter(named)
        {
            match event.kind {
                EventKind::Enter => spans.push(Span {
                    thread: event.thread,
                    name: &event.name,
                    entered: *position,
                    left: usize::MAX,
                }),
                EventKind::Leave => {
                    let open = |span: &&mut Span<'_>| {
                        span.thread == event.thread && span.left == usize::MAX
                    };
                    if let Some(span) = spans.iter_mut().rev().find(open) {
                        span.left = *position;
                    }
                }
                _ => {}
            }
        }
        spans
    }

    /// Whether event `a` happened before event `b` by synchronisation, by their vector
    /// clocks. False for histories without clocks.
    ///
    /// ```
    /// # use kit::{history::{Event, EventKind}, serde_json::json, History};
    /// # let event = |kind, name: &str, value| Event { thread: 1, kind, name: name.to_owned(), value, clock: vec![1, 1], time: 0 };
    /// # let history = History::new(json!(3), vec![
    /// #     event(EventKind::Mark, "got", json!(7)),
    /// #     event(EventKind::Call, "get", json!(null)),
    /// #     event(EventKind::Return, "get", json!(9)),
    /// #     event(EventKind::Enter, "inside", json!(null)),
    /// #     event(EventKind::Leave, "inside", json!(null)),
    /// # ]);
    /// let mark = history.marks("got").next().unwrap();
    /// let last = history.events().last().unwrap();
    /// assert!(history.happens_before(mark, last));
    /// ```
    pub fn happens_before(&self, a: &Event, b: &Event) -> bool {
        let of = |event: &Event, thread: usize| event.clock.get(thread).copied().unwrap_or(0);
        let steps = of(a, a.thread);
        steps > 0 && a != b && steps <= of(b, a.thread)
    }
}
/// What sort of record an event is.
fn record_kind(kind: EventKind) -> RecordKind {
    match kind {
        EventKind::Mark => RecordKind::Mark,
        EventKind::Call | EventKind::Return => RecordKind::Call,
        EventKind::Enter | EventKind::Leave => RecordKind::Span,
    }
}
