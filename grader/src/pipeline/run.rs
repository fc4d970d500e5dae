//! The third stage: runs the verdict program, which runs a driver for each check.

use grader_schema::plan::{CheckVerdict, CheckVerdicts, Message, Plan};

use super::{Error, Event, Listener, Pipeline, Run, compile::Programs, launches, plan};
use crate::{answer::Answer, course::Exercise};

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
    pipeline: &Pipeline,
    exercise: &Exercise,
    (answer, programs): (&Answer, &Programs),
    run: &Run,
    listener: &mut Listener<'_>,
) -> Result<CheckVerdicts, Error> {
    let directory = pipeline.directory()?;
    let driver = launches::driver(&programs.driver, directory.path(), run.plain_forks);
    let plan = plan::plan(exercise, answer, driver, run);
    let limit = plan::wall_limit_ms(&plan);
    let launch = launches::verdict(&programs.verdict, directory.path(), limit);
    let mut heard = Heard::default();
    let ended = grader_launch::run_by_lines(&launch, serde_json::to_vec(&plan)?, |line| {
        heard.hear(line, listener);
    })?;
    let messages = ended.messages();
    let failed = |how: String| Error::Verdict {
        exercise: exercise.entry.directory(),
        how,
        messages: messages.trim_end().to_owned(),
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
        Some(_) => heard
            .verdicts(&plan)
            .map_err(|why| failed(format!("wrote output that the grader cannot parse: {why}"))),
    }
}

/// What the verdict program has said so far.
#[derive(Default)]
struct Heard {
    checks: Vec<CheckVerdict>,
    /// Whether the replayed token was made from other code; nothing before the last line.
    code_changed: Option<bool>,
    /// What is wrong with a line.
    error: Option<serde_json::Error>,
}

impl Heard {
    fn hear(&mut self, line: &str, listener: &mut Listener<'_>) {
        match serde_json::from_str(line) {
            Ok(Message::Started(id)) => listener(Event::CheckStarted(&id)),
            Ok(Message::Judged(verdict)) => {
                listener(Event::CheckJudged);
                self.checks.push(*verdict);
            }
            Ok(Message::Ended { code_changed }) => self.code_changed = Some(code_changed),
            Err(error) => self.error = Some(error),
        }
    }

    /// All verdicts in the order of the plan, whichever was there first; else what is wrong.
    fn verdicts(mut self, plan: &Plan) -> Result<CheckVerdicts, String> {
        if let Some(error) = self.error {
            return Err(error.to_string());
        }
        let code_changed = self.code_changed.ok_or("the last line is missing")?;
        let place = |id: &str| plan.checks.iter().position(|check| check.id == id);
        self.checks.sort_by_key(|verdict| place(&verdict.id));
        Ok(CheckVerdicts {
            checks: self.checks,
            code_changed,
        })
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
