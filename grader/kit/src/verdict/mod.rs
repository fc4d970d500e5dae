//! The verdict process: it holds the oracles and queries the driver. No other process decides
//! a verdict, and the student's code is never mapped into it.

mod explaining;
mod running;

use std::{
    io::{self, Read, Write},
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use grader_schema::{
    plan::{CheckVerdict, Message, Plan, PlannedCheck, SeedSensitivity},
    report::{Evidence, Verdict},
};

use crate::Oracle;
use running::{CaseName, Checker, Token, TokenError};

/// Exit code for a replay token that names nothing: the user's mistake, not the kit's.
const BAD_TOKEN: u8 = 2;

/// A check's id, and what makes its oracle.
pub type Named = (&'static str, fn() -> Oracle);

/// The verdict process's `main`: it reads a [`Plan`] and writes a [`Message`] for each step.
pub fn main(oracles: &[Named]) -> ExitCode {
    match run(oracles) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            match error {
                VerdictError::Token(_)
                | VerdictError::NoSuchCheck(_)
                | VerdictError::NoSuchCase(..) => BAD_TOKEN.into(),
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
    #[error("cannot write the verdicts: {0}")]
    Write(io::Error),
    #[error("check `{0}` is in the manifest, but not in the check source")]
    NoOracle(String),
    #[error("cannot start the driver: {0}")]
    Driver(io::Error),
    #[error("the replay token is not one of this grader: {0}")]
    Token(#[from] TokenError),
    #[error("the token names the check `{0}`, which this exercise does not have")]
    NoSuchCheck(String),
    #[error("the token names the input `{1}`, which the check `{0}` does not have")]
    NoSuchCase(String, String),
}

fn run(oracles: &[Named]) -> Result<(), VerdictError> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(VerdictError::Read)?;
    let plan: Plan = serde_json::from_str(&text)?;
    judge_plan(&plan, oracles)
}

/// Writes a line of standard output.
fn tell(message: &Message) -> Result<(), VerdictError> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&line).map_err(VerdictError::Write)?;
    stdout.flush().map_err(VerdictError::Write)
}

fn judge_plan(plan: &Plan, oracles: &[Named]) -> Result<(), VerdictError> {
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
    let oracle = |check: &PlannedCheck| {
        let named = oracles.iter().find(|(id, _)| *id == check.id);
        named.map(|&(_, oracle)| oracle)
    };
    if let Some(check) = checks.iter().find(|check| oracle(check).is_none()) {
        return Err(VerdictError::NoOracle(check.id.clone()));
    }
    if let (Some(token), Some(make)) = (&token, checks.first().and_then(|check| oracle(check))) {
        look_at_case(token, &make())?;
    }
    let judge = |check: &&PlannedCheck| {
        // An oracle stays with the thread that made it.
        let make = || oracle(check).map_or_else(Oracle::new, |oracle| oracle());
        let oracle = make();
        let start = Instant::now();
        tell(&Message::Started(check.id.clone()))?;
        let checker = Checker::new(plan);
        let (verdict, executions) = checker.check(check, (&oracle, &make), token.as_ref())?;
        tell(&Message::Judged(Box::new(CheckVerdict {
            id: check.id.clone(),
            sensitivity: sensitivity(plan, &oracle, &verdict),
            verdict,
            executions,
            took_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            about: checker.about(&oracle),
        })))
    };
    for judged in side_by_side(&checks, plan.jobs, judge) {
        judged?;
    }
    let code_changed = token.is_some_and(|token| !plan.source_digest.starts_with(&token.source));
    tell(&Message::Ended { code_changed })
}

/// Refuses a token whose input is none of the check: it may be of another version, or made up.
fn look_at_case(token: &Token, oracle: &Oracle) -> Result<(), VerdictError> {
    let is_there = match (&token.case, oracle.generated()) {
        (CaseName::Program(shape), Some((_, _, programs))) => programs.has(shape),
        (CaseName::Number(number), None) => *number < (oracle.cases)(token.seed).len(),
        (CaseName::Program(_), None) | (CaseName::Number(_), Some(_)) => false,
    };
    if is_there {
        return Ok(());
    }
    Err(VerdictError::NoSuchCase(
        token.check.clone(),
        token.case.to_string(),
    ))
}

/// What of a verdict another seed could change. Inputs that are equal for some seeds are
/// taken to be equal for all.
fn sensitivity(plan: &Plan, oracle: &Oracle, verdict: &Verdict) -> SeedSensitivity {
    let Verdict::Passed { evidence } = verdict else {
        return SeedSensitivity::Full;
    };
    let cases = (oracle.cases)(plan.seed);
    let same = |other| (oracle.cases)(plan.seed.wrapping_add(other)) == cases;
    if !(1..=4).all(same) {
        return SeedSensitivity::Full;
    }
    match evidence {
        Evidence::AllInterleavings { .. } => SeedSensitivity::None,
        // Small programs are the same for all seeds, and larger ones are drawn.
        Evidence::Programs { .. } => SeedSensitivity::SampledOnly,
        Evidence::Sampled { .. } | Evidence::Cases { .. } => plan.mode.traits().sensitivity,
    }
}

/// Does `work` on each item, with at most `workers` threads; the results are in the order
/// of the items, whatever the number of threads.
fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    workers: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut done: Vec<_> = thread::scope(|scope| {
        let workers = workers.clamp(1, items.len().max(1));
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in others {
            match other.join() {
                Ok(theirs) => done.extend(theirs),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|&(index, _)| index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn results_are_in_the_order_of_the_items_whatever_the_number_of_workers() {
        let items: Vec<u32> = (0..50).collect();
        let squares: Vec<u32> = items.iter().map(|item| item * item).collect();
        for workers in [0, 1, 2, 3, 7, 100] {
            assert_eq!(side_by_side(&items, workers, |item| item * item), squares);
        }
        assert!(side_by_side(&items[..0], 3, |item| *item).is_empty());
    }
}
