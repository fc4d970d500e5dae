//! Generated programs, as a student sees one that fails.

use std::{path::Path, process::Command};

use fs_err as fs;

use crate::tree;

/// Compiles with the real library, without making code.
fn compiles(directory: &Path, arguments: &[&str]) {
    let output = Command::new("rustc")
        .args(["--edition=2024", "--emit=metadata"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

#[test]
fn a_program_that_fails_compiles_as_it_is_printed() {
    for (exercise, wrong) in [
        ("25-thread-semaphore", "busy_is_not_empty"),
        ("29-recursive-lock", "anybody_releases"),
        ("30-thread-queue", "closed_is_timed_out"),
        ("31-event", "counts_every_change"),
        ("36-queue-stack-priority", "asks_again_and_again"),
    ] {
        let solution = tree::root().join("solutions").join(exercise);
        let answer = solution.join(format!("wrong/{wrong}.diff"));
        let (_, report) = tree::check(exercise, answer.to_str().unwrap(), 1).unwrap();
        let program = tree::checks(&report)
            .iter()
            .find(|check| check["id"] == "small_programs")
            .and_then(|check| check["verdict"]["program"].as_str())
            .unwrap_or_else(|| panic!("{exercise}: {report:#}"));
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("main.rs"), program).unwrap();
        let (_, name) = exercise.split_once('-').unwrap();
        let (name, reference) = (name.replace('-', "_"), solution.join("src/lib.rs"));
        compiles(
            directory.path(),
            &[
                "--crate-type=lib",
                "--crate-name",
                &name,
                reference.to_str().unwrap(),
            ],
        );
        let library = format!("{name}=lib{name}.rmeta");
        compiles(directory.path(), &["main.rs", "--extern", &library]);
    }
}
