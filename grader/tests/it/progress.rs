//! The progress file: damage and several graders at once.

use crate::course::Course;

#[test]
fn a_damaged_file_is_kept_aside_and_said_so() {
    let course = Course::new();
    course.write(".grader/progress.json", "{ half");
    let (code, _, stderr) = course.run("hint 1");
    assert_eq!(code, 0);
    assert!(stderr.contains("could not be read"), "{stderr}");
    assert_eq!(course.read(".grader/progress.damaged-1.json"), "{ half");
    course.write(".grader/progress.json", "{\"format\":0,\"exercises\":{}}");
    let (_, _, stderr) = course.run("list");
    assert!(stderr.contains("progress.damaged-2.json"), "{stderr}");
}

#[test]
fn graders_at_the_same_time_lose_nothing() {
    let course = Course::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for number in 1..=3 {
                    assert_eq!(course.run(&format!("hint {number}")).0, 0);
                }
            });
        }
    });
    let progress: serde_json::Value =
        serde_json::from_str(&course.read(".grader/progress.json")).unwrap();
    for id in ["first-steps", "two-threads", "last-things"] {
        assert_eq!(progress["exercises"][id]["hints_shown"], 3);
    }
}

#[test]
fn the_best_result_is_remembered() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.run("check 1");
    course.answer(1, "question + 1");
    course.run("check 1");
    let (_, report) = course.json("report --format json");
    let exercise = &report["exercises"][0];
    assert_eq!(exercise["best"], 5);
    assert_eq!(exercise["points"], 2);
    assert_eq!(exercise["attempts"], 2);
}
