//! A copy of the fixture course, and how to run the grader on it.

use std::path::{Path, PathBuf};

use assert_cmd::{Command, cargo::cargo_bin};
use tempfile::TempDir;

/// Where the courses of all tests keep what they compile.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/fixture-cache");

/// A course of its own.
pub(crate) struct Course {
    directory: TempDir,
}

impl Course {
    /// A fresh copy.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/course");
        copy(&fixture, directory.path());
        Self { directory }
    }

    /// A fresh copy with an exercise 4 that has every part, and a syllabus with its row.
    pub(crate) fn with_a_whole_exercise() -> Self {
        let course = Self::new();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kit");
        copy(&fixture, course.directory.path());
        course
    }

    /// An empty directory that is to become one.
    pub(crate) fn empty() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// Takes one of its files away.
    pub(crate) fn remove(&self, path: &str) {
        fs_err::remove_file(self.root().join(path)).unwrap();
    }

    /// Its root.
    pub(crate) fn root(&self) -> PathBuf {
        self.directory.path().canonicalize().unwrap()
    }

    /// Reads one of its files.
    pub(crate) fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.root().join(path)).unwrap()
    }

    /// Writes one of its files.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(path, text).unwrap();
    }

    /// Changes one of its files.
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no `{from}`");
        self.write(path, text.replacen(from, to, 1));
    }

    /// Puts an answer into exercise 1, 2 or 3.
    pub(crate) fn answer(&self, number: usize, body: &str) {
        let name = ["01-first-steps", "02-two-threads", "03-last-things"][number - 1];
        self.write(
            &format!("exercises/{name}/src/lib.rs"),
            format!("//! An answer.\n\n/// The number that is asked for.\npub fn answer(question: u32) -> u32 {{\n    {body}\n}}\n"),
        );
    }

    /// The grader with these arguments, in the root of this course.
    pub(crate) fn grader(&self, arguments: &str) -> Command {
        let mut command = grader();
        command
            .args(arguments.split_whitespace())
            .current_dir(self.root())
            .env("GRADER_CACHE", CACHE);
        command
    }

    /// Runs the grader: exit code, standard output and standard error, without the course's own path.
    pub(crate) fn run(&self, arguments: &str) -> (i32, String, String) {
        let output = self.grader(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| {
            let root = self.root();
            String::from_utf8(bytes)
                .unwrap()
                .replace(root.to_str().unwrap(), "[course]")
        };
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    /// Runs the grader, which prints JSON.
    pub(crate) fn json(&self, arguments: &str) -> (i32, serde_json::Value) {
        let (code, stdout, stderr) = self.run(arguments);
        let value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
        (code, value)
    }
}

/// The grader, with nothing of the environment that it would listen to.
pub(crate) fn grader() -> Command {
    grader_at(cargo_bin!("grader").as_ref())
}

/// The same for a grader that is somewhere else.
pub(crate) fn grader_at(program: &Path) -> Command {
    let mut command = Command::new(program);
    for name in [
        "GRADER_LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "NO_COLOR",
        "RUSTC",
    ] {
        command.env_remove(name);
    }
    // A net only: `dev mutate` on the whole course takes minutes.
    command.timeout(std::time::Duration::from_mins(30));
    command
}

/// Copies a fixture; `Cargo_test.toml` is named so that cargo does not take it for a package here.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for item in fs_err::read_dir(from).unwrap() {
        let item = item.unwrap();
        let name = item.file_name().into_string().unwrap();
        let target = to.join(name.replace("Cargo_test", "Cargo"));
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else {
            fs_err::copy(item.path(), target).unwrap();
        }
    }
}
