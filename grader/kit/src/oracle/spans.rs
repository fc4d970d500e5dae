//! How many spans may, and can, be open at once.

use grader_schema::Text;

use super::{Oracle, Rule, overlap};
use crate::History;

impl Oracle {
    /// At most `limit` spans called `span` are ever open at once.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // Scenario, in three threads: let _permit = semaphore.acquire(); span("inside", work);
    /// Oracle::new().at_most("At most two are inside.", "最多两个线程在内。", "inside", 2);
    /// ```
    #[must_use]
    pub fn at_most(self, en: &str, zh: &str, span: &'static str, limit: usize) -> Self {
        let judge = move |history: &History| {
            let crowd = overlap::crowd(history, span);
            if crowd.len() <= limit {
                return Ok(());
            }
            let threads: Vec<_> = crowd
                .into_iter()
                .map(|thread| history.thread_name(thread))
                .collect();
            let (count, en, zh) = (threads.len(), threads.join(", "), threads.join("、"));
            Err(Text::new(
                format!("{count} threads were inside `{span}` at once: {en}."),
                format!("有 {count} 个线程同时处于 `{span}` 之中：{zh}。"),
            ))
        };
        self.with_overlaps(en, zh, Rule::Always(Box::new(judge)))
    }

    /// Under some schedule, `count` spans called `span` are open at once.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().reaches("Two can be inside.", "可以有两个线程同时在内。", "inside", 2);
    /// ```
    #[must_use]
    pub fn reaches(self, en: &str, zh: &str, span: &'static str, count: usize) -> Self {
        let never = Text::new(
            format!(
                "There were never {count} threads inside `{span}` at once, under any schedule."
            ),
            format!("在任何调度下，都没有出现 {count} 个线程同时处于 `{span}` 之中。"),
        );
        let wish = move |history: &History| overlap::crowd(history, span).len() >= count;
        let rule = Rule::Sometimes(Box::new(wish), never);
        self.with_overlaps(en, zh, rule)
    }

    /// Spans called `span` exclude each other.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().never_overlap("One thread at a time is inside.", "同一时刻只有一个线程在内。", "inside");
    /// ```
    #[must_use]
    pub fn never_overlap(self, en: &str, zh: &str, span: &'static str) -> Self {
        self.at_most(en, zh, span, 1)
    }

    /// Under some schedule, two spans called `span` overlap.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().may_overlap("Two readers can read at once.", "两个读者可以同时读。", "reading");
    /// ```
    #[must_use]
    pub fn may_overlap(self, en: &str, zh: &str, span: &'static str) -> Self {
        self.reaches(en, zh, span, 2)
    }
}
