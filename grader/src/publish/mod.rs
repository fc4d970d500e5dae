//! Packs for students: made from an allow-list, reproducible byte for byte, and searched for
//! secrets before they are written.

mod archive;
pub(crate) mod assignment;
mod collect;
mod compare;
mod elsewhere;
mod scan;
pub(crate) mod seal;
mod texts;
mod tree;
mod unseal;
mod views;
mod workspace;

use std::path::{Path, PathBuf};

use grader_schema::{
    Text,
    assignment::{Dated, FORMAT, Pack, Packed},
};
use thiserror::Error;

use crate::{
    ExitCode,
    course::{self, Course, Entry, PACK},
    user_error::UserError,
};
use assignment::Checked;
use seal::Recipient;

pub(crate) use archive::{open, write};
pub(crate) use collect::Earlier;
pub(crate) use compare::{Change, Kind, compare};
pub(crate) use scan::{Leak, Secrets};
pub(crate) use tree::Tree;
pub(crate) use unseal::{key, unseal};
pub(crate) use workspace::{EXERCISES, settle};

/// Why there is no pack.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// A file operation failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The course cannot be read.
    #[error(transparent)]
    Kit(#[from] course::Error),
    /// A file that the command line names cannot be read.
    #[error("cannot read `{file}`: {why}")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// What the operating system says.
        why: std::io::ErrorKind,
    },
    /// The assignment that the command line names is wrong.
    #[error(transparent)]
    Assignment(course::Error),
    /// Something that belongs into a pack is not there.
    #[error("`{path}` does not exist")]
    Missing {
        /// What is missing.
        path: String,
    },
    /// A link where a file should be.
    #[error("`{path}` is a link to `{target}`")]
    Link {
        /// The link.
        path: String,
        /// Where it leads.
        target: String,
    },
    /// A path that leads out of the kit.
    #[error("`{path}` is outside of the course")]
    Outside {
        /// The path.
        path: String,
    },
    /// A directory, a pipe, a device where a file should be.
    #[error("`{path}` is not a regular file")]
    NoFile {
        /// What it is.
        path: String,
    },
    /// A name that not every system can write down.
    #[error("`{path}` has a name that not every file system allows")]
    OddName {
        /// The file, with what is odd written out.
        path: String,
    },
    /// A hidden check where students read.
    #[error("`{path}` is an unsealed hidden file among the files for students")]
    Unsealed {
        /// The file.
        path: String,
    },
    /// A hidden file without a canary: it is neither found in a pack nor safe when sealed.
    #[error("`{path}` has no canary")]
    NoCanary {
        /// The file.
        path: String,
    },
    /// A manifest of cargo is wrong.
    #[error("{path}: {why}")]
    Manifest {
        /// The manifest.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// Cargo cannot make the lock file of the pack.
    #[error("cannot make the `Cargo.lock` of the pack\n{stderr}")]
    Lock {
        /// What cargo said.
        stderr: String,
    },
    /// No word of what is to become of hidden checks.
    #[error("no key says for whom to seal the hidden checks")]
    NoKey,
    /// A key cannot be read.
    #[error("{file}: {why}")]
    Key {
        /// Where the key is from.
        file: String,
        /// What is wrong with it.
        #[source]
        why: seal::Error,
    },
    /// A file with keys has none.
    #[error("there is no key in `{file}`")]
    NoKeyInFile {
        /// The file.
        file: String,
    },
    /// Something is there already.
    #[error("`{}` is not empty", .place.display())]
    Full {
        /// Where the pack was to go.
        place: PathBuf,
    },
    /// What was to be compared is no pack.
    #[error("`{}` is not a pack: {why}", .place.display())]
    NoPack {
        /// What was given.
        place: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The sealed checks of an exercise cannot be used.
    #[error("{path}: {why}")]
    Sealed {
        /// The sealed file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

impl UserError for Error {
    fn code(&self) -> ExitCode {
        match self {
            Self::Kit(error) => error.code(),
            Self::Unreadable { .. }
            | Self::Assignment(_)
            | Self::NoKey
            | Self::Key { .. }
            | Self::NoKeyInFile { .. }
            | Self::Full { .. }
            | Self::NoPack { .. } => ExitCode::Usage,
            _ => ExitCode::Internal,
        }
    }

    fn chinese(&self) -> Option<String> {
        Some(match self {
            Self::Io(_) | Self::Manifest { .. } | Self::Sealed { .. } => return None,
            Self::Kit(error) | Self::Assignment(error) => return error.chinese(),
            Self::Unreadable { file, why } => format!("无法读取 `{file}`：{why}"),
            Self::Missing { path } => format!("缺少 `{path}`"),
            Self::Link { path, target } => format!("`{path}` 是指向 `{target}` 的链接"),
            Self::Outside { path } => format!("`{path}` 在课程目录之外"),
            Self::NoFile { path } => format!("`{path}` 不是普通文件"),
            Self::OddName { path } => format!("`{path}` 的文件名并非在每台计算机上都可用"),
            Self::Unsealed { path } => format!("`{path}` 是未加密的隐藏文件，却放在学生文件之中"),
            Self::NoCanary { path } => format!("`{path}` 没有金丝雀标记"),
            Self::Lock { stderr } => format!("无法生成发布包的 `Cargo.lock`\n{stderr}"),
            Self::NoKey => "没有说明隐藏检查要为谁加密".to_owned(),
            Self::Key { file, why } => format!("{file}：{}", why.chinese()),
            Self::NoKeyInFile { file } => format!("`{file}` 中没有密钥"),
            Self::Full { place } => format!("`{}` 不是空的", place.display()),
            Self::NoPack { place, why } => format!("`{}` 不是发布包：{why}", place.display()),
        })
    }

    fn next(&self) -> Text {
        match self {
            Self::Kit(error) => error.next(),
            Self::Unreadable { .. } => Text::new(
                "check that the file exists and that you may read it",
                "请检查该文件是否存在，以及你是否有权读取",
            ),
            Self::Assignment(_) => Text::new(
                "fix the named line; `docs/teacher.md` shows an assignment",
                "请修正所指的那一行；`docs/teacher.zh.md` 中有作业文件的示例",
            ),
            Self::Missing { .. } => Text::new(
                "`cargo grader dev check` says which parts an exercise needs",
                "`cargo grader dev check` 会指出练习需要哪些部分",
            ),
            Self::Link { .. } | Self::Outside { .. } | Self::NoFile { .. } => Text::new(
                "replace it with the file itself; a pack contains only regular files",
                "请放入文件本身；发布包只包含普通文件",
            ),
            Self::OddName { .. } => Text::new("give it another name", "请改用其他文件名"),
            Self::Unsealed { .. } => Text::new(
                "move it to `solutions/`, or delete it; then consider who may have read it",
                "请把它移到 `solutions/` 或删除，并想一想谁可能已经读过它",
            ),
            Self::NoCanary { .. } => Text::new(
                "add a comment `canary: ` with 32 random hexadecimal digits; `openssl rand -hex 16` generates them",
                "请加入注释 `canary: ` 和 32 位随机十六进制数字；可用 `openssl rand -hex 16` 生成",
            ),
            Self::Lock { .. } => Text::new(
                "build the grader once with network access: `cargo build`",
                "请先联网编译一次：`cargo build`",
            ),
            Self::NoKey => Text::new(
                "name your public key with `--seal age1…` (`age-keygen` makes a pair), or leave them out with `--public-only`",
                "用 `--seal age1…` 指定你的公钥（`age-keygen` 可生成密钥对），或用 `--public-only` 不附带隐藏检查",
            ),
            Self::Key { .. } | Self::NoKeyInFile { .. } => Text::new(
                "`age-keygen -o key.txt` makes a pair: the public half is for `--seal`, the file for `check --key`",
                "`age-keygen -o key.txt` 生成密钥对：公钥用于 `--seal`，文件用于 `check --key`",
            ),
            Self::Full { .. } => Text::new(
                "name a directory that does not exist yet, or remove this one",
                "请指定一个尚不存在的目录，或先删除该目录",
            ),
            Self::NoPack { .. } => Text::new(
                "name a pack that `cargo grader publish --out` made",
                "请指定由 `cargo grader publish --out` 生成的发布包",
            ),
            Self::Sealed { .. } => Text::new(
                "copy the file from the pack that you published, and check that the key is the right one",
                "请从已发布的包中取回该文件，并确认密钥是否正确",
            ),
            Self::Io(_) | Self::Manifest { .. } => Text::new(
                "check the named file and its permissions",
                "请检查该文件及其权限",
            ),
        }
    }
}

/// The text of a file that the command line names.
pub(crate) fn text_of(file: &Path) -> Result<String, Error> {
    fs_err::read_to_string(file).map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &std::io::Error) -> Error {
    Error::Unreadable {
        file: file.display().to_string(),
        why: error.kind(),
    }
}

/// What a teacher wants to hand out.
#[derive(Debug)]
pub(crate) struct PackRequest {
    /// The exercises, with what they are worth if that was said.
    pub(crate) exercises: Vec<(Entry, Option<u32>)>,
    /// The assignment that they are.
    pub(crate) assignment: Option<Dated>,
    /// The public keys that hidden checks are sealed for; empty if the checks are left out.
    pub(crate) recipients: Vec<Recipient>,
}

impl From<Checked> for PackRequest {
    fn from(checked: Checked) -> Self {
        Self {
            exercises: checked.exercises,
            assignment: Some(checked.dated),
            recipients: Vec::new(),
        }
    }
}

/// A pack, made but not written.
#[derive(Debug)]
pub(crate) struct PackContents {
    /// What is in it, as the pack itself says.
    pub(crate) pack: Pack,
    /// Its files.
    pub(crate) tree: Tree,
    /// Files that lie in the exercises and are no part of them.
    pub(crate) left_out: Vec<String>,
}

/// Makes a pack. It keeps those sealed files of an `earlier` one whose content is the same.
pub(crate) fn make(
    course: &Course,
    request: &PackRequest,
    earlier: Option<Earlier<'_>>,
) -> Result<PackContents, Error> {
    let mut tree = Tree::new();
    let mut left_out = Vec::new();
    let mut packed = Vec::new();
    let mut exercises = Vec::new();
    let mut recipients = request.recipients.clone();
    recipients.sort_by_key(Recipient::text);
    recipients.dedup();
    for (entry, points) in &request.exercises {
        let exercise = course.load(entry)?;
        left_out.extend(collect::exercise(&exercise, &mut tree)?);
        let sealed = if recipients.is_empty() {
            None
        } else {
            collect::hidden(&exercise, &recipients, earlier, &mut tree)?
        };
        let (public_points, hidden_points) = collect::points(&exercise);
        let (hidden_points, all) = if recipients.is_empty() {
            (0, public_points)
        } else {
            (hidden_points, public_points + hidden_points)
        };
        packed.push(Packed {
            number: exercise.manifest.number,
            id: exercise.manifest.id.clone(),
            points: points.unwrap_or(all),
            public_points,
            hidden_points,
            sealed,
        });
        exercises.push(exercise);
    }
    let pack = Pack {
        format: FORMAT,
        grader: env!("CARGO_PKG_VERSION").to_owned(),
        sealed_for: recipients.iter().map(Recipient::text).collect(),
        assignment: request.assignment.clone(),
        exercises: packed,
    };
    let members = workspace::members(course)?;
    collect::top(course, &mut tree)?;
    collect::sources(course, &members, &mut tree)?;
    texts::add(&pack, &exercises, &mut tree);
    let text = toml::to_string(&pack).map_err(|error| Error::Manifest {
        path: PACK.to_owned(),
        why: error.to_string(),
    })?;
    tree.insert(PACK.to_owned(), text.into_bytes());
    workspace::add(course, &members, &mut tree)?;
    Ok(PackContents {
        pack,
        tree,
        left_out,
    })
}

/// The keys that `--seal` names: a key itself, or a file with one on each line.
pub(crate) fn recipients(words: &[String]) -> Result<Vec<Recipient>, Error> {
    let mut recipients = Vec::new();
    for word in words {
        let key = |text: &str| {
            text.parse().map_err(|why| Error::Key {
                file: word.clone(),
                why,
            })
        };
        if !Path::new(word).is_file() {
            recipients.push(key(word)?);
            continue;
        }
        let text = text_of(Path::new(word))?;
        let lines = text.lines().map(str::trim);
        let lines: Vec<&str> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .collect();
        if lines.is_empty() {
            return Err(Error::NoKeyInFile { file: word.clone() });
        }
        for line in lines {
            recipients.push(key(line)?);
        }
    }
    Ok(recipients)
}
