//! Exactly these final results are possible: none missing, none extra.

use grader_schema::Text;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Oracle, property::Rule};
use grader_schema::protocol::Observes;

use crate::{History, results::Results};

type Observe = Box<dyn Fn(&History) -> Value>;
type Allowed = Box<dyn Fn(&Value) -> Vec<Value>>;

/// What is observed of a history, and what it may be in a case.
pub(crate) struct Outcomes {
    observe: Observe,
    allowed: Allowed,
}

impl Outcomes {
    fn new<T: Serialize>(
        observe: impl Fn(&History) -> T + 'static,
        allowed: impl Fn(&Value) -> Vec<T> + 'static,
    ) -> Self {
        Self {
            observe: Box::new(move |history| json(&observe(history))),
            allowed: Box::new(move |case| allowed(case).iter().map(json).collect()),
        }
    }

    pub(crate) fn observe(&self, history: &History) -> Value {
        (self.observe)(history)
    }

    pub(crate) fn allowed(&self, case: &Value) -> Vec<Value> {
        (self.allowed)(case)
    }

    /// Whether the outcome of `history` is an allowed one.
    pub(crate) fn judge(&self, history: &History) -> Result<(), Text> {
        let seen = self.observe(history);
        let allowed = self.allowed(history.case_value());
        if allowed.contains(&seen) {
            return Ok(());
        }
        let (en, zh) = (list(&allowed, ", "), list(&allowed, "、"));
        Err(Text::new(
            format!("The outcome is {seen}. Possible are: {en}."),
            format!("得到的结果是 {seen}。可能的结果有：{zh}。"),
        ))
    }

    /// Says which outcomes are missing.
    pub(crate) fn never(missing: &[Value]) -> Text {
        Text::new(
            format!(
                "This must be possible, and never came about, under any schedule: {}.",
                list(missing, ", ")
            ),
            format!(
                "以下结果应当可能，但在任何调度下都没有出现：{}。",
                list(missing, "、")
            ),
        )
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("an outcome has a JSON form")
}

fn list(values: &[Value], separator: &str) -> String {
    let values: Vec<_> = values.iter().map(Value::to_string).collect();
    values.join(separator)
}

impl Oracle {
    /// Exactly the results in `allowed` are possible.
    ///
    /// Another one fails on the schedule that shows it. A missing one fails at the end,
    /// as with [`sometimes`](Self::sometimes): so name only results that some hundreds
    /// of schedules are sure to show.
    ///
    /// Two threads that add 1 to a total without a lock may lose one of the additions:
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().outcomes(
    ///     "Without the mutex an addition can be lost, and need not be.",
    ///     "没有互斥锁时，可能丢失一次加法，也可能不丢失。",
    ///     |results| results.value::<u64>("total"),
    ///     [Some(1), Some(2)],
    /// );
    /// ```
    #[must_use]
    pub fn outcomes<T: Serialize + Clone + 'static>(
        self,
        en: &str,
        zh: &str,
        observe: impl Fn(&Results<'_>) -> T + 'static,
        allowed: impl IntoIterator<Item = T>,
    ) -> Self {
        let allowed: Vec<T> = allowed.into_iter().collect();
        let observe = move |history: &History| observe(&Results::new(history));
        let outcomes = Outcomes::new(observe, move |_| allowed.clone());
        self.with(en, zh, Rule::Outcomes(outcomes), Observes::Results)
    }

    /// Like [`outcomes`](Self::outcomes), where what is possible depends on the case.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().cases(|_| vec![2u64, 3]).outcomes_in(
    ///     "Of so many additions at least one and at most all count.",
    ///     "这么多次加法里，至少有一次、至多全部生效。",
    ///     |results| results.value::<u64>("total").unwrap_or(0),
    ///     |additions: u64| (1..=additions).collect(),
    /// );
    /// ```
    #[must_use]
    pub fn outcomes_in<C: DeserializeOwned, T: Serialize>(
        self,
        en: &str,
        zh: &str,
        observe: impl Fn(&Results<'_>) -> T + 'static,
        allowed: impl Fn(C) -> Vec<T> + 'static,
    ) -> Self {
        let observe = move |history: &History| observe(&Results::new(history));
        let outcomes = Outcomes::new(observe, move |case| allowed(super::typed(case)));
        self.with(en, zh, Rule::Outcomes(outcomes), Observes::Results)
    }

    /// Like [`outcomes`](Self::outcomes), where the outcome is an order of events.
    ///
    /// Two threads that nobody makes wait may come in either order:
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().outcomes_of_order(
    ///     "Without `join` either thread may be first.",
    ///     "没有 `join` 时，哪个线程都可能先运行。",
    ///     |history| history.values::<u64>("started"),
    ///     [vec![1, 2], vec![2, 1]],
    /// );
    /// ```
    #[must_use]
    pub fn outcomes_of_order<T: Serialize + Clone + 'static>(
        self,
        en: &str,
        zh: &str,
        observe: impl Fn(&History) -> T + 'static,
        allowed: impl IntoIterator<Item = T>,
    ) -> Self {
        let allowed: Vec<T> = allowed.into_iter().collect();
        let outcomes = Outcomes::new(observe, move |_| allowed.clone());
        self.with(en, zh, Rule::Outcomes(outcomes), Observes::Order)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples::Recorder;

    fn total(value: u64) -> History {
        Recorder::default().mark(0, "total", value).history()
    }

    fn oracle() -> Oracle {
        Oracle::new().outcomes("", "", |r| r.value::<u64>("total"), [Some(1), Some(2)])
    }

    #[test]
    fn an_extra_outcome_fails_on_the_history_that_shows_it() {
        let property = &oracle().properties[0];
        assert_eq!(property.judge_history(&total(2)), Ok(()));
        let happened = property
            .judge_history(&total(3))
            .expect_err("3 is not allowed");
        assert_eq!(happened.en, "The outcome is 3. Possible are: 1, 2.");
    }

    #[test]
    fn a_missing_outcome_is_hoped_for_until_the_end() {
        let oracle = oracle();
        let mut pending = oracle.properties[0]
            .pending(&Value::Null)
            .expect("it must still happen");
        assert!(!pending.fulfil(&total(2)));
        assert!(!pending.fulfil(&total(2)));
        assert!(pending.never().en.ends_with("under any schedule: 1."));
        assert!(pending.fulfil(&total(1)));
    }

    #[test]
    fn the_case_can_say_which_outcomes_are_possible() {
        let oracle = Oracle::new().outcomes_in(
            "",
            "",
            |results| results.value::<u64>("total").unwrap_or(0),
            |most: u64| (1..=most).collect(),
        );
        let property = &oracle.properties[0];
        let mut recorder = Recorder::default();
        recorder.mark(0, "total", 3);
        assert!(
            property
                .judge_history(&recorder.history_of(json!(3)))
                .is_ok()
        );
        assert!(
            property
                .judge_history(&recorder.history_of(json!(2)))
                .is_err()
        );
    }
}
