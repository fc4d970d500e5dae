//! Linearizability as a property.

use serde::de::DeserializeOwned;

use super::{Oracle, Rule, typed};
use grader_schema::protocol::Observes;

use crate::{
    History,
    linearizable::{self, Spec},
};

impl Oracle {
    /// Some legal sequential order of the recorded calls explains all their results
    /// (Herlihy and Wing, "Linearizability", TOPLAS 1990).
    ///
    /// Calls that overlap may take effect in either order; a call that had returned
    /// before another began takes effect before it.
    ///
    /// ```
    /// # use kit::{Oracle, linearizable::specs};
    /// Oracle::new().linearizable(
    ///     "Some order of the calls explains all results.",
    ///     "存在一种调用次序可以解释所有结果。",
    ///     specs::Queue { capacity: Some(2) },
    /// );
    /// ```
    #[must_use]
    pub fn linearizable(self, en: &str, zh: &str, spec: impl Spec + 'static) -> Self {
        let judge = move |history: &History| linearizable::judge(&spec, history);
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }

    /// Like [`linearizable`](Self::linearizable), where the specification depends on
    /// the case.
    ///
    /// ```
    /// # use kit::{Oracle, linearizable::specs};
    /// Oracle::new().cases(|_| vec![1u64, 2]).linearizable_in(
    ///     "The results are those of one number of permits.",
    ///     "所有结果都等同于同一个许可数。",
    ///     |permits: u64| specs::Semaphore { permits },
    /// );
    /// ```
    #[must_use]
    pub fn linearizable_in<C: DeserializeOwned, S: Spec>(
        self,
        en: &str,
        zh: &str,
        spec: impl Fn(C) -> S + 'static,
    ) -> Self {
        let judge = move |history: &History| {
            linearizable::judge(&spec(typed(history.case_value())), history)
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Intervals)
    }
}
