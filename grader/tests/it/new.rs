//! `dev new`, and the teacher's guide, which is followed word by word.

use std::path::Path;

use predicates::prelude::*;

use crate::course::{Course, copy, grader};

const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache");

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A course of its own, with the real crates and no exercise yet.
pub(crate) fn empty_course() -> tempfile::TempDir {
    let course = tempfile::tempdir().unwrap();
    fs_err::create_dir_all(course.path().join(".cargo")).unwrap();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        ".cargo/config.toml",
    ] {
        fs_err::copy(root().join(name), course.path().join(name)).unwrap();
    }
    copy(&root().join("grader"), &course.path().join("grader"));
    for name in ["exercises", "solutions"] {
        fs_err::create_dir_all(course.path().join(name)).unwrap();
    }
    let table = "<!-- begin: exercises -->\n<!-- end: exercises -->\n";
    fs_err::write(course.path().join("syllabus.md"), table).unwrap();
    course
}

#[test]
fn a_new_exercise_is_whole_whatever_its_engine() {
    let course = empty_course();
    for (name, engine) in [
        ("one-more", "pure"),
        ("two-more", "model"),
        ("three-more", "process"),
    ] {
        grader()
            .args(["dev", "new", name, "--chapter", "3", "--engine", engine])
            .current_dir(course.path())
            .assert()
            .success()
            .stderr(predicate::str::contains("It is complete and passes"));
    }
    grader()
        .args(["dev", "check", "47-49", "--seeds", "2"])
        .current_dir(course.path())
        .env("GRADER_CACHE", CACHE)
        .assert()
        .success();
    let syllabus = fs_err::read_to_string(course.path().join("syllabus.md")).unwrap();
    assert!(syllabus.contains("| 48 | [Two more]("), "{syllabus}");
}

#[test]
fn a_new_exercise_takes_nobodys_place() {
    let course = Course::with_a_whole_exercise();
    for (arguments, expected) in [
        (
            "dev new Traffic_Light --chapter 3",
            "`Traffic_Light` cannot be the name of an exercise",
        ),
        (
            "dev new whole-numbers --chapter 3",
            "`04-whole-numbers` exists already",
        ),
        (
            "dev new more --chapter 3 --number 4",
            "`04-whole-numbers` exists already",
        ),
        ("dev new more --chapter 8", "8 is not in 1..=7"),
    ] {
        let (code, _, stderr) = course.run(arguments);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
    }
}

/// A step of the guide.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Write this file.
    Write(String, String),
    /// Run these commands.
    Run(String),
}

/// The steps of the last section of a guide: blocks of commands, and files that the line
/// before names.
fn steps(file: &str, heading: &str) -> Vec<Step> {
    let text = fs_err::read_to_string(root().join(file)).unwrap();
    let (_, section) = text.split_once(heading).expect("the section is there");
    let mut steps = Vec::new();
    let mut place = None;
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let fence = line.chars().take_while(|it| *it == '`').count();
        if fence >= 3 {
            let end = "`".repeat(fence);
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
            let body = format!("{}\n", body.join("\n"));
            steps.push(match place.take() {
                Some(place) => Step::Write(place, body),
                None if line.ends_with("sh") => Step::Run(body),
                None => panic!("nobody says what this is: {body}"),
            });
        } else if let Some((_, name)) = line.split_once('`').filter(|_| line.ends_with([':', '：']))
        {
            place = name.split('`').next().map(str::to_owned);
        }
    }
    steps
}

#[test]
fn the_guide_makes_exercise_47() {
    let guide = steps("docs/teacher.md", "## Exercise 47 in twenty minutes\n");
    assert_eq!(
        guide,
        steps("docs/teacher.zh.md", "## 二十分钟写出练习 47\n")
    );
    let course = empty_course();
    for step in guide {
        match step {
            Step::Write(path, text) => {
                let path = course.path().join(path);
                assert!(path.parent().unwrap().is_dir(), "{}", path.display());
                fs_err::write(path, text).unwrap();
            }
            Step::Run(commands) => commands.lines().for_each(|line| run(course.path(), line)),
        }
    }
    // Programs without `wait` do not show what `count_down` does.
    let model = course.path().join("solutions/47-countdown/checks/model.rs");
    let text = fs_err::read_to_string(&model).unwrap();
    let without = text.replace("vec![Call::Wait, Call::CountDown]", "vec![Call::CountDown]");
    assert_ne!(without, text);
    fs_err::write(&model, without).unwrap();
    let output = grader()
        .args(["dev", "check", "47", "--seeds", "1"])
        .current_dir(course.path())
        .env("GRADER_CACHE", CACHE)
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&output.stdout).replace("\n  ", " ");
    let finding = "model-mutant-passes  solutions/47-countdown/checks/hidden.rs";
    assert!(found.contains(finding), "{found}");
    assert!(
        found.contains("could say that `count_down` changes nothing"),
        "{found}"
    );
}

/// Runs a command of the guide, which says after a `#` what comes of it.
fn run(directory: &Path, line: &str) {
    let (command, expected) = line.split_once('#').unwrap_or((line, ""));
    let command = command.trim();
    if let Some(patterns) = command.strip_prefix("rm ") {
        for pattern in patterns.split(' ') {
            let place = directory.join(pattern.trim_end_matches("/*"));
            for item in fs_err::read_dir(place).unwrap() {
                fs_err::remove_file(item.unwrap().path()).unwrap();
            }
        }
        return;
    }
    let arguments = command
        .strip_prefix("cargo grader ")
        .expect("a command that is known");
    let output = grader()
        .args(arguments.split(' '))
        .current_dir(directory)
        .env("GRADER_CACHE", CACHE)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let shown = format!("{line}\n{}{}", text(&output.stdout), text(&output.stderr));
    let code = output.status.code();
    match expected.trim() {
        "" | "nothing is found" | "every mistake is found" => assert_eq!(code, Some(0), "{shown}"),
        "fails" => assert_eq!(code, Some(1), "{shown}"),
        other => panic!("nobody knows what `{other}` means"),
    }
}
