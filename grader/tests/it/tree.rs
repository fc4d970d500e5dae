//! The course of this repository, judged with the real checking library.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use crate::course::grader;

/// Where the tests of the real course keep what they compile.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache");

/// The root of this repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()
        .unwrap()
}

/// The grader on this repository's course.
pub(crate) fn real() -> Command {
    let mut command = grader();
    command.current_dir(root()).env("GRADER_CACHE", CACHE);
    command
}

/// Runs the grader on this repository's course: exit code and JSON report.
pub(crate) fn json(arguments: &[&str]) -> Result<(i32, Value), String> {
    json_of(&[arguments, &["--format", "json"]].concat())
}

/// The same for a command that is told in another way to print JSON.
pub(crate) fn json_of(arguments: &[&str]) -> Result<(i32, Value), String> {
    let output = real()
        .args(arguments)
        .output()
        .map_err(|error| error.to_string())?;
    let report = serde_json::from_slice(&output.stdout);
    let report = report.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok((output.status.code().unwrap_or(-1), report))
}

/// Judges one answer: exit code, and what the report says of its exercise.
pub(crate) fn check(exercise: &str, source: &str, seed: u64) -> Result<(i32, Value), String> {
    let seed = seed.to_string();
    let (code, mut report) = json(&["check", exercise, "--source", source, "--seed", &seed])?;
    Ok((code, report["exercises"][0].take()))
}

/// The checks of a report that failed, and how: `closes deadlock`.
pub(crate) fn failures(report: &Value) -> Vec<String> {
    checks(report)
        .iter()
        .filter(|check| check["verdict"]["result"] == "failed")
        .map(|check| format!("{} {}", text(&check["id"]), text(&check["verdict"]["kind"])))
        .collect()
}

/// The failure of one check.
#[track_caller]
pub(crate) fn failure<'a>(report: &'a Value, check: &str) -> &'a Value {
    let mut all = checks(report).iter();
    let found = all.find(|one| text(&one["id"]) == check).unwrap();
    assert_eq!(found["verdict"]["result"], "failed", "{report:#}");
    &found["verdict"]
}

/// The checks of a report.
pub(crate) fn checks(report: &Value) -> &[Value] {
    report["checks"].as_array().map_or(&[], Vec::as_slice)
}

/// Why an answer does not compile: the grader's words in English, then the compiler's.
pub(crate) fn said(report: &Value) -> String {
    [&report["refusal"]["en"], &report["compiler"]]
        .map(text)
        .concat()
}

/// A wrong answer of this repository's course, as it is judged.
pub(crate) fn wrong(exercise: &str, name: &str) -> String {
    let output = real()
        .args(["dev", "wrong", "show", exercise, name])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A JSON string, or nothing.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What is in a directory, by name and in order; nothing if it is not there.
pub(crate) fn names(directory: &Path) -> Vec<String> {
    let Ok(items) = fs_err::read_dir(directory) else {
        return Vec::new();
    };
    let mut names: Vec<String> = items
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
