//! From an answer to a report: compile it, link it with the checks, run the verdict program.

mod build;
mod compile;
mod diagnostics;
mod event;
mod findings;
mod ingredients;
mod inputs;
mod launches;
mod plan;
mod probe;
mod runs;
mod rustc;
mod sources;
mod support;
mod toolchain;
mod unseen;

use std::{
    collections::BTreeMap,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fs_err as fs;
use grader_schema::{
    Text,
    plan::{About, Findings, SeedSensitivity},
    report::{CheckReport, ExerciseReport, Status, Timing},
};
use thiserror::Error;

use crate::{
    ExitCode,
    answer::{Answer, Intake},
    kit::{Course, Exercise},
    trouble::Advise,
};

use diagnostics::Refusal;

pub(crate) use event::{Event, Listener};
pub(crate) use probe::{cargo_version, try_linking};
pub(crate) use runs::RunDirectory;
pub(crate) use support::Support;
pub(crate) use toolchain::Toolchain;

/// Why the kit cannot judge. A student's failure is never one of these.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// The file system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Something that the grader wrote cannot be written or read as JSON.
    #[error("cannot read or write the grader's own data")]
    Json(#[from] serde_json::Error),
    /// No compiler, or one that does not answer.
    #[error("cannot run the Rust compiler: {0}")]
    NoCompiler(#[source] std::io::Error),
    /// The support crates do not compile.
    #[error("cannot build the checking library\n{0}")]
    SupportBuild(String),
    /// The checks themselves do not compile.
    #[error("the checks of `{exercise}` do not compile\n{messages}")]
    ChecksDoNotCompile {
        /// The exercise.
        exercise: String,
        /// What the compiler said.
        messages: String,
        /// Whether whoever reads this wrote the checks.
        is_teacher: bool,
    },
    /// A file is another one than it was a moment ago.
    #[error("`{file}` was changed while it was compiled")]
    Changed {
        /// The file or directory.
        file: String,
    },
    /// A program cannot be linked.
    #[error("cannot link the program that runs the checks of `{exercise}`\n{messages}")]
    Link {
        /// The exercise.
        exercise: String,
        /// What the compiler said.
        messages: String,
    },
    /// A text that was given as a token is none.
    #[error("`{token}` is not a token of `{exercise}`{why}")]
    BadToken {
        /// The exercise.
        exercise: String,
        /// The text.
        token: String,
        /// What the verdict program says of it, after a line break, if it came that far.
        why: String,
    },
    /// The verdict program failed.
    #[error("the verdict program of `{exercise}` {how}\n{talk}")]
    Verdict {
        /// The exercise.
        exercise: String,
        /// How it failed.
        how: String,
        /// What it said.
        talk: String,
    },
    /// The verdict program needs more memory than it may.
    #[error("the verdict program of `{exercise}` needed more than {mebibytes} MB of memory and was stopped")]
    VerdictMemory {
        /// The exercise.
        exercise: String,
        /// How much it may need.
        mebibytes: u64,
    },
}

impl Advise for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::BadToken { .. } => ExitCode::Usage,
            _ => ExitCode::Kit,
        }
    }

    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Io(_) => return None,
            Self::Json(_) => "无法读写评测工具自己的数据".to_owned(),
            Self::NoCompiler(error) => format!("无法运行 Rust 编译器：{error}"),
            Self::SupportBuild(talk) => format!("无法编译评测库\n{talk}"),
            Self::ChecksDoNotCompile {
                exercise, messages, ..
            } => format!("`{exercise}` 的检查无法编译\n{messages}"),
            Self::Changed { file } => format!("`{file}` 在编译过程中被改动"),
            Self::Link { exercise, messages } => {
                format!("无法链接运行 `{exercise}` 检查的程序\n{messages}")
            }
            Self::BadToken {
                exercise,
                token,
                why,
            } => format!("`{token}` 不是 `{exercise}` 的令牌{why}"),
            Self::Verdict {
                exercise,
                how,
                talk,
            } => format!("`{exercise}` 的判定程序出错：{how}\n{talk}"),
            Self::VerdictMemory {
                exercise,
                mebibytes,
            } => format!("`{exercise}` 的判定程序需要超过 {mebibytes} MB 内存，已被终止"),
        })
    }

    fn next(&self) -> Text {
        match self {
            Self::NoCompiler(_) => Text::new(
                "install Rust from https://rustup.rs, then run `cargo grader doctor`",
                "请从 https://rustup.rs 安装 Rust，然后运行 `cargo grader doctor`",
            ),
            Self::BadToken { .. } => Text::new(
                "copy the whole token from the failing check; `cargo grader check` shows it again",
                "请从失败的检查中完整复制令牌；`cargo grader check` 会再次显示",
            ),
            Self::SupportBuild(_) | Self::Link { .. } | Self::Io(_) => Text::new(
                "your answer is not to blame; `cargo grader doctor` looks for what is wrong",
                "与你的答案无关；`cargo grader doctor` 会查找原因",
            ),
            Self::ChecksDoNotCompile {
                is_teacher: true, ..
            } => Text::new(
                "mend the checks in the file and line that are named; no answer is to blame",
                "请修正所列文件和行中的检查；与任何答案无关",
            ),
            Self::Changed { .. } => Text::new(
                "run the command again once the file is saved",
                "请在文件保存后重新运行命令",
            ),
            Self::Json(_)
            | Self::ChecksDoNotCompile { .. }
            | Self::Verdict { .. }
            | Self::VerdictMemory { .. } => Text::new(
                "this is a fault of the course and not of your answer: tell your teacher, with this message",
                "这是课程的错误，与你的答案无关：请把这条消息告诉老师",
            ),
        }
    }
}

/// How to run the checks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    /// How many checks to judge at the same time.
    pub(crate) jobs: usize,
    /// Source of every choice that is left to chance.
    pub(crate) seed: u64,
    /// Judge only this schedule.
    pub(crate) replay: Option<String>,
    /// What is known of checks from another seed; those on which none depends are left out.
    pub(crate) known: BTreeMap<String, SeedSensitivity>,
    /// Whether to say what the checks themselves are like.
    pub(crate) lists_asked: bool,
}

impl Run {
    /// Whether a check is left out.
    fn leaves_out(&self, check: &str) -> bool {
        self.known.get(check) == Some(&SeedSensitivity::None)
    }
}

/// A report, and what belongs beside it.
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
    /// Names what was judged, as [`Judge::name`] does; empty for an answer that no compiler read.
    pub(crate) made_from: String,
}

/// Everything that is needed to judge answers of one course.
#[derive(Debug)]
pub(crate) struct Judge {
    toolchain: Toolchain,
    support: Support,
    cache: PathBuf,
    build: PathBuf,
}

impl Judge {
    /// Finds the compiler, and compiles the checking library if it is not there yet. `listener`
    /// is told of that.
    pub(crate) fn open(course: &Course, listener: &mut Listener<'_>) -> Result<Self, Error> {
        let cache = cache(course);
        let build = course.state().join("build");
        fs::create_dir_all(&cache)?;
        fs::create_dir_all(&build)?;
        runs::sweep(&build)?;
        let toolchain = Toolchain::find(&course.root, &cache)?;
        let support = Support::get(&course.root, &cache, &toolchain, listener)?;
        Ok(Self {
            cache: support.directory().to_path_buf(),
            build,
            toolchain,
            support,
        })
    }

    /// `rustc -V` of the compiler in use.
    pub(crate) fn toolchain(&self) -> &str {
        self.toolchain.version()
    }

    /// Names everything that judging depends on and that is not the exercise's or the
    /// answer's: the compiler, and the crates that programs are linked with.
    pub(crate) fn key(&self) -> &str {
        &self.support.key
    }

    /// Names everything that a verdict on an answer is made from, beside what the manifest and
    /// the command line say; nothing if the compiler has not read it yet.
    pub(crate) fn name(
        &self,
        exercise: &Exercise,
        answer: &Answer,
    ) -> std::io::Result<Option<String>> {
        build::name(self, exercise, answer)
    }

    /// Where things are kept that are good for as long as [`key`](Self::key) is the same.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Judges one answer.
    pub(crate) fn judge(
        &self,
        exercise: &Exercise,
        intake: Intake,
        run: &Run,
    ) -> Result<Judged, Error> {
        self.judge_aloud(exercise, intake, run, &mut |_| ())
    }

    /// Judges one answer, and tells `listener` what happens meanwhile.
    pub(crate) fn judge_aloud(
        &self,
        exercise: &Exercise,
        intake: Intake,
        run: &Run,
        listener: &mut Listener<'_>,
    ) -> Result<Judged, Error> {
        if let Some(token) = &run.replay {
            let check = token.split('.').next().unwrap_or_default();
            if !exercise.checks().any(|(_, known)| known.id == check) {
                return Err(bad_token(exercise, token, ""));
            }
        }
        let start = Instant::now();
        let answer = match intake {
            Intake::Answer(answer) => answer,
            Intake::Refused {
                shown,
                options,
                why,
            } => {
                let judged = refused(exercise, (shown, options), why.into(), start.elapsed());
                listener(Event::Judged(&judged.report));
                return Ok(judged);
            }
        };
        let built = build::build(self, exercise, &answer)?;
        let compile = start.elapsed();
        listener(Event::Compiled {
            accepted: matches!(built.what, build::Made::Ready { .. }),
            took: compile,
        });
        let made_from = built.made_from;
        let (driver, verdict, messages) = match built.what {
            build::Made::Refused(why) => {
                let named = (answer.shown, answer.options);
                let judged = Judged {
                    made_from,
                    ..refused(exercise, named, why, compile)
                };
                listener(Event::Judged(&judged.report));
                return Ok(judged);
            }
            build::Made::Ready {
                driver,
                verdict,
                messages,
            } => (driver, verdict, messages),
        };
        let start = Instant::now();
        let found = self.findings(exercise, &answer, &driver, &verdict, run)?;
        let code_changed = found.code_changed;
        let checks = found.checks.iter();
        let sensitivity = checks.map(|it| (it.id.clone(), it.sensitivity)).collect();
        let of_checks = found.checks.iter();
        let of_checks = of_checks
            .map(|it| (it.id.clone(), (it.took_ms, it.about.clone())))
            .collect();
        let mut sources = answer.files.clone();
        sources.insert(
            "checks/public.rs".to_owned(),
            fs::read_to_string(exercise.public_source())?,
        );
        let checks =
            findings::reports(exercise, found, &sources, run).ok_or_else(|| Error::Verdict {
                exercise: exercise.entry.directory(),
                how: "answered with other checks than the manifest has".to_owned(),
                talk: String::new(),
            })?;
        let timing = Timing {
            compile_ms: milliseconds(compile),
            run_ms: milliseconds(start.elapsed()),
        };
        let named = (answer.shown, answer.options);
        let report = report(exercise, named, messages, checks, timing);
        listener(Event::Judged(&report));
        Ok(Judged {
            report,
            code_changed,
            sensitivity,
            checks: of_checks,
            made_from,
        })
    }

    fn findings(
        &self,
        exercise: &Exercise,
        answer: &Answer,
        driver: &Path,
        verdict: &Path,
        run: &Run,
    ) -> Result<Findings, Error> {
        let directory = self.directory()?;
        let driver = launches::driver(driver, directory.path());
        let plan = plan::plan(exercise, answer, driver, run);
        let launch = launches::verdict(verdict, directory.path(), plan::wall_limit_ms(&plan));
        let ended = grader_launch::run(&launch, serde_json::to_vec(&plan)?)?;
        let messages = ended.messages();
        let failed = |how: String| Error::Verdict {
            exercise: exercise.entry.directory(),
            how,
            talk: messages.trim_end().to_owned(),
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
            Some(_) => serde_json::from_slice(&ended.output)
                .map_err(|error| failed(format!("wrote what cannot be read: {error}"))),
        }
    }

    /// A fresh directory that goes away by itself.
    pub(crate) fn directory(&self) -> std::io::Result<RunDirectory> {
        RunDirectory::fresh(&self.build)
    }
}

/// Exit code of the verdict program for a token that names nothing.
const BAD_TOKEN: i32 = 2;

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

/// Where compiled things are kept: several copies of a course can share one place.
pub(crate) fn cache(course: &Course) -> PathBuf {
    std::env::var_os("GRADER_CACHE").map_or_else(|| course.state().join("cache"), PathBuf::from)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn refused(
    exercise: &Exercise,
    named: (String, String),
    why: Refusal,
    compile: Duration,
) -> Judged {
    let timing = Timing {
        compile_ms: milliseconds(compile),
        run_ms: 0,
    };
    let mut report = report(exercise, named, why.compiler, Vec::new(), timing);
    report.refusal = Some(why.why).filter(|why| !why.en.is_empty());
    report.status = Status::DoesNotCompile;
    report.max_points = exercise.max_points();
    Judged {
        report,
        code_changed: false,
        sensitivity: BTreeMap::new(),
        checks: BTreeMap::new(),
        made_from: String::new(),
    }
}

fn report(
    exercise: &Exercise,
    (source, answer_options): (String, String),
    messages: String,
    checks: Vec<CheckReport>,
    timing: Timing,
) -> ExerciseReport {
    ExerciseReport {
        id: exercise.manifest.id.clone(),
        number: exercise.manifest.number,
        title: exercise.manifest.title.clone(),
        mode: exercise.manifest.mode,
        source,
        directory: exercise.directory(),
        editable: exercise.manifest.editable.clone(),
        answer_options,
        is_assigned: false,
        following: None,
        status: findings::status(&checks),
        points: checks.iter().map(|check| check.points).sum(),
        max_points: checks.iter().map(|check| check.max_points).sum(),
        unjudged_points: 0,
        lost_to_lateness: 0,
        refusal: None,
        compiler: Some(messages).filter(|messages| !messages.trim().is_empty()),
        checks,
        timing,
    }
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
