//! An answer, compiled as cargo would and as it will be run.

use std::{
    path::{Path, PathBuf},
    thread,
};

use fs_err as fs;
use grader_launch::Ended;
use grader_schema::{Text, run_mode::Library};
use serde::{Deserialize, Serialize};

use super::{
    super::{Error, Pipeline},
    diagnostics::{self, Refusal},
    foreign,
    inputs::Read,
    join,
    program::{driver, read_by_program, without_chance},
    rustc::{LineTables, Rustc},
    spawn, unseen,
};
use crate::{
    answer::{self, Answer, AnswerSource, Submission},
    course::Exercise,
};

/// What is kept of a compiled answer beside the driver.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) compiles: bool,
    /// Why it does not, or the compiler's warnings.
    pub(super) said: Refusal,
}

/// Compiles an answer and links its driver into `scratch`; says too whether that is worth
/// keeping, and what beside the answer was read for it.
pub(super) fn compile(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<(Outcome, bool, Option<Read>), Error> {
    let (outcome, steady) = outcome(pipeline, exercise, answer, scratch)?;
    let list = fs::read_to_string(scratch.join("answer.d")).unwrap_or_default();
    let mut read = read_by_program(exercise, "driver", scratch);
    // Its files are the answer's.
    read.variables.extend(Read::of(&list, scratch).variables);
    Ok((outcome, steady, Some(read)))
}

fn outcome(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<(Outcome, bool), Error> {
    let refuse = |said: Refusal| Outcome {
        compiles: false,
        said,
    };
    let (checked, linked) = thread::scope(|scope| {
        // Where answers are run on the real standard library, that is checked anyway.
        let checked = if exercise.manifest.mode.is_modelled() {
            Some(spawn(scope, "real std", || {
                real_check(pipeline, exercise, answer, scratch)
            })?)
        } else {
            None
        };
        let library = library(pipeline, exercise, answer, scratch)?;
        let linked = if library.succeeded() {
            Some(driver(pipeline, exercise, scratch)?)
        } else {
            None
        };
        Ok::<_, Error>((checked.map(join).transpose()?, (library, linked)))
    })?;
    let (library, linked) = linked;
    let real = checked.as_ref().unwrap_or(&library);

    // What the compiler was made to read must not be shown, so this comes first.
    if let Some(file) = foreign::file(answer, &scratch.join("answer.d")) {
        return Ok((refuse(foreign::refusal(answer, &file).into()), true));
    }
    for ended in [real, &library].into_iter().chain(&linked) {
        if ended.status.is_none() {
            return Ok((refuse(endless().into()), false));
        }
    }
    let said = Refusal {
        why: Text::default(),
        compiler: real.messages(),
    };
    if !real.succeeded() {
        return Ok((refuse(said), true));
    }
    if exercise.manifest.mode.is_modelled()
        && let Some(refusal) = unseen::refusal(&answer.files, &answer.remap.0)
    {
        return Ok((refuse(refusal.into()), true));
    }
    if !library.succeeded() {
        let all = diagnostics::parse(&library.messages());
        return Ok((refuse(diagnostics::not_modelled(&all)), true));
    }
    let Some(linked) = linked.filter(|linked| !linked.succeeded()) else {
        return Ok((
            Outcome {
                compiles: true,
                said,
            },
            true,
        ));
    };
    let all = diagnostics::parse(&linked.messages());
    if diagnostics::is_internal_error(&all) {
        let mut messages = diagnostics::all_rendered(&all);
        if messages.is_empty() {
            messages = linked.messages();
        }
        return Err(Error::Link {
            exercise: exercise.entry.directory(),
            messages: without_chance(&messages, scratch),
        });
    }
    if let Some(messages) = own_mistake(pipeline, exercise)? {
        return Err(Error::ChecksDoNotCompile {
            exercise: exercise.entry.directory(),
            messages,
            is_teacher: exercise.has_solution(),
        });
    }
    let hidden = exercise.hidden.as_ref().map(|hidden| &hidden.source);
    let refusal = diagnostics::signatures_differ(&all, |file| {
        hidden.is_some_and(|hidden| Path::new(file) == hidden)
    });
    Ok((refuse(refusal), true))
}

/// What the compiler says about the checks when they call the stub, which has all signatures
/// that the README shows; empty if it reports no error: then the answer is at fault.
fn own_mistake(pipeline: &Pipeline, exercise: &Exercise) -> Result<Option<String>, Error> {
    let stub = AnswerSource::PathInCourse(format!("{}/stub", exercise.directory()).into());
    let Ok(Submission::Answer(stub)) = answer::take(exercise, &stub) else {
        return Ok(None);
    };
    let scratch = pipeline.directory()?;
    if !library(pipeline, exercise, &stub, scratch.path())?.succeeded() {
        return Ok(None);
    }
    let linked = driver(pipeline, exercise, scratch.path())?;
    let all = diagnostics::parse(&linked.messages());
    let messages = diagnostics::all_rendered(&all);
    Ok((!linked.succeeded()).then(|| without_chance(&messages, scratch.path())))
}

fn endless() -> Text {
    Text::new(
        "The compiler did not finish within a minute and was stopped.\n\
         Look for constants, macros or types that make it compute without end.\n",
        "编译器一分钟内没有完成，已被终止。\n\
         请检查是否有让编译器无休止计算的常量、宏或类型。\n",
    )
}

/// Judges the answer as cargo would: this is what the student reads.
fn real_check(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<Ended, Error> {
    let mut call = answer_call(pipeline, exercise, answer, scratch);
    call.human().push(["--crate-type=lib"]).push([
        &*format!("--emit=metadata={}", scratch.join("real.rmeta").display()),
        &*format!("--emit=dep-info={}", scratch.join("answer.d").display()),
    ]);
    call.run()
}

fn answer_call(pipeline: &Pipeline, exercise: &Exercise, answer: &Answer, scratch: &Path) -> Rustc {
    let mut call = Rustc::new(
        &pipeline.toolchain,
        &answer.working_directory,
        &exercise.crate_name(),
        &answer.crate_root,
    );
    // Without this the compiler puts its object files where it is run, and two graders
    // that compile the same exercise take them away from each other.
    call.push(["--out-dir", &scratch.display().to_string()])
        .crates(exercise.manifest.mode.traits().crates, &pipeline.library)
        .dependencies(&pipeline.library);
    call
}

/// Compiles the answer as it will be run.
fn library(
    pipeline: &Pipeline,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<Ended, Error> {
    let mut call = answer_call(pipeline, exercise, answer, scratch);
    call.push(["--crate-type=rlib"])
        .push([&*format!(
            "--emit=link={}",
            library_path(exercise, scratch).display()
        )])
        .fast_codegen(LineTables::of(exercise.manifest.mode))
        .locations(&answer.remap.0, answer.remap.1);
    let library = exercise.manifest.mode.traits().library;
    match library {
        // The messages that a student reads are those of the real library.
        Library::Modelled | Library::WithSystem => {
            call.modelled(&pipeline.library, library)
                .push(["--cap-lints=allow"])
                .json();
        }
        Library::Real => {
            let list = format!("--emit=dep-info={}", scratch.join("answer.d").display());
            call.human().push([&*list]);
        }
    }
    call.run()
}

pub(super) fn library_path(exercise: &Exercise, scratch: &Path) -> PathBuf {
    scratch.join(format!("lib{}.rlib", exercise.crate_name()))
}
