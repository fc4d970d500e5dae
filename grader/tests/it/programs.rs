//! Generated programs, as a student sees one that fails.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Output, Stdio},
};

use fs_err as fs;
use serde_json::Value;

use crate::{course::copy, explained::Explained, tree};

/// For each model, a wrong answer that its programs find: exercise, answer, and check.
const FOUND: [(&str, &str, &str); 21] = [
    (
        "07-process-states",
        "blocked_number_is_free",
        "small_programs",
    ),
    ("21-thread-two-ways", "alive_after_join", "small_programs"),
    ("21-thread-two-ways", "copied_state", "tally_programs"),
    ("22-daemon-thread", "clone_is_another", "small_programs"),
    ("23-thread-mutex", "check_then_act", "small_programs"),
    (
        "24-mutex-from-scratch",
        "looks_then_stands_in_line",
        "small_programs",
    ),
    ("25-thread-semaphore", "busy_is_not_empty", "small_programs"),
    ("26-gil", "counts_the_holder", "small_programs"),
    ("28-deadlock", "empties_no_account", "small_programs"),
    ("29-recursive-lock", "anybody_releases", "small_programs"),
    ("30-thread-queue", "closed_is_timed_out", "small_programs"),
    ("31-event", "counts_every_change", "small_programs"),
    ("32-thread-pool", "accepts_after_shutdown", "small_programs"),
    (
        "34-sync-and-async-calls",
        "begins_in_two_steps",
        "small_programs",
    ),
    (
        "35-callbacks",
        "added_meanwhile_forgotten",
        "small_programs",
    ),
    (
        "36-queue-stack-priority",
        "asks_again_and_again",
        "small_programs",
    ),
    ("37-generators", "counts_to_255", "divides_any_text"),
    ("37-generators", "begins_again", "packs_any_words"),
    ("37-generators", "asked_for_more_once", "pipes_anything"),
    ("38-greenlets", "child_goes_first", "small_programs"),
    (
        "39-event-loop",
        "polls_all_round_and_round",
        "small_programs",
    ),
];

/// Puts the references into a workspace like that of the exercises, with the programs that fail as
/// examples and as tests.
fn workspace(exercises: &Path) {
    let all: BTreeSet<&str> = FOUND.iter().map(|(exercise, ..)| *exercise).collect();
    for exercise in all {
        let place = exercises.join(exercise);
        copy(&tree::root().join("exercises").join(exercise), &place);
        let manifest = fs::read_to_string(place.join("Cargo.toml")).unwrap();
        let grader = tree::root().join("grader").display().to_string();
        fs::write(
            place.join("Cargo.toml"),
            manifest.replace("../../grader", &grader),
        )
        .unwrap();
        let reference = format!("solutions/{exercise}/src/lib.rs");
        fs::copy(tree::root().join(reference), place.join("src/lib.rs")).unwrap();
        fs::create_dir_all(place.join("examples")).unwrap();
        fs::create_dir_all(place.join("tests")).unwrap();
    }
    for file in ["Cargo.toml", "Cargo.lock"] {
        let from = tree::root().join("exercises").join(file);
        fs::copy(from, exercises.join(file)).unwrap();
    }
    for (exercise, wrong, check) in FOUND {
        let answer = tree::root().join(format!("solutions/{exercise}/wrong/{wrong}.diff"));
        let (_, report) = tree::check(exercise, answer.to_str().unwrap(), 1).unwrap();
        let mut checks = tree::checks(&report).iter();
        let failed = checks.find(|found| found["id"] == check).unwrap();
        let written = |form: &str| {
            let text = failed["verdict"][form].as_str();
            text.unwrap_or_else(|| panic!("{exercise} {wrong} {check}: {report:#}"))
        };
        let place = exercises.join(exercise);
        let name = format!("{wrong}_{check}");
        fs::write(
            place.join(format!("examples/{name}.rs")),
            written("program"),
        )
        .unwrap();
        fs::write(place.join(format!("tests/{name}.rs")), written("test")).unwrap();
    }
}

/// The tests of a workspace, compiled with its examples for the real library.
fn compiled(exercises: &Path) -> Vec<String> {
    let output = Command::new("cargo")
        .args(["test", "--quiet", "--no-run", "--examples", "--test", "*"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(exercises)
        .env("CARGO_TARGET_DIR", exercises.join("target"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let tests = messages.filter(|message| message["target"]["kind"][0] == "test");
    let programs = tests.filter_map(|message| message["executable"].as_str().map(str::to_owned));
    programs.collect()
}

#[test]
fn a_program_that_fails_is_a_test_that_the_reference_passes() {
    let directory = tempfile::tempdir().unwrap();
    workspace(directory.path());
    let tests = compiled(directory.path());
    assert_eq!(tests.len(), FOUND.len(), "{tests:?}");
    // Each runs for some seconds, and sleeps for most of them.
    let tests = tests.into_iter().map(|test| {
        let running = Command::new(&test).stdout(Stdio::piped()).spawn();
        (test, running.unwrap())
    });
    let tests: Vec<_> = tests.collect();
    for (test, running) in tests {
        let output = running.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{test}: {said}");
    }
}

const QUEUE: &str = "30-thread-queue";

/// The token of the first failure of a check.
fn token(report: &Value, check: &str) -> String {
    let checks = report["exercises"][0]["checks"].as_array().unwrap();
    let failed = checks.iter().find(|found| found["id"] == check).unwrap();
    tree::text(&failed["verdict"]["token"]).to_owned()
}

#[test]
fn a_failure_is_kept_as_a_test_of_the_students_crate() {
    let course = Explained::of(QUEUE);
    let answer = format!("exercises/{QUEUE}/src/lib.rs");
    let wrong = tree::wrong(QUEUE, "put_after_close");
    course.write(&answer, &wrong);
    let (_, report) = course.json(&["check", "30", "--format", "json"]);
    let token = token(&report, "small_programs");

    let (code, _, said) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_eq!(code, 1);
    let program = token.split('.').nth(2).unwrap();
    let file = format!("exercises/{QUEUE}/tests/small_programs-{program}.rs");
    assert!(
        said.contains(&format!(
            "note: the test is in {file}; run it: `cargo test "
        )),
        "{said}"
    );
    let test = course.read(&file);
    assert!(test.contains(&token), "{test}");

    let command = said
        .split("run it: `")
        .nth(1)
        .and_then(|rest| rest.split('`').next());
    let passes = || {
        let mut words = command.unwrap().split(' ');
        let mut cargo = Command::new(words.next().unwrap());
        cargo
            .args(words)
            .current_dir(course.path(""))
            .output()
            .unwrap()
    };
    let output = passes();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        !output.status.success() && said.contains("the rules do not allow"),
        "{said}"
    );
    let reference = course.read(&format!("solutions/{QUEUE}/src/lib.rs"));
    course.write(&answer, &reference);
    let output = passes();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let (code, _, said) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_eq!(code, 0);
    assert!(said.contains("there is no test to write"), "{said}");

    // What the student has made of it is left alone.
    course.write(&answer, &wrong);
    let (code, ..) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_eq!(code, 1);
    course.write(&file, "// Mine.");
    let (code, _, said) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_eq!(code, 2);
    assert!(said.contains("is there already, and differs"), "{said}");
    assert_eq!(course.read(&file), "// Mine.");
}

/// Runs the command that a note names, in this directory, by a shell.
fn run_as_said(said: &str, marks: [&str; 2], directory: &Path) -> Output {
    let command = said
        .split(marks[0])
        .nth(1)
        .and_then(|rest| rest.split(marks[1]).next());
    let mut shell = Command::new("sh");
    let command = command.unwrap_or_else(|| panic!("{said}"));
    shell
        .args(["-c", command])
        .current_dir(directory)
        .output()
        .unwrap()
}

#[test]
fn the_command_for_the_test_works_where_it_is_said() {
    let course = Explained::of(QUEUE);
    let wrong = tree::wrong(QUEUE, "put_after_close");
    course.write(&format!("exercises/{QUEUE}/src/lib.rs"), &wrong);
    let (_, report) = course.json(&["check", "30", "--format", "json"]);
    let token = token(&report, "small_programs");
    let places = [
        "",
        "exercises",
        &format!("exercises/{QUEUE}"),
        &format!("exercises/{QUEUE}/src"),
    ];
    for place in places {
        let (_, _, said) = course.run_in(place, &["replay", "30", &token, "--as-test"]);
        let output = run_as_said(&said, ["run it: `", "`"], &course.path(place));
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            printed.contains("the rules do not allow"),
            "{place}: {said}{output:?}"
        );
    }
    let chinese = ["replay", "30", &token, "--as-test", "--lang", "zh"];
    let (_, _, said) = course.run(&chinese);
    assert!(said.contains("已经存在，并且内容不同"), "{said}");
    let (code, stdout, _) = course.run(&["replay", "30", &token, "--as-test", "--format", "json"]);
    assert_eq!(code, 1);
    assert!(serde_json::from_str::<Value>(&stdout).is_ok(), "{stdout}");
}

#[test]
fn a_file_in_the_way_of_the_tests_is_named() {
    let course = Explained::of(QUEUE);
    let wrong = tree::wrong(QUEUE, "put_after_close");
    course.write(&format!("exercises/{QUEUE}/src/lib.rs"), &wrong);
    let (_, report) = course.json(&["check", "30", "--format", "json"]);
    let token = token(&report, "small_programs");
    course.write(&format!("exercises/{QUEUE}/tests"), "no directory");
    let (code, _, said) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_ne!(code, 1);
    assert!(said.contains("exercises/30-thread-queue/tests"), "{said}");
    assert!(said.contains("hint: "), "{said}");
    assert_eq!(
        course.read(&format!("exercises/{QUEUE}/tests")),
        "no directory"
    );
}

#[test]
fn a_failure_of_a_written_scenario_is_no_test() {
    let course = Explained::of(QUEUE);
    let wrong = tree::wrong(QUEUE, "put_after_close");
    course.write(&format!("exercises/{QUEUE}/src/lib.rs"), &wrong);
    let (_, report) = course.json(&["check", "30", "--format", "json"]);
    let token = token(&report, "closes");
    let (code, _, said) = course.run(&["replay", "30", &token, "--as-test"]);
    assert_eq!(code, 2);
    assert!(
        said.contains("`--as-test` needs a failure of a generated program"),
        "{said}"
    );
}
