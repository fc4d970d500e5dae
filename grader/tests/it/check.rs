//! `check`: verdicts, exit codes, what is shown, what is remembered.

use predicates::prelude::{PredicateBooleanExt as _, predicate::str::contains};

use crate::course::Course;

#[test]
fn a_stub_is_spoken_of_calmly() {
    let course = Course::new();
    let (code, stdout, _) = course.run("check 2");
    assert_eq!(code, 4);
    insta::assert_snapshot!(stdout, @r"
    02 Two threads, one number: not started, 0 of 10 points
      Read exercises/02-two-threads/README.md,
      then replace the `todo!()` in exercises/02-two-threads/src/lib.rs.
    ");
}

#[test]
fn a_right_answer_passes_with_its_evidence_and_the_next_step() {
    let course = Course::new();
    course.answer(1, "question * 7");
    let (code, stdout, stderr) = course.run("check 1");
    assert_eq!(code, 0, "{stderr}");
    insta::assert_snapshot!(stdout, @r"
    01 First steps: passed, 5 of 5 points

      ✓ ok    2/2  The first promise  2,000 schedules tried, 31 distinct histories
      ✓ ok    3/3  The second promise, which takes somewhat more words
                   100 schedules tried, 1 distinct history

    Next  exercises/02-two-threads/README.md
    ");
}

#[test]
fn a_failure_shows_promise_interleaving_output_and_replay() {
    let course = Course::new();
    course.answer(2, "question + 35");
    let (code, stdout, _) = course.run("check 02");
    assert_eq!(code, 1);
    insta::assert_snapshot!(stdout);
}

#[test]
fn a_failure_is_shown_in_chinese_too() {
    let course = Course::new();
    course.answer(2, "question + 35");
    let (code, stdout, _) = course.run("check 02 --lang zh");
    assert_eq!(code, 1);
    insta::assert_snapshot!(stdout);
}

#[test]
fn a_compile_error_looks_like_that_of_cargo() {
    for number in 1..=3 {
        let course = Course::new();
        course.answer(number, "\"six\"");
        let (code, stdout, _) = course.run(&format!("check {number}"));
        assert_eq!(code, 3);
        assert!(stdout.contains("does not compile, 0 of"), "{stdout}");
        assert!(
            stdout.contains("error[E0308]: mismatched types"),
            "{stdout}"
        );
        assert!(stdout.contains("/src/lib.rs:5:5\n"), "{stdout}");
        assert!(stdout.contains("--> exercises/0"), "{stdout}");
        assert!(!stdout.contains('\u{1b}'), "{stdout}");
    }
}

#[test]
fn warnings_are_talk_and_stay_in_the_report() {
    let course = Course::new();
    course.answer(2, "let unused = 1; question * 7");
    let (code, stdout, stderr) = course.run("check 2");
    assert_eq!(code, 0);
    assert!(stderr.contains("unused variable: `unused`"), "{stderr}");
    assert!(!stdout.contains("unused"), "{stdout}");
    // The second time nothing is compiled, and the warning is still there.
    let (_, report) = course.json("check 2 --format json");
    let exercise = &report["exercises"][0];
    assert_eq!(exercise["directory"], "exercises/02-two-threads");
    assert_eq!(exercise["editable"][0], "src/lib.rs");
    assert_eq!(
        exercise["following"]["exercise"],
        "exercises/03-last-things"
    );
    let compiler = exercise["compiler"].as_str().unwrap();
    assert!(compiler.contains("unused variable"));
    assert!(!compiler.contains('\u{1b}'));
}

#[test]
fn what_std_has_and_the_model_has_not_is_named() {
    let course = Course::new();
    course.answer(2, "let _ = std::sync::RwLock::new(1); question * 7");
    let (code, stdout, _) = course.run("check 2");
    assert_eq!(code, 3);
    assert!(stdout.contains("is not modelled"), "{stdout}");
    assert!(
        stdout.contains(
            "  - exercises/02-two-threads/src/lib.rs:5: could not find `RwLock` in `sync`"
        ),
        "{stdout}"
    );
}

#[test]
fn a_changed_signature_is_a_compile_error_that_shows_no_hidden_source() {
    let course = Course::new();
    course.write(
        "exercises/02-two-threads/src/lib.rs",
        "/// Wrong.\npub fn answer(question: u64) -> u64 { question }\n",
    );
    let (code, stdout, _) = course.run("check 2");
    assert_eq!(code, 3);
    assert!(
        stdout.contains("a signature differs from what the README says"),
        "{stdout}"
    );
    assert!(stdout.contains("(in a hidden check)"), "{stdout}");
    assert!(!stdout.contains("secret"), "{stdout}");
}

#[test]
fn an_answer_cannot_read_the_checks_while_it_is_compiled() {
    let course = Course::new();
    for body in [
        "const TEXT: &str = include_str!(\"../../../solutions/02-two-threads/checks/hidden.rs\"); TEXT.len() as u32",
        "const _: () = panic!(\"{}\", include_str!(\"../../../solutions/02-two-threads/checks/hidden.rs\")); 1",
    ] {
        course.answer(2, body);
        let (code, stdout, stderr) = course.run("check 2");
        assert_eq!(code, 3, "{stdout}");
        assert!(stdout.contains("which is not part of it"), "{stdout}");
        assert!(
            !stdout.contains("secret") && !stderr.contains("secret"),
            "{stdout}{stderr}"
        );
    }
}

#[test]
fn what_is_no_answer_is_the_students_trouble() {
    let course = Course::new();
    fs_err::remove_file(course.root().join("exercises/01-first-steps/src/lib.rs")).unwrap();
    let (code, stdout, _) = course.run("check 1");
    assert_eq!(code, 3);
    assert!(stdout.contains("`src/lib.rs` does not exist"), "{stdout}");

    course.write("exercises/01-first-steps/src/lib.rs", b"// \xff\n");
    let (code, stdout, _) = course.run("check 1");
    assert_eq!(code, 3);
    assert!(stdout.contains("line 1, byte 3"), "{stdout}");
}

#[test]
fn without_an_argument_the_first_exercise_not_passed_is_judged() {
    let course = Course::new();
    course.answer(1, "question * 7");
    assert!(course.run("check").1.starts_with("01 "));
    assert!(course.run("check").1.starts_with("02 "));
    course.answer(2, "question * 7");
    course.answer(3, "question * 7");
    course.run("check");
    course.run("check");
    let (code, stdout, _) = course.run("check");
    assert_eq!(code, 0);
    assert!(stdout.starts_with("Every exercise is passed."), "{stdout}");
}

#[test]
fn several_exercises_are_summed_up_and_the_gravest_code_is_returned() {
    let course = Course::new();
    course.answer(1, "question * 7");
    course.answer(2, "question + 1");
    let (code, stdout, _) = course.run("check --all");
    assert_eq!(code, 1);
    assert!(
        stdout.starts_with("01 First steps: passed, 5 of 5 points\n\n02"),
        "{stdout}"
    );
    assert!(
        stdout.ends_with("\n1 passed, 1 failed, 0 not compiling, 1 not started; 7 of 20 points\n"),
        "{stdout}"
    );
    course.answer(3, "nonsense");
    assert_eq!(course.run("check 01-03").0, 3);
    assert_eq!(course.run("check 1 2").0, 1);
}

#[test]
fn the_reference_and_other_sources_leave_progress_alone() {
    let course = Course::new();
    assert_eq!(course.run("check 2 --solution").0, 0);
    course.write(
        "mine/answer.rs",
        "/// Mine.\npub fn answer(question: u32) -> u32 { question * 7 }\n",
    );
    course.write("dir/src/lib.rs", "mod part;\npub use part::answer;\n");
    course.write(
        "dir/src/part.rs",
        "/// Mine.\npub fn answer(question: u32) -> u32 { question + 1 }\n",
    );
    assert_eq!(course.run("check 2 --source mine/answer.rs").0, 0);
    let (code, report) = course.json("check 2 --source dir --format json");
    assert_eq!(code, 1);
    assert_eq!(report["exercises"][0]["source"], "dir");
    assert!(!course.root().join(".grader/progress.json").exists());
}

#[test]
fn rows_of_the_table_show_code_of_the_answer_and_of_public_checks_only() {
    let course = Course::new();
    course.write(
        "one.rs",
        "//! An answer.\n\n\n/// Mine.\npub fn answer(q: u32) -> u32 { q + 1 }\n",
    );
    let (_, report) = course.json("check 2 --source one.rs --format json");
    let rows = &report["exercises"][0]["checks"][1]["verdict"]["trace"]["rows"];
    let code: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["code"].as_str().unwrap())
        .collect();
    let of_check = "let answer = std::panic::catch_unwind(|| two_threads::answer(6));";
    let of_answer = "pub fn answer(q: u32) -> u32 { q + 1 }";
    assert_eq!(code, [of_check, of_answer, "", of_answer]);
}

#[test]
fn two_json_reports_differ_in_timing_only() {
    let course = Course::new();
    course.answer(2, "question + 1");
    let report = || {
        let (code, mut report) = course.json("check 1 2 --format json");
        assert_eq!(code, 1);
        for exercise in report["exercises"].as_array_mut().unwrap() {
            exercise["timing"] = serde_json::Value::Null;
        }
        report.to_string()
    };
    assert_eq!(report(), report());
}

#[test]
fn a_copy_without_solutions_runs_the_public_checks() {
    let course = Course::new();
    fs_err::remove_dir_all(course.root().join("solutions")).unwrap();
    course.answer(2, "question * 7");
    let (code, stdout, _) = course.run("check 2");
    assert_eq!(code, 0);
    assert!(stdout.contains("5 of 5 points"), "{stdout}");
    let (code, _, stderr) = course.run("check 2 --solution");
    assert_eq!(code, 2);
    assert!(stderr.contains("has no reference solution"), "{stderr}");
}

#[test]
fn usage_errors_say_what_to_do() {
    let course = Course::new();
    course
        .grader("check 2 --source nowhere.rs")
        .assert()
        .code(2)
        .stderr(contains("no answer at `nowhere.rs`").and(contains("hint: ")));
    course
        .grader("check --all --source one.rs")
        .assert()
        .code(2)
        .stderr(contains("needs exactly one exercise"));
    course
        .grader("check thread")
        .assert()
        .code(5)
        .stderr(contains("did you mean `02-two-threads`?"));
    course
        .grader("check 3-1")
        .assert()
        .code(2)
        .stderr(contains("its end comes before its start"));
    course.grader("chekc").assert().code(2);
}

#[test]
fn a_verdict_program_that_fails_is_the_kits_trouble() {
    let course = Course::new();
    course.write(
        "exercises/01-first-steps/checks/public.rs",
        "#[cfg(driver)]\npub fn run() {}\n#[cfg(verdict)]\npub const ORACLE: () = ();\n",
    );
    let (code, stdout, stderr) = course.run("check 1");
    assert_eq!(code, 70);
    assert_eq!(stdout, "");
    assert!(stderr.contains("the driver found nothing"), "{stderr}");
    assert!(
        stderr.contains("hint: this is a fault of the course"),
        "{stderr}"
    );
}

#[test]
fn one_exercise_in_trouble_does_not_stop_the_others() {
    let course = Course::new();
    course.answer(3, "question * 7");
    course.replace(
        "exercises/01-first-steps/exercise.toml",
        "stars = 0",
        "stars = -1",
    );
    let (code, stdout, stderr) = course.run("check --all");
    assert_eq!(code, 70);
    assert!(
        stderr.contains("exercises/01-first-steps/exercise.toml:5:"),
        "{stderr}"
    );
    assert!(stdout.contains("03 Last things: passed"), "{stdout}");
}

#[test]
fn a_relative_path_of_the_cache_is_one_of_the_working_directory() {
    let course = Course::new();
    course.answer(1, "question * 7");
    let output = course
        .grader("check 1")
        .env("GRADER_CACHE", "my cache")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(course.root().join("my cache").is_dir());
}
