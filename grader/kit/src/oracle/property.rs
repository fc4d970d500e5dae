//! One property of an oracle.

use std::fmt;

use grader_schema::{
    Text,
    left::LeftKind,
    protocol::{Ending, Needs, Observation, Use},
    step::Class,
};
use serde_json::Value;

use super::outcomes::Outcomes;
use crate::{History, programs::Programs};

pub(crate) type Judge = Box<dyn Fn(&History) -> Result<(), Text>>;
pub(crate) type Wish = Box<dyn Fn(&History) -> bool>;

/// A property of an [`Oracle`](crate::Oracle).
pub struct Property {
    /// What the README promises.
    pub(crate) promise: Text,
    pub(crate) rule: Rule,
    /// What it needs to see of an execution.
    pub(crate) needs: Needs,
    /// Whether it compares events of different threads by real time.
    pub(crate) in_real_time: bool,
}

pub(crate) enum Rule {
    /// The scenario completes. How it ends decides before every other property.
    Completes,
    /// The scenario ends with threads none of which can go on.
    ComesToRest,
    /// The answer uses no other sorts of object.
    BuiltFrom(Vec<Class>),
    /// Holds on each history; else says what happened.
    Always(Judge),
    /// Holds on at least one history of each case. The text says what never happened.
    Sometimes(Wish, Text),
    /// Both: each history shows one of the allowed outcomes, and each of them is shown.
    Outcomes(Outcomes),
    /// No thread is left when the scenario ends.
    LeavesNone,
    /// Nothing of this kind is left by processes when the scenario ends.
    LeavesNothing(LeftKind),
    /// Each generated program does what a model allows, also in how it ends. The verdict on a
    /// program is not that of one history alone, so it is made elsewhere.
    Programs(Box<dyn Programs>),
}

/// How a promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation<'a> {
    /// In the property's own words.
    Said(Text),
    /// The answer used this.
    Uses(&'a Use),
    /// Threads were left.
    LeavesThreads,
    /// Processes have left something of this kind.
    Leaves(LeftKind),
}

impl Property {
    /// Whether an execution that ended as it was to keeps the promise. `is_of_answer` says
    /// whether an object was used by the answer, and not by the check.
    pub(crate) fn judge<'a>(
        &self,
        history: &History,
        observation: &'a Observation,
        is_of_answer: impl Fn(&Use) -> bool,
    ) -> Result<(), Violation<'a>> {
        match &self.rule {
            Rule::Completes | Rule::ComesToRest | Rule::Programs(_) => Ok(()),
            Rule::BuiltFrom(allowed) => {
                let foreign = |used: &&Use| is_of_answer(used) && !allowed.contains(&used.class);
                let first = observation.uses.iter().find(foreign);
                first.map_or(Ok(()), |used| Err(Violation::Uses(used)))
            }
            Rule::LeavesNone if observation.leaked.is_empty() => Ok(()),
            Rule::LeavesNone => Err(Violation::LeavesThreads),
            Rule::LeavesNothing(kind) => {
                let is_left = observation.left.iter().any(|left| left.kind() == *kind);
                (!is_left).then_some(()).ok_or(Violation::Leaves(*kind))
            }
            Rule::Always(_) | Rule::Sometimes(..) | Rule::Outcomes(_) => {
                self.judge_history(history).map_err(Violation::Said)
            }
        }
    }

    /// Whether a history keeps the promise; else what happened.
    pub(crate) fn judge_history(&self, history: &History) -> Result<(), Text> {
        match &self.rule {
            Rule::Always(judge) => judge(history),
            Rule::Outcomes(outcomes) => outcomes.judge(history),
            Rule::Completes
            | Rule::ComesToRest
            | Rule::BuiltFrom(_)
            | Rule::LeavesNone
            | Rule::LeavesNothing(_)
            | Rule::Programs(_)
            | Rule::Sometimes(..) => Ok(()),
        }
    }

    /// What must still happen on some history of this case, before any was seen.
    pub(crate) fn pending(&self, case: &Value) -> Option<Pending<'_>> {
        match &self.rule {
            Rule::Sometimes(wish, never) => Some(Pending::Wish(wish, never)),
            Rule::Outcomes(outcomes) => Some(Pending::Outcomes(outcomes, outcomes.allowed(case))),
            Rule::Completes
            | Rule::ComesToRest
            | Rule::BuiltFrom(_)
            | Rule::LeavesNone
            | Rule::LeavesNothing(_)
            | Rule::Programs(_)
            | Rule::Always(_) => None,
        }
    }

    /// Its place among properties that one execution breaks: what an answer is built from
    /// comes first, and what it leaves behind last.
    pub(crate) fn rank(&self) -> u8 {
        match self.rule {
            Rule::Completes | Rule::ComesToRest | Rule::BuiltFrom(_) => 0,
            Rule::Always(_) | Rule::Sometimes(..) | Rule::Outcomes(_) | Rule::Programs(_) => 1,
            Rule::LeavesNone | Rule::LeavesNothing(_) => 2,
        }
    }
}

/// Whether a scenario that is to come to `rest`, or else to complete, may end like this.
pub(crate) fn is_expected(ending: &Ending, rest: bool) -> bool {
    match ending {
        Ending::Completed => !rest,
        Ending::Deadlock(_) => rest,
        _ => false,
    }
}

/// What must still happen under some schedule.
pub(crate) enum Pending<'a> {
    Wish(&'a Wish, &'a Text),
    /// The outcomes not seen so far.
    Outcomes(&'a Outcomes, Vec<Value>),
}

impl Pending<'_> {
    /// Takes note of a history; whether nothing is left pending.
    pub(crate) fn fulfil(&mut self, history: &History) -> bool {
        match self {
            Self::Wish(wish, _) => wish(history),
            Self::Outcomes(outcomes, missing) => {
                let seen = outcomes.observe(history);
                missing.retain(|outcome| *outcome != seen);
                missing.is_empty()
            }
        }
    }

    /// Says what never happened.
    pub(crate) fn never(&self) -> Text {
        match self {
            Self::Wish(_, never) => (*never).clone(),
            Self::Outcomes(_, missing) => Outcomes::never(missing),
        }
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("promise", &self.promise)
            .field("needs", &self.needs)
            .finish_non_exhaustive()
    }
}
