//! Who finds mistakes: generated programs, or scenarios that somebody wrote.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// How many mistakes in an exercise with a model are found by whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FoundBy {
    /// Both by generated programs and by a written scenario.
    pub both: usize,
    /// By generated programs alone.
    pub programs_alone: usize,
    /// By written scenarios alone.
    pub scenarios_alone: usize,
}

impl FoundBy {
    /// Counts a mistake by the checks that fail. Those in `generated` judge generated programs.
    ///
    /// ```
    /// # use grader_schema::found_by::FoundBy;
    /// let generated = ["small_programs".to_owned()].into();
    /// let mut found = FoundBy::default();
    /// found.count(["small_programs", "closes"], &generated);
    /// found.count(["closes"], &generated);
    /// found.count([], &generated);
    /// assert_eq!((found.both, found.programs_alone, found.scenarios_alone), (1, 0, 1));
    /// ```
    pub fn count<'a>(
        &mut self,
        failing: impl IntoIterator<Item = &'a str>,
        generated: &BTreeSet<String>,
    ) {
        let (by_programs, by_scenarios): (Vec<_>, Vec<_>) = failing
            .into_iter()
            .partition(|check| generated.contains(*check));
        match (by_programs.is_empty(), by_scenarios.is_empty()) {
            (false, false) => self.both += 1,
            (false, true) => self.programs_alone += 1,
            (true, false) => self.scenarios_alone += 1,
            (true, true) => {}
        }
    }
}
