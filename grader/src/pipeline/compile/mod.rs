//! The second stage: from an answer and the checks to the two programs that judge it.
//!
//! Up to three compilers run at once: one judges the answer as cargo would, with the real
//! standard library; one compiles it against the modelled one and then links the driver; one
//! makes the verdict program if the checks are new.

mod answer;
mod diagnostics;
mod foreign;
mod inputs;
mod kept;
mod program;
mod rustc;
mod sources;
mod unseen;

use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use fs_err as fs;

use super::{Error, Pipeline, in_use::InUse};
use crate::{answer::Answer, course::Exercise, digest::Digest};

use answer::Outcome;
use inputs::Lists;
use kept::{From, Kept, up_to_date};

pub(super) use diagnostics::Refusal;
pub(super) use inputs::Read;
pub(crate) use kept::prune;
pub(super) use rustc::Rustc;

/// Changes whenever compiled things of an older grader must not be used.
const GENERATION: &str = concat!("2 ", env!("CARGO_PKG_VERSION"));

/// What comes out of this stage.
pub(super) struct Compiled {
    /// Names everything that a verdict on the answer is made from; empty if it would perhaps be
    /// another one the next time.
    pub(super) made_from: String,
    /// How long it took.
    pub(super) took: Duration,
    /// The programs, or why the answer has none.
    pub(super) programs: Result<Programs, Refusal>,
}

/// Programs to run.
pub(super) struct Programs {
    /// Holds the student's code and the scenarios.
    pub(super) driver: PathBuf,
    /// Holds the oracles.
    pub(super) verdict: PathBuf,
    /// What the compiler said about the answer.
    pub(super) warnings: String,
    /// Keeps them there until they have been run, however many others are compiled meanwhile.
    #[expect(dead_code, reason = "they are in use as long as these are held")]
    in_use: [InUse; 2],
}

/// Compiles, or takes what was compiled before.
pub(super) fn compile(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
) -> Result<Compiled, Error> {
    let start = Instant::now();
    let base = base(pipeline, exercise)?;
    let (outcome, verdict) = thread::scope(|scope| {
        let verdict = spawn(scope, "verdict", || verdict(pipeline, exercise, &base))?;
        let outcome = outcome(pipeline, exercise, answer, &base);
        Ok::<_, Error>((outcome, join(verdict)))
    })?;
    let driver = outcome?;
    if !driver.what.compiles {
        let names = verdict.map(|verdict| made_from(&verdict.name, &driver.name));
        // What the compiler was stopped at would perhaps be another thing the next time.
        let steady = !driver.name.is_empty();
        return Ok(Compiled {
            made_from: names.ok().filter(|_| steady).unwrap_or_default(),
            took: start.elapsed(),
            programs: Err(driver.what.said),
        });
    }
    let verdict = verdict?;
    Ok(Compiled {
        made_from: made_from(&verdict.name, &driver.name),
        took: start.elapsed(),
        programs: Ok(Programs {
            driver: driver.place.join("driver"),
            verdict: verdict.place.join("verdict"),
            warnings: driver.what.said.compiler,
            in_use: [driver.in_use, verdict.in_use],
        }),
    })
}

fn made_from(verdict: &str, driver: &str) -> String {
    Digest::default().field(verdict).field(driver).short()
}

/// Names everything that the verdict on an answer is made from, as far as that is known from
/// the last time; nothing if it is not.
pub(super) fn name(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
) -> std::io::Result<Option<String>> {
    let lists = Lists::below(&pipeline.cache);
    let base = base(pipeline, exercise)?;
    let programs = [verdict_base(&base), driver_base(exercise, answer, &base)];
    let names = programs.map(|base| lists.name(&base));
    Ok(match names {
        [Some(verdict), Some(driver)] => Some(made_from(&verdict, &driver)),
        _ => None,
    })
}

/// The verdict program.
fn verdict(pipeline: &Pipeline, exercise: &Exercise, base: &str) -> Result<Kept<()>, Error> {
    let verdicts = pipeline.cache.join("verdicts");
    let find = |name: &str| verdicts.join(name).join("verdict").is_file().then_some(());
    let make = |scratch: &Path| program::verdict(pipeline, exercise, scratch);
    let files = |(): &()| vec!["verdict"];
    let from = From {
        base: &verdict_base(base),
        shown: "",
    };
    up_to_date(pipeline, from, &verdicts, find, make, files)
}

/// What came of the answer.
fn outcome(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
    base: &str,
) -> Result<Kept<Outcome>, Error> {
    let answers = pipeline.cache.join("answers");
    let find = |name: &str| {
        let kept = answers.join(name);
        let bytes = fs::read(kept.join("outcome.json")).ok()?;
        let outcome: Outcome = serde_json::from_slice(&bytes).ok()?;
        (!outcome.compiles || kept.join("driver").is_file()).then_some(outcome)
    };
    let make = |scratch: &Path| {
        let (outcome, steady, read) = answer::compile(pipeline, exercise, answer, scratch)?;
        if let Some(file) = answer.changed() {
            return Err(Error::Changed {
                file: file.to_owned(),
            });
        }
        fs::write(scratch.join("outcome.json"), serde_json::to_vec(&outcome)?)?;
        Ok((outcome, read.filter(|_| steady)))
    };
    let files = |outcome: &Outcome| {
        if outcome.compiles {
            vec!["driver", "outcome.json"]
        } else {
            vec!["outcome.json"]
        }
    };
    let from = From {
        base: &driver_base(exercise, answer, base),
        // Messages show it.
        shown: &answer.crate_root,
    };
    up_to_date(pipeline, from, &answers, find, make, files)
}

/// Names what the programs of an exercise are made from first: the library, and the sources of
/// the checks. What these read in turn is in the [lists](Lists).
fn base(pipeline: &Pipeline, exercise: &Exercise) -> std::io::Result<String> {
    let mut digest = Digest::default()
        .field(GENERATION)
        .field(&pipeline.library.fingerprint)
        .field(exercise.root.as_os_str().as_encoded_bytes())
        .field(fs::read(exercise.public_source())?);
    if let Some(hidden) = &exercise.hidden {
        digest = digest.field(fs::read(&hidden.source)?);
    }
    Ok(digest.short())
}

fn verdict_base(base: &str) -> String {
    Digest::default().field("verdict").field(base).short()
}

fn driver_base(exercise: &Exercise, answer: &Answer, base: &str) -> String {
    Digest::default()
        .field("driver")
        .field(base)
        .field(exercise.crate_name())
        .field(exercise.manifest.mode.name())
        .field(&answer.digest)
        .short()
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<thread::ScopedJoinHandle<'scope, T>> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn_scoped(scope, work)
}

fn join<T>(handle: thread::ScopedJoinHandle<'_, T>) -> T {
    handle
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}
