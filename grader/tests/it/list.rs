//! `list`: the table.

use crate::course::Course;

#[test]
fn exercises_are_listed_by_chapter() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.answer(2, "question + 1");
    course.run("check 1 2");
    let (code, stdout, _) = course.run("list");
    assert_eq!(code, 0);
    insta::assert_snapshot!(stdout, @r"
    Chapter 1  Operating systems
    01  First steps                      passed                5/5

    Chapter 3  Threads
    02  Two threads, one number  **      failed               2/10
    03  Last things              *****   -                     0/5

    *  Stars weigh the points: they say how much the course makes of a topic, not
       how hard it is.
    ");
}

#[test]
fn programs_read_the_same_list_as_json() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.run("check 1");
    let (code, list) = course.json("list --format json");
    assert_eq!(code, 0);
    assert_eq!(list["format"], 1);
    let exercises = list["exercises"].as_array().unwrap();
    let passed: Vec<_> = exercises.iter().map(|it| it["status"].as_str()).collect();
    assert_eq!(passed, [Some("passed"), None, None]);
    assert_eq!(exercises[0]["max_points"], 5);
    assert_eq!(exercises[0]["title"]["zh"], "第一步");
}

#[test]
fn chinese_columns_are_straight() {
    let course = Course::new();
    let (code, stdout, _) = course.run("list --lang zh");
    assert_eq!(code, 0);
    insta::assert_snapshot!(stdout, @r"
    第 1 章  操作系统
    01  第一步                    -                     0/5

    第 3 章  线程
    02  两个线程，一个数  **      -                    0/10
    03  最后的事          *****   -                     0/5

    *  星号决定分值：表示课程对这个主题的重视程度，而不是它的难度。
    ");
}
