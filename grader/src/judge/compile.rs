//! Calling the compiler: for an answer, for the driver that runs it, for the verdict program.

use std::{
    path::{Component, Path, PathBuf},
    thread,
};

use fs_err as fs;
use grader_launch::Ended;
use grader_schema::{Text, run_mode::Library};
use serde::{Deserialize, Serialize};

use super::{
    Error, Judge,
    build::{join, spawn},
    diagnostics::{self, Refusal},
    inputs::{self, Read},
    rustc::Rustc,
    sources, unseen,
};
use crate::{
    answer::{self, Answer, Intake, Which},
    kit::Exercise,
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
pub(super) fn answer(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<(Outcome, bool, Option<Read>), Error> {
    let (outcome, steady) = compile_answer(judge, exercise, answer, scratch)?;
    let list = fs::read_to_string(scratch.join("answer.d")).unwrap_or_default();
    let mut read = read_by_program(exercise, "driver", scratch);
    // Its files are the answer's.
    read.variables.extend(Read::of(&list, scratch).variables);
    Ok((outcome, steady, Some(read)))
}

fn compile_answer(
    judge: &Judge,
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
                real_check(judge, exercise, answer, scratch)
            })?)
        } else {
            None
        };
        let library = library(judge, exercise, answer, scratch)?;
        let linked = if library.succeeded() {
            Some(driver(judge, exercise, scratch)?)
        } else {
            None
        };
        Ok::<_, Error>((checked.map(join).transpose()?, (library, linked)))
    })?;
    let (library, linked) = linked;
    let real = checked.as_ref().unwrap_or(&library);

    // What the compiler was made to read must not be shown, so this comes first.
    if let Some(file) = stranger(answer, &scratch.join("answer.d")) {
        return Ok((refuse(reads_a_stranger(answer, &file).into()), true));
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
    if diagnostics::is_kit_trouble(&all) {
        let mut messages = diagnostics::all_rendered(&all);
        if messages.is_empty() {
            messages = linked.messages();
        }
        return Err(Error::Link {
            exercise: exercise.entry.directory(),
            messages: without_chance(&messages, scratch),
        });
    }
    if let Some(messages) = own_mistake(judge, exercise)? {
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
/// that the README shows; nothing if it says nothing: then an answer is to blame.
fn own_mistake(judge: &Judge, exercise: &Exercise) -> Result<Option<String>, Error> {
    let stub = Which::InCourse(format!("{}/stub", exercise.directory()).into());
    let Ok(Intake::Answer(stub)) = answer::take(exercise, &stub) else {
        return Ok(None);
    };
    let scratch = judge.directory()?;
    if !library(judge, exercise, &stub, scratch.path())?.succeeded() {
        return Ok(None);
    }
    let linked = driver(judge, exercise, scratch.path())?;
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
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<Ended, Error> {
    let mut call = answer_call(judge, exercise, answer, scratch);
    call.human().push(["--crate-type=lib"]).push([
        &*format!("--emit=metadata={}", scratch.join("real.rmeta").display()),
        &*format!("--emit=dep-info={}", scratch.join("answer.d").display()),
    ]);
    call.run()
}

fn answer_call(judge: &Judge, exercise: &Exercise, answer: &Answer, scratch: &Path) -> Rustc {
    let mut call = Rustc::new(
        &judge.toolchain,
        &answer.working_directory,
        &exercise.crate_name(),
        &answer.crate_root,
    );
    // Without this the compiler puts its object files where it is run, and two graders
    // that compile the same exercise take them away from each other.
    call.push(["--out-dir", &scratch.display().to_string()]);
    call
}

/// Compiles the answer as it will be run.
fn library(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<Ended, Error> {
    let mut call = answer_call(judge, exercise, answer, scratch);
    call.push(["--crate-type=rlib"])
        .push([&*format!(
            "--emit=link={}",
            library_path(exercise, scratch).display()
        )])
        .quick()
        .locations(&answer.remap.0, answer.remap.1);
    let mode = exercise.manifest.mode.traits();
    call.crates(mode.crates, &judge.support)
        .dependencies(&judge.support);
    match mode.library {
        // The messages that a student reads are those of the real library.
        Library::Modelled => {
            call.modelled(&judge.support)
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

fn library_path(exercise: &Exercise, scratch: &Path) -> PathBuf {
    scratch.join(format!("lib{}.rlib", exercise.crate_name()))
}

fn driver(judge: &Judge, exercise: &Exercise, scratch: &Path) -> Result<Ended, Error> {
    let source = scratch.join("driver.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    let text = sources::driver(exercise.manifest.mode, &exercise.public_source(), hidden);
    fs::write(&source, text)?;
    let mut call = program(judge, exercise, "driver", &source);
    call.output(scratch, "driver")
        .library(&exercise.crate_name(), &library_path(exercise, scratch))
        .crates(&["os", "greenlet"], &judge.support);
    if exercise.manifest.mode.is_modelled() {
        call.modelled(&judge.support);
    }
    call.run()
}

/// What the driver and the verdict program have in common.
fn program(judge: &Judge, exercise: &Exercise, side: &str, source: &Path) -> Rustc {
    let mut call = Rustc::new(
        &judge.toolchain,
        &exercise.root,
        side,
        &source.display().to_string(),
    );
    call.program(side)
        .quick()
        .json()
        .library("kit", &judge.support.kit)
        .dependencies(&judge.support);
    let public = exercise.public_source();
    let hidden = exercise.hidden.as_ref().map(|hidden| &hidden.source);
    for source in [Some(&public), hidden].into_iter().flatten() {
        if let Some(directory) = source.parent() {
            call.locations(&directory.display().to_string(), "checks");
        }
    }
    call
}

/// Messages without the part of a directory's name that is another one in every run.
fn without_chance(messages: &str, scratch: &Path) -> String {
    match scratch.file_name().and_then(|name| name.to_str()) {
        Some(name) => messages.replace(name, "run"),
        None => messages.to_owned(),
    }
}

/// Compiles the verdict program into `scratch`; says too what was read for it.
pub(super) fn verdict(
    judge: &Judge,
    exercise: &Exercise,
    scratch: &Path,
) -> Result<((), Option<Read>), Error> {
    let source = scratch.join("verdict.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    fs::write(&source, sources::verdict(&exercise.public_source(), hidden))?;
    let mut call = program(judge, exercise, "verdict", &source);
    call.output(scratch, "verdict");
    // It runs no student's code, so that what libraries assert in debug builds is spared. A check
    // whose arithmetic overflows is still told.
    call.push(["-Cdebug-assertions=off", "-Coverflow-checks=on"]);
    let ended = call.run()?;
    if !ended.succeeded() {
        let all = diagnostics::parse(&ended.messages());
        let messages = match diagnostics::all_rendered(&all) {
            messages if messages.is_empty() => ended.messages(),
            messages => messages,
        };
        return Err(Error::ChecksDoNotCompile {
            exercise: exercise.entry.directory(),
            messages: without_chance(&messages, scratch),
            is_teacher: exercise.has_solution(),
        });
    }
    Ok(((), Some(read_by_program(exercise, "verdict", scratch))))
}

/// What the compiler read for a program of the kit's own making, beside the sources of the
/// checks themselves: those are a part of its [base], and unsealed ones lie somewhere else
/// in every run.
fn read_by_program(exercise: &Exercise, side: &str, scratch: &Path) -> Read {
    let list = fs::read_to_string(scratch.join(format!("{side}.d"))).unwrap_or_default();
    let mut read = Read::of(&list, &exercise.root);
    read.files.remove(&exercise.public_source());
    if let Some(hidden) = &exercise.hidden {
        read.files.remove(&hidden.source);
    }
    read
}

/// A file that the compiler read and that is not part of the answer.
fn stranger(answer: &Answer, list: &Path) -> Option<String> {
    let list = fs::read_to_string(list).ok()?;
    inputs::files(&list).into_iter().find(|file| {
        fs::canonicalize(answer.working_directory.join(file))
            .map_or(true, |path| !answer.paths.contains_key(&path))
    })
}

/// The directory that would have to be named instead of the one file that was, if `file` lies in it.
fn of_modules(answer: &Answer, file: &str) -> Option<String> {
    let root = Path::new(&answer.crate_root);
    if !answer.is_one_file() || root.file_name()? != "lib.rs" {
        return None;
    }
    let source = root.parent()?;
    let inside = Path::new(file).strip_prefix(source).ok()?;
    if inside.components().any(|it| it == Component::ParentDir) {
        return None;
    }
    let place = match source.file_name() {
        Some(name) if name == "src" => source.parent()?,
        _ => source,
    };
    let place = Some(place).filter(|place| !place.as_os_str().is_empty());
    Some(answer::quoted(
        &place.unwrap_or(Path::new(".")).display().to_string(),
    ))
}

fn reads_a_stranger(answer: &Answer, file: &str) -> Text {
    let source = Path::new(&answer.crate_root)
        .parent()
        .unwrap_or(Path::new(""));
    let inside = Path::new(file)
        .strip_prefix(source)
        .unwrap_or(Path::new(""));
    let leads_out = inside.components().any(|it| it == Component::ParentDir);
    let mut parts = inside.components();
    if !leads_out && parts.any(|part| answer::is_hidden(part.as_os_str())) {
        return Text::new(
            format!(
                "The answer reads `{file}`; names that begin with a dot are no part of an answer: give it another name.\n"
            ),
            format!("答案读取了 `{file}`；以点开头的文件不属于答案：请改名。\n"),
        );
    }
    if let Some(directory) = of_modules(answer, file) {
        return Text::new(
            format!(
                "The answer has a module in `{file}`, but `--source` names one file alone; name the directory:\n  \
                 --source {directory}\n"
            ),
            format!(
                "答案还有模块在 `{file}` 中，但 `--source` 只指定了一个文件；请指定目录：\n  \
                 --source {directory}\n"
            ),
        );
    }
    Text::new(
        format!(
            "The answer reads `{file}`, which is not part of it; keep to the files below `src/`.\n"
        ),
        format!("答案读取了不属于它的文件 `{file}`；请只使用 `src/` 下的文件。\n"),
    )
}
