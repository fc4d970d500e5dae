//! What is remembered of processes belongs to one scenario and one case.

use std::{
    env,
    hash::{DefaultHasher, Hash, Hasher},
};

use grader_schema::{launch::PLAIN_FORKS, protocol::Run};
use processes::Memory;

/// The memory of the executions of a run.
pub(super) fn of(run: &Run) -> Memory {
    let plain_forks = env::args_os().any(|argument| argument == PLAIN_FORKS);
    if plain_forks {
        Memory::Unused
    } else {
        Memory::Of(digest(run))
    }
}

/// A digest of all that decides what the processes of a run do beside what they are told.
fn digest(run: &Run) -> u64 {
    let mut digest = DefaultHasher::new();
    run.scenario.hash(&mut digest);
    run.case.to_string().hash(&mut digest);
    (run.weak_memory, run.max_steps, run.system).hash(&mut digest);
    digest.finish()
}

#[cfg(test)]
mod tests {
    use grader_schema::{protocol::Needs, system_choices::SystemChoices};
    use serde_json::json;

    use super::*;

    #[test]
    fn each_scenario_and_each_case_has_a_memory_of_its_own() {
        let run = Run {
            scenario: "locked".to_owned(),
            case: json!([3, 1]),
            max_steps: 100,
            weak_memory: false,
            system: SystemChoices::default(),
            needs: Needs::default(),
            source_root: String::new(),
        };
        let other_case = Run {
            case: json!([31]),
            ..run.clone()
        };
        let other_scenario = Run {
            scenario: "unlocked".to_owned(),
            ..run.clone()
        };
        let other_system = Run {
            system: SystemChoices {
                descriptors: Some(4),
                ..SystemChoices::default()
            },
            ..run.clone()
        };
        let digests = [&run, &other_case, &other_scenario, &other_system].map(digest);
        assert!(digests[1..].iter().all(|other| *other != digests[0]));
        assert_eq!(digests[0], digest(&run.clone()));
        assert_eq!(of(&run), Memory::Of(digests[0]));
    }
}
