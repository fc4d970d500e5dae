//! The course on disk: where it is, which exercises it holds, what their manifests say.

mod copies;
mod exercise;
mod manifest;
mod open;
mod pack;
mod select;

use std::path::PathBuf;

use grader_schema::Text;
use thiserror::Error;

use crate::{ExitCode, user_error::UserError};

pub(crate) use copies::Copy;
pub(crate) use exercise::{Exercise, Hidden};
pub(crate) use manifest::{
    MOST_POINTS, ManifestText, is_slug, parse_hidden, read, validate_hidden,
};
pub(crate) use open::{Course, Entry};
pub(crate) use pack::{PACK, parse as parse_pack};
pub(crate) use select::distance;

/// Why the course cannot be read, or not as asked.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// No course from here upwards.
    #[error("no `exercises/` and `grader/` side by side in `{}` or above it", .from.display())]
    NoKit {
        /// Where the search began.
        from: PathBuf,
    },
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Two directories claim one number.
    #[error(
        "two exercises have the number {number:02}: `exercises/{first}` and `exercises/{second}`"
    )]
    SameNumber {
        /// The number.
        number: u32,
        /// One directory.
        first: String,
        /// The other.
        second: String,
    },
    /// A manifest is wrong.
    #[error("{file}:{line}: {what}")]
    Manifest {
        /// The manifest, relative to the course.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// No exercise of this name.
    #[error("no exercise is called `{asked}`")]
    NoSuchExercise {
        /// What was asked for.
        asked: String,
        /// The name that comes nearest.
        nearest: Option<String>,
    },
    /// The last number of a range comes before its first.
    #[error("`{asked}` is not a range: its end comes before its start")]
    BackwardRange {
        /// What was asked for.
        asked: String,
    },
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::NoKit { .. } | Self::BackwardRange { .. } => ExitCode::Usage,
            Self::NoSuchExercise { .. } => ExitCode::NoSuchExercise,
            Self::Io(_) | Self::SameNumber { .. } | Self::Manifest { .. } => ExitCode::Internal,
        }
    }

    fn chinese(&self) -> Option<String> {
        match self {
            Self::NoKit { from } => Some(format!(
                "`{}` 及其上级目录中没有同时包含 `exercises/` 和 `grader/` 的目录",
                from.display()
            )),
            Self::SameNumber {
                number,
                first,
                second,
            } => Some(format!(
                "两个练习使用同一编号 {number:02}：`exercises/{first}` 和 `exercises/{second}`"
            )),
            Self::NoSuchExercise { asked, .. } => Some(format!("没有名为 `{asked}` 的练习")),
            Self::BackwardRange { asked } => {
                Some(format!("`{asked}` 不是有效范围：终点在起点之前"))
            }
            Self::Io(_) | Self::Manifest { .. } => None,
        }
    }

    fn next(&self) -> Text {
        match self {
            Self::NoKit { .. } => Text::new(
                "go to the directory of the course, or name it with `--course DIR`",
                "进入课程目录，或用 `--course DIR` 指定",
            ),
            Self::SameNumber { .. } => {
                Text::new("give one of them another number", "请修改其中一个的编号")
            }
            Self::Manifest { .. } => Text::new(
                "fix the manifest; if you did not change it, this is a fault of the course: tell your teacher",
                "请修正清单文件；如果你没有改过它，这是课程的错误，请告诉老师",
            ),
            Self::NoSuchExercise { nearest, .. } => match nearest {
                Some(name) => Text::new(
                    format!("did you mean `{name}`? `cargo grader list` shows all of them"),
                    format!("是否想找 `{name}`？`cargo grader list` 列出全部练习"),
                ),
                None => Text::new(
                    "`cargo grader list` shows all of them",
                    "`cargo grader list` 列出全部练习",
                ),
            },
            Self::BackwardRange { .. } => Text::new(
                "write the smaller number first, `04-10` for example",
                "请把较小的编号写在前面，例如 `04-10`",
            ),
            Self::Io(_) => Text::new(
                "check the named file and its permissions",
                "请检查该文件及其权限",
            ),
        }
    }
}
