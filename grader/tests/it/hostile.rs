//! Answers that attack the grader, break off, or cannot be judged: each gets the verdict
//! that it deserves, keeps the points that it earned, and none more.
//!
//! An answer is the reference of exercise 30 with `fixtures/answers/<name>.rs` below it
//! and a call of its `hostile` at the beginning of one method. The fixtures go to
//! students with the grader, so they hold nothing of the reference.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::tree;

const EXERCISE: &str = "30";
/// The checks that call `close`; the others never meet what is put there.
const CLOSING: [&str; 3] = ["closes", "is_linearizable", "small_programs"];
const ALL: [&str; 6] = [
    "hands_over_every_item",
    "wakes_every_waiter",
    "closes",
    "keeps_its_bound",
    "is_linearizable",
    "small_programs",
];
const IN_NEW: &str = "pub fn new(capacity: usize) -> Self {\n";
const IN_CLOSE: &str = "pub fn close(&self) {\n";

/// The reference, which the fixtures break.
fn reference() -> String {
    let path = tree::root().join("solutions/30-thread-queue/src/lib.rs");
    fs_err::read_to_string(path).unwrap()
}

/// An answer whose method begins with what the fixture does.
fn answer(reference: &str, fixture: &str, method: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/answers");
    let hostile = fs_err::read_to_string(path.join(format!("{fixture}.rs"))).unwrap();
    assert!(
        reference.contains(method),
        "the reference has no `{method}`"
    );
    let called = reference.replacen(method, &format!("{method}        hostile();\n"), 1);
    format!("{called}\n{hostile}")
}

/// A directory for one answer, at the same place in every run so that it is compiled once.
fn place(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("hostile")
        .join(name);
    fs_err::create_dir_all(&path).unwrap();
    path
}

/// Judges what is at a path.
fn judge(path: &Path) -> (i32, Value) {
    tree::check(EXERCISE, path.to_str().unwrap(), 1).unwrap_or_else(|trouble| panic!("{trouble}"))
}

/// Writes and judges an answer with a fixture in it.
fn run(fixture: &str, method: &str) -> (i32, Value) {
    let path = place(fixture).join("answer.rs");
    fs_err::write(&path, answer(&reference(), fixture, method)).unwrap();
    judge(&path)
}

/// Claims that these checks fail in this way, and that the points of the others stay.
#[track_caller]
fn fails(fixture: &str, method: &str, checks: &[&str], kind: &str) {
    let (code, report) = run(fixture, method);
    let expected: Vec<_> = checks
        .iter()
        .map(|check| format!("{check} {kind}"))
        .collect();
    assert_eq!(tree::failures(&report), expected, "{report:#}");
    assert_eq!(code, 1);
    let kept: i64 = tree::checks(&report)
        .iter()
        .filter(|check| !checks.contains(&tree::text(&check["id"])))
        .map(|check| check["max_points"].as_i64().unwrap())
        .sum();
    assert_eq!(report["points"], kept);
}

/// Claims that an answer is refused with words that say this.
#[track_caller]
fn is_refused(path: &Path, words: &str) {
    let (code, report) = judge(path);
    assert!(tree::said(&report).contains(words), "{report:#}");
    assert_eq!(code, 3);
    assert_eq!(report["status"], "does-not-compile");
    assert_eq!(report["points"], 0);
    assert_eq!(report["max_points"], 30);
}

#[test]
fn exit_zero_at_the_beginning_earns_nothing() {
    fails("exits_in_new", IN_NEW, &ALL, "exited-early");
}

#[test]
fn printed_success_and_exit_zero_count_for_nothing() {
    fails(
        "exits_after_claiming_success",
        IN_CLOSE,
        &CLOSING,
        "exited-early",
    );
}

#[test]
fn exit_in_a_spawned_thread_is_an_early_exit_too() {
    fails(
        "exits_in_a_spawned_thread",
        IN_CLOSE,
        &CLOSING,
        "exited-early",
    );
}

#[test]
fn forged_results_on_every_descriptor_are_not_believed() {
    fails("writes_to_every_descriptor", IN_CLOSE, &CLOSING, "protocol");
}

#[test]
fn an_abort_is_a_crash() {
    fails("aborts", IN_CLOSE, &CLOSING, "crashed");
}

#[test]
fn a_stack_overflow_is_a_crash() {
    fails("overflows_its_stack", IN_CLOSE, &CLOSING, "crashed");
}

#[test]
fn a_loop_without_an_end_keeps_the_points_of_the_other_checks() {
    fails("computes_without_an_end", IN_CLOSE, &CLOSING, "timed-out");
}

#[test]
fn ten_megabytes_of_output_are_too_much() {
    fails("prints_ten_megabytes", IN_CLOSE, &CLOSING, "output-limit");
}

#[test]
fn a_hundred_kilobytes_of_output_do_no_harm() {
    let (code, report) = run("prints_a_hundred_kilobytes", IN_CLOSE);
    assert_eq!(tree::failures(&report), [""; 0]);
    assert_eq!(code, 0);
}

#[test]
fn a_panic_in_a_detached_thread_is_a_panic() {
    fails("panics_in_a_detached_thread", IN_CLOSE, &CLOSING, "panic");
}

#[test]
fn an_atomic_by_the_name_of_core_is_modelled_too() {
    fails(
        "loses_an_update_by_the_name_of_core",
        IN_CLOSE,
        &CLOSING,
        "panic",
    );
}

#[test]
fn parts_of_std_without_a_model_are_named() {
    let reference = reference();
    for (fixture, name) in [
        ("starts_a_process", "`Command`"),
        ("opens_a_socket", "`std::net::TcpListener`"),
        ("reads_its_input", "`stdin`"),
    ] {
        let path = place(fixture).join("answer.rs");
        fs_err::write(&path, answer(&reference, fixture, IN_CLOSE)).unwrap();
        is_refused(&path, "is not modelled");
        is_refused(&path, name);
        is_refused(&path, "answer.rs:");
    }
}

#[test]
fn what_cannot_be_read_as_an_answer_is_refused_with_the_reason() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let source = |name: &str| {
        let source = directory.join(name).join("src");
        fs_err::create_dir_all(&source).unwrap();
        source.join("lib.rs")
    };

    let root = source("not-utf8");
    fs_err::write(&root, b"//! \xff\xfe\n").unwrap();
    is_refused(
        &directory.join("not-utf8"),
        "`src/lib.rs` is not UTF-8: line 1, byte 4",
    );

    let root = source("directory");
    fs_err::create_dir(&root).unwrap();
    is_refused(&directory.join("directory"), "`src/lib.rs` is a directory");

    let root = source("link");
    symlink("/etc/hostname", &root).unwrap();
    is_refused(
        &directory.join("link"),
        "`src/lib.rs` is a link that leads out of the answer",
    );
    fs_err::remove_file(&root).unwrap();
    fs_err::write(&root, "mod part;\n").unwrap();
    symlink("/etc", root.with_file_name("part")).unwrap();
    is_refused(
        &directory.join("link"),
        "`src/part` is a link that leads out of the answer",
    );

    let root = source("empty");
    fs_err::write(&root, "").unwrap();
    is_refused(
        &directory.join("empty"),
        "a signature differs from what the README says",
    );
}

#[test]
fn a_missing_answer_is_a_usage_error() {
    let directory = tempfile::tempdir().unwrap();
    fs_err::create_dir(directory.path().join("src")).unwrap();
    for missing in ["", "src", "src/lib.rs", "elsewhere"] {
        tree::real()
            .args(["check", EXERCISE, "--source"])
            .arg(directory.path().join(missing))
            .assert()
            .code(2)
            .stdout("")
            .stderr(predicates::str::contains("no answer at"));
    }
}

#[test]
fn a_path_with_spaces_and_quotes_is_a_path() {
    let reference = reference();
    let source = place("my 'right' answer").join("src");
    fs_err::create_dir_all(&source).unwrap();
    fs_err::write(source.join("lib.rs"), reference).unwrap();
    let (code, report) = judge(&place("my 'right' answer"));
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(report["points"], 30);
}
