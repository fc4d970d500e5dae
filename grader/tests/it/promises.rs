//! An exercise made by the guide: what `dev check` says of its promises, and what it misses not.

use std::{os::unix::fs::symlink, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::{course::copy, tree};

/// A course of the readers-writer lock that a teacher made, judged with the real library.
struct Lock(TempDir);

const PUBLIC: &str = "exercises/48-rw-lock/checks/public.rs";
const MANIFEST: &str = "exercises/48-rw-lock/exercise.toml";

impl Lock {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rw_lock");
        copy(&fixture, directory.path());
        symlink(tree::root().join("grader"), directory.path().join("grader")).unwrap();
        fs_err::create_dir_all(directory.path().join(".cargo")).unwrap();
        for name in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
            fs_err::copy(tree::root().join(name), directory.path().join(name)).unwrap();
        }
        Self(directory)
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let path = self.0.path().join(path);
        let text = fs_err::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs_err::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut command = tree::real();
        let output = command.current_dir(self.0.path()).args(arguments).output();
        let output = output.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{stderr}"))
    }

    /// What `dev check` finds about promises, as `kind file:line`, with the messages.
    fn found(&self) -> (Vec<String>, Vec<String>) {
        let report = self.json(&["dev", "check", "48", "--seeds", "1", "--json"]);
        let kinds = [
            "property-unfed",
            "record-unread",
            "memory-unexplained",
            "sleep-unchecked",
        ];
        let findings = report["exercises"][0]["findings"].as_array().unwrap();
        let findings = findings
            .iter()
            .filter(|it| kinds.contains(&tree::text(&it["kind"])));
        findings
            .map(|it| {
                let [kind, file] = ["kind", "file"].map(|key| tree::text(&it[key]));
                let line = it["line"].as_u64().map(|line| format!(":{line}"));
                let name = format!("{kind} {file}{}", line.unwrap_or_default());
                (name, tree::text(&it["message"]["en"]).to_owned())
            })
            .unzip()
    }
}

#[test]
fn plain_memory_is_not_ordered_by_relaxed_atomics() {
    let course = Lock::new();
    let arguments = [
        "check",
        "48",
        "--source",
        "polls_relaxed.rs",
        "--format",
        "json",
    ];
    let report = course.json(&arguments);
    let failures = tree::failures(&report["exercises"][0]);
    assert!(
        failures.contains(&"writers_are_alone data-race".to_owned()),
        "{report:#}"
    );
    // Nor are they where a check does not want weakly ordered memory.
    course.replace(
        PUBLIC,
        "Oracle::new()",
        "Oracle::new().sequential_memory(\"It is about locks.\", \"它与锁有关。\")",
    );
    let report = course.json(&arguments);
    let failures = tree::failures(&report["exercises"][0]);
    assert_eq!(failures[0], "writers_are_alone data-race", "{report:#}");
}

#[test]
fn a_lock_that_sleeps_wants_a_check_that_comes_to_rest() {
    let course = Lock::new();
    let (found, messages) = course.found();
    assert_eq!(found, ["sleep-unchecked solutions/48-rw-lock/src/lib.rs"]);
    assert!(messages[0].contains("`Condvar`"), "{messages:?}");
    // A reason is enough.
    course.replace(
        MANIFEST,
        "\n[title]",
        "polling = { en = \"The notes allow it.\", zh = \"笔记允许。\" }\n\n[title]",
    );
    // A span that nobody records, and memory without a reason.
    course.replace(
        PUBLIC,
        "                \"inside\",",
        "                \"insde\",",
    );
    course.replace(
        PUBLIC,
        "Oracle::new()",
        "Oracle::new().sequential_memory(\"\", \"\")",
    );
    let text = fs_err::read_to_string(course.0.path().join(PUBLIC)).unwrap();
    let line = |words: &str| text.lines().position(|it| it.contains(words)).unwrap() + 1;
    let (found, messages) = course.found();
    let expected = [
        format!("property-unfed {PUBLIC}:{}", line("insde")),
        // What the scenario records is read by no property then.
        format!("record-unread {PUBLIC}:{}", line("\"inside\"")),
        format!("memory-unexplained {PUBLIC}:{}", line("sequential_memory")),
    ];
    assert_eq!(found, expected);
    assert!(
        messages[0].contains("asks for spans named `insde`")
            && messages[0].contains("there are spans named `inside`"),
        "{messages:?}"
    );
}
