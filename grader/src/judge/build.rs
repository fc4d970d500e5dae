//! Compiling an answer and the two programs around it.
//!
//! Up to three compilers run at once: one judges the answer as cargo would, with the
//! real standard library; one compiles it against the modelled one and then links the
//! driver; one makes the verdict program if the checks are new. What comes of it is
//! kept by a digest of everything that went in.

use std::{
    io,
    path::{Component, Path, PathBuf},
    thread,
};

use fs_err as fs;
use grader_schema::manifest::Engine;
use serde::{Deserialize, Serialize};

use super::{
    Error, Judge, diagnostics,
    process::Ended,
    rustc::{self, Rustc},
    sources, unseen,
};
use crate::{
    answer::{self, Answer},
    digest::Digest,
    kit::Exercise,
};

/// Changes whenever compiled things of an older grader must not be used.
const GENERATION: &str = concat!("1 ", env!("CARGO_PKG_VERSION"));
/// How many compiled answers are kept.
const KEPT: usize = 128;

/// What came of it.
pub(super) enum Built {
    /// Programs to run.
    Ready {
        /// Holds the student's code and the scenarios.
        driver: PathBuf,
        /// Judges.
        verdict: PathBuf,
        /// What the compiler said about the answer: warnings.
        messages: String,
    },
    /// The answer cannot be compiled, and why.
    Refused(String),
}

/// What is kept of a compiled answer beside the driver.
#[derive(Debug, Serialize, Deserialize)]
struct Outcome {
    compiles: bool,
    messages: String,
}

/// Compiles, or takes what was compiled before.
pub(super) fn build(judge: &Judge, exercise: &Exercise, answer: &Answer) -> Result<Built, Error> {
    let checks = checks(judge, exercise)?;
    let verdict = judge.cache.join("verdicts").join(&checks);
    let name = Digest::default()
        .field(&checks)
        .field(exercise.crate_name())
        .field(format!("{:?}", exercise.manifest.engine))
        .field(&answer.crate_root)
        .field(&answer.digest)
        .short();
    let kept = judge.cache.join("answers").join(name);
    let known = fs::read(kept.join("outcome.json"))
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Outcome>(&bytes).ok())
        .filter(|outcome| !outcome.compiles || kept.join("driver").is_file());
    let scratch = judge.directory()?;
    let (outcome, made) = thread::scope(|scope| {
        let made = if verdict.join("verdict").is_file() {
            None
        } else {
            let make = || make_verdict(judge, exercise, &verdict);
            Some(spawn(scope, "verdict", make)?)
        };
        let outcome = match known {
            Some(outcome) => {
                touch(&kept);
                Ok(outcome)
            }
            None => compile(judge, exercise, answer, scratch.path()).and_then(|fresh| {
                if fresh.1 {
                    keep(scratch.path(), &fresh.0, &kept)?;
                }
                Ok(fresh.0)
            }),
        };
        Ok::<_, Error>((outcome, made.map(join)))
    })?;
    let outcome = outcome?;
    if !outcome.compiles {
        return Ok(Built::Refused(outcome.messages));
    }
    made.transpose()?;
    Ok(Built::Ready {
        driver: kept.join("driver"),
        verdict: verdict.join("verdict"),
        messages: outcome.messages,
    })
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

/// Names the checks and everything below them.
fn checks(judge: &Judge, exercise: &Exercise) -> Result<String, Error> {
    let mut digest = Digest::default()
        .field(GENERATION)
        .field(&judge.support.key)
        .field(exercise.root.as_os_str().as_encoded_bytes())
        .field(fs::read(exercise.public_source())?);
    if let Some(hidden) = &exercise.hidden {
        digest = digest.field(fs::read(&hidden.source)?);
    }
    Ok(digest.short())
}

/// Compiles the answer and links the driver into `scratch`; says too whether that is worth keeping.
fn compile(
    judge: &Judge,
    exercise: &Exercise,
    answer: &Answer,
    scratch: &Path,
) -> Result<(Outcome, bool), Error> {
    let refuse = |messages: String| Outcome {
        compiles: false,
        messages,
    };
    let (checked, linked) = thread::scope(|scope| {
        let checked = match exercise.manifest.engine {
            Engine::Model => Some(spawn(scope, "real std", || {
                real_check(judge, exercise, answer, scratch)
            })?),
            // The library is compiled with the real standard library anyway.
            Engine::Pure | Engine::Process => None,
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
        return Ok((refuse(reads_a_stranger(answer, &file)), true));
    }
    for ended in [real, &library].into_iter().chain(&linked) {
        if ended.status.is_none() {
            return Ok((refuse(endless()), false));
        }
    }
    let messages = real.talk();
    if !real.succeeded() {
        return Ok((refuse(messages), true));
    }
    if exercise.manifest.engine == Engine::Model
        && let Some(refusal) = unseen::refusal(&answer.files, &answer.remap.0)
    {
        return Ok((refuse(refusal), true));
    }
    if !library.succeeded() {
        let all = diagnostics::parse(&library.talk());
        return Ok((refuse(diagnostics::not_modelled(&all)), true));
    }
    let Some(linked) = linked.filter(|linked| !linked.succeeded()) else {
        return Ok((
            Outcome {
                compiles: true,
                messages,
            },
            true,
        ));
    };
    let all = diagnostics::parse(&linked.talk());
    if diagnostics::is_kit_trouble(&all) {
        let mut messages = diagnostics::all_rendered(&all);
        if messages.is_empty() {
            messages = linked.talk();
        }
        return Err(Error::Link {
            exercise: exercise.entry.directory(),
            messages: without_chance(&messages, scratch),
        });
    }
    let hidden = exercise.hidden.as_ref().map(|hidden| &hidden.source);
    let text = diagnostics::signatures_differ(&all, |file| {
        hidden.is_some_and(|hidden| Path::new(file) == hidden)
    });
    Ok((refuse(text), true))
}

fn endless() -> String {
    "The compiler did not finish within a minute and was stopped.\n\
     编译器一分钟内没有完成，已被终止。\n\
     Look for constants, macros or types that make it compute without end.\n\
     请检查是否有让编译器无休止计算的常量、宏或类型。\n"
        .to_owned()
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
    match exercise.manifest.engine {
        Engine::Model => {
            call.modelled(&judge.support)
                .dependencies(&judge.support)
                .push(["--cap-lints=allow"])
                .json();
        }
        Engine::Process => {
            call.os(&judge.support).dependencies(&judge.support);
        }
        Engine::Pure => {
            call.greenlet(&judge.support).dependencies(&judge.support);
        }
    }
    if exercise.manifest.engine != Engine::Model {
        call.human();
        let list = format!("--emit=dep-info={}", scratch.join("answer.d").display());
        call.push([&*list]);
    }
    call.run()
}

fn library_path(exercise: &Exercise, scratch: &Path) -> PathBuf {
    scratch.join(format!("lib{}.rlib", exercise.crate_name()))
}

fn driver(judge: &Judge, exercise: &Exercise, scratch: &Path) -> Result<Ended, Error> {
    let source = scratch.join("driver.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    let text = sources::driver(exercise.manifest.engine, &exercise.public_source(), hidden);
    fs::write(&source, text)?;
    let mut call = program(judge, exercise, "driver", &source);
    call.push(["-o", &scratch.join("driver").display().to_string()])
        .library(&exercise.crate_name(), &library_path(exercise, scratch))
        .os(&judge.support)
        .greenlet(&judge.support);
    if exercise.manifest.engine == Engine::Model {
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

fn make_verdict(judge: &Judge, exercise: &Exercise, kept: &Path) -> Result<(), Error> {
    let scratch = judge.directory()?;
    let source = scratch.path().join("verdict.rs");
    let hidden = exercise.hidden.as_ref().map(|hidden| &*hidden.source);
    fs::write(&source, sources::verdict(&exercise.public_source(), hidden))?;
    let mut call = program(judge, exercise, "verdict", &source);
    call.push(["-o", &scratch.path().join("verdict").display().to_string()]);
    // It runs no student's code, so that what libraries assert in debug builds is spared. A check
    // whose arithmetic overflows is still told.
    call.push(["-Cdebug-assertions=off", "-Coverflow-checks=on"]);
    let ended = call.run()?;
    if !ended.succeeded() {
        let all = diagnostics::parse(&ended.talk());
        let messages = match diagnostics::all_rendered(&all) {
            messages if messages.is_empty() => ended.talk(),
            messages => messages,
        };
        return Err(Error::ChecksDoNotCompile {
            exercise: exercise.entry.directory(),
            messages: without_chance(&messages, scratch.path()),
        });
    }
    install(scratch.path(), &["verdict"], kept)
}

fn keep(scratch: &Path, outcome: &Outcome, kept: &Path) -> Result<(), Error> {
    fs::write(scratch.join("outcome.json"), serde_json::to_vec(outcome)?)?;
    let files: &[&str] = if outcome.compiles {
        &["driver", "outcome.json"]
    } else {
        &["outcome.json"]
    };
    install(scratch, files, kept)?;
    if let Some(answers) = kept.parent() {
        prune(answers)?;
    }
    Ok(())
}

/// Moves files to where they are kept, so that another grader sees none or all of them.
fn install(scratch: &Path, files: &[&str], kept: &Path) -> Result<(), Error> {
    let parent = kept.parent().unwrap_or(scratch);
    fs::create_dir_all(parent)?;
    let bundle = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    for file in files {
        fs::rename(scratch.join(file), bundle.path().join(file))?;
    }
    match fs::rename(bundle.path(), kept) {
        Ok(()) => Ok(()),
        // Another grader was faster, or what lies there is not whole; ours is as good as any.
        Err(_) if kept.is_dir() => {
            for file in files {
                fs::rename(bundle.path().join(file), kept.join(file))?;
            }
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// Makes a compiled answer the last that is thrown away: another grader, or another thread of
/// this one, may do so before it is run.
fn touch(kept: &Path) {
    // A cache that cannot be written is good for reading still.
    let _ = fs::File::open(kept)
        .and_then(|directory| directory.file().set_modified(std::time::SystemTime::now()));
}

/// Throws away those of the compiled answers that were not used for the longest time.
fn prune(answers: &Path) -> io::Result<()> {
    let mut all = Vec::new();
    for item in fs::read_dir(answers)? {
        let item = item?;
        if let Ok(changed) = item.metadata().and_then(|metadata| metadata.modified()) {
            all.push((changed, item.path()));
        }
    }
    all.sort();
    let surplus = all.len().saturating_sub(KEPT);
    for (_, path) in all.into_iter().take(surplus) {
        // It may be gone already: another grader prunes too.
        let _ = fs::remove_dir_all(path);
    }
    Ok(())
}

/// A file that the compiler read and that is not part of the answer.
fn stranger(answer: &Answer, list: &Path) -> Option<String> {
    let list = fs::read_to_string(list).ok()?;
    rustc::files_read(&list).into_iter().find(|file| {
        fs::canonicalize(answer.working_directory.join(file))
            .map_or(true, |path| !answer.paths.contains(&path))
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

fn reads_a_stranger(answer: &Answer, file: &str) -> String {
    let source = Path::new(&answer.crate_root)
        .parent()
        .unwrap_or(Path::new(""));
    let inside = Path::new(file)
        .strip_prefix(source)
        .unwrap_or(Path::new(""));
    let leads_out = inside.components().any(|it| it == Component::ParentDir);
    let mut parts = inside.components();
    if !leads_out && parts.any(|part| answer::is_hidden(part.as_os_str())) {
        return format!(
            "The answer reads `{file}`; names that begin with a dot are no part of an answer: give it another name.\n\
             答案读取了 `{file}`；以点开头的文件不属于答案：请改名。\n"
        );
    }
    if let Some(directory) = of_modules(answer, file) {
        return format!(
            "The answer has a module in `{file}`, but `--source` names one file alone; name the directory:\n  \
             --source {directory}\n\
             答案还有模块在 `{file}` 中，但 `--source` 只指定了一个文件；请指定目录：\n  \
             --source {directory}\n"
        );
    }
    format!(
        "The answer reads `{file}`, which is not part of it; keep to the files below `src/`.\n\
         答案读取了不属于它的文件 `{file}`；请只使用 `src/` 下的文件。\n"
    )
}
