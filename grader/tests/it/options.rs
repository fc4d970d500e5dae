//! Options of every command: where the course is, which language, which colours.

use std::process::{Command, Stdio};

use crate::course::{Course, grader};

#[test]
fn the_course_is_found_from_below_and_by_name() {
    let course = Course::new();
    let below = course.root().join("exercises/02-two-threads/src");
    course.grader("list").current_dir(below).assert().code(0);
    let elsewhere = tempfile::tempdir().unwrap();
    course
        .grader("list --course")
        .arg(course.root())
        .current_dir(elsewhere.path())
        .assert()
        .code(0);
    let output = grader()
        .arg("list")
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("hint: go to the directory of the course"),
        "{stderr}"
    );
}

#[test]
fn the_language_comes_from_the_option_or_the_environment() {
    let course = Course::new();
    let list = |variable: (&str, &str), arguments: &str| {
        let output = course
            .grader(arguments)
            .env(variable.0, variable.1)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(list(("LANG", "zh_CN.UTF-8"), "list").contains("操作系统"));
    assert!(list(("GRADER_LANG", "zh"), "list").contains("操作系统"));
    assert!(list(("GRADER_LANG", "zh"), "list --lang en").contains("Operating systems"));
}

#[test]
fn colours_are_there_only_when_asked_for() {
    let course = Course::new();
    assert!(!course.run("list").1.contains('\u{1b}'));
    assert!(course.run("list --color always").1.contains('\u{1b}'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let course = Course::new();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("grader"))
        .arg("list")
        .current_dir(course.root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn help_and_version_are_data() {
    grader()
        .arg("--version")
        .assert()
        .code(0)
        .stdout(predicates::str::starts_with("grader "));
    grader()
        .arg("--help")
        .assert()
        .code(0)
        .stdout(predicates::str::contains("check"));
}
