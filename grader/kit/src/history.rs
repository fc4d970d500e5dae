//! A recorded history, as an oracle looks at it.

pub use grader_schema::protocol::{Event, EventKind};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What one execution recorded.
#[derive(Debug, Clone)]
pub struct History {
    case: Value,
    events: Vec<Event>,
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

/// How people name a thread: the scenario's own is `main`.
pub(crate) fn thread_name(thread: usize) -> String {
    match thread {
        0 => "main".to_owned(),
        thread => format!("T{thread}"),
    }
}

impl History {
    /// A history of the given case.
    pub fn new(case: Value, events: Vec<Event>) -> Self {
        Self { case, events }
    }

    /// The input of the scenario.
    ///
    /// # Panics
    ///
    /// Panics if it is no `T`: the oracle made it.
    pub fn case<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.case.clone()).expect("the oracle asks for the case it made")
    }

    /// The input, as it was sent.
    pub(crate) fn case_value(&self) -> &Value {
        &self.case
    }

    /// All events, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The marks called `name`, in order.
    pub fn marks<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Event> {
        self.events
            .iter()
            .filter(move |event| event.kind == EventKind::Mark && event.name == name)
    }

    /// The values of the marks called `name`, in order; marks of another type are left out.
    pub fn values<T: DeserializeOwned>(&self, name: &str) -> Vec<T> {
        self.marks(name)
            .filter_map(|event| serde_json::from_value(event.value.clone()).ok())
            .collect()
    }

    /// The value of the only mark called `name`, if there is just one, of the right type.
    pub fn value<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let [value] = <[T; 1]>::try_from(self.values(name)).ok()?;
        Some(value)
    }

    /// All calls, in the order in which they began.
    pub fn calls(&self) -> Vec<Call<'_>> {
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
    pub fn calls_of(&self, name: &str) -> Vec<Call<'_>> {
        let mut calls = self.calls();
        calls.retain(|call| call.name == name);
        calls
    }

    /// The spans called `name`, in the order in which they began.
    pub fn spans(&self, name: &str) -> Vec<Span<'_>> {
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
    pub fn happens_before(&self, a: &Event, b: &Event) -> bool {
        let of = |event: &Event, thread: usize| event.clock.get(thread).copied().unwrap_or(0);
        let steps = of(a, a.thread);
        steps > 0 && a != b && steps <= of(b, a.thread)
    }
}
