//! Finds the compiler, once.
//!
//! `rustc` on the path is often rustup's proxy, which costs tens of milliseconds a call. The
//! real compiler is looked up once and remembered; its size and its modification time tell
//! whether it is still the same.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::{Error, launches};
use crate::digest::Digest;

/// A compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Toolchain {
    /// Names the circumstances of the look-up: another environment may mean another compiler.
    asked: String,
    /// The compiler itself.
    pub(crate) rustc: PathBuf,
    /// All of `rustc -vV`.
    pub(crate) verbose: String,
    size: u64,
    changed: Duration,
}

impl Toolchain {
    /// The compiler that this course uses.
    pub(crate) fn find(root: &Path, cache: &Path) -> Result<Self, Error> {
        let asked = circumstances(root);
        let memory = cache.join("toolchain.json");
        let known = fs::read(&memory)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        if let Some(known) = known
            && known.asked == asked
            && stamp(&known.rustc).ok() == Some((known.size, known.changed))
        {
            return Ok(known);
        }
        let found = Self::look_up(root, asked)?;
        fs::create_dir_all(cache)?;
        super::write_whole(&memory, &serde_json::to_vec_pretty(&found)?)?;
        Ok(found)
    }

    fn look_up(root: &Path, asked: String) -> Result<Self, Error> {
        let stand_in = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let sysroot = ask(root, Path::new(&stand_in), &["--print", "sysroot"])?;
        let rustc = Path::new(sysroot.trim()).join("bin/rustc");
        let rustc = if rustc.is_file() {
            rustc
        } else {
            PathBuf::from(stand_in)
        };
        let verbose = ask(root, &rustc, &["-vV"])?;
        let (size, changed) = stamp(&rustc)?;
        Ok(Self {
            asked,
            rustc,
            verbose,
            size,
            changed,
        })
    }

    /// `rustc -V`.
    pub(crate) fn version(&self) -> &str {
        self.verbose.lines().next().unwrap_or_default()
    }

    /// The number in it.
    pub(crate) fn release(&self) -> &str {
        self.version().split(' ').nth(1).unwrap_or_default()
    }

    /// The cargo that belongs to this compiler, or else the one on the path.
    pub(crate) fn cargo(&self) -> PathBuf {
        let beside = self.rustc.with_file_name("cargo");
        if beside.is_file() {
            beside
        } else {
            "cargo".into()
        }
    }
}

fn circumstances(root: &Path) -> String {
    let mut digest =
        Digest::default().field(fs::read(root.join("rust-toolchain.toml")).unwrap_or_default());
    for name in ["RUSTC", "RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "PATH"] {
        let value = std::env::var_os(name).unwrap_or_default();
        digest = digest.field(value.as_encoded_bytes());
    }
    digest.short()
}

fn stamp(path: &Path) -> std::io::Result<(u64, Duration)> {
    let metadata = fs::metadata(path)?;
    let changed = metadata.modified()?;
    let since = changed
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Ok((metadata.len(), since))
}

fn ask(root: &Path, program: &Path, arguments: &[&str]) -> Result<String, Error> {
    let launch = launches::question(program, arguments, root);
    let ended = grader_launch::run(&launch, Vec::new()).map_err(Error::NoCompiler)?;
    if !ended.succeeded() {
        return Err(Error::NoCompiler(std::io::Error::other(
            ended.messages().trim().to_owned(),
        )));
    }
    Ok(String::from_utf8_lossy(&ended.output).into_owned())
}
