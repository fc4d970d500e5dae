//! Errors that keep the grader from judging, and what to do about them.

use grader_schema::Text;
use thiserror::Error;

use crate::{ExitCode, user_error::UserError};

/// Why the kit cannot judge. A student's failure is never one of these.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// A file operation failed.
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
        /// Whether the reader of this message is the author of the checks.
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
    /// The text is not a token.
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
    #[error("the verdict program of `{exercise}` {how}\n{messages}")]
    Verdict {
        /// The exercise.
        exercise: String,
        /// How it failed.
        how: String,
        /// What it said.
        messages: String,
    },
    /// The verdict program needs more memory than it may.
    #[error(
        "the verdict program of `{exercise}` needed more than {mebibytes} MB of memory and was stopped"
    )]
    VerdictMemory {
        /// The exercise.
        exercise: String,
        /// How much it may need.
        mebibytes: u64,
    },
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::BadToken { .. } => ExitCode::Usage,
            _ => ExitCode::Internal,
        }
    }

    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Io(_) => return None,
            Self::Json(_) => "无法读写评测工具自己的数据".to_owned(),
            Self::NoCompiler(error) => format!("无法运行 Rust 编译器：{error}"),
            Self::SupportBuild(messages) => format!("无法编译检查库\n{messages}"),
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
                messages,
            } => format!("`{exercise}` 的评判程序出错：{how}\n{messages}"),
            Self::VerdictMemory {
                exercise,
                mebibytes,
            } => format!("`{exercise}` 的评判程序需要超过 {mebibytes} MB 内存，已被终止"),
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
                "your answer is not at fault; run `cargo grader doctor` to find the cause",
                "与你的答案无关；`cargo grader doctor` 会查找原因",
            ),
            Self::ChecksDoNotCompile {
                is_teacher: true, ..
            } => Text::new(
                "fix the checks at the named file and line; no answer is at fault",
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
                "this is a fault of the course, not of your answer: tell your teacher, and quote this message",
                "这是课程的错误，与你的答案无关：请把这条消息告诉老师",
            ),
        }
    }
}
