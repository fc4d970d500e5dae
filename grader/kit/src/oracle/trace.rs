//! What happens is a given list of steps.

use grader_schema::{Text, protocol::Observes};
use serde::de::DeserializeOwned;

use super::{Oracle, Rule, typed};
use crate::History;

/// How many steps before the wrong one are shown.
const SHOWN: usize = 6;

impl Oracle {
    /// The marks called `mark` are texts that tell just the `expected` steps of the case,
    /// in order. Else the first step that differs is told, with those before it.
    ///
    /// ```
    /// # use kit::Oracle;
    /// // Scenario: for item in generator { mark("trace", format!("yields {item}")); }
    /// Oracle::new().cases(|_| vec![2u32, 0]).trace_is(
    ///     "The generator counts up and ends.",
    ///     "生成器依次计数，然后结束。",
    ///     "trace",
    ///     |last: u32| (1..=last).map(|item| format!("yields {item}")).collect(),
    /// );
    /// ```
    #[must_use]
    pub fn trace_is<C: DeserializeOwned>(
        self,
        en: &str,
        zh: &str,
        mark: &'static str,
        expected: impl Fn(C) -> Vec<String> + 'static,
    ) -> Self {
        let judge = move |history: &History| {
            let seen: Vec<String> = history.values(mark);
            let expected = expected(typed(history.case_value()));
            difference(&seen, &expected).map_or(Ok(()), Err)
        };
        self.with(en, zh, Rule::Always(Box::new(judge)), Observes::Order)
    }
}

/// The first step that is another one; nothing if there is none.
fn difference(seen: &[String], expected: &[String]) -> Option<Text> {
    let same = seen.iter().zip(expected).take_while(|(a, b)| a == b);
    let same = same.count();
    if same == seen.len() && same == expected.len() {
        return None;
    }
    let step = |list: &[String], nothing: &str| {
        let step = list.get(same).cloned();
        step.unwrap_or_else(|| nothing.to_owned())
    };
    let before = &seen[same.saturating_sub(SHOWN)..same];
    let (before_en, before_zh) = (before.join("; "), before.join("；"));
    let (nothing_en, nothing_zh) = ("nothing more", "不再发生任何事");
    Some(Text::new(
        format!(
            "After step {same} ({before_en}) should come: {}. But: {}.",
            step(expected, nothing_en),
            step(seen, nothing_en)
        ),
        format!(
            "第 {same} 步之后（之前是：{before_zh}）应当是：{}。实际却是：{}。",
            step(expected, nothing_zh),
            step(seen, nothing_zh)
        ),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::examples::Recorder;

    /// What is said of these steps, where the case asks for 1 to 3.
    fn judge(steps: &[&str]) -> Result<(), Text> {
        let oracle = Oracle::new().trace_is("", "", "trace", |last: u32| {
            (1..=last).map(|item| item.to_string()).collect()
        });
        let mut recorder = Recorder::default();
        for step in steps {
            recorder.mark(0, "trace", step);
        }
        oracle.properties[0].judge_history(&recorder.history_of(json!(3)))
    }

    #[test]
    fn the_expected_steps_are_accepted() {
        assert_eq!(judge(&["1", "2", "3"]), Ok(()));
    }

    #[test]
    fn the_first_step_that_differs_is_told_with_those_before() {
        let told = judge(&["1", "2", "4", "5"]).expect_err("4 is not 3");
        assert_eq!(told.en, "After step 2 (1; 2) should come: 3. But: 4.");
        assert_eq!(
            told.zh,
            "第 2 步之后（之前是：1；2）应当是：3。实际却是：4。"
        );
    }

    #[test]
    fn a_trace_may_be_too_short_or_too_long() {
        let short = judge(&["1"]).expect_err("2 and 3 are missing");
        assert!(short.en.ends_with("should come: 2. But: nothing more."));
        let long = judge(&["1", "2", "3", "4"]).expect_err("4 is too much");
        assert!(long.zh.ends_with("应当是：不再发生任何事。实际却是：4。"));
    }
}
