//! Which promise an execution breaks.

use grader_schema::{
    Text,
    plan::Asked,
    protocol::{Ending, Observation, Replayed},
    report::FailureKind,
};
use serde_json::Value;

use super::Judge;
use crate::{
    History, Oracle,
    oracle::Hope,
    threads::ThreadNames,
    verdict::explaining::{self, Names, sentences},
};

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) kind: FailureKind,
    /// Index of the property, for broken ones.
    pub(super) property: Option<usize>,
    pub(super) promise: Text,
    pub(super) happened: Text,
}

impl Broken {
    pub(super) fn same(&self, other: &Self) -> bool {
        (self.kind, self.property, &self.promise) == (other.kind, other.property, &other.promise)
    }
}

impl Judge<'_> {
    /// The history of an execution, which listens if somebody wants to know what it is asked.
    fn history(&self, names: &Names<'_>, case: &Value, observation: &Observation) -> History {
        let history = History::new(case.clone(), observation.history.clone());
        let history = names.name_threads_of(history);
        let Some(about) = &self.about else {
            return history;
        };
        about.borrow_mut().recorded.extend(history.recorded());
        history.listening()
    }

    /// Takes note of what the property with this promise has asked a history for.
    fn note(&self, promise: &Text, history: &History) {
        let Some(about) = &self.about else { return };
        let asked = &mut about.borrow_mut().asked;
        for (record, found) in history.take_asked() {
            let question = |found| Asked {
                promise: promise.clone(),
                record: record.clone(),
                found,
            };
            if found {
                asked.remove(&question(false));
                asked.insert(question(true));
            } else if !asked.contains(&question(true)) {
                asked.insert(question(false));
            }
        }
    }

    /// The promise that an execution breaks, if it breaks one.
    pub(super) fn broken(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<Broken> {
        let Some((kind, happened)) = Self::unexpected(names, oracle, &observation.ending) else {
            if let Some((promise, allowed)) = &oracle.built_from
                && let Some(happened) = explaining::foreign(&observation.uses, allowed, names)
            {
                return Some(Broken {
                    kind: FailureKind::Property,
                    property: None,
                    promise: promise.clone(),
                    happened,
                });
            }
            return self
                .broken_property(names, oracle, case, observation)
                .or_else(|| Self::leak(names, oracle, observation));
        };
        let ends = matches!(
            kind,
            FailureKind::Deadlock | FailureKind::Panic | FailureKind::NoProgress
        );
        let promise = if kind == FailureKind::Property {
            oracle.rests.clone()
        } else {
            let promise = oracle.completes.as_ref().or(oracle.rests.as_ref());
            promise.filter(|_| ends).cloned()
        };
        Some(Broken {
            kind,
            property: None,
            promise: promise.unwrap_or_else(|| sentences::promise(kind)),
            happened,
        })
    }

    /// The promise that a replayed execution breaks, said with the names of its threads.
    pub(super) fn shown(
        &self,
        oracle: &Oracle,
        case: &Value,
        replayed: &Replayed,
    ) -> Option<Broken> {
        let threads = ThreadNames::new(&replayed.threads);
        let names = self.names.with_threads(&threads);
        self.broken(&names, oracle, case, &replayed.observation)
    }

    /// The first property that an execution breaks.
    fn broken_property(
        &self,
        names: &Names<'_>,
        oracle: &Oracle,
        case: &Value,
        observation: &Observation,
    ) -> Option<Broken> {
        let history = self.history(names, case, observation);
        let mut properties = oracle.properties.iter().enumerate();
        properties.find_map(|(index, property)| {
            let judged = property.judge(&history);
            self.note(&property.promise, &history);
            Some(Broken {
                kind: FailureKind::Property,
                property: Some(index),
                promise: property.promise.clone(),
                happened: judged.err()?,
            })
        })
    }

    /// Strikes out what `observation` shows to be possible.
    pub(super) fn fulfil(
        &self,
        hopes: &mut Vec<(&Text, Hope<'_>)>,
        case: &Value,
        seen: &Observation,
    ) {
        if hopes.is_empty() {
            return;
        }
        let history = self.history(&self.names, case, seen);
        hopes.retain_mut(|(promise, hope)| {
            let fulfilled = hope.fulfil(&history);
            self.note(promise, &history);
            !fulfilled
        });
    }

    /// The thread that nobody waited for, if that matters.
    fn leak(names: &Names<'_>, oracle: &Oracle, observation: &Observation) -> Option<Broken> {
        let promise = oracle.leaves_none.as_ref()?;
        Some(Broken {
            kind: FailureKind::Property,
            property: None,
            promise: promise.clone(),
            happened: explaining::left(&observation.leaked, names)?,
        })
    }

    /// The failure that an ending is, unless it is how the scenario is to end.
    pub(super) fn unexpected(
        names: &Names<'_>,
        oracle: &Oracle,
        ending: &Ending,
    ) -> Option<(FailureKind, Text)> {
        match ending {
            Ending::Deadlock(_) if oracle.rests.is_some() => None,
            Ending::Completed if oracle.rests.is_some() => {
                Some((FailureKind::Property, sentences::no_rest()))
            }
            _ => explaining::ending(ending, names),
        }
    }
}
