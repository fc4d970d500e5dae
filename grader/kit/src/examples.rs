//! Histories for the tests of this crate.

use grader_schema::protocol::{Event, EventKind};
use proptest::prelude::*;
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

/// A call of a sequential run: name, argument, result.
pub(crate) type Step = (&'static str, Value, Value);

/// What a container does by itself when items are put (`true`) and got, with the
/// position of what is handed out; a get of nothing is left out.
pub(crate) fn container_run(
    puts: &[bool],
    choose: impl Fn(&[i64]) -> usize,
    item: impl Fn(i64) -> i64,
) -> Vec<Step> {
    let mut held = Vec::new();
    let mut run: Vec<Step> = Vec::new();
    for (number, put) in (0..).zip(puts) {
        if *put {
            held.push(item(number));
            run.push(("put", json!(item(number)), json!(true)));
        } else if !held.is_empty() {
            let item = held.remove(choose(&held));
            run.push(("get", Value::Null, json!(item)));
        }
    }
    run
}

/// By how much each call of a run begins earlier and returns later than the moment at
/// which it takes effect; they come one after the other, 10 apart.
pub(crate) fn stretches() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0u32..35, 0u32..35), 20)
}

/// The run with its calls stretched, each by a thread that is free: a history that is
/// linearizable because the run is legal.
pub(crate) fn stretched(run: &[Step], stretches: &[(u32, u32)]) -> History {
    let mut ends: Vec<u32> = Vec::new();
    let mut moments: Vec<(u32, usize, usize, bool)> = Vec::new();
    for (index, (_, (before, after))) in run.iter().zip(stretches).enumerate() {
        let effect = 50 + 10 * u32::try_from(index).expect("a short run");
        let (begin, end) = (effect - before, effect + after);
        let thread = ends.iter().position(|&end| end < begin);
        let thread = thread.unwrap_or_else(|| {
            ends.push(0);
            ends.len() - 1
        });
        ends[thread] = end;
        moments.push((begin, index, thread + 1, true));
        moments.push((end, index, thread + 1, false));
    }
    // Where a call begins when another returns, they overlap.
    moments.sort_by_key(|&(moment, index, _, begins)| (moment, !begins, index));
    let mut recorder = Recorder::default();
    for (_, index, thread, begins) in moments {
        let (name, argument, result) = &run[index];
        if begins {
            recorder.call(thread, name, argument);
        } else {
            recorder.ret(thread, name, result);
        }
    }
    recorder.history()
}
