//! Forwards a command from the small build, which students wait for, to the full one.
//!
//! A user need not know that there are two builds. When the small build is asked for what only the full
//! one can do, it has cargo build that one and replaces itself by it, with the same arguments,
//! directory and terminal.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use grader_launch::{Input, Output, inheriting};
use grader_schema::Text;
use thiserror::Error;

use crate::{
    ExitCode, answer,
    cli::{AnswerArgs, Command},
    course::Course,
    language::Pick as _,
    ui::Ui,
    user_error::UserError,
};

/// The profile of both builds, so that they share the crates that both need.
const PROFILE: &str = "course";
/// Set for the full build. A small build that finds it set has started itself again.
const MARK: &str = "GRADER_FULL_BUILD";
/// Where the sources of this program were when it was compiled.
const BUILT_FROM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// A build that takes longer is worth a word; most times there is nothing to build.
const WORTH_A_WORD: Duration = Duration::from_secs(2);

/// Why the full build does not run.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// There is nothing to build it from.
    #[error("this build lacks the teachers' commands, and its sources no longer exist")]
    NoSources,
    /// Cargo cannot be started.
    #[error("cannot run cargo to build the teachers' commands: {0}")]
    Cargo(#[from] io::Error),
    /// Cargo has said why.
    #[error("cannot build the teachers' commands")]
    Build,
    /// What cargo built is the small build again.
    #[error("this build lacks the teachers' commands, and so does the one that cargo made instead")]
    StillSmall,
}

impl UserError for Error {
    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::NoSources => "当前程序不含教师命令，而且已找不到它的源代码".to_owned(),
            Self::Cargo(error) => format!("无法运行 cargo 来编译教师命令：{error}"),
            Self::Build => "无法编译教师命令".to_owned(),
            Self::StillSmall => "当前程序不含教师命令，cargo 重新编译的程序也不含".to_owned(),
        })
    }

    fn next(&self) -> Text {
        match self {
            Self::NoSources => Text::new(
                "run it as `cargo grader` in the directory of the course",
                "请在课程目录中以 `cargo grader` 运行",
            ),
            Self::Cargo(_) => Text::new(
                "check that `cargo --version` works",
                "请检查 `cargo --version` 能否运行",
            ),
            Self::Build => Text::new(
                "cargo printed the reason above; the first build needs network access",
                "原因见上面 cargo 的输出；第一次编译需要联网",
            ),
            Self::StillSmall => Text::new(
                "try again; if the error persists, check that `teacher` is a default feature in `grader/Cargo.toml`",
                "请重试；若仍然如此，请检查 `grader/Cargo.toml` 的默认 feature 中是否有 `teacher`",
            ),
        }
    }
}

/// Whether another build has to do this.
pub(crate) fn is_needed(command: &Command) -> bool {
    !cfg!(feature = "teacher") && is_for_teachers(command)
}

/// Whether only the full build can do this: the teachers' commands, the opening of sealed checks,
/// and answers that are written as diffs.
fn is_for_teachers(command: &Command) -> bool {
    match command {
        Command::Teachers(_) => true,
        Command::Check(arguments) => arguments.key.is_some() || is_diff(&arguments.answer),
        Command::Replay(arguments) => arguments.key.is_some() || is_diff(&arguments.answer),
        Command::List(_)
        | Command::Hint(_)
        | Command::Report(_)
        | Command::Reset(_)
        | Command::Doctor => false,
    }
}

/// Whether the answer is written as a diff, which only the full build can apply.
fn is_diff(answer: &AnswerArgs) -> bool {
    let source = answer.source.as_deref();
    source.is_some_and(answer::is_diff)
}

/// Becomes the full build with these words; comes back only with an error.
pub(crate) fn run(course: &Course, words: &[OsString], ui: &Ui) -> Result<ExitCode, Error> {
    if std::env::var_os(MARK).is_some() {
        return Err(Error::StillSmall);
    }
    let manifest = manifest([Path::new(BUILT_FROM), &course.root]).ok_or(Error::NoSources)?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = inheriting(&cargo, arguments("build", &manifest, None));
    build.descriptors.input = Input::Null;
    build.descriptors.output = Output::Null;
    if !finish(grader_launch::start(&build, None)?, ui)?.success() {
        return Err(Error::Build);
    }
    let mut full = inheriting(&cargo, arguments("run", &manifest, Some(words)));
    full.environment.push((MARK.into(), "1".into()));
    Err(grader_launch::replace(&full).into())
}

/// The workspace that has the sources of the grader.
fn manifest<'a>(places: impl IntoIterator<Item = &'a Path>) -> Option<PathBuf> {
    let mut places = places.into_iter();
    let place = places.find(|place| place.join("grader/Cargo.toml").is_file())?;
    fs_err::canonicalize(place.join("Cargo.toml")).ok()
}

/// The arguments of cargo. The feature `teacher` is on by default.
fn arguments(verb: &str, manifest: &Path, words: Option<&[OsString]>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = [verb, "--quiet", "--profile", PROFILE]
        .iter()
        .chain(&["--package", "grader", "--manifest-path"])
        .map(OsString::from)
        .collect();
    arguments.push(manifest.into());
    if let Some(words) = words {
        arguments.push(OsStr::new("--").into());
        arguments.extend_from_slice(words);
    }
    arguments
}

/// Waits for the build, and says so if it is a longer one.
fn finish(mut build: Child, ui: &Ui) -> io::Result<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < WORTH_A_WORD {
        if let Some(status) = build.try_wait()? {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(20));
    }
    ui.say(ui.language.pick(
        "Building the teachers' commands, once; this takes a minute or two.",
        "首次使用教师命令需要先编译，约需一两分钟。",
    ));
    build.wait()
}

#[cfg(test)]
mod tests {
    use std::{ffi::OsString, path::Path};

    use clap::Parser as _;

    use super::{PROFILE, arguments, is_for_teachers, manifest};
    use crate::cli::Cli;

    #[test]
    fn students_never_wait_for_what_only_teachers_use() {
        let is = |words: &str| {
            let words = ["grader"].into_iter().chain(words.split(' '));
            is_for_teachers(&Cli::try_parse_from(words).unwrap().command)
        };
        for words in [
            "list",
            "check",
            "check --all",
            "check 1 --solution",
            "check 1 --source a.rs",
            "hint 1",
            "replay 1 token",
            "report",
            "reset 1",
            "doctor",
        ] {
            assert!(!is(words), "{words}");
        }
        for words in [
            "dev check",
            "dev mutate",
            "dev stub --check",
            "dev new name --chapter 1",
            "publish --out pack",
            "check 1 --key file",
            "check 1 --source a.diff",
            "replay 1 token --source a.diff",
            "replay 1 token --key file",
        ] {
            assert!(is(words), "{words}");
        }
    }

    #[test]
    fn the_words_are_passed_on_as_they_are() {
        let words = ["dev", "--", "--quiet", "a b"].map(OsString::from);
        let told = arguments("run", Path::new("/c/Cargo.toml"), Some(&words));
        let (ours, theirs) = told.split_at(told.len() - words.len());
        assert_eq!(theirs, words);
        assert_eq!(ours.last().unwrap(), "--");
        assert!(!ours.iter().any(|it| it == "--no-default-features"));
    }

    #[test]
    fn the_sources_are_where_this_was_compiled_or_else_in_the_course() {
        let here = Path::new(super::BUILT_FROM);
        let nowhere = Path::new("/nowhere");
        assert!(manifest([nowhere]).is_none());
        let found = manifest([nowhere, here]);
        assert!(found.is_some());
        assert_eq!(manifest([here, nowhere]), found);
    }

    #[test]
    fn the_alias_has_the_profile_that_both_builds_share() {
        let config = include_str!("../../.cargo/config.toml");
        assert!(
            config.contains(&format!("--profile {PROFILE} ")),
            "{config}"
        );
        assert!(config.contains(" --no-default-features "), "{config}");
    }
}
