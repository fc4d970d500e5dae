//! Runs scenarios once per case, without schedules: values only.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, PoisonError},
    thread,
};

use grader_schema::protocol::{Answer, Ending, Location, Observation, Replayed, Run};

use super::{Case, channel::Channel};
use crate::record;

/// Stack of the thread that runs a scenario, in bytes.
const STACK_SIZE: usize = 8 << 20;

/// The last panic of the scenario: message and place.
static PANIC: Mutex<Option<(String, Option<Location>)>> = Mutex::new(None);

/// Runs a case and sends what was recorded.
pub(super) fn explore(channel: &Channel, scenario: fn(&Case), run: &Run, number: u64) {
    let mut observation = execute(scenario, run);
    observation.number = number;
    channel.reply(Answer::Seen(observation));
    channel.reply(Answer::Explored {
        outside: None,
        executions: 1,
        complete: false,
    });
}

/// Runs a case again.
pub(super) fn replay(scenario: fn(&Case), run: &Run) -> Replayed {
    Replayed {
        observation: execute(scenario, run),
        preemptions: 0,
        switches: 0,
        unforced: 0,
        steps: 0,
        output: String::new(),
        threads: Vec::new(),
        trace: Vec::new(),
    }
}

fn execute(scenario: fn(&Case), run: &Run) -> Observation {
    let case = Case::new(run.case.clone());
    panic::set_hook(Box::new(|info| {
        let message = info
            .payload_as_str()
            .unwrap_or("a panic with a payload that is no text")
            .to_owned();
        let location = info.location().map(|place| Location {
            file: place.file().to_owned(),
            line: place.line(),
            column: place.column(),
        });
        *PANIC.lock().unwrap_or_else(PoisonError::into_inner) = Some((message, location));
    }));
    // A thread of its own has a known stack and fresh keys for hash maps.
    let thread = thread::Builder::new().stack_size(STACK_SIZE);
    let body = move || {
        let ended = panic::catch_unwind(AssertUnwindSafe(|| scenario(&case)));
        // What was recorded belongs to the thread that recorded it.
        (ended.is_ok(), record::take())
    };
    let (completed, history) = match thread.spawn(body).map(thread::JoinHandle::join) {
        Ok(Ok(ended)) => ended,
        Ok(Err(_)) | Err(_) => (false, Vec::new()),
    };
    let _ = panic::take_hook();
    let ending = if completed {
        Ending::Completed
    } else {
        let panic = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (message, location) = panic.unwrap_or_default();
        Ending::Panicked {
            thread: 0,
            message,
            location,
        }
    };
    Observation {
        number: 0,
        ending,
        history,
        choices: String::new(),
        uses: Vec::new(),
        punctual: true,
        time: 0,
        leaked: Vec::new(),
        left: Box::default(),
    }
}
