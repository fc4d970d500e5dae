//! The verdict process: holds the oracles, asks the driver, and is the only one to
//! say what is right. It never maps the student's code.

mod actions;
mod driver;
mod explain;
mod judge;
mod minimise;
mod place;
mod rows;
mod sentences;
mod stuck;
mod token;

use std::{
    io::{self, Read, Write},
    process::ExitCode,
};

use grader_schema::plan::{Findings, Found, Plan};

use crate::Oracle;
use judge::Judge;
use token::Token;

/// Exit code for a replay token that names nothing: the user's mistake, not the kit's.
const BAD_TOKEN: u8 = 2;

/// The verdict process's `main`: a [`Plan`] comes in, [`Findings`] go out.
pub fn main(oracles: &[(&'static str, Oracle)]) -> ExitCode {
    match run(oracles) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            match error {
                VerdictError::Token(_) | VerdictError::NoSuchCheck(_) => BAD_TOKEN.into(),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// The kit's own trouble; a student's failure is a verdict.
#[derive(Debug, thiserror::Error)]
enum VerdictError {
    #[error("cannot read the plan: {0}")]
    Plan(#[from] serde_json::Error),
    #[error("cannot read the plan: {0}")]
    Read(io::Error),
    #[error("cannot write the findings: {0}")]
    Write(io::Error),
    #[error("check `{0}` is in the manifest, but not in the check source")]
    NoOracle(String),
    #[error("cannot run the driver {0}: {1}")]
    Driver(String, io::Error),
    #[error("the replay token is not one of this grader: {0}")]
    Token(#[from] token::TokenError),
    #[error("the token names the check `{0}`, which this exercise does not have")]
    NoSuchCheck(String),
}

fn run(oracles: &[(&'static str, Oracle)]) -> Result<(), VerdictError> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(VerdictError::Read)?;
    let plan: Plan = serde_json::from_str(&text)?;
    let findings = judge_plan(&plan, oracles)?;
    let mut stdout = io::stdout().lock();
    serde_json::to_writer(&mut stdout, &findings)?;
    stdout.flush().map_err(VerdictError::Write)
}

fn judge_plan(plan: &Plan, oracles: &[(&str, Oracle)]) -> Result<Findings, VerdictError> {
    let token = plan
        .replay
        .as_deref()
        .map(str::parse::<Token>)
        .transpose()?;
    let mut checks: Vec<_> = plan.checks.iter().collect();
    if let Some(token) = &token {
        checks.retain(|check| check.id == token.check);
        if checks.is_empty() {
            return Err(VerdictError::NoSuchCheck(token.check.clone()));
        }
    }
    let mut judge = Judge::new(plan);
    let mut found = Vec::new();
    for check in checks {
        let oracle = oracles.iter().find(|(id, _)| *id == check.id);
        let Some((_, oracle)) = oracle else {
            return Err(VerdictError::NoOracle(check.id.clone()));
        };
        found.push(Found {
            id: check.id.clone(),
            verdict: judge.check(check, oracle, token.as_ref())?,
        });
    }
    let code_changed = token.is_some_and(|token| !plan.source_digest.starts_with(&token.source));
    Ok(Findings {
        checks: found,
        code_changed,
    })
}
