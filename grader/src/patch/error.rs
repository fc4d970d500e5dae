//! Why a diff is not an answer.

use grader_schema::Text;
use thiserror::Error;

use crate::user_error::UserError;

/// Why a hunk has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mismatch {
    /// The base does not have the lines that it expects.
    NotFound,
    /// The base has them, but not where the hunk says, and in more than one place.
    Ambiguous,
}

impl Mismatch {
    fn text(self) -> Text {
        match self {
            Self::NotFound => Text::new("its lines do not occur there", "找不到这些行"),
            Self::Ambiguous => Text::new(
                "its lines occur in several places, none of which it names",
                "这些行出现在多处，但都不在它指明的位置",
            ),
        }
    }
}

/// Why a diff is not an answer. Every message begins with the file.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// There is no hunk, or the hunks change nothing.
    #[error("{file}: it changes nothing, so it equals its base")]
    Empty {
        /// The file.
        file: String,
    },
    /// It cannot be read as a unified diff.
    #[error("{file}: it is not a unified diff: {what}")]
    Malformed {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// An editor has written the line ends of another system.
    #[error("{file}:{line}: the lines of the diff end in CRLF")]
    LineEnds {
        /// The file.
        file: String,
        /// The first such line, from 1.
        line: usize,
    },
    /// A path leads somewhere else than to the reference or to an accepted answer.
    #[error("{file}: `{path}` is not a file of the reference or of an accepted answer")]
    Outside {
        /// The file.
        file: String,
        /// The path, as it is written.
        path: String,
    },
    /// It changes files of several answers.
    #[error("{file}: it changes `{one}` and `{other}`, which belong to two answers")]
    SeveralBases {
        /// The file.
        file: String,
        /// A path.
        one: String,
        /// Another one.
        other: String,
    },
    /// The base is not there.
    #[error("{file}: its base `{base}` does not exist")]
    NoBase {
        /// The file.
        file: String,
        /// The path of the base, from the solution.
        base: String,
    },
    /// A file that it adds is there, or one that it takes away is not.
    #[error("{file}: it adds `{path}`, which its base already has")]
    IsThere {
        /// The file.
        file: String,
        /// The path.
        path: String,
    },
    /// A hunk does not apply.
    #[error("{file}:{line}: hunk {hunk} does not apply to `{base}`: {}", why.text().en)]
    Hunk {
        /// The file.
        file: String,
        /// The line of the hunk, from 1.
        line: usize,
        /// The number of the hunk in the file, from 1.
        hunk: usize,
        /// The path of the base, from the solution.
        base: String,
        /// Why.
        why: Mismatch,
        /// The hunk itself.
        text: String,
    },
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Error {
    /// The line that is wrong, from 1, if it is one.
    pub(crate) fn line(&self) -> Option<usize> {
        match self {
            Self::LineEnds { line, .. } | Self::Hunk { line, .. } => Some(*line),
            _ => None,
        }
    }

    /// The hunk that does not apply, as it is written.
    pub(crate) fn details(&self) -> &str {
        match self {
            Self::Hunk { text, .. } => text,
            _ => "",
        }
    }

    /// What is wrong, without the file before it.
    pub(crate) fn what(&self) -> Text {
        match self {
            Self::Empty { .. } => Text::new(
                "it changes nothing, so it equals its base",
                "它没有任何改动，这只是它的基准，不是错误答案",
            ),
            Self::Malformed { what, .. } => Text::new(
                format!("it is not a unified diff: {what}"),
                format!("不是统一格式的差异：{what}"),
            ),
            Self::LineEnds { .. } => Text::new(
                "the lines of the diff end in CRLF",
                "差异文件的行以 CRLF 结尾",
            ),
            Self::Outside { path, .. } => Text::new(
                format!("`{path}` is not a file of the reference or of an accepted answer"),
                format!("`{path}` 不是参考答案或其他正确答案的文件"),
            ),
            Self::SeveralBases { one, other, .. } => Text::new(
                format!("it changes `{one}` and `{other}`, which belong to two answers"),
                format!("它同时改动了 `{one}` 和 `{other}`，两者属于不同的答案"),
            ),
            Self::NoBase { base, .. } => Text::new(
                format!("its base `{base}` does not exist"),
                format!("它的基准 `{base}` 不存在"),
            ),
            Self::IsThere { path, .. } => Text::new(
                format!("it adds `{path}`, which its base already has"),
                format!("它要添加 `{path}`，但基准中已有该文件"),
            ),
            Self::Hunk {
                hunk, base, why, ..
            } => {
                let Text { en, zh } = why.text();
                Text::new(
                    format!("hunk {hunk} does not apply to `{base}`: {en}"),
                    format!("第 {hunk} 处改动无法应用到 `{base}`：{zh}"),
                )
            }
            Self::Io(error) => Text::new(error.to_string(), error.to_string()),
        }
    }

    fn file(&self) -> Option<&str> {
        match self {
            Self::Empty { file }
            | Self::Malformed { file, .. }
            | Self::LineEnds { file, .. }
            | Self::Outside { file, .. }
            | Self::SeveralBases { file, .. }
            | Self::NoBase { file, .. }
            | Self::IsThere { file, .. }
            | Self::Hunk { file, .. } => Some(file),
            Self::Io(_) => None,
        }
    }
}

impl UserError for Error {
    fn chinese(&self) -> Option<String> {
        let file = self.file()?;
        let line = self.line().map_or_else(String::new, |it| format!(":{it}"));
        Some(format!("{file}{line}：{}", self.what().zh))
    }

    fn next(&self) -> Text {
        match self {
            Self::Empty { .. } => Text::new(
                "add the mistake, or delete the file; `cargo grader dev wrong make NN NAME --source FILE` writes a diff from a whole file",
                "请写入错误，或删除该文件；`cargo grader dev wrong make NN 名称 --source 文件` 可由完整文件生成差异",
            ),
            Self::Malformed { .. } => Text::new(
                "rewrite it from the whole file: `cargo grader dev wrong make NN NAME --source FILE`",
                "请由完整文件重新生成：`cargo grader dev wrong make NN 名称 --source 文件`",
            ),
            Self::LineEnds { .. } => Text::new(
                "save the file with LF at the ends of its lines",
                "请以 LF 换行保存该文件",
            ),
            Self::Outside { .. } | Self::SeveralBases { .. } | Self::IsThere { .. } => Text::new(
                "name one base, `a/src/lib.rs` for the reference or `a/accepted/NAME.rs`, and the same path after `b/`",
                "请只指定一个基准：参考答案写 `a/src/lib.rs`，其他正确答案写 `a/accepted/名称.rs`，`b/` 之后的路径与之相同",
            ),
            Self::NoBase { .. } => Text::new(
                "restore the base, or write the wrong answer against another one: `cargo grader dev wrong make NN NAME --source FILE`",
                "请恢复该基准，或改用另一个基准重新生成：`cargo grader dev wrong make NN 名称 --source 文件`",
            ),
            Self::Hunk { .. } => Text::new(
                "run `cargo grader dev wrong refresh NN`; it shows how the lines have changed",
                "运行 `cargo grader dev wrong refresh NN`，它会说明这些行的去向",
            ),
            Self::Io(_) => Text::new(
                "check the named file and its permissions",
                "请检查该文件及其权限",
            ),
        }
    }
}
