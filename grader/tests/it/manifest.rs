//! Manifests: every mistake has its file and line.

use crate::course::Course;

const MANIFEST: &str = "exercises/02-two-threads/exercise.toml";

#[track_caller]
fn check(path: &str, from: &str, to: &str, expected: &str) {
    let course = Course::new();
    course.replace(path, from, to);
    let (code, _, stderr) = course.run("check 2");
    assert_eq!(code, 70, "{stderr}");
    assert!(stderr.contains(expected), "{stderr}");
    assert!(stderr.contains("hint: fix the manifest"), "{stderr}");
}

#[test]
fn mistakes_are_shown_with_file_and_line() {
    check(
        MANIFEST,
        "stars = 2",
        "stars = two",
        &format!("{MANIFEST}:5: "),
    );
    check(
        MANIFEST,
        "stars = 2",
        "star = 2",
        &format!("{MANIFEST}:5: unknown field `star`"),
    );
    check(
        MANIFEST,
        "\"two-threads\"",
        "\"three\"",
        &format!("{MANIFEST}:2: the id is `three`"),
    );
    check(
        "solutions/02-two-threads/hidden.toml",
        "\"secret\"",
        "\"first\"",
        "solutions/02-two-threads/hidden.toml:4: two checks are called `first`",
    );
}

#[test]
fn two_exercises_cannot_have_one_number() {
    let course = Course::new();
    course.write("exercises/02-other/exercise.toml", "");
    let (code, _, stderr) = course.run("list");
    assert_eq!(code, 70);
    assert!(
        stderr.contains("`exercises/02-other` and `exercises/02-two-threads`"),
        "{stderr}"
    );
}
