//! What the verdict program is told to do. No IO.

use std::{path::Path, time::Duration};

use grader_schema::{
    manifest::Engine,
    plan::{Depends, Plan, PlannedCheck},
};

use super::Run;
use crate::{
    answer::{Answer, SOURCE_ROOT},
    kit::Exercise,
};

/// How many schedules are sampled for a check that does not say.
const EXECUTIONS: u32 = 2000;
/// After how many steps an execution of such a check counts as making no progress.
const MAX_STEPS: u32 = 20_000;
/// The net under one check.
const TIME_LIMIT_MS: u64 = 10_000;
/// What the verdict program may need beyond its checks' limits.
const MARGIN: Duration = Duration::from_secs(30);

/// The plan for one run.
pub(super) fn plan(
    exercise: &Exercise,
    answer: &Answer,
    driver: &Path,
    directory: &Path,
    run: &Run,
) -> Plan {
    Plan {
        driver: driver.display().to_string(),
        engine: exercise.manifest.engine,
        directory: directory.display().to_string(),
        checks: exercise
            .checks()
            .filter(|(_, check)| !run.leaves_out(&check.id))
            .map(|(_, check)| PlannedCheck {
                id: check.id.clone(),
                executions: check.executions.unwrap_or(EXECUTIONS),
                max_steps: check.max_steps.unwrap_or(MAX_STEPS),
                searched: run.known.get(&check.id) == Some(&Depends::OnSamples),
            })
            .collect(),
        seed: run.seed,
        source_root: SOURCE_ROOT.to_owned(),
        sources: answer.files.clone(),
        source_digest: answer.digest.clone(),
        time_limit_ms: TIME_LIMIT_MS,
        jobs: match exercise.manifest.engine {
            // Real processes take their time from one another.
            Engine::Process => 1,
            Engine::Model | Engine::Pure => run.jobs,
        },
        replay: run.replay.clone(),
        lists_asked: run.lists_asked,
    }
}

/// The net under the whole run.
pub(super) fn net(plan: &Plan) -> Duration {
    let checks = Duration::from_millis(plan.time_limit_ms * plan.checks.len() as u64);
    checks + MARGIN
}
