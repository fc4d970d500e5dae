//! A value is the expected one, and so are the named values of a table.

use grader_schema::{Text, protocol::Observes};
use serde::Serialize;
use serde_json::Value;

use super::{Oracle, Rule};
use crate::{History, results::Results};

impl Oracle {
    /// What `observe` finds equals what is `expected`, under every schedule. Else
    /// `message` tells both, the observed value first.
    ///
    /// ```
    /// # use kit::{Oracle, message};
    /// // Scenario, in each of two threads: *total.lock() += 1; at the end: mark("total", total);
    /// Oracle::new().equals(
    ///     "No addition is lost.",
    ///     "一次加法都不丢。",
    ///     |results| results.value::<u64>("total").unwrap_or_default(),
    ///     |_| 2,
    ///     message!(
    ///         |total, expected| "{expected} was expected, and the total is {total}.",
    ///         "应当是 {expected}，总数却是 {total}。"
    ///     ),
    /// );
    /// // What is expected may depend on the case.
    /// Oracle::new().cases(|_| vec![2u64, 3]).equals(
    ///     "No addition is lost.",
    ///     "一次加法都不丢。",
    ///     |results| results.value("total").unwrap_or_default(),
    ///     |results| results.case::<u64>(),
    ///     message!(|total| "The total is {total}.", "总数是 {total}。"),
    /// );
    /// ```
    #[must_use]
    pub fn equals<T: PartialEq>(
        self,
        en: &str,
        zh: &str,
        observe: impl Fn(&Results<'_>) -> T + 'static,
        expected: impl Fn(&Results<'_>) -> T + 'static,
        message: impl Fn(&T, &T) -> Text + 'static,
    ) -> Self {
        self.always_results(en, zh, move |results| {
            compare(&observe(results), &expected(results), &message)
        })
    }

    /// Like [`equals`](Self::equals), for what depends on the order of threads.
    ///
    /// ```
    /// # use kit::{Oracle, message};
    /// // Scenario, in each thread when its turn comes: mark("turn", name);
    /// Oracle::new().equals_of_order(
    ///     "The thread that waits longest is first.",
    ///     "等得最久的线程先轮到。",
    ///     |history| history.values::<String>("turn"),
    ///     |_| vec!["first".to_owned(), "second".to_owned()],
    ///     message!(|turns| "The turns were {turns:?}.", "实际的次序是 {turns:?}。"),
    /// );
    /// ```
    #[must_use]
    pub fn equals_of_order<T: PartialEq>(
        self,
        en: &str,
        zh: &str,
        observe: impl Fn(&History) -> T + 'static,
        expected: impl Fn(&History) -> T + 'static,
        message: impl Fn(&T, &T) -> Text + 'static,
    ) -> Self {
        self.always(en, zh, move |history| {
            compare(&observe(history), &expected(history), &message)
        })
    }

    /// Each of these marks has the value that stands beside it, under every schedule.
    ///
    /// A row is the name of the mark, its name for readers of Chinese, and the value. Each
    /// row is a property of its own: `promise` makes its text of the three, and `message`
    /// tells another value, the observed one first. Values are shown as JSON, but strings
    /// without quotation marks. A mark that was not made is a failure too.
    ///
    /// # Panics
    ///
    /// Panics if a value has no JSON form, as a map whose keys are no strings.
    ///
    /// ```
    /// # use kit::{Oracle, message};
    /// // Scenario: mark("a new lock", lock.is_free()); lock.acquire(); mark("a taken lock", lock.is_free());
    /// Oracle::new().named_values(
    ///     [("a new lock", "新建的锁", true), ("a taken lock", "已被持有的锁", false)],
    ///     message!(
    ///         |name, zh, expected| "`is_free` of {name} returns `{expected}`.",
    ///         "{zh}，`is_free` 返回 `{expected}`。"
    ///     ),
    ///     message!(|seen| "It returned `{seen}`.", "实际返回的是 `{seen}`。"),
    /// );
    /// ```
    #[must_use]
    pub fn named_values<T: Serialize>(
        self,
        rows: impl IntoIterator<Item = (&'static str, &'static str, T)>,
        promise: impl Fn(&str, &str, &str) -> Text,
        message: impl Fn(&str, &str) -> Text + Clone + 'static,
    ) -> Self {
        rows.into_iter().fold(self, |oracle, (name, zh, value)| {
            let value = serde_json::to_value(value).expect("an expected value has a JSON form");
            let expected = shown(&value);
            let promise = promise(name, zh, &expected);
            let message = message.clone();
            let judge = move |history: &History| {
                let seen: Vec<Value> = history.values(name);
                if seen.is_empty() {
                    return Err(never(&expected));
                }
                // Whatever the order in which threads made their marks, the same one is told.
                let others = seen.iter().filter(|seen| **seen != value);
                let other = others.map(shown).min();
                other.map_or(Ok(()), |other| Err(message(&other, &expected)))
            };
            let rule = Rule::Always(Box::new(judge));
            oracle.with(&promise.en, &promise.zh, rule, Observes::Results)
        })
    }
}

fn compare<T: PartialEq>(
    seen: &T,
    expected: &T,
    message: &impl Fn(&T, &T) -> Text,
) -> Result<(), Text> {
    if seen == expected {
        return Ok(());
    }
    Err(message(seen, expected))
}

/// A value in a sentence.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn never(expected: &str) -> Text {
    Text::new(
        format!("`{expected}` was expected, and nothing was seen: the program never came to it."),
        format!("应当是 `{expected}`，却什么也没有看到：程序没有走到那一步。"),
    )
}

/// A text of values, for [`Oracle::equals`] and the like: a closure of one, two or three values,
/// with what it says in English and in Chinese. Both are texts of `format!`.
///
/// ```
/// # use kit::{Text, message};
/// let message = message!(
///     |seen, expected| "It was {seen} and not {expected:?}.",
///     "是 {seen}，而不是 {expected:?}。"
/// );
/// assert_eq!(message(&1, &"one"), Text::new("It was 1 and not \"one\".", "是 1，而不是 \"one\"。"));
/// // The expected value need not be named.
/// let message = message!(|seen| "It was {seen}.", "是 {seen}。");
/// assert_eq!(message(&1, &2), Text::new("It was 1.", "是 1。"));
/// ```
#[macro_export]
macro_rules! message {
    (|$seen:pat_param| $en:literal, $zh:literal $(,)?) => {
        $crate::message!(|$seen, _| $en, $zh)
    };
    (|$($value:pat_param),+| $en:literal, $zh:literal $(,)?) => {
        move |$($value: &_),+| $crate::Text::new(::std::format!($en), ::std::format!($zh))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples::Recorder;

    fn judge(oracle: &Oracle, recorder: &Recorder) -> Vec<Result<(), Text>> {
        let history = recorder.history_of(json!(2));
        let properties = oracle.properties.iter();
        properties.map(|it| it.judge_history(&history)).collect()
    }

    #[test]
    fn a_value_that_is_expected_is_accepted_and_another_one_is_told() {
        let oracle = Oracle::new().equals(
            "",
            "",
            |results| results.value::<u64>("total"),
            |results| Some(results.case()),
            message!(
                |seen, expected| "{seen:?} and not {expected:?}",
                "{seen:?} 而不是 {expected:?}"
            ),
        );
        let mut recorder = Recorder::default();
        assert_eq!(judge(&oracle, recorder.mark(1, "total", 2)), [Ok(())]);
        let mut recorder = Recorder::default();
        let told = Text::new("Some(3) and not Some(2)", "Some(3) 而不是 Some(2)");
        assert_eq!(judge(&oracle, recorder.mark(1, "total", 3)), [Err(told)]);
    }

    #[test]
    fn only_the_property_of_an_order_sees_the_order() {
        let mut recorder = Recorder::default();
        recorder.mark(2, "turn", 2).mark(1, "turn", 1);
        let message = message!(|turns| "{turns:?}", "{turns:?}");
        let oracle = Oracle::new()
            .equals(
                "",
                "",
                |r| r.values_of::<u32>("turn"),
                |_| vec![1, 2],
                message,
            )
            .equals_of_order("", "", |h| h.values::<u32>("turn"), |_| vec![1, 2], message);
        let told = Text::new("[2, 1]", "[2, 1]");
        assert_eq!(judge(&oracle, &recorder), [Ok(()), Err(told)]);
    }

    /// A table of a truth value and of a text.
    fn table() -> Oracle {
        Oracle::new().named_values(
            [("free", "空闲", json!(true)), ("word", "词", json!("yes"))],
            message!(
                |name, zh, expected| "{name}: {expected}",
                "{zh}：{expected}"
            ),
            message!(
                |seen, expected| "{seen}, not {expected}",
                "{seen}，不是 {expected}"
            ),
        )
    }

    #[test]
    fn each_row_of_a_table_is_a_property_of_its_own() {
        let oracle = table();
        let promises: Vec<_> = oracle.properties.iter().map(|it| &it.promise).collect();
        assert_eq!(
            promises,
            [
                &Text::new("free: true", "空闲：true"),
                &Text::new("word: yes", "词：yes")
            ]
        );
        let mut recorder = Recorder::default();
        recorder.mark(1, "free", true).mark(1, "word", "yes");
        assert_eq!(judge(&oracle, &recorder), [Ok(()), Ok(())]);
        // One of several marks is another.
        recorder.mark(2, "word", "no");
        let told = Text::new("no, not yes", "no，不是 yes");
        assert_eq!(judge(&oracle, &recorder), [Ok(()), Err(told)]);
    }

    #[test]
    fn a_row_without_its_mark_fails() {
        let mut recorder = Recorder::default();
        let judged = judge(&table(), recorder.mark(1, "free", true));
        assert_eq!(judged, [Ok(()), Err(never("yes"))]);
    }
}
