//! Compiles and links the driver and the verdict program.

use std::path::Path;

use fs_err as fs;
use grader_launch::Ended;

use super::{
    super::{Error, Pipeline},
    answer::library_path,
    diagnostics,
    inputs::Read,
    rustc::{LineTables, Rustc},
    sources,
};
use crate::course::Exercise;

/// Links the driver of an answer whose library is in `scratch`.
pub(super) fn driver(
    pipeline: &Pipeline,
    exercise: &Exercise,
    scratch: &Path,
) -> Result<Ended, Error> {
    let source = scratch.join("driver.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    let text = sources::driver(exercise.manifest.mode, &exercise.public_source(), hidden);
    fs::write(&source, text)?;
    let line_tables = LineTables::of(exercise.manifest.mode);
    let mut call = program(pipeline, exercise, "driver", &source, line_tables);
    call.output(scratch, "driver")
        .library(&exercise.crate_name(), &library_path(exercise, scratch))
        .crates(&["os", "greenlet"], &pipeline.library);
    if exercise.manifest.mode.is_modelled() {
        call.modelled(&pipeline.library, exercise.manifest.mode.traits().library);
    }
    call.run()
}

/// What the driver and the verdict program have in common.
fn program(
    pipeline: &Pipeline,
    exercise: &Exercise,
    side: &str,
    source: &Path,
    line_tables: LineTables,
) -> Rustc {
    let mut call = Rustc::new(
        &pipeline.toolchain,
        &exercise.root,
        side,
        &source.display().to_string(),
    );
    call.program(side)
        .fast_codegen(line_tables)
        .json()
        .library("kit", &pipeline.library.kit)
        .dependencies(&pipeline.library);
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
pub(super) fn without_chance(messages: &str, scratch: &Path) -> String {
    match scratch.file_name().and_then(|name| name.to_str()) {
        Some(name) => messages.replace(name, "run"),
        None => messages.to_owned(),
    }
}

/// Compiles the verdict program into `scratch`; says too what was read for it.
pub(super) fn verdict(
    pipeline: &Pipeline,
    exercise: &Exercise,
    scratch: &Path,
) -> Result<((), Option<Read>), Error> {
    let source = scratch.join("verdict.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    fs::write(&source, sources::verdict(&exercise.public_source(), hidden))?;
    let mut call = program(pipeline, exercise, "verdict", &source, LineTables::None);
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
pub(super) fn read_by_program(exercise: &Exercise, side: &str, scratch: &Path) -> Read {
    let list = fs::read_to_string(scratch.join(format!("{side}.d"))).unwrap_or_default();
    let mut read = Read::of(&list, &exercise.root);
    read.files.remove(&exercise.public_source());
    if let Some(hidden) = &exercise.hidden {
        read.files.remove(&hidden.source);
    }
    read
}
