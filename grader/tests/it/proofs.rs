//! What a verdict claims: a wrong program fails although its mistake needs an unlikely order, a
//! right one passes, and only what was searched whole is called a proof.

use serde_json::Value;

use crate::{
    explained::Explained,
    tree::{self, text},
};

/// The check whose verdict is about the value of the work.
const CHECK: &str = "counts";

fn verdict(report: &Value) -> &Value {
    let mut checks = tree::checks(report).iter();
    let check = checks.find(|check| text(&check["id"]) == CHECK);
    &check.unwrap_or_else(|| panic!("{report:#}"))["verdict"]
}

/// The verdict on a program of `fixtures/proofs`, in words.
fn judged(course: &Explained, program: &str) -> String {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/proofs");
    let source = fs_err::read_to_string(format!("{directory}/{program}.rs")).unwrap();
    in_words(verdict(&course.judge_source(&source)))
}

/// A verdict as `passed all-interleavings`, `failed deadlock` and the like.
fn in_words(verdict: &Value) -> String {
    let result = text(&verdict["result"]);
    if result == "failed" {
        return format!("failed {}", text(&verdict["kind"]));
    }
    let evidence = &verdict["evidence"];
    match evidence["outside"].as_str() {
        Some(outside) => format!("{result} {} {outside}", text(&evidence["kind"])),
        None => format!("{result} {}", text(&evidence["kind"])),
    }
}

#[track_caller]
fn all_are(expected: &[(&str, &str)]) {
    let course = Explained::new();
    let found: Vec<_> = expected
        .iter()
        .map(|&(program, _)| (program, judged(&course, program)))
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|(p, words)| (*p, words.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_wrong_program_fails_however_unlikely_its_order_is() {
    all_are(&[
        ("all_n_is_wrong", "failed property"),
        ("reduction_misses", "failed property"),
        ("poison_order", "failed property"),
        ("unwinding_is_atomic", "failed property"),
        ("scope_ends_before_locals", "failed property"),
        ("parking_lot_rwlock_recursive", "failed deadlock"),
        ("arc_into_inner_race", "failed property"),
        ("a_long_mistake", "failed property"),
    ]);
}

#[test]
fn a_program_that_makes_progress_without_an_end_is_told_so() {
    all_are(&[
        ("counts_for_ever", "failed no-progress"),
        ("locks_for_ever", "failed no-progress"),
    ]);
}

#[test]
fn a_right_program_passes_and_is_proved_unless_it_is_too_long() {
    all_are(&[
        ("false_deadlock_rendezvous", "passed all-interleavings"),
        ("false_data_race_rendezvous", "passed all-interleavings"),
        ("caught_scope_panic", "passed all-interleavings"),
        ("poison_survives_a_caught_panic", "passed all-interleavings"),
        ("many_steps", "passed sampled"),
        ("a_long_count", "passed sampled"),
    ]);
}

#[test]
fn nothing_is_proved_of_what_touches_the_world_outside() {
    all_are(&[
        ("reads_a_variable", "passed sampled environment"),
        ("sets_a_variable", "passed sampled environment"),
        ("asks_for_its_arguments", "passed sampled environment"),
        ("looks_at_a_file", "passed sampled files"),
        ("lists_a_directory", "passed sampled files"),
        ("prints_an_address", "passed sampled addresses"),
        ("prints_the_address_of_a_local", "passed sampled addresses"),
        ("prints_the_address_of_a_static", "passed sampled addresses"),
        ("hashes_an_address", "passed sampled addresses"),
        ("keeps_to_the_model", "passed all-interleavings"),
    ]);
}

#[test]
fn a_static_mut_is_refused_with_advice() {
    let course = Explained::new();
    let report = course.judge(
        "thread",
        "    static mut COUNT: u32 = 0;
    let threads = [(); 2].map(|()| thread::spawn(|| unsafe { COUNT += 1 }));
    for thread in threads {
        thread.join().unwrap();
    }
    unsafe { COUNT }",
    );
    assert_eq!(report["status"], "does-not-compile", "{report:#}");
    let said = tree::said(&report);
    assert!(said.contains("src/lib.rs:6"), "{said}");
    assert!(
        said.contains("`OnceLock`") && !said.contains("请改用"),
        "{said}"
    );
}

#[test]
fn why_nothing_is_proved_is_said_in_the_line_of_the_check() {
    let course = Explained::new();
    course.judge("env", "    env::var(\"HOME\").map_or(2, |_| 2)");
    let (_, stdout, _) = course.run(&["check", "01"]);
    assert!(
        stdout.contains("reads or changes the environment"),
        "{stdout}"
    );
    let (_, stdout, _) = course.run(&["check", "01", "--lang", "zh"]);
    assert!(stdout.contains("不构成证明"), "{stdout}");
}
