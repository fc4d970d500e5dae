//! `dev mutate`: mistakes that the checks find are counted, and those that they miss are shown.

use serde_json::Value;

use crate::{explained::Explained, tree};

/// What is said of the load whose ordering nobody needs.
const ORDERING: &str = "\
[[equivalent]]
operator = \"weaker-ordering\"
removes = \"seen.load(Ordering::Acquire);\"
reason = { en = \"Nothing is published by it.\", zh = \"它不发布任何东西。\" }
";
const FILE: &str = "solutions/01-work/equivalent.toml";

/// What became of each mutant, as `operator line fate`.
fn fates(report: &Value) -> Vec<String> {
    let mutants = report["exercises"][0]["mutants"].as_array().unwrap();
    mutants
        .iter()
        .map(|mutant| {
            let fate = match &mutant["fate"] {
                Value::String(fate) => fate.clone(),
                fate => fate.as_object().unwrap().keys().next().unwrap().clone(),
            };
            let operator = mutant["operator"].as_str().unwrap();
            format!("{operator} {} {fate}", mutant["line"])
        })
        .collect()
}

#[test]
fn a_mistake_that_no_check_finds_is_shown_with_what_to_do() {
    let course = Explained::new();
    let (code, stdout, stderr) = course.run(&["dev", "mutate", "01", "--color", "never"]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    for part in [
        "✗ weaker-ordering  solutions/01-work/src/lib.rs:19\n",
        "    -                seen.load(Ordering::Acquire);\n",
        "    +                seen.load(Ordering::Relaxed);\n",
        "`solutions/01-work/equivalent.toml`",
        "01  work                              2        1          0         1    50 %\n",
    ] {
        assert!(stdout.contains(part), "{part}\n{stdout}");
    }
    let (_, report) = course.json(&["dev", "mutate", "01", "--json"]);
    assert_eq!(
        fates(&report),
        ["weaker-ordering 19 survived", "split-section 22 killed",],
        "{report:#}"
    );
}

#[test]
fn mutants_have_the_same_fate_if_each_is_judged_until_one_check_fails() {
    let course = Explained::new();
    let (_, whole) = course.json(&["dev", "mutate", "01", "--json"]);
    let (_, first) = course.json(&["dev", "mutate", "01", "--first", "--json"]);
    assert_eq!(fates(&whole), fates(&first), "{first:#}");
    // Who else detects a mutant is not known then, and is not said.
    assert!(first["exercises"][0]["found_by"].is_null(), "{first:#}");
}

#[test]
fn what_a_teacher_justifies_is_no_mistake_and_what_is_not_needed_is_told() {
    let course = Explained::new();
    course.write(FILE, ORDERING);
    let (code, report) = course.json(&["dev", "mutate", "01", "--json"]);
    assert_eq!(code, 0, "{report:#}");
    assert_eq!(fates(&report)[0], "weaker-ordering 19 equivalent");

    let killed = ORDERING.replace("weaker-ordering", "split-section");
    let killed = killed.replace("removes", "# removes");
    course.write(FILE, &format!("{ORDERING}\n{killed}"));
    let (code, stdout, _) = course.run(&["dev", "mutate", "01", "--color", "never"]);
    assert_eq!(code, 1, "{stdout}");
    let line = "solutions/01-work/equivalent.toml:6\n  this entry matches no surviving mutant";
    assert!(stdout.contains(line), "{stdout}");
}

#[test]
fn a_mistake_in_the_justifications_is_told_with_its_line() {
    let course = Explained::new();
    course.write(FILE, &ORDERING.replace("weaker", "weakest"));
    let (code, stdout, stderr) = course.run(&["dev", "mutate", "01"]);
    assert_eq!((code, stdout.as_str()), (70, ""), "{stderr}");
    assert!(
        stderr.contains("solutions/01-work/equivalent.toml:2: "),
        "{stderr}"
    );
}

#[test]
fn a_reference_that_is_no_rust_is_told_with_its_line() {
    let course = Explained::new();
    course.write(
        "solutions/01-work/src/lib.rs",
        "//! Work.\npub fn work( {\n",
    );
    let (code, _, stderr) = course.run(&["dev", "mutate", "01"]);
    assert_eq!(code, 70, "{stderr}");
    assert!(
        stderr.contains("solutions/01-work/src/lib.rs:2: "),
        "{stderr}"
    );
}

#[test]
fn mutants_of_a_reference_that_is_wrong_are_not_judged() {
    let course = Explained::new();
    let wrong = "//! Work.\n\n/// Wrong.\npub fn work() -> u32 {\n    3\n}\n";
    course.write("solutions/01-work/src/lib.rs", wrong);
    let (code, stdout, stderr) = course.run(&["dev", "mutate", "01"]);
    assert_eq!((code, stdout.as_str()), (70, ""), "{stderr}");
    assert!(stderr.contains("`cargo grader dev check`"), "{stderr}");
}

#[test]
fn taking_any_of_ten_properties_out_of_the_checks_is_noticed() {
    let sampled = ["--properties", "--sample", "10", "--seed", "20"];
    let arguments = [
        &["dev", "mutate", "23", "25", "30"],
        &sampled[..],
        &["--json"],
    ]
    .concat();
    let (code, report) = tree::json_of(&arguments).unwrap();
    let deletions = report["deletions"].as_array().unwrap();
    assert_eq!(deletions.len(), 10, "{report:#}");
    let missed = deletions.iter().find(|one| one["detected_by"].is_null());
    assert_eq!((missed, code), (None, 0), "{report:#}");
}

#[test]
fn a_property_that_no_answer_needs_is_told() {
    let course = Explained::new();
    let (code, stdout, stderr) =
        course.run(&["dev", "mutate", "01", "--properties", "--color", "never"]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    let line = "✗ leaves_nobody  exercises/01-work/checks/public.rs:42\n    .no_leaked_threads(";
    assert!(stdout.contains(line), "{stdout}");
    // The mutant that splits the critical section needs the property that both counts share.
    assert!(
        stdout.ends_with("2 properties, 1 of them without an effect on any outcome\n"),
        "{stdout}"
    );
}
