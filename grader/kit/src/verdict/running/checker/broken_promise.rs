//! Which promise an execution breaks.

use grader_schema::{
    Text,
    plan::Asked,
    protocol::{Ending, Observation, Replayed, Use},
    report::FailureKind,
};
use serde_json::Value;

use super::Checker;
use crate::{
    History, Oracle,
    oracle::{Pending, Violation, is_expected},
    programs::WrittenProgram,
    threads::ThreadNames,
    verdict::explaining::{self, Names, sentences},
};

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BrokenPromise {
    pub(super) kind: FailureKind,
    /// Index of the property, if one is broken.
    pub(super) property: Option<usize>,
    pub(super) promise: Text,
    pub(super) happened: Text,
    /// The failing case, drawn: only where it is shown.
    pub(super) drawing: Vec<Text>,
    /// The generated program that it was, in Rust.
    pub(super) program: Option<WrittenProgram>,
}

impl BrokenPromise {
    pub(super) fn same(&self, other: &Self) -> bool {
        (self.kind, self.property, &self.promise) == (other.kind, other.property, &other.promise)
    }
}

impl Checker<'_> {
    /// The history of an execution. It records what it is asked if the plan wants to know.
    pub(super) fn history(
        &self,
        names: &Names<'_>,
        case: &Value,
        observation: &Observation,
    ) -> History {
        let history = History::new(case.clone(), observation.history.clone());
        let history = names.name_threads_of(history);
        let Some(about) = &self.about else {
            return history;
        };
        let recorded = &mut about.borrow_mut().recorded;
        // Nearly every history has the records of the one before it.
        if !history.records_only(recorded) {
            recorded.extend(history.recorded());
        }
        history.listening()
    }

    /// Takes note of what the property with this promise has asked a history for.
    pub(super) fn note(&self, promise: &Text, history: &History) {
        let Some(about) = &self.about else { return };
        let asked = &mut about.borrow_mut().asked;
        for (record, found) in history.take_asked() {
            let is_known =
                |it: &Asked| it.found >= found && it.record == record && it.promise == *promise;
            if asked.iter().any(is_known) {
                continue;
            }
            let question = |found| Asked {
                promise: promise.clone(),
                record: record.clone(),
                found,
            };
            asked.remove(&question(false));
            asked.insert(question(found));
        }
    }

    /// The promise that an execution breaks, if it breaks one.
    pub(super) fn broken(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<BrokenPromise> {
        if let Some(generated) = oracle.generated() {
            return self.broken_program(names, generated, case, observation);
        }
        let Some((kind, happened)) = unexpected(names, oracle, &observation.ending) else {
            return self.broken_property(names, oracle, case, observation);
        };
        let promise = match kind {
            FailureKind::Property => oracle.promise_of_rest(),
            FailureKind::Deadlock | FailureKind::Panic | FailureKind::NoProgress => {
                oracle.promise_of_end()
            }
            _ => None,
        };
        let promise = promise.cloned();
        Some(BrokenPromise {
            kind,
            property: None,
            promise: promise.unwrap_or_else(|| sentences::promise(kind)),
            happened,
            drawing: Vec::new(),
            program: None,
        })
    }

    /// The promise that a replayed execution breaks, said with the names of its threads.
    pub(super) fn shown(
        &self,
        oracle: &Oracle,
        case: &Value,
        replayed: &Replayed,
    ) -> Option<BrokenPromise> {
        let threads = ThreadNames::new(&replayed.threads);
        let names = self.names.with_threads(&threads);
        let broken = self.broken(&names, oracle, case, &replayed.observation)?;
        Some(self.drawn(oracle, case, &replayed.observation, broken))
    }

    /// The same with a picture of the case, if a property is broken and the oracle draws one.
    pub(super) fn drawn(
        &self,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
        broken: BrokenPromise,
    ) -> BrokenPromise {
        if broken.kind != FailureKind::Property {
            return broken;
        }
        let history = self.history(&self.names, case, observation);
        BrokenPromise {
            drawing: oracle.drawing(&history),
            ..broken
        }
    }

    /// The first property that an execution breaks, which ended as it was to.
    fn broken_property(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<BrokenPromise> {
        let history = self.history(names, case, observation);
        let is_of_answer = |used: &Use| names.is_of_answer(&used.location);
        oracle.in_order().into_iter().find_map(|(index, property)| {
            let judged = property.judge(&history, observation, is_of_answer);
            self.note(&property.promise, &history);
            let happened = match judged.err()? {
                Violation::Said(text) => text,
                Violation::Uses(used) => explaining::foreign(used, names),
                Violation::LeavesThreads => explaining::left(&observation.leaked, names)?,
                Violation::Leaves(kind) => explaining::remains(&observation.left, kind, names)?,
            };
            Some(BrokenPromise {
                kind: FailureKind::Property,
                property: Some(index),
                promise: property.promise.clone(),
                happened,
                drawing: Vec::new(),
                program: None,
            })
        })
    }

    /// Strikes out what `observation` shows to be possible.
    pub(super) fn fulfil(
        &self,
        all_pending: &mut Vec<(&Text, Pending<'_>)>,
        case: &Value,
        seen: &Observation,
    ) {
        if all_pending.is_empty() {
            return;
        }
        let history = self.history(&self.names, case, seen);
        all_pending.retain_mut(|(promise, pending)| {
            let fulfilled = pending.fulfil(&history);
            self.note(promise, &history);
            !fulfilled
        });
    }
}

/// The failure that an ending is, unless it is how the scenario is to end.
fn unexpected(names: &Names<'_>, oracle: &Oracle, ending: &Ending) -> Option<(FailureKind, Text)> {
    if is_expected(ending, oracle.needs().rest) {
        return None;
    }
    if matches!(ending, Ending::Completed) {
        return Some((FailureKind::Property, sentences::no_rest()));
    }
    explaining::ending(ending, names)
}
