//! `dev stub`: stubs are made from references, and no work is lost.

use crate::{course::Course, tree};

const REFERENCE: &str = "solutions/04-whole-numbers/src/lib.rs";
const GIVEN: &str = "exercises/04-whole-numbers/stub/src/lib.rs";
const WORKED_ON: &str = "exercises/04-whole-numbers/src/lib.rs";

/// A course whose reference makes another stub than the old one.
fn changed() -> (Course, String) {
    let course = Course::with_a_whole_exercise();
    let new = course.read(GIVEN).replace("Twice", "Two times");
    course.replace(REFERENCE, "Twice", "Two times");
    (course, new)
}

#[test]
fn the_stubs_of_this_course_are_what_the_references_make() {
    let output = tree::real()
        .args(["dev", "stub", "--check"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{shown}");
}

#[test]
fn both_places_get_the_stub() {
    let (course, new) = changed();
    let (code, stdout, _) = course.run("dev stub 4");
    assert_eq!(code, 0);
    assert_eq!(stdout, format!("wrote  {GIVEN}\nwrote  {WORKED_ON}\n"));
    assert_eq!(
        [course.read(GIVEN), course.read(WORKED_ON)],
        [new.clone(), new]
    );
    let (code, stdout, stderr) = course.run("dev stub 4");
    assert_eq!((code, &*stdout), (0, ""));
    assert!(
        stderr.contains("every stub equals the one generated from its reference"),
        "{stderr}"
    );
}

#[test]
fn a_stub_can_be_read_by_everybody_who_can_read_the_reference() {
    use std::os::unix::fs::PermissionsExt as _;
    let (course, _) = changed();
    let mode = |path: &str| {
        let metadata = fs_err::metadata(course.root().join(path)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    fs_err::remove_file(course.root().join("README.md")).unwrap();
    course.write("README.md", "new\n");
    assert_eq!(course.run("dev stub 4").0, 0);
    assert_eq!([mode(GIVEN), mode(WORKED_ON)], [mode("README.md"); 2]);
}

#[test]
fn work_is_left_where_it_is_unless_it_is_forced() {
    let (course, new) = changed();
    course.replace(WORKED_ON, "todo!()", "number + number");
    let work = course.read(WORKED_ON);

    let (code, stdout, stderr) = course.run("dev stub 4");
    assert_eq!((code, stdout), (0, format!("wrote  {GIVEN}\n")));
    assert!(stderr.contains("was left unchanged"), "{stderr}");
    assert_eq!(
        [course.read(GIVEN), course.read(WORKED_ON)],
        [new.clone(), work.clone()]
    );

    let (code, stdout, _) = course.run("dev stub 4 --force");
    assert_eq!(code, 0);
    let backup = ".grader/backup/04-whole-numbers/1/src/lib.rs";
    assert_eq!(stdout, format!("kept   {backup}\nwrote  {WORKED_ON}\n"));
    assert_eq!([course.read(WORKED_ON), course.read(backup)], [new, work]);
}

#[test]
fn a_check_shows_the_difference_and_writes_nothing() {
    let (course, _) = changed();
    let old = course.read(GIVEN);
    let (code, stdout, stderr) = course.run("dev stub 4 --check");
    assert_eq!(code, 1);
    assert!(
        stdout.contains("-/// Twice `number`.\n+/// Two times `number`.\n"),
        "{stdout}"
    );
    assert!(stderr.contains("run `cargo grader dev stub`"), "{stderr}");
    assert_eq!(
        [course.read(GIVEN), course.read(WORKED_ON)],
        [old.clone(), old]
    );
}

#[test]
fn wrong_marks_are_shown_with_file_and_line() {
    let course = Course::with_a_whole_exercise();
    course.replace(REFERENCE, "    // END SOLUTION\n", "");
    let (code, _, stderr) = course.run("dev stub 4");
    assert_eq!(code, 70);
    let expected = format!("{REFERENCE}:5: this block does not end");
    assert!(stderr.contains(&expected), "{stderr}");
    assert!(stderr.contains("hint: put `// BEGIN SOLUTION`"), "{stderr}");
}
