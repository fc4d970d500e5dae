//! The whole of it: the course of this repository, with the real checking library.

use std::path::Path;

use serde_json::Value;

use crate::course::grader;

fn run(arguments: &[&str]) -> (i32, Value) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = grader()
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(root)
        .env(
            "GRADER_CACHE",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache"),
        )
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), report)
}

#[test]
fn a_lost_wake_up_is_found_and_replayed_byte_for_byte() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let solution = root.join("solutions/30-thread-queue/src/lib.rs");
    let right = fs_err::read_to_string(&solution).unwrap();
    let (code, report) = run(&["check", "30", "--solution"]);
    assert_eq!(code, 0, "{report}");

    let directory = tempfile::tempdir().unwrap();
    let wrong = directory.path().join("wrong.rs");
    fs_err::write(&wrong, right.replace("notify_all", "notify_one")).unwrap();
    let source = wrong.to_str().unwrap();
    let (code, report) = run(&["check", "30", "--source", source]);
    assert_eq!(code, 1, "{report}");
    let checks = report["exercises"][0]["checks"].as_array().unwrap();
    let failed = checks
        .iter()
        .find(|check| check["verdict"]["result"] == "failed")
        .unwrap();
    let token = failed["verdict"]["token"].as_str().unwrap();
    let (code, replayed) = run(&["replay", "30", token, "--source", source]);
    assert_eq!(code, 1, "{replayed}");
    let mut failed = failed.clone();
    let executions = failed.as_object_mut().unwrap().remove("executions");
    assert!(executions.is_some_and(|it| it.as_u64() > Some(0)));
    assert_eq!(replayed["exercises"][0]["checks"][0], failed);
}

#[test]
fn processes_that_are_all_forked_get_the_same_report() {
    let solutions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../solutions");
    let wrong = solutions.join("10-process-two-ways/wrong/starts_again.rs");
    let wrong = wrong.to_str().unwrap();
    for answer in [&["--solution"][..], &["--source", wrong]] {
        let check = [&["check", "10"], answer].concat();
        let without_times = |arguments: &[&str]| {
            let (code, mut report) = run(arguments);
            let exercise = report["exercises"][0].as_object_mut().unwrap();
            assert!(exercise.remove("timing").is_some());
            (code, report)
        };
        // Verdicts, traces and tokens are in it.
        let remembered = without_times(&check);
        let forked = without_times(&[&check[..], &["--plain-forks"]].concat());
        assert_eq!(remembered, forked);
    }
}
