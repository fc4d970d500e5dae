//! `report`: points by chapter.

use crate::course::Course;

#[test]
fn chapters_the_last_failure_and_the_next_step_are_shown() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.answer(2, "question + 1");
    course.run("check --all");
    let (code, stdout, _) = course.run("report");
    assert_eq!(code, 0);
    insta::assert_snapshot!(stdout, @r"
    Chapter 1  Operating systems  ####################        5/5  1/1 passed, 0/0 *
    Chapter 3  Threads            ##..................       2/15  0/2 passed, 0/7 *
    Together                      #######.............       7/20

    Last failure  02 second: Something else.
    Next          cargo grader check 02
    ");
    let (code, report) = course.json("report --format json");
    assert_eq!(code, 0);
    assert_eq!(report["points"], 7);
    assert_eq!(report["next"], "two-threads");
    assert_eq!(
        report["exercises"][1]["last_failure"]["token"],
        "second.0.7f3a.AAEC"
    );
}
