//! A student's first day, from an empty directory: the commands of the README, installed as it says.

use std::path::{Path, PathBuf};

use assert_cmd::Command;

use crate::{course, tree};

/// What a clone of this repository does not have.
const LEFT_OUT: [&str; 3] = [".git", ".grader", "target"];
/// The exercise of this day.
const EXERCISE: &str = "exercises/23-thread-mutex";
const ANSWER: &str = "exercises/23-thread-mutex/src/lib.rs";

struct Student {
    clone: PathBuf,
    /// Where the README's `cargo install` has put the program.
    program: PathBuf,
}

impl Student {
    /// Runs `grader` with these words: exit code, and what it says.
    fn run(&self, words: &str) -> (i32, String) {
        let output = course::grader_at(&self.program)
            .args(words.split(' '))
            .current_dir(self.clone.join("exercises"))
            .env(
                "GRADER_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache"),
            )
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(text).unwrap(),
        )
    }

    fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.clone.join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        fs_err::write(self.clone.join(path), text).unwrap();
    }
}

/// The commands of a README: the lines of its `sh` blocks that begin so, without comments.
fn commands(readme: &str, begin: &str) -> Vec<String> {
    let blocks = readme.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    let lines = lines.filter(|line| line.starts_with(begin));
    lines
        .map(|line| line.split('#').next().unwrap().trim().to_owned())
        .collect()
}

/// Copies the repository and installs the grader, as the README says it.
fn begin(directory: &Path) -> Student {
    let clone = directory.join("my clone");
    for name in tree::names(&tree::root()) {
        if LEFT_OUT.contains(&&*name) {
            continue;
        }
        let (from, to) = (tree::root().join(&name), clone.join(&name));
        if from.is_dir() {
            course::copy(&from, &to);
        } else {
            fs_err::copy(from, to).unwrap();
        }
    }
    let readme = fs_err::read_to_string(clone.join("README.md")).unwrap();
    let install = commands(&readme, "cargo install");
    let [install] = &install[..] else {
        panic!("README.md installs in {} ways", install.len());
    };
    let tools = directory.join("my tools");
    let output = Command::new("cargo")
        .args(install.split(' ').skip(1))
        // Only where it goes, and how long that takes, are the test's own.
        .args(["--quiet", "--debug", "--root"])
        .arg(&tools)
        .current_dir(&clone)
        .env(
            "CARGO_TARGET_DIR",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/first-day"),
        )
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Student {
        clone,
        program: tools.join("bin/grader"),
    }
}

#[test]
fn the_first_day_of_a_student() {
    let directory = tempfile::tempdir().unwrap();
    let student = begin(directory.path());

    let (code, list) = student.run("list");
    assert_eq!(code, 0, "{list}");
    assert!(
        list.contains("23  Mutex") && list.contains("Stars weigh the points"),
        "{list}"
    );

    let (code, stdout) = student.run("check 23");
    assert_eq!(code, 4, "{stdout}");
    assert!(
        stdout.contains("not started") && stdout.contains(&format!("{EXERCISE}/README.md")),
        "{stdout}"
    );

    let (code, hint) = student.run("hint 23");
    assert_eq!(code, 0, "{hint}");
    let manifest = student.read(&format!("{EXERCISE}/exercise.toml"));
    let words: Vec<_> = hint.split_whitespace().filter(|it| it.len() > 6).collect();
    assert!(words.iter().any(|word| manifest.contains(*word)), "{hint}");

    // The mistake that the page is about, and the interleaving that shows it.
    let wrong = tree::wrong("23", "check_then_act");
    student.write(ANSWER, &wrong);
    let (code, stdout) = student.run("check 23");
    assert_eq!(code, 1, "{stdout}");
    assert!(
        stdout.contains("✗ never_oversells:") && stdout.contains("How:"),
        "{stdout}"
    );
    let replay = stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("Replay"));
    let replay = replay
        .unwrap()
        .trim()
        .strip_prefix("cargo grader ")
        .unwrap();
    let (code, stdout) = student.run(replay);
    assert_eq!(code, 1, "{stdout}");

    let right = student.read("solutions/23-thread-mutex/src/lib.rs");
    student.write(ANSWER, &right);
    let (code, stdout) = student.run("check 23");
    assert_eq!(code, 0, "{stdout}");

    let (code, report) = student.run("report");
    assert_eq!(code, 0, "{report}");
    let chapter = report.lines().find(|line| line.contains("Threads"));
    assert!(
        chapter.is_some_and(|line| line.contains("1/11")),
        "{report}"
    );

    let (code, stdout) = student.run("reset 23");
    assert_eq!(code, 0, "{stdout}");
    assert_eq!(
        student.read(ANSWER),
        student.read(&format!("{EXERCISE}/stub/src/lib.rs"))
    );
    let mut words = stdout
        .split_whitespace()
        .map(|word| word.trim_end_matches('.'));
    let backup = words.rfind(|word| word.starts_with(".grader/backup/"));
    let backup = format!("{}/src/lib.rs", backup.expect(&stdout));
    assert_eq!(student.read(&backup), right);
    let (code, stdout) = student.run("check 23");
    assert_eq!(code, 4, "{stdout}");

    // Whatever the README shows for students can be typed.
    let readme = student.read("README.md");
    let shown = commands(&readme, "cargo grader");
    let for_students = ["list", "check 07", "hint 07", "report", "reset 07"];
    for words in for_students {
        assert!(
            shown.contains(&format!("cargo grader {words}")),
            "{words}: {shown:?}"
        );
        let (code, stdout) = student.run(words);
        assert!([0, 4].contains(&code), "{words}: {code}: {stdout}");
    }
}

#[test]
fn away_from_the_course_the_program_says_where_to_go() {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = course::grader()
        .arg("list")
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    let here = elsewhere.path().canonicalize().unwrap();
    insta::assert_snapshot!(stderr.replace(here.to_str().unwrap(), "[here]"), @r"
    error: no `exercises/` and `grader/` side by side in `[here]` or above it

    hint: go to the directory of the course, or name it with `--course DIR`
    ");
}
