//! A teacher's exercise 48 and CI with a sealed key, each from an empty directory to the grade,
//! with the real checking library.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::Value;

use crate::{
    course::{copy, grader},
    new::empty_course,
    pack::Keys,
    tree,
};

/// Where they share what they compile.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache");

/// Runs the grader in a directory: exit code, standard output, standard error.
fn run(directory: &Path, words: &str) -> (i32, String, String) {
    let output = grader()
        .args(words.split_whitespace())
        .current_dir(directory)
        .env("GRADER_CACHE", CACHE)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

/// The same for a command that has to end with this code; what it writes, in one line.
#[track_caller]
fn ends(directory: &Path, words: &str, code: i32) -> String {
    let (found, stdout, stderr) = run(directory, words);
    assert_eq!(found, code, "{words}\n{stdout}{stderr}");
    let words: Vec<&str> = stdout.split_whitespace().collect();
    words.join(" ")
}

/// The report of CI on a submission, and the exit code.
fn graded(directory: &Path, options: &str) -> (i32, Value) {
    let words = format!("check --all --format json {options}");
    let (code, stdout, stderr) = run(directory, &words);
    (
        code,
        serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stderr}")),
    )
}

/// Unpacks an archive as `tar --zstd -x` does, over whatever is there; the directory in it.
fn unpack(archive: &Path, directory: &Path, top: &str) -> PathBuf {
    let file = std::fs::File::open(archive).unwrap();
    let decoder = ruzstd::decoding::StreamingDecoder::new(file).unwrap();
    tar::Archive::new(decoder).unpack(directory).unwrap();
    directory.join(top)
}

const WEEK: &str = r#"format = 1
id = "week-7"
title = { en = "Week 7: readers and writers", zh = "第七周：读写锁" }
time_zone = "Europe/Berlin"
opens = "2026-11-01 08:00"
due = "2026-11-27 23:59"

[late]
days = 3
percent_per_day = 10

[[exercise]]
name = "rw-lock"
points = 40
"#;

#[test]
fn a_teacher_adds_exercise_48_and_a_late_student_gets_what_the_policy_says() {
    let (teacher, keys, places) = (empty_course(), Keys::new(), tempfile::tempdir().unwrap());
    let teacher = teacher.path();
    ends(teacher, "dev new rw-lock --chapter 3 --number 48", 0);
    // What the teacher makes of it.
    for answers in ["accepted", "wrong"] {
        fs::remove_dir_all(teacher.join("solutions/48-rw-lock").join(answers)).unwrap();
    }
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rw-lock-48");
    copy(&written, teacher);
    ends(teacher, "dev stub 48", 0);
    ends(teacher, "dev check 48 --seeds 1", 0);
    fs::write(teacher.join("week.toml"), WEEK).unwrap();
    let archive = places.path().join("week-7.tar.zst");
    let publish = format!(
        "publish --assignment week.toml --seal {} --out {}",
        keys.public,
        archive.display()
    );
    let stdout = ends(teacher, &publish, 0);
    assert!(
        stdout.contains("48-rw-lock: 40 points, 20 of them sealed"),
        "{stdout}"
    );

    // The student.
    let student = unpack(&archive, &places.path().join("a student's"), "week-7");
    let stdout = ends(&student, "list", 0);
    assert!(stdout.contains("0/40"), "{stdout}");
    ends(&student, "check 48", 4);
    ends(&student, "hint 48", 0);
    let mine = student.join("exercises/48-rw-lock/src/lib.rs");
    fs::copy(teacher.join("solutions/48-rw-lock/src/lib.rs"), &mine).unwrap();
    let stdout = ends(&student, "check 48 --submitted 2026-11-20T10:00", 0);
    for part in [
        "passed the public checks, 20 of 40 points; 20 points are judged by hidden checks when it is graded",
        "Due 2026-11-27 23:59 (Europe/Berlin); submitted 2026-11-20 10:00 (Europe/Berlin), in time",
    ] {
        assert!(stdout.contains(part), "{stdout}");
    }
    let stdout = ends(&student, "report", 0);
    for part in [
        "Week 7: readers and writers",
        "20/40",
        "costs 10 % of the points",
    ] {
        assert!(stdout.contains(part), "{stdout}");
    }

    // A typo is corrected, and the pack given out again.
    let page = teacher.join("exercises/48-rw-lock/README.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("{text}\nCorrected.\n")).unwrap();
    let stdout = ends(
        teacher,
        &format!("publish --check {}", archive.display()),
        1,
    );
    assert!(stdout.contains("All progress survives"), "{stdout}");
    fs::remove_file(&archive).unwrap();
    ends(teacher, &publish, 0);
    let work = fs::read_to_string(&mine).unwrap();
    unpack(&archive, student.parent().unwrap(), "week-7");
    assert_eq!(fs::read_to_string(&mine).unwrap(), work);
    assert!(ends(&student, "list", 0).contains("20/40"));

    // The teacher's computer takes everything from its own pack, and from the student the answer.
    let ci = unpack(&archive, &places.path().join("ci"), "week-7");
    let answer = ci.join("exercises/48-rw-lock/src");
    fs::create_dir_all(&answer).unwrap();
    fs::copy(&mine, answer.join("lib.rs")).unwrap();
    let key = keys.file(places.path());
    for (at, points, days) in [
        ("2026-11-27T23:59", 40, 0),
        ("2026-11-28T10:00", 36, 1),
        ("2026-11-29T10:00", 32, 2),
        ("2026-12-05T10:00", 0, 8),
    ] {
        let options = format!("--key {} --submitted {at}", key.display());
        let (code, report) = graded(&ci, &options);
        assert_eq!(code, 0, "{report}");
        assert_eq!(
            (&report["points"], &report["max_points"]),
            (&points.into(), &40.into())
        );
        assert_eq!(report["handed"]["late_days"], days);
        assert_eq!(report["handed"]["assignment"]["id"], "week-7");
    }
}

#[test]
fn ci_judges_submissions_with_a_sealed_key() {
    let (keys, places) = (Keys::new(), tempfile::tempdir().unwrap());
    let archive = places.path().join("course.tar.zst");
    let publish = format!(
        "publish 23 --seal {} --out {}",
        keys.public,
        archive.display()
    );
    ends(&tree::root(), &publish, 0);
    let key = keys.file(places.path());
    let key = format!("--key {}", key.display());
    let solution = tree::root().join("solutions/23-thread-mutex");
    let submitted = |name: &str, answer: &Path| {
        let ci = unpack(&archive, &places.path().join(name), "interleave");
        let place = ci.join("exercises/23-thread-mutex/src");
        fs::create_dir_all(&place).unwrap();
        fs::copy(answer, place.join("lib.rs")).unwrap();
        // What a student's editor has left there.
        std::os::unix::fs::symlink("me@host.1", place.join(".#lib.rs")).unwrap();
        ci
    };
    let ci = submitted("right", &solution.join("src/lib.rs"));
    let (code, report) = graded(&ci, &key);
    assert_eq!(code, 0, "{report}");
    assert_eq!(
        (&report["points"], &report["max_points"]),
        (&20.into(), &20.into())
    );
    assert_eq!(report["unjudged_points"], Value::Null);
    let stdout = ends(&ci, "report", 0);
    assert!(
        stdout.contains("20/20") && stdout.contains("Every exercise is passed."),
        "{stdout}"
    );
    // The same answer gives the same report, but for its timing.
    let (_, mut again) = graded(&ci, &key);
    let mut report = report;
    for report in [&mut report, &mut again] {
        report["exercises"][0]["timing"] = Value::Null;
    }
    assert_eq!(report, again);

    let wrong = places.path().join("result_read_later.rs");
    fs::write(&wrong, tree::wrong("23", "result_read_later")).unwrap();
    let ci = submitted("wrong", &wrong);
    let (code, report) = graded(&ci, &key);
    assert_eq!(code, 1, "{report}");
    let checks = tree::checks(&report["exercises"][0]);
    let sum = |of: &str| -> u64 { checks.iter().filter_map(|it| it[of].as_u64()).sum() };
    assert_eq!(sum("max_points"), 20);
    assert_eq!(report["points"], sum("points"));
    assert!(sum("points") < 20);
    let failed = checks.iter().find(|it| it["verdict"]["result"] == "failed");
    let token = tree::text(&failed.unwrap()["verdict"]["token"]);
    ends(&ci, &format!("replay 23 {token} {key}"), 1);
    let stdout = ends(&ci, "report", 0);
    assert!(stdout.contains("/20"), "{stdout}");

    let ci = submitted(
        "nothing",
        &tree::root().join("exercises/23-thread-mutex/stub/src/lib.rs"),
    );
    assert_eq!(graded(&ci, &key).0, 4);
    fs::remove_file(ci.join("exercises/23-thread-mutex/checks/hidden.age")).unwrap();
    let (code, stdout, stderr) = run(&ci, &format!("check --all --format json {key}"));
    assert_eq!(code, 70, "{stdout}");
    assert!(
        stderr.contains("checks/hidden.age: it is missing"),
        "{stderr}"
    );
    assert_eq!(stdout, "", "no report speaks of points");
    assert_eq!(run(&ci, "check --all --key nowhere.txt").0, 2);
}
