//! A course of one exercise that is judged with the real checking library.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{course::copy, tree};

/// A course of one exercise, judged with the real checking library.
pub(crate) struct Explained(TempDir);

impl Explained {
    /// A fresh copy.
    pub(crate) fn new() -> Self {
        Self::fixture("explained")
    }

    /// A fresh copy of a course whose exercise has processes.
    pub(crate) fn with_processes() -> Self {
        Self::fixture("called")
    }

    /// A fresh copy of a course whose checks ask for what systems seldom do.
    pub(crate) fn with_surprises() -> Self {
        Self::fixture("surprised")
    }

    fn fixture(name: &str) -> Self {
        let course = Self::empty();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        copy(&fixture.join(name), course.0.path());
        course
    }

    /// A copy of one exercise of this repository, with its solution.
    pub(crate) fn of(exercise: &str) -> Self {
        let course = Self::empty();
        for directory in ["exercises", "solutions"] {
            let path = format!("{directory}/{exercise}");
            copy(&tree::root().join(&path), &course.0.path().join(&path));
        }
        for file in ["exercises/Cargo.toml", "exercises/Cargo.lock"] {
            fs_err::copy(tree::root().join(file), course.0.path().join(file)).unwrap();
        }
        course
    }

    fn empty() -> Self {
        // Compiled from the real course, the library is found by every copy of it.
        static LIBRARY: OnceLock<()> = OnceLock::new();
        LIBRARY.get_or_init(|| {
            let (code, _) = tree::json(&["check", "23", "--solution"]).unwrap();
            assert_eq!(code, 0);
        });
        let directory = tempfile::Builder::new()
            .prefix("my course ")
            .tempdir()
            .unwrap();
        symlink(tree::root().join("grader"), directory.path().join("grader")).unwrap();
        fs_err::create_dir_all(directory.path().join(".cargo")).unwrap();
        for name in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
            fs_err::copy(tree::root().join(name), directory.path().join(name)).unwrap();
        }
        Self(directory)
    }

    /// Judges an answer whose one function does this.
    pub(crate) fn judge(&self, uses: &str, body: &str) -> Value {
        let source = format!(
            "//! Work.\nuse std::{{{uses}}};\n\n/// Counts.\npub fn work() -> u32 {{\n{body}\n}}\n"
        );
        self.judge_source(&source)
    }

    /// Judges an answer that is this file.
    pub(crate) fn judge_source(&self, source: &str) -> Value {
        let path = self.0.path().join("exercises/01-work/src/lib.rs");
        fs_err::write(path, source).unwrap();
        let (_, mut report) = self.json(&["check", "01", "--format", "json"]);
        report["exercises"][0].take()
    }

    /// Writes one of its files.
    pub(crate) fn write(&self, path: &str, text: &str) {
        fs_err::write(self.0.path().join(path), text).unwrap();
    }

    /// Reads one of its files.
    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.0.path().join(path)).unwrap()
    }

    /// Where one of its files is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Runs the grader: exit code, standard output and standard error.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_in("", arguments)
    }

    /// The same in one of its directories.
    pub(crate) fn run_in(&self, path: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = tree::real();
        let output = command
            .current_dir(self.path(path))
            .args(arguments)
            .output();
        let output = output.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        (code, text(output.stdout), text(output.stderr))
    }

    /// Runs the grader, which prints JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let (code, stdout, stderr) = self.run(arguments);
        let report = serde_json::from_str(&stdout);
        (code, report.unwrap_or_else(|_| panic!("{stdout}{stderr}")))
    }
}
