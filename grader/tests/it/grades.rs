//! Grades: what is sealed is judged or said to be missing, points are those of the assignment,
//! lateness costs what the policy says, and no number of a file is too much.

use crate::{
    course::Course,
    pack::{EXERCISE, Pack},
};

const RIGHT: &str = "number * 2";
/// Right for the small numbers of the public check alone.
const HALF_RIGHT: &str = "if number > 1000 { 7 } else { number * 2 }";

/// A text in one line, whatever the terminal made of it.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// F01.
#[test]
fn points_never_exceed_their_maximum_after_a_check_with_the_key() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let (code, report) = pack
        .course
        .json(&format!("check --all {} --format json", pack.key()));
    assert_eq!(code, 0);
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&10.into(), &10.into())
    );
    let (code, stdout, stderr) = pack.course.run("report");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("10/10"), "{stdout}");
    assert!(pack.course.run("list").1.contains("10/10"));
    let (_, report) = pack.course.json("report --format json");
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&10.into(), &10.into())
    );
}

/// F05.
#[test]
fn a_missing_sealed_file_is_an_error_of_the_kit() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let sealed = format!("{EXERCISE}/checks/hidden.age");
    let key = pack.key();
    pack.course.remove(&sealed);
    for words in ["check --all", "check 4", "check --all --format json"] {
        let (code, _, stderr) = pack.course.run(&format!("{words} {key}"));
        assert_eq!(code, 70, "{words}: {stderr}");
        assert!(
            stderr.contains(&format!("{sealed}: it is missing, but `pack.toml` says")),
            "{stderr}"
        );
    }
    // Whoever has no key is not kept from working.
    assert_eq!(pack.course.run("check 4").0, 0);
    let (code, stdout, _) = pack.course.run("doctor");
    assert_eq!(code, 70, "{stdout}");
    assert!(
        stdout.contains(&format!("`{sealed}` is missing")),
        "{stdout}"
    );
}

#[test]
fn what_cannot_be_opened_is_an_error_of_the_kit() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let sealed = format!("{EXERCISE}/checks/hidden.age");
    let key = pack.key();
    let path = pack.course.root().join(&sealed);
    let whole = fs_err::read(&path).unwrap();
    let stranger = Pack::sealed();
    let theirs = fs_err::read(stranger.course.root().join(&sealed)).unwrap();
    for (what, bytes) in [
        ("empty", &[][..]),
        ("cut", &whole[..whole.len() / 2]),
        ("cut by one byte", &whole[..whole.len() - 1]),
        ("of another key", &theirs),
        ("a text", b"canary"),
    ] {
        fs_err::write(&path, bytes).unwrap();
        let (code, _, stderr) = pack.course.run(&format!("check 4 {key}"));
        assert_eq!(code, 70, "{what}: {stderr}");
        assert!(stderr.contains(&sealed), "{what}: {stderr}");
    }
    fs_err::remove_file(&path).unwrap();
    fs_err::create_dir(&path).unwrap();
    assert_eq!(pack.course.run(&format!("check 4 {key}")).0, 70);
}

#[test]
fn the_sealed_file_of_another_exercise_is_not_taken() {
    let teacher = Course::with_a_whole_exercise();
    let (from, to) = ("04-whole-numbers", "05-more-numbers");
    for top in ["exercises", "solutions"] {
        let root = teacher.root().join(top);
        crate::course::copy(&root.join(from), &root.join(to));
    }
    for (file, from, to) in [
        ("exercise.toml", "whole-numbers", "more-numbers"),
        ("exercise.toml", "number = 4", "number = 5"),
        ("Cargo.toml", "whole-numbers", "more-numbers"),
    ] {
        teacher.replace(&format!("exercises/05-more-numbers/{file}"), from, to);
    }
    let pack = Pack::of(&teacher, "4 5");
    let place = |name: &str| {
        pack.course
            .root()
            .join(format!("exercises/{name}/checks/hidden.age"))
    };
    fs_err::copy(place(to), place(from)).unwrap();
    let (code, _, stderr) = pack.course.run(&format!("check 4 {}", pack.key()));
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("it belongs to the exercise `more-numbers`"),
        "{stderr}"
    );
}

#[test]
fn a_pack_and_its_files_have_to_agree_on_points() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let key = pack.key();
    pack.course
        .replace("pack.toml", "hidden_points = 6", "hidden_points = 5");
    let (code, _, stderr) = pack.course.run(&format!("check 4 {key}"));
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("its checks have 6 points, but `pack.toml` says 5"),
        "{stderr}"
    );

    let pack = Pack::sealed();
    pack.course.replace(
        &format!("{EXERCISE}/exercise.toml"),
        "points = 4",
        "points = 400",
    );
    let (code, _, stderr) = pack.course.run("check 4");
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("the checks have 400 points, but `pack.toml` says 4"),
        "{stderr}"
    );
}

#[test]
fn without_a_pack_file_a_missing_seal_is_missed_all_the_same() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let key = pack.key();
    pack.course.remove("pack.toml");
    pack.course.remove(&format!("{EXERCISE}/checks/hidden.age"));
    let (code, _, stderr) = pack.course.run(&format!("check 4 {key}"));
    assert_eq!(code, 70, "{stderr}");
    assert!(stderr.contains("no `pack.toml` says"), "{stderr}");
}

#[test]
fn a_key_file_that_is_not_there_is_a_usage_error() {
    let pack = Pack::sealed();
    for (words, code) in [
        ("check 4 --key no.txt", 2),
        ("replay 4 doubles_small_numbers.0 --key no.txt", 2),
    ] {
        let (found, _, stderr) = pack.course.run(words);
        assert_eq!(found, code, "{stderr}");
        assert!(stderr.contains("cannot read `no.txt`"), "{stderr}");
    }
}

/// F04.
#[test]
fn points_and_dates_are_those_of_the_assignment() {
    let pack = Pack::assigned(&[]);
    pack.answer(RIGHT);
    let key = pack.key();
    let judged = |at: &str| {
        let (code, report) = pack
            .course
            .json(&format!("check --all {key} --format json --submitted {at}"));
        assert_eq!(code, 0, "{report}");
        report
    };
    let report = judged("2026-10-14T23:59");
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&25.into(), &25.into())
    );
    let checks = report["exercises"][0]["checks"].as_array().unwrap();
    let points: Vec<_> = checks.iter().map(|it| it["max_points"].as_u64()).collect();
    assert_eq!(points, [Some(10), Some(15)]);
    assert_eq!(report["handed"]["standing"], "in-time");
    assert_eq!(
        report["handed"]["assignment"]["due"],
        "2026-10-14T23:59:00+02:00[Europe/Berlin]"
    );
    for (at, points, lost, standing, days) in [
        ("2026-09-01T12:00", 25, 0, "not-open", 0),
        ("2026-10-01T08:00", 25, 0, "in-time", 0),
        ("2026-10-14T23:59:01", 22, 3, "late", 1),
        ("2026-10-15T14:59:00-07:00", 22, 3, "late", 1),
        ("2026-10-17T23:59", 17, 8, "late", 3),
        ("2026-10-17T23:59:01", 0, 25, "closed", 4),
        ("2031-01-01T00:00Z", 0, 25, "closed", 1540),
    ] {
        let report = judged(at);
        let exercise = &report["exercises"][0];
        assert_eq!(report["points"], points, "{at}");
        assert_eq!(exercise["points"], points, "{at}");
        assert_eq!(
            exercise["lost_to_lateness"].as_u64().unwrap_or(0),
            lost,
            "{at}"
        );
        assert_eq!(exercise["max_points"], 25, "{at}");
        assert_eq!(report["handed"]["standing"], standing, "{at}");
        assert_eq!(report["handed"]["late_days"], days, "{at}");
    }
}

#[test]
fn a_replay_speaks_in_points_of_the_assignment() {
    let pack = Pack::assigned(&[]);
    pack.answer("number");
    let (_, report) = pack.course.json("check 4 --format json");
    let token = &report["exercises"][0]["checks"][0]["verdict"]["token"];
    let token = token.as_str().unwrap();
    let (code, report) = pack.course.json(&format!("replay 4 {token} --format json"));
    assert_eq!(code, 1);
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&0.into(), &10.into())
    );
}

#[test]
fn a_student_is_told_of_dates_and_of_what_is_lost() {
    let pack = Pack::assigned(&[]);
    pack.answer(RIGHT);
    let key = pack.key();
    let stdout = |words: &str| {
        let (code, stdout, stderr) = pack.course.run(words);
        assert_eq!(code, 0, "{stderr}");
        stdout
    };
    let late = stdout(&format!("check 4 {key} --submitted 2026-10-16T12:00"));
    insta::assert_snapshot!(late);
    let late = stdout(&format!(
        "check 4 {key} --submitted 2026-10-16T12:00 --lang zh"
    ));
    insta::assert_snapshot!(late);
    let late = stdout(&format!("check 4 {key} --submitted 2026-10-19T12:00"));
    let late = one_line(&late);
    assert!(late.contains("passed, 0 of 25 points"), "{late}");
    assert!(late.contains("5 days late: no longer accepted"), "{late}");
    // What an answer is worth is not forgotten by looking at it too late.
    let report = one_line(&stdout("report"));
    for part in [
        "Week 1: numbers",
        "Opens 2026-10-01 08:00 (Europe/Berlin). Due 2026-10-14 23:59 (Europe/Berlin).",
        "25/25",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    let (_, json) = pack.course.json("report --format json");
    assert_eq!(json["points"], 25);
    assert_eq!(json["assignment"]["id"], "week-1");
    assert_eq!(json["assignment"]["late"]["percent_per_day"], 10);
}

#[test]
fn without_a_moment_the_policy_is_held_against_now() {
    let now = jiff::ZonedDateTime::now();
    let day = |days: i64| {
        let day = now.checked_add(jiff::Span::new().days(days)).unwrap();
        day.strftime("%Y-%m-%d 12:00").to_string()
    };
    for (opens, due, standing) in [
        (-20, -10, "closed"),
        (-20, 20, "in-time"),
        (10, 20, "not-open"),
    ] {
        let pack = Pack::assigned(&[
            ("2026-10-01 08:00", &day(opens)),
            ("2026-10-14 23:59", &day(due)),
        ]);
        pack.answer(RIGHT);
        let (code, report) = pack.course.json("check 4 --format json");
        assert_eq!(code, 0);
        assert_eq!(report["handed"]["standing"], standing);
        assert_eq!(report["handed"]["submitted"], serde_json::Value::Null);
        // Two runs differ in their timing alone.
        let mut reports = [0, 1].map(|_| pack.course.json("check 4 --format json").1);
        for report in &mut reports {
            report["exercises"][0]["timing"] = serde_json::Value::Null;
        }
        assert_eq!(reports[0], reports[1]);
    }
}

#[test]
fn a_moment_that_is_none_is_a_usage_error() {
    let pack = Pack::assigned(&[]);
    for (text, expected) in [
        ("yesterday", "`yesterday` is not a date and time"),
        ("", "`` is not a date and time"),
        ("2026-13-01T10:00", "is not a date and time"),
        ("2026-02-29T10:00", "is not a date and time"),
        ("2026-10-14", "is not a date and time"),
        ("-1", "is not a date and time"),
        ("99999-10-14T10:00", "is not a date and time"),
        ("2026-10-25T02:30", "exists twice in Europe/Berlin"),
        ("2026-03-29T02:30", "does not exist in Europe/Berlin"),
    ] {
        let output = pack
            .course
            .grader("check 4 --submitted")
            .arg(text)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {stderr}");
        assert!(stderr.contains(expected), "{text}: {stderr}");
        assert!(stderr.contains("2026-10-14T23:59"), "{text}: {stderr}");
    }
    // Where there are no dates, there is nothing to be late for.
    for course in [Course::new(), Pack::sealed().course] {
        let (code, _, stderr) = course.run("check --all --submitted 2026-10-14T23:59");
        assert_eq!(code, 2, "{stderr}");
        assert!(
            stderr.contains("`--submitted` needs an assignment"),
            "{stderr}"
        );
    }
}

#[test]
fn the_clock_of_the_computer_that_judges_does_not_matter() {
    let pack = Pack::assigned(&[("Europe/Berlin", "Asia/Shanghai")]);
    pack.answer(RIGHT);
    for zone in ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"] {
        let output = pack
            .course
            .grader("check 4 --format json --submitted 2026-10-15T00:00")
            .env("TZ", zone)
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["handed"]["late_days"], 1, "{zone}");
        assert_eq!(
            report["handed"]["submitted"],
            "2026-10-15T00:00:00+08:00[Asia/Shanghai]"
        );
    }
}

/// Public is not all.
#[test]
fn a_pass_of_the_public_checks_is_not_called_all() {
    let pack = Pack::sealed();
    pack.answer(HALF_RIGHT);
    let sentence = "passed the public checks, 4 of 10 points; \
                    6 points are judged by hidden checks when it is graded";
    for words in ["check 4", "check --all", "check"] {
        let (code, stdout, _) = pack.course.run(words);
        assert_eq!(code, 0);
        assert!(
            one_line(&stdout).contains(sentence) || words == "check",
            "{stdout}"
        );
        pack.course.remove(".grader/progress.json");
    }
    pack.course.run("check 4");
    let list = one_line(&pack.course.run("list").1);
    assert!(list.contains("passed (public) 4/10"), "{list}");
    assert!(list.contains(sentence), "{list}");
    let report = one_line(&pack.course.run("report").1);
    assert!(report.contains("4/10"), "{report}");
    assert!(
        report.contains("6 points are judged by hidden checks when it is graded"),
        "{report}"
    );
    assert!(!report.contains("Everything is passed"), "{report}");
    let (_, json) = pack.course.json("check 4 --format json");
    for part in [&json, &json["exercises"][0]] {
        assert_eq!(part["points"], 4);
        assert_eq!(part["max_points"], 10);
        assert_eq!(part["unjudged_points"], 6);
    }
    let (_, json) = pack.course.json("report --format json");
    assert_eq!(json["unjudged_points"], 6);
    assert_eq!(json["exercises"][0]["unjudged_points"], 6);

    let (_, stdout, _) = pack.course.run("check 4 --lang zh");
    assert!(
        one_line(&stdout).contains("通过公开检查，4/10 分； 另有 6 分在评分时由隐藏检查评判"),
        "{stdout}"
    );
    // Whoever has the key sees the mistake.
    let (code, report) = pack
        .course
        .json(&format!("check 4 {} --format json", pack.key()));
    assert_eq!(code, 1);
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&4.into(), &10.into())
    );
    assert_eq!(report["unjudged_points"], serde_json::Value::Null);
}

#[test]
fn whatever_becomes_of_an_answer_its_maximum_is_the_same() {
    let pack = Pack::assigned(&[]);
    for (answer, code) in [
        (RIGHT, 0),
        ("number", 1),
        ("todo!()", 4),
        ("let number: &str = 7;", 3),
    ] {
        pack.answer(answer);
        let (found, report) = pack.course.json("check 4 --format json");
        assert_eq!(found, code, "{report}");
        assert_eq!(report["max_points"], 25, "{answer}");
        assert_eq!(report["unjudged_points"], 15, "{answer}");
        let (_, list, _) = pack.course.run("list");
        assert!(list.contains("/25"), "{list}");
    }
}

#[test]
fn where_nothing_is_hidden_a_pass_is_a_pass() {
    let teacher = Course::with_a_whole_exercise();
    let pack = Course::empty();
    let place = pack.root().display().to_string();
    assert_eq!(
        teacher
            .run(&format!("publish 4 --public-only --out {place}"))
            .0,
        0
    );
    let answer = teacher.read("solutions/04-whole-numbers/src/lib.rs");
    pack.write(&format!("{EXERCISE}/src/lib.rs"), answer);
    let (code, stdout, _) = pack.run("check 4");
    assert_eq!(code, 0);
    assert!(stdout.contains("passed, 4 of 4 points\n"), "{stdout}");
    assert!(!pack.run("list").1.contains("public"));
    // A key that opens nothing is answered so.
    let keys = crate::pack::Keys::new();
    let place = tempfile::tempdir().unwrap();
    let key = keys.file(place.path()).display().to_string();
    let (code, stdout, stderr) = pack.run(&format!("check 4 --key {key}"));
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("has no hidden checks to open"), "{stderr}");
    assert!(stdout.contains("passed, 4 of 4 points\n"), "{stdout}");
}

#[test]
fn a_check_without_the_key_after_one_with_it_counts_nothing_twice() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    let points = || {
        let (_, report) = pack.course.json("report --format json");
        let number = |name: &str| report[name].as_u64().unwrap();
        let best = report["exercises"][0]["best"].as_u64().unwrap();
        [
            number("points"),
            number("unjudged_points"),
            number("max_points"),
            best,
        ]
    };
    for _ in 0..2 {
        assert_eq!(pack.course.run(&format!("check 4 {}", pack.key())).0, 0);
        assert_eq!(points(), [10, 0, 10, 10]);
        assert_eq!(pack.course.run("check 4").0, 0);
        assert_eq!(points(), [4, 6, 10, 10]);
    }
}

#[test]
fn points_of_an_older_pack_and_an_older_grader_are_those_of_the_new_one() {
    let pack = Pack::sealed();
    pack.answer(RIGHT);
    assert_eq!(pack.course.run("check 4").0, 0);
    let teacher = Course::with_a_whole_exercise();
    teacher.write("week.toml", crate::pack::ASSIGNMENT);
    pack.unpack_over(&teacher, "--assignment week.toml");
    let list = || one_line(&pack.course.run("list").1);
    assert!(list().contains("passed (public) 10/25"), "{}", list());
    pack.course.write(
        ".grader/progress.json",
        "{\"format\": 1, \"exercises\": {\"whole-numbers\": {\"status\": \"passed\", \"points\": 4, \
         \"best\": 4, \"max_points\": 4, \"attempts\": 1, \"hints_shown\": 0}}}",
    );
    assert!(list().contains("passed (public) 4/25"), "{}", list());
}

#[test]
fn no_number_of_a_progress_file_is_too_much() {
    let most = u32::MAX;
    for (points, max_points) in [(40, 22), (0, 0), (most, 0), (most, most), (7, most)] {
        let course = Course::new();
        let one = format!(
            "{{\"status\": \"passed\", \"points\": {points}, \"best\": {points}, \"max_points\": {max_points}, \
             \"unjudged_points\": {most}, \"attempts\": {most}, \"hints_shown\": {}}}",
            u64::MAX
        );
        let ids = ["first-steps", "two-threads", "last-things", "not-there"];
        let all: Vec<String> = ids.iter().map(|id| format!("\"{id}\": {one}")).collect();
        course.write(
            ".grader/progress.json",
            format!("{{\"format\": 1, \"exercises\": {{{}}}}}", all.join(",")),
        );
        for words in ["list", "report", "hint 1", "check 1", "list", "report"] {
            let (code, _, stderr) = course.run(words);
            assert!(
                !stderr.contains("panicked") && [0, 4].contains(&code),
                "{words}: {stderr}"
            );
        }
        let (_, report) = course.json("report --format json");
        let (points, most) = (report["points"].as_u64(), report["max_points"].as_u64());
        assert!(points <= most, "{report}");
    }
}

#[test]
fn a_number_that_is_none_is_a_damaged_progress_file() {
    for number in ["-1", "1e99", "NaN", "99999999999", "\"4\"", "1.5"] {
        let course = Course::new();
        let text = format!(
            "{{\"format\": 1, \"exercises\": {{\"first-steps\": {{\"points\": {number}}}}}}}"
        );
        course.write(".grader/progress.json", &text);
        let (code, _, stderr) = course.run("report");
        assert_eq!(code, 0, "{stderr}");
        assert!(stderr.contains("could not be read"), "{stderr}");
        assert_eq!(course.read(".grader/progress.damaged-1.json"), text);
    }
}

#[test]
fn a_number_of_a_manifest_that_cannot_be_is_named_with_its_line() {
    for (from, to, line) in [
        (
            "points = 2",
            "points = 4294967295",
            "12: the check `first` has 4294967295 points",
        ),
        ("points = 2", "points = 99999999999", "12: "),
        ("points = 2", "points = -1", "12: "),
        ("points = 2", "points = nan", "12: "),
        (
            "stars = 2",
            "stars = 4294967295",
            "5: 4294967295 stars are out of range",
        ),
        ("stars = 2", "stars = 255", "5: 255 stars are out of range"),
        ("stars = 2", "stars = -1", "5: "),
        ("chapter = 3", "chapter = 0", "4: there is no chapter 0"),
        (
            "chapter = 3",
            "chapter = 4294967295",
            "4: there is no chapter",
        ),
        (
            "number = 2",
            "number = 4294967295",
            "3: the number is 4294967295",
        ),
        ("executions = 100", "executions = -5", "19: "),
    ] {
        let course = Course::new();
        let file = "exercises/02-two-threads/exercise.toml";
        course.replace(file, from, to);
        for words in ["list", "report", "check 2", "doctor"] {
            let (code, stdout, stderr) = course.run(words);
            assert_eq!(code, 70, "{to}: {stderr}");
            let said = one_line(&format!("{stdout}{stderr}"));
            assert!(said.contains(&format!("{file}:{line}")), "{to}: {said}");
        }
        assert_eq!(course.run("check 1").0, 4, "{to}");
    }
}

#[test]
fn a_number_of_an_assignment_that_cannot_be_is_named_with_its_line() {
    for (from, to, line) in [
        (
            "points = 25",
            "points = 0",
            "14: `4` cannot be worth 0 points",
        ),
        ("points = 25", "points = -5", "14: "),
        ("points = 25", "points = 1e9", "14: "),
        ("points = 25", "points = nan", "14: "),
        (
            "points = 25",
            "points = 4294967295",
            "14: `4` cannot be worth",
        ),
        ("points = 25", "points = 4294967296", "14: "),
        (
            "percent_per_day = 10",
            "percent_per_day = 101",
            "10: 101 % of the points are too many",
        ),
        ("percent_per_day = 10", "percent_per_day = -10", "10: "),
        ("percent_per_day = 10", "", "8: "),
        ("days = 3", "days = 0", "9: the least number of days"),
        (
            "days = 3",
            "days = 4294967295",
            "9: 4294967295 days are too many",
        ),
        (
            "2026-10-14",
            "2026-02-29",
            "6: `2026-02-29 23:59` is not a date and time",
        ),
        (
            "2026-10-14",
            "2026-09-14",
            "6: it is due (2026-09-14 23:59) before it opens",
        ),
        ("2026-10-14 23:59", "2026-10-01 08:00", "6: it is due"),
        ("2026-10-14", "12026-10-14", "6: "),
    ] {
        let teacher = Course::with_a_whole_exercise();
        assert!(crate::pack::ASSIGNMENT.contains(from));
        teacher.write("week.toml", crate::pack::ASSIGNMENT.replacen(from, to, 1));
        let (code, _, stderr) =
            teacher.run("publish --assignment week.toml --public-only --out pack");
        assert_eq!(code, 2, "{to}: {stderr}");
        assert!(
            stderr.contains(&format!("week.toml:{line}")),
            "{to}: {stderr}"
        );
    }
}

#[test]
fn a_number_of_a_pack_that_cannot_be_is_named_with_its_line() {
    for (from, to) in [
        ("hidden_points = 6", "hidden_points = 4294967295"),
        ("hidden_points = 6", "hidden_points = -1"),
        ("hidden_points = 6", ""),
        ("points = 25", "points = 4294967295"),
        ("format = 1", "format = 2"),
        ("2026-10-14T23:59:00+02:00", "2026-09-14T23:59:00+02:00"),
        ("2026-10-14T23:59:00+02:00", "2026-02-30T23:59:00+02:00"),
        ("[Europe/Berlin]", "[Nowhere/Town]"),
        ("id = \"whole-numbers\"", "id = \"../numbers\""),
    ] {
        let pack = Pack::assigned(&[]);
        pack.answer(RIGHT);
        pack.course.replace("pack.toml", from, to);
        for words in ["list", "report", "check 4", "doctor"] {
            let (code, stdout, stderr) = pack.course.run(words);
            assert_eq!(code, 70, "{to}: {stderr}");
            let said = one_line(&format!("{stdout}{stderr}"));
            assert!(said.contains("pack.toml:"), "{to}: {said}");
            assert!(!said.contains("panicked"), "{to}: {said}");
        }
    }
    for text in ["", "format = 1\n", "no toml at all"] {
        let pack = Pack::sealed();
        pack.course.write("pack.toml", text);
        assert_eq!(pack.course.run("list").0, 70, "{text}");
    }
}

#[test]
fn points_that_do_not_divide_are_shared_out_to_the_last() {
    for (worth, half) in [("1", 0), ("3", 1), ("7", 2), ("9999", 3999)] {
        let pack = Pack::assigned(&[("points = 25", &format!("points = {worth}"))]);
        let points = |body: &str| {
            pack.answer(body);
            let words = format!(
                "check 4 {} --format json --submitted 2026-10-14T23:59",
                pack.key()
            );
            let (_, report) = pack.course.json(&words);
            assert_eq!(report["max_points"].to_string(), worth);
            report["points"].as_u64().unwrap()
        };
        assert_eq!(points(RIGHT).to_string(), worth);
        assert_eq!(points(HALF_RIGHT), half);
        assert_eq!(points("number"), 0);
    }
}

#[test]
fn a_policy_that_takes_everything_at_once_takes_no_more_than_that() {
    let pack = Pack::assigned(&[("percent_per_day = 10", "percent_per_day = 100")]);
    pack.answer(RIGHT);
    for (at, points) in [
        ("2026-10-14T23:59", 10),
        ("2026-10-15T00:00", 0),
        ("2026-10-17T00:00", 0),
    ] {
        let (_, report) = pack
            .course
            .json(&format!("check 4 --format json --submitted {at}"));
        assert_eq!(report["points"], points, "{at}");
    }
    let pack = Pack::assigned(&[("percent_per_day = 10", "percent_per_day = 0")]);
    pack.answer(RIGHT);
    let (_, report) = pack
        .course
        .json("check 4 --format json --submitted 2026-10-15T00:00");
    assert_eq!(report["points"], 10);
}
