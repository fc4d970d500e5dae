//! The plan that the verdict program gets. No IO.

use grader_schema::{
    launch::Launch,
    plan::{Plan, PlannedCheck, SeedSensitivity},
};

use super::Run;
use crate::{
    answer::{Answer, SOURCE_ROOT},
    course::Exercise,
};

/// How many schedules are sampled for a check that does not say.
const EXECUTIONS: u32 = 2000;
/// After how many steps an execution of such a check counts as making no progress.
const MAX_STEPS: u32 = 20_000;
/// What the verdict program may need beyond its checks' limits.
const MARGIN_MS: u64 = 30_000;

/// The plan for one run.
pub(super) fn plan(exercise: &Exercise, answer: &Answer, driver: Launch, run: &Run) -> Plan {
    let mode = exercise.manifest.mode;
    Plan {
        driver,
        mode,
        checks: exercise
            .checks()
            .filter(|(_, check)| !run.leaves_out(&check.id))
            .map(|(_, check)| PlannedCheck {
                id: check.id.clone(),
                executions: check.executions.unwrap_or(EXECUTIONS),
                max_steps: check.max_steps.unwrap_or(MAX_STEPS),
                searched: run.known.get(&check.id) == Some(&SeedSensitivity::SampledOnly),
            })
            .collect(),
        seed: run.seed,
        source_root: SOURCE_ROOT.to_owned(),
        sources: answer.files.clone(),
        source_digest: answer.digest.clone(),
        time_limit_ms: mode.traits().time_limit_ms,
        jobs: run.jobs,
        replay: run.replay.clone(),
        describes_checks: run.describes_checks,
    }
}

/// Wall-clock time in milliseconds after which the whole run is stopped: a net, not a measure.
pub(super) fn wall_limit_ms(plan: &Plan) -> u64 {
    plan.time_limit_ms * plan.checks.len() as u64 + MARGIN_MS
}
