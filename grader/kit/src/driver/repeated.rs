//! Executions that are run again while their values are at other addresses.

use grader_schema::protocol::Observation;
use interleave::{Executed, Granularity, Schedule, is_address_of_static, strategy::Follow};

use super::{
    manner::Manner,
    model::{Chooser, ScenarioRun, digest, execute},
};

/// So many executions of each search are run again with other addresses.
pub(super) const COUNT: usize = 2;

/// An execution that is to be the same wherever its values are.
pub(super) struct Repeated {
    schedule: Schedule,
    granularity: Granularity,
    digest: u64,
    output: String,
    /// Whether the address of a static is in what it shows.
    shows_static: bool,
}

impl Repeated {
    pub(super) fn new(observation: &Observation, executed: &Executed) -> Self {
        Self {
            schedule: executed.schedule.clone(),
            granularity: executed.granularity,
            digest: digest(observation),
            output: executed.output.clone(),
            shows_static: shows_static(&executed.output)
                || observation
                    .history
                    .iter()
                    .any(|e| shows_static(&e.value.to_string())),
        }
    }

    /// Whether it shows the same again while its values are at other addresses. Statics stay
    /// where they are, so their addresses must not be in what it shows.
    pub(super) fn repeats(&self, work: &ScenarioRun<'_>) -> bool {
        if self.shows_static {
            return false;
        }
        let mut chooser = Chooser::Elsewhere(Follow::exactly(self.schedule.clone()));
        let manner = Manner::of(&self.schedule, self.granularity, work.run());
        let (observation, executed) = execute(work, &mut chooser, manner, 0);
        digest(&observation) == self.digest && executed.output == self.output
    }
}

/// Whether a number in a text is the address of a static.
fn shows_static(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let mut numbers = words.filter_map(|word| match word.strip_prefix("0x") {
        Some(hexadecimal) => u64::from_str_radix(hexadecimal, 16).ok(),
        None => word.parse().ok(),
    });
    numbers.any(is_address_of_static)
}
