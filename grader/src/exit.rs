//! The exit codes of the grader and their meanings.

use std::process::Termination;

use grader_schema::{Text, report::Status};

/// How a run of the grader ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Everything that was asked for is well.
    Passed = 0,
    /// At least one check failed.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// An answer does not compile.
    DoesNotCompile = 3,
    /// The stub is as it was given.
    NotStarted = 4,
    /// No exercise has this number or name.
    NoSuchExercise = 5,
    /// The kit itself is in trouble; the answer is not to blame.
    Internal = 70,
}

impl ExitCode {
    /// All codes, for the table in the documentation.
    pub const ALL: [Self; 7] = [
        Self::Passed,
        Self::Failed,
        Self::Usage,
        Self::DoesNotCompile,
        Self::NotStarted,
        Self::NoSuchExercise,
        Self::Internal,
    ];

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::DoesNotCompile => "does-not-compile",
            Self::NotStarted => "not-started",
            Self::NoSuchExercise => "no-such-exercise",
            Self::Internal => "internal",
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(self) -> Text {
        match self {
            Self::Passed => Text::new(
                "Every check that was run passed, or the command did what it was asked.",
                "运行的检查全部通过，或命令已完成。",
            ),
            Self::Failed => Text::new(
                "At least one check failed; or `dev check`, `dev mutate`, `dev stub --check`, `publish` or `publish --check` found something.",
                "至少有一项检查未通过；或者 `dev check`、`dev mutate`、`dev stub --check`、`publish`、`publish --check` 发现了问题。",
            ),
            Self::Usage => Text::new(
                "The command line is not understood, or a file that it names does not exist or cannot be used.",
                "命令行无法理解，或指定的文件不存在、无法使用。",
            ),
            Self::DoesNotCompile => Text::new("An answer does not compile.", "答案无法编译。"),
            Self::NotStarted => Text::new(
                "An exercise is not started: a `todo!()` was reached and nothing passed.",
                "练习尚未开始：遇到了 `todo!()`，没有检查通过。",
            ),
            Self::NoSuchExercise => Text::new(
                "No exercise has this number or name.",
                "没有这个编号或名称的练习。",
            ),
            Self::Internal => Text::new(
                "The course or the grader itself has a fault, such as a bad manifest. The answer is not at fault.",
                "评测工具自身出了问题（例如清单文件有误），与答案无关。",
            ),
        }
    }

    /// All codes, the gravest first.
    pub const BY_GRAVITY: [Self; 7] = [
        Self::Internal,
        Self::Usage,
        Self::NoSuchExercise,
        Self::DoesNotCompile,
        Self::Failed,
        Self::NotStarted,
        Self::Passed,
    ];

    /// The gravest of several.
    #[must_use]
    pub fn gravest(codes: impl IntoIterator<Item = Self>) -> Self {
        let weight = |code: &Self| Self::BY_GRAVITY.iter().position(|it| it == code);
        codes.into_iter().min_by_key(weight).unwrap_or(Self::Passed)
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Passed => Self::Passed,
            Status::Failed => Self::Failed,
            Status::DoesNotCompile => Self::DoesNotCompile,
            Status::NotStarted => Self::NotStarted,
        }
    }
}

impl Termination for ExitCode {
    fn report(self) -> std::process::ExitCode {
        std::process::ExitCode::from(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::ExitCode;

    #[test]
    fn the_gravest_code_wins() {
        use ExitCode::{DoesNotCompile, Failed, Internal, NotStarted, Passed};
        assert_eq!(ExitCode::gravest([]), Passed);
        assert_eq!(ExitCode::gravest([NotStarted, Passed]), NotStarted);
        assert_eq!(ExitCode::gravest([NotStarted, Failed]), Failed);
        assert_eq!(ExitCode::gravest([DoesNotCompile, Failed]), DoesNotCompile);
        assert_eq!(
            ExitCode::gravest([DoesNotCompile, Internal, Failed]),
            Internal
        );
    }

    #[test]
    fn codes_and_names_are_all_different() {
        for (index, one) in ExitCode::ALL.iter().enumerate() {
            for other in &ExitCode::ALL[index + 1..] {
                assert_ne!(one.code(), other.code());
                assert_ne!(one.name(), other.name());
            }
        }
    }
}
