//! One property of an oracle.

use std::fmt;

use grader_schema::Text;
use serde_json::Value;

use super::outcomes::Outcomes;
use grader_schema::protocol::Observes;

use crate::History;

pub(crate) type Judge = Box<dyn Fn(&History) -> Result<(), Text>>;
pub(crate) type Wish = Box<dyn Fn(&History) -> bool>;

/// A property of an [`Oracle`](crate::Oracle).
pub struct Property {
    /// What the README promises.
    pub(crate) promise: Text,
    pub(crate) rule: Rule,
    pub(crate) observes: Observes,
    /// Whether it compares events of different threads by real time.
    pub(crate) in_real_time: bool,
}

pub(crate) enum Rule {
    /// Holds on each history; else says what happened.
    Always(Judge),
    /// Holds on at least one history of each case. The text says what never happened.
    Sometimes(Wish, Text),
    /// Both: each history shows one of the allowed outcomes, and each of them is shown.
    Outcomes(Outcomes),
}

impl Property {
    /// Whether `history` keeps the promise; else what happened.
    pub(crate) fn judge(&self, history: &History) -> Result<(), Text> {
        match &self.rule {
            Rule::Always(judge) => judge(history),
            Rule::Sometimes(..) => Ok(()),
            Rule::Outcomes(outcomes) => outcomes.judge(history),
        }
    }

    /// What must still happen on some history of this case, before any was seen.
    pub(crate) fn hope(&self, case: &Value) -> Option<Hope<'_>> {
        match &self.rule {
            Rule::Always(_) => None,
            Rule::Sometimes(wish, never) => Some(Hope::Wish(wish, never)),
            Rule::Outcomes(outcomes) => Some(Hope::Outcomes(outcomes, outcomes.allowed(case))),
        }
    }
}

/// What must still happen under some schedule.
pub(crate) enum Hope<'a> {
    Wish(&'a Wish, &'a Text),
    /// The outcomes not seen so far.
    Outcomes(&'a Outcomes, Vec<Value>),
}

impl Hope<'_> {
    /// Takes note of a history; whether nothing is left to hope for.
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
            .field("observes", &self.observes)
            .finish_non_exhaustive()
    }
}
