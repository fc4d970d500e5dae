//! The third stage: runs the verdict program, which runs a driver for each check.

use grader_schema::plan::Findings;

use super::{Error, Judge, Run, compile::Programs, launches, plan};
use crate::{answer::Answer, kit::Exercise};

/// Exit code of the verdict program for a token that names nothing.
const BAD_TOKEN: i32 = 2;

/// Refuses a token that names a check of no such exercise.
pub(super) fn look_at_token(exercise: &Exercise, token: &str) -> Result<(), Error> {
    let check = token.split('.').next().unwrap_or_default();
    if exercise.checks().any(|(_, known)| known.id == check) {
        return Ok(());
    }
    Err(bad_token(exercise, token, ""))
}

/// The verdicts on the checks of an exercise, in their order.
pub(super) fn run(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    programs: &Programs,
    run: &Run,
) -> Result<Findings, Error> {
    let directory = judge.directory()?;
    let driver = launches::driver(&programs.driver, directory.path());
    let plan = plan::plan(exercise, answer, driver, run);
    let limit = plan::wall_limit_ms(&plan);
    let launch = launches::verdict(&programs.verdict, directory.path(), limit);
    let ended = grader_launch::run(&launch, serde_json::to_vec(&plan)?)?;
    let messages = ended.messages();
    let failed = |how: String| Error::Verdict {
        exercise: exercise.entry.directory(),
        how,
        talk: messages.trim_end().to_owned(),
    };
    match ended.status {
        None => Err(failed("did not end in time and was killed".to_owned())),
        Some(status) if grader_launch::ran_out_of_memory(status, &messages) => {
            Err(Error::VerdictMemory {
                exercise: exercise.entry.directory(),
                mebibytes: launches::VERDICT_MEMORY >> 20,
            })
        }
        Some(status) if !status.success() => Err(match &run.replay {
            // It was given a text from the command line and refused it.
            Some(token) if status.code() == Some(BAD_TOKEN) => {
                bad_token(exercise, token, messages.trim_end())
            }
            _ => failed(format!("failed ({status})")),
        }),
        Some(_) => serde_json::from_slice(&ended.output)
            .map_err(|error| failed(format!("wrote what cannot be read: {error}"))),
    }
}

fn bad_token(exercise: &Exercise, token: &str, why: &str) -> Error {
    Error::BadToken {
        exercise: exercise.entry.directory(),
        token: token.to_owned(),
        why: if why.is_empty() {
            String::new()
        } else {
            format!("\n{why}")
        },
    }
}
