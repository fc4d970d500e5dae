//! What must hold of the histories of a scenario.

use std::fmt;

use grader_schema::Text;
use serde::Serialize;
use serde_json::Value;

use crate::{
    History,
    history::thread_name,
    linearizable::{self, Spec},
    overlap,
};

type Judge = Box<dyn Fn(&History) -> Result<(), Text>>;
type Wish = Box<dyn Fn(&History) -> bool>;

/// The judging half of a check.
pub struct Oracle {
    pub(crate) cases: Box<dyn Fn(u64) -> Vec<Value>>,
    pub(crate) properties: Vec<Property>,
    pub(crate) completes: Option<Text>,
}

/// A property of an [`Oracle`].
pub struct Property {
    /// What the README promises.
    pub(crate) promise: Text,
    pub(crate) rule: Rule,
}

pub(crate) enum Rule {
    /// Holds on each history; else says what happened.
    Always(Judge),
    /// Holds on at least one history of each case. The text says what never happened.
    Sometimes(Wish, Text),
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle")
            .field("properties", &self.properties)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Property")
            .field("promise", &self.promise)
            .finish_non_exhaustive()
    }
}

impl Default for Oracle {
    fn default() -> Self {
        Self::new()
    }
}

impl Oracle {
    /// An oracle without properties: the scenario must come to its end, without a
    /// panic, under every schedule.
    pub fn new() -> Self {
        Self {
            cases: Box::new(|_| vec![Value::Null]),
            properties: Vec::new(),
            completes: None,
        }
    }

    /// Runs the scenario on each of these inputs, made from the seed of the run.
    #[must_use]
    pub fn cases<T: Serialize>(mut self, cases: impl Fn(u64) -> Vec<T> + 'static) -> Self {
        self.cases = Box::new(move |seed| {
            let value = |case| serde_json::to_value(case).expect("a case has a JSON form");
            cases(seed).into_iter().map(value).collect()
        });
        self
    }

    /// What to say is promised when the scenario deadlocks, panics or makes no progress.
    #[must_use]
    pub fn completes(mut self, en: &str, zh: &str) -> Self {
        self.completes = Some(Text::new(en, zh));
        self
    }

    /// `judge` accepts the history of every schedule; else it says what happened.
    #[must_use]
    pub fn always(
        mut self,
        en: &str,
        zh: &str,
        judge: impl Fn(&History) -> Result<(), Text> + 'static,
    ) -> Self {
        self.properties.push(Property {
            promise: Text::new(en, zh),
            rule: Rule::Always(Box::new(judge)),
        });
        self
    }

    /// `wish` is true of the history of at least one schedule: this is how too much
    /// locking and fake parallelism are caught. `never` says what is missing else.
    #[must_use]
    pub fn sometimes(
        mut self,
        en: &str,
        zh: &str,
        never: Text,
        wish: impl Fn(&History) -> bool + 'static,
    ) -> Self {
        self.properties.push(Property {
            promise: Text::new(en, zh),
            rule: Rule::Sometimes(Box::new(wish), never),
        });
        self
    }

    /// At most `limit` spans called `span` are ever open at once.
    #[must_use]
    pub fn at_most(self, en: &str, zh: &str, span: &'static str, limit: usize) -> Self {
        self.always(en, zh, move |history| {
            let crowd = overlap::crowd(history, span);
            if crowd.len() <= limit {
                return Ok(());
            }
            let threads: Vec<_> = crowd.into_iter().map(thread_name).collect();
            let (count, en, zh) = (threads.len(), threads.join(", "), threads.join("、"));
            Err(Text::new(
                format!("{count} threads were inside `{span}` at once: {en}."),
                format!("有 {count} 个线程同时处于 `{span}` 之中：{zh}。"),
            ))
        })
    }

    /// Under some schedule, `count` spans called `span` are open at once.
    #[must_use]
    pub fn reaches(self, en: &str, zh: &str, span: &'static str, count: usize) -> Self {
        let never = Text::new(
            format!(
                "There were never {count} threads inside `{span}` at once, under any schedule."
            ),
            format!("在任何调度下，都没有出现 {count} 个线程同时处于 `{span}` 之中。"),
        );
        self.sometimes(en, zh, never, move |history| {
            overlap::most_open(history, span) >= count
        })
    }

    /// Spans called `span` exclude each other.
    #[must_use]
    pub fn never_overlap(self, en: &str, zh: &str, span: &'static str) -> Self {
        self.at_most(en, zh, span, 1)
    }

    /// Under some schedule, two spans called `span` overlap.
    #[must_use]
    pub fn may_overlap(self, en: &str, zh: &str, span: &'static str) -> Self {
        self.reaches(en, zh, span, 2)
    }

    /// Every mark `earlier` happens before every mark `later`, by synchronisation and
    /// not by luck.
    #[must_use]
    pub fn before(self, en: &str, zh: &str, earlier: &'static str, later: &'static str) -> Self {
        self.always(en, zh, move |history| {
            for b in history.marks(later) {
                if history
                    .marks(earlier)
                    .any(|a| !history.happens_before(a, b))
                {
                    return Err(Text::new(
                        format!(
                            "Nothing made `{later}` in T{} wait for `{earlier}`.",
                            b.thread
                        ),
                        format!(
                            "没有任何同步让 T{} 的 `{later}` 等待 `{earlier}`。",
                            b.thread
                        ),
                    ));
                }
            }
            Ok(())
        })
    }

    /// Some legal sequential order of the recorded calls explains all their results.
    #[must_use]
    pub fn linearizable(self, en: &str, zh: &str, spec: impl Spec + 'static) -> Self {
        self.always(en, zh, move |history| linearizable::judge(&spec, history))
    }
}
