//! `dev check`: each kind of fault is planted in an exercise without faults, and found.

use serde_json::Value;
use tempfile::TempDir;

use crate::course::Course;

const EXERCISE: &str = "exercises/04-whole-numbers";
const SOLUTION: &str = "solutions/04-whole-numbers";

/// What was found, as `kind file:line`.
fn found(report: &Value) -> Vec<String> {
    let exercises = report["exercises"].as_array().unwrap();
    let findings = exercises
        .iter()
        .flat_map(|exercise| exercise["findings"].as_array().unwrap());
    findings
        .map(|finding| {
            for text in ["message", "next"] {
                for language in ["en", "zh"] {
                    let text = finding[text][language].as_str().unwrap();
                    assert!(!text.is_empty(), "{finding:#}");
                }
            }
            let file = finding["file"].as_str().unwrap();
            let file = file
                .replace(EXERCISE, "exercise")
                .replace(SOLUTION, "solution");
            let kind = finding["kind"].as_str().unwrap();
            match finding["line"].as_u64() {
                Some(line) => format!("{kind} {file}:{line}"),
                None => format!("{kind} {file}"),
            }
        })
        .collect()
}

/// Plants a fault and compares what is found.
#[track_caller]
fn check(plant: impl Fn(&Course), expected: &[&str]) {
    let course = Course::with_a_whole_exercise();
    plant(&course);
    let (code, report) = course.json("dev check 4 --seeds 2 --format json");
    assert_eq!(found(&report), expected, "{report:#}");
    assert_eq!(code, i32::from(!expected.is_empty()));
}

/// A change of one file.
fn change(file: &str, from: &str, to: &str) -> impl Fn(&Course) {
    let path = file
        .replacen("exercise/", &format!("{EXERCISE}/"), 1)
        .replacen("solution/", &format!("{SOLUTION}/"), 1);
    move |course| course.replace(&path, from, to)
}

#[test]
fn nothing_is_found_in_a_whole_exercise() {
    check(|_| (), &[]);
}

#[test]
fn the_parts_of_an_exercise_are_looked_at() {
    check(
        |course| course.write(&format!("{EXERCISE}/stub/src/lib.rs"), [b'/', b'/', 0xff]),
        &["unreadable exercise"],
    );
    check(
        change("exercise/exercise.toml", "stars = 1", "stars = one"),
        &["manifest-invalid exercise/exercise.toml:5"],
    );
    check(
        |course| course.remove(&format!("{EXERCISE}/README.zh.md")),
        &["file-missing exercise/README.zh.md"],
    );
    check(
        change("exercise/exercise.toml", "points = 4", "points = 5"),
        &[
            "points-wrong exercise/exercise.toml",
            "syllabus-differs syllabus.md:5",
        ],
    );
    check(
        change("syllabus.md", "整数", "小数"),
        &["syllabus-differs syllabus.md:5"],
    );
    check(
        change("syllabus.md", "| 04 |", "| 05 |"),
        &["syllabus-differs syllabus.md"],
    );
}

#[test]
fn texts_are_there_in_both_languages() {
    check(
        change("exercise/exercise.toml", "看看类型。", "Look."),
        &["text-missing exercise/exercise.toml:15"],
    );
    check(
        change("solution/hidden.toml", "Large numbers are doubled", ""),
        &["text-missing solution/hidden.toml:5"],
    );
    check(
        change(
            "exercise/exercise.toml",
            "\n[[hint]]\nen = \"Look at the types.\"\nzh = \"看看类型。\"\n",
            "",
        ),
        &["hints-missing exercise/exercise.toml"],
    );
}

#[test]
fn readmes_show_what_the_stub_has() {
    check(
        change("exercise/README.zh.md", "-> u32", "-> u64"),
        &["signature-differs exercise/README.zh.md:4"],
    );
}

#[test]
fn stubs_are_made_from_the_reference() {
    check(
        change("solution/src/lib.rs", "    // END SOLUTION\n", ""),
        &["markers-invalid solution/src/lib.rs:5"],
    );
    check(
        change("exercise/src/lib.rs", "todo!()", "todo!(\"begin here\")"),
        &["stub-differs exercise/src/lib.rs"],
    );
    let shown = |course: &Course| course.json("dev check 4 --seeds 2 --json").1;
    let course = Course::with_a_whole_exercise();
    change("exercise/src/lib.rs", "todo!()", "number + 1")(&course);
    let report = shown(&course);
    let details = report["exercises"][0]["findings"][0]["details"].as_str();
    let details = details.unwrap_or_default();
    assert!(
        details.contains("-    number + 1\n+    todo!()"),
        "{details}"
    );
}

#[test]
fn answers_are_there_and_say_what_they_fail() {
    check(
        |course| course.remove(&format!("{SOLUTION}/accepted/shifts.rs")),
        &["answers-missing solution/accepted"],
    );
    check(
        |course| course.remove(&format!("{SOLUTION}/wrong/ten_bits.rs")),
        &["answers-missing solution/wrong"],
    );
    check(
        change(
            "solution/wrong/ten_bits.rs",
            "numbers property",
            "numbers odd",
        ),
        &["header-invalid solution/wrong/ten_bits.rs:2"],
    );
    check(
        change("solution/wrong/ten_bits.rs", "wrong:", "mistake:"),
        &["header-invalid solution/wrong/ten_bits.rs:1"],
    );
}

#[test]
fn checks_that_do_not_compile_are_told_once() {
    check(
        change("solution/checks/hidden.rs", "crate::public::judge", "judge"),
        &["cannot-judge exercise/checks"],
    );
    check(
        change("solution/checks/hidden.rs", "const ORACLE", "const ORACLES"),
        &["cannot-judge exercise/checks"],
    );
}

#[test]
fn answers_compile_without_warnings_if_they_are_right() {
    check(
        change("solution/wrong/ten_bits.rs", "0x3ff", "ten"),
        &["does-not-compile solution/wrong/ten_bits.rs"],
    );
    check(
        change(
            "solution/accepted/shifts.rs",
            "    number",
            "    let unused = 1;\n    number",
        ),
        &["compiler-warns solution/accepted/shifts.rs"],
    );
    check(
        change(
            "solution/wrong/ten_bits.rs",
            "    (",
            "    let unused = 1;\n    (",
        ),
        &[],
    );
}

#[test]
fn stubs_earn_nothing_and_right_answers_everything() {
    check(
        |course| {
            change("solution/src/lib.rs", "todo!()", "2 * 3")(course);
            assert_eq!(course.run("dev stub 4").0, 0);
        },
        &[
            "stub-is-started exercise/stub",
            "stub-is-started exercise/stub",
        ],
    );
    check(
        change("solution/accepted/shifts.rs", "<< 1", "+ 3"),
        &["right-answer-fails solution/accepted/shifts.rs"],
    );
}

#[test]
fn wrong_answers_lose_what_they_declare_and_nothing_else() {
    let line = "//! fails: doubles_large_numbers property\n";
    let more = format!("{line}//! fails: doubles_small_numbers property\n");
    check(
        change("solution/wrong/ten_bits.rs", line, &more),
        &["mistake-not-found solution/wrong/ten_bits.rs:3"],
    );
    check(
        change("solution/wrong/ten_bits.rs", "property", "deadlock|panic"),
        &["kind-differs solution/wrong/ten_bits.rs:2"],
    );
    check(
        change("solution/wrong/adds_two.rs", line, ""),
        &["undeclared-failure solution/wrong/adds_two.rs"],
    );
}

#[test]
fn a_wrong_answer_can_be_judged_by_what_it_declares_alone() {
    let course = Course::with_a_whole_exercise();
    let line = "//! fails: doubles_large_numbers property\n";
    change("solution/wrong/adds_two.rs", line, "")(&course);
    change("solution/wrong/ten_bits.rs", "property", "deadlock")(&course);
    change("solution/accepted/shifts.rs", "<< 1", "+ 3")(&course);
    let found_by = |options: &str| found(&course.json(&format!("dev check 4 --json {options}")).1);
    let everything = [
        "right-answer-fails solution/accepted/shifts.rs",
        "undeclared-failure solution/wrong/adds_two.rs",
        "kind-differs solution/wrong/ten_bits.rs:2",
    ];
    // What is kept of one way is not believed in the other, whichever comes first.
    for _ in 0..2 {
        assert_eq!(found_by("--declared"), [everything[0], everything[2]]);
        assert_eq!(found_by(""), everything);
    }
    let (_, report) = course.json("dev check 4 --json --declared");
    assert_eq!(report["declared"], true, "{report:#}");
    let text = course.grader("dev check 4 --declared").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("by the checks alone that they declare"),
        "{text}"
    );
}

#[test]
fn failures_that_are_others_when_replayed_are_found() {
    check(
        change(
            "exercise/checks/public.rs",
            "\"none\"",
            "std::process::id()",
        ),
        &[
            "replay-differs exercise/stub",
            "replay-differs exercise/stub",
            "replay-differs solution/wrong/adds_two.rs",
            "replay-differs solution/wrong/adds_two.rs",
            "replay-differs solution/wrong/asks_for_bytes.rs",
            "replay-differs solution/wrong/ten_bits.rs",
        ],
    );
}

#[test]
fn every_check_is_failed_by_a_wrong_answer() {
    check(
        |course| {
            let check = "[[check]]\nid = \"is_there\"\npoints = 1\ntitle = { en = \"It is there\", zh = \"存在\" }\n\n[[hint]]";
            change("exercise/exercise.toml", "[[hint]]", check)(course);
            change("exercise/exercise.toml", "points = 4", "points = 3")(course);
            let run = "3);\n    match std::panic::catch_unwind(|| whole_numbers::double(0)) {\n        Ok(_) => kit::passed(\"is_there\", 1, 1),\n        Err(_) => kit::failed(\"is_there\", \"not-started\", \"\"),\n    }\n}\n\n";
            change("exercise/checks/public.rs", "3);\n}\n", run)(course);
        },
        &["check-never-fails solution/wrong"],
    );
}

#[test]
fn nothing_hidden_is_where_students_read() {
    check(
        change(
            "exercise/README.md",
            "# 04",
            "<!-- doubles_large_numbers -->\n# 04",
        ),
        &["hidden-name-leaks exercise/README.md:1"],
    );
    check(
        change("exercise/checks/public.rs", "//!", "//! Try 70123.\n//!"),
        &["hidden-value-leaks exercise/checks/public.rs:1"],
    );
    check(
        change(
            "solution/hidden.toml",
            "# canary: 00112233445566778899aabbccddeeff\n",
            "",
        ),
        &["canary-missing solution/hidden.toml"],
    );
    check(
        change(
            "exercise/README.md",
            "# 04",
            "ffeeddccbbaa99887766554433221100\n# 04",
        ),
        &["canary-leaks exercise/README.md:1"],
    );
}

#[test]
fn every_kind_of_finding_is_planted_above() {
    // Those of promises and of models need the real library.
    let tests = concat!(
        include_str!("dev_check.rs"),
        include_str!("diffs.rs"),
        include_str!("new.rs"),
        include_str!("promises.rs")
    );
    for kind in grader_schema::audit::FindingKind::ALL {
        let name = kind.name();
        assert!(
            tests.contains(&format!("\"{name} ")),
            "{name} is not planted"
        );
    }
}

/// Makes three findings of different kinds.
fn plant_three(course: &Course) {
    change("solution/accepted/shifts.rs", "<< 1", "+ 3")(course);
    change("solution/wrong/adds_two.rs", "property", "panic")(course);
    change("exercise/README.md", "-> u32", "-> u64")(course);
}

/// What does not depend on time.
fn steady(mut report: Value) -> Value {
    for exercise in report["exercises"].as_array_mut().unwrap() {
        exercise["timing"].take();
    }
    report
}

#[test]
fn the_report_is_the_same_for_any_number_of_jobs() {
    let course = Course::with_a_whole_exercise();
    plant_three(&course);
    let report = |jobs: &str| {
        let (_, report) = course.json(&format!("dev check 4 --no-cache --json --jobs {jobs}"));
        steady(report)
    };
    let one = report("1");
    assert_eq!(found(&one).len(), 3, "{one:#}");
    assert_eq!(report("3"), one);
    assert_eq!(report("8"), one);
}

#[test]
fn reports_are_in_both_languages_and_fit_a_terminal() {
    let course = Course::with_a_whole_exercise();
    plant_three(&course);
    for (language, parts) in [
        (
            "en",
            [
                "✗ signature-differs  exercises/04-whole-numbers/README.md:4\n",
                "  → Fix the check: it demands more",
                "04  whole-numbers                    6      2     10",
                "1 exercise, 6 answers, each judged with 1 seed (",
                "3 found. `docs/teacher.md` explains each kind.\n",
            ],
        ),
        (
            "zh",
            [
                "✗ signature-differs  exercises/04-whole-numbers/README.md:4\n",
                "  → 请修正检查",
                "04  whole-numbers                    6      2     10",
                "1 个练习，6 个答案，各以 1 个种子评判",
                "发现 3 个问题。各种类的说明见 `docs/teacher.zh.md`。\n",
            ],
        ),
    ] {
        let (code, stdout, _) = course.run(&format!("dev check 4 --seeds 1 --lang {language}"));
        assert_eq!(code, 1);
        for part in parts {
            assert!(stdout.contains(part), "{part}\n{stdout}");
        }
        for line in stdout.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
        }
    }
}

#[test]
fn without_solutions_there_is_nothing_to_check_with() {
    let course = Course::with_a_whole_exercise();
    fs_err::remove_dir_all(course.root().join("solutions")).unwrap();
    let (code, _, stderr) = course.run("dev check");
    assert_eq!(code, 2);
    assert!(stderr.contains("has no `solutions/`"), "{stderr}");
}

/// A course with a cache that no other test uses.
struct Alone {
    course: Course,
    cache: TempDir,
}

impl Alone {
    fn new() -> Self {
        Self {
            course: Course::with_a_whole_exercise(),
            cache: tempfile::tempdir().unwrap(),
        }
    }

    /// What was found, and how many answers were known.
    fn run(&self) -> (Vec<String>, u64) {
        let mut command = self.course.grader("dev check 4 --seeds 2 --json");
        let output = command.env("GRADER_CACHE", self.cache.path()).output();
        let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
        let known = &report["exercises"][0]["timing"]["known"];
        (found(&report), known.as_u64().unwrap())
    }

    /// The directories below the cache's key.
    fn inside(&self, name: &str) -> std::path::PathBuf {
        let mut directories = fs_err::read_dir(self.cache.path())
            .unwrap()
            .map(|item| item.unwrap().path().join(name))
            .filter(|path| {
                path.parent()
                    .is_some_and(|key| key.join("support.json").is_file())
            });
        directories.next().expect("something was judged")
    }
}

#[test]
fn a_second_run_compiles_nothing() {
    let alone = Alone::new();
    assert_eq!(alone.run(), (vec![], 0));
    let compiled = ["answers", "verdicts"].map(|name| alone.inside(name));
    for directory in &compiled {
        fs_err::remove_dir_all(directory).unwrap();
    }
    assert_eq!(alone.run(), (vec![], 6));
    assert!(compiled.iter().all(|directory| !directory.exists()));
}

#[test]
fn what_was_changed_is_judged_again_and_nothing_else() {
    let alone = Alone::new();
    assert_eq!(alone.run().1, 0);
    change("solution/accepted/shifts.rs", "<< 1", "+ 3")(&alone.course);
    let wrong = vec!["right-answer-fails solution/accepted/shifts.rs".to_owned()];
    assert_eq!(alone.run(), (wrong.clone(), 5));
    assert_eq!(alone.run(), (wrong, 6));
    // A finding does not outlive its cause, nor does what is known of the right text.
    change("solution/accepted/shifts.rs", "+ 3", "<< 1")(&alone.course);
    assert_eq!(alone.run(), (vec![], 6));
    change("solution/checks/hidden.rs", "70_123", "70_124")(&alone.course);
    assert_eq!(alone.run(), (vec![], 0));
}

#[test]
fn damaged_entries_are_not_believed() {
    let alone = Alone::new();
    assert_eq!(alone.run(), (vec![], 0));
    let entries = || fs_err::read_dir(alone.inside("audit")).unwrap();
    assert_eq!(entries().count(), 6);
    for (index, item) in entries().enumerate() {
        let path = item.unwrap().path();
        let whole = fs_err::read(&path).unwrap();
        let damaged = match index % 3 {
            0 => whole[..whole.len() / 2].to_vec(),
            1 => Vec::new(),
            _ => String::from_utf8(whole)
                .unwrap()
                .replace("\"findings\":[]", "\"findings\":[ ]")
                .into_bytes(),
        };
        fs_err::write(path, damaged).unwrap();
    }
    assert_eq!(alone.run(), (vec![], 0));
    assert_eq!(alone.run(), (vec![], 6));
}
