//! From an answer to a report, in a line of stages: take, compile, run, assemble.
//!
//! | stage | from | to |
//! |---|---|---|
//! | take ([`crate::answer`]) | a place | an [`Answer`], or why there is none |
//! | [`compile`] | the answer and the checks | the programs to run, or why there are none |
//! | [`run`] | the programs | a verdict on each check |
//! | [`assemble`] | the verdicts | the report |

mod assemble;
mod compile;
mod error;
mod event;
mod fingerprint;
mod in_use;
mod launches;
mod library;
mod plan;
mod probe;
mod run;
mod toolchain;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Instant,
};

use fs_err as fs;
use grader_schema::{
    plan::{About, SeedSensitivity},
    report::ExerciseReport,
};

use in_use::InUse;

use crate::{
    answer::{Answer, Submission},
    course::{Course, Exercise},
    run_directory::{self, RunDirectory},
};

pub(crate) use compile::prune;
pub(crate) use error::Error;
pub(crate) use event::{Event, Listener};
pub(crate) use library::CheckingLibrary;
pub(crate) use probe::{cargo_version, try_linking};

pub(crate) use toolchain::Toolchain;

/// How to run the checks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// How many checks to judge at the same time.
    pub(crate) jobs: usize,
    /// The seed of all random choices.
    pub(crate) seed: u64,
    /// Judge only this schedule.
    pub(crate) replay: Option<String>,
    /// What is known of checks from another seed; those that no seed changes are left out.
    pub(crate) known: BTreeMap<String, SeedSensitivity>,
    /// Checks that are left out whatever is known of them.
    pub(crate) left_out: BTreeSet<String>,
    /// Whether to say what the checks themselves are like.
    pub(crate) describes_checks: bool,
    /// Whether each process is forked in each execution.
    pub(crate) plain_forks: bool,
}

impl Run {
    /// Whether a check is left out.
    fn leaves_out(&self, check: &str) -> bool {
        self.left_out.contains(check) || self.known.get(check) == Some(&SeedSensitivity::None)
    }
}

/// A report, with what the callers need besides it.
#[derive(Debug)]
pub(crate) struct Judged {
    /// The report.
    pub(crate) report: ExerciseReport,
    /// Whether the replayed token was made from other code.
    pub(crate) code_changed: bool,
    /// What of each check another seed could change.
    pub(crate) sensitivity: BTreeMap<String, SeedSensitivity>,
    /// How long each check took, in milliseconds, and what it is like if that was asked for.
    pub(crate) checks: BTreeMap<String, (u64, Option<About>)>,
    /// Names what was judged, as [`Pipeline::name`] does; empty for an answer that no compiler read.
    pub(crate) made_from: String,
}

/// Everything that is needed to judge answers of one course.
#[derive(Debug)]
pub(crate) struct Pipeline {
    toolchain: Toolchain,
    library: CheckingLibrary,
    #[expect(dead_code, reason = "the library is in use as long as this is held")]
    in_use: InUse,
    cache: PathBuf,
    build: PathBuf,
}

impl Pipeline {
    /// Finds the compiler, and compiles the checking library if it is not there yet. `listener`
    /// is told of that.
    ///
    /// # Errors
    ///
    /// If there is no compiler, or the library does not compile.
    pub(crate) fn open(course: &Course, listener: &mut Listener<'_>) -> Result<Self, Error> {
        let cache = cache(course);
        let build = course.state().join("build");
        fs::create_dir_all(&cache)?;
        fs::create_dir_all(&build)?;
        run_directory::sweep(&build)?;
        let toolchain = Toolchain::find(&course.root, &cache)?;
        let (library, in_use) = CheckingLibrary::hold(&course.root, &cache, &toolchain, listener)?;
        Ok(Self {
            cache: library.directory().to_path_buf(),
            build,
            toolchain,
            library,
            in_use,
        })
    }

    /// `rustc -V` of the compiler in use.
    pub(crate) fn toolchain(&self) -> &str {
        self.toolchain.version()
    }

    /// Names everything that judging depends on and that is not the exercise's or the
    /// answer's: the compiler, and the crates that programs are linked with.
    pub(crate) fn fingerprint(&self) -> &str {
        &self.library.fingerprint
    }

    /// Names everything that a verdict on an answer is made from, beside what the manifest and
    /// the command line say; nothing if the compiler has not read it yet.
    pub(crate) fn name(
        &self,
        exercise: &Exercise,
        answer: &Answer,
    ) -> std::io::Result<Option<String>> {
        compile::name(self, exercise, answer)
    }

    /// Where things are kept that are good for as long as [`fingerprint`](Self::fingerprint) is the same.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Judges one answer.
    ///
    /// # Errors
    ///
    /// If the kit cannot judge it. That the answer is wrong is no error.
    pub(crate) fn judge(
        &self,
        exercise: &Exercise,
        submission: Submission,
        run: &Run,
    ) -> Result<Judged, Error> {
        self.judge_aloud(exercise, submission, run, &mut |_| ())
    }

    /// Judges one answer, and tells `listener` what happens meanwhile.
    ///
    /// # Errors
    ///
    /// As [`judge`](Self::judge).
    pub(crate) fn judge_aloud(
        &self,
        exercise: &Exercise,
        submission: Submission,
        run: &Run,
        listener: &mut Listener<'_>,
    ) -> Result<Judged, Error> {
        if let Some(token) = &run.replay {
            run::look_at_token(exercise, token)?;
        }
        let judged = match submission {
            Submission::Refused {
                shown,
                options,
                why,
            } => assemble::refused(exercise, (shown, options), why.into()),
            Submission::Answer(answer) => {
                let compiled = compile::compile(self, exercise, &answer)?;
                listener(Event::Compiled {
                    accepted: compiled.programs.is_ok(),
                });
                match &compiled.programs {
                    Err(why) => assemble::not_compiled(exercise, *answer, &compiled, why.clone()),
                    Ok(programs) => {
                        let start = Instant::now();
                        let found = run::run(self, exercise, (&answer, programs), run, listener)?;
                        let took = start.elapsed();
                        assemble::judged(exercise, *answer, &compiled, (found, took), run)?
                    }
                }
            }
        };
        listener(Event::Judged);
        Ok(judged)
    }

    /// A fresh directory that goes away by itself.
    pub(crate) fn directory(&self) -> std::io::Result<RunDirectory> {
        RunDirectory::fresh(&self.build)
    }
}

/// Where compiled things are kept: several copies of a course can share one place. The path is
/// absolute, because compilers and drivers run in directories of their own.
pub(crate) fn cache(course: &Course) -> PathBuf {
    let cache = std::env::var_os("GRADER_CACHE");
    let cache = cache.map_or_else(|| course.state().join("cache"), PathBuf::from);
    std::path::absolute(&cache).unwrap_or(cache)
}

/// Writes a file so that a reader sees all of it or nothing. Its permissions are those that
/// any new file gets.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".write-")
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
