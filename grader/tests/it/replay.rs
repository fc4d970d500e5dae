//! `replay`: the same failure again.

use crate::course::Course;

#[test]
fn a_replay_shows_what_the_check_showed() {
    let course = Course::new();
    course.answer(2, "question + 1");
    let (_, checked) = course.json("check 2 --format json");
    let (code, replayed) = course.json("replay 2 second.0.7f3a.AAEC --format json");
    assert_eq!(code, 1);
    let checks = replayed["exercises"][0]["checks"].as_array().unwrap();
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0], checked["exercises"][0]["checks"][1]);
}

#[test]
fn the_command_to_replay_repeats_the_source() {
    let course = Course::new();
    course.write(
        "my answer.rs",
        "/// Mine.\npub fn answer(q: u32) -> u32 { q + 1 }\n",
    );
    let output = course
        .grader("check 2 --source")
        .arg("my answer.rs")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        stdout.contains("cargo grader replay 02 second.0.7f3a.AAEC --source 'my answer.rs'\n"),
        "{stdout}"
    );
}

#[test]
fn a_token_of_other_code_is_said_to_be_one() {
    let course = Course::new();
    course.answer(2, "question + 1");
    let (_, _, stderr) = course.run("replay 2 second.0.7f3a.AAEC");
    assert!(
        stderr.contains("the code has changed since this token was made"),
        "{stderr}"
    );
}

#[test]
fn a_text_that_is_no_token_is_a_usage_error() {
    let course = Course::new();
    course.answer(2, "question + 1");
    for token in ["garbage", "third.0.7f3a.AA", "second.0.7f3a.AA.cut"] {
        let (code, stdout, stderr) = course.run(&format!("replay 2 {token}"));
        assert_eq!(code, 2, "{stdout}{stderr}");
        assert!(
            stderr.contains("is not a token of `02-two-threads`"),
            "{stderr}"
        );
        assert!(stderr.contains("hint: copy the whole token"), "{stderr}");
    }
}
