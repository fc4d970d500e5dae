//! `hint`: one more each time.

use crate::course::Course;

#[test]
fn each_call_shows_the_next_hint_and_then_all() {
    let course = Course::new();
    let (code, stdout, _) = course.run("hint 2");
    assert_eq!(code, 0);
    insta::assert_snapshot!(stdout, @r"
    Hint 1 of 3
      Look at the types.

    Then try `cargo grader check 02`, or ask for the next hint.
    ");
    assert!(course.run("hint 02").1.starts_with("Hint 2 of 3\n"));
    let last = course.run("hint two-threads").1;
    assert!(
        last.starts_with("Hint 3 of 3\n") && last.contains("There are no more hints"),
        "{last}"
    );
    let all = course.run("hint 2").1;
    assert!(
        all.starts_with("Hint 1 of 3\n") && all.contains("Hint 3 of 3\n"),
        "{all}"
    );
    // Hints of another exercise are counted by themselves.
    assert!(
        course
            .run("hint 1 --lang zh")
            .1
            .starts_with("提示 1/3\n  看看类型。\n")
    );
}
