//! The modelled library shows exactly what Rust allows, and the real one nothing else.
//!
//! `INTERLEAVE_STEPS` says how many steps the search of a case of the table may take on the
//! model, else 600,000, and `INTERLEAVE_RUNS` how often it runs on the real library, else 20 times.
//! `INTERLEAVE_CASES` names those that are looked at, by a part of `GROUP/NAME`.

use std::{env, time::Duration};

use cases::{
    real,
    within::{Failure, within},
};

use crate::explored::{Explored, explore};

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the same file is compiled where all of it is used and public"
)]
#[path = "../../../cases/src/table/mod.rs"]
pub(crate) mod programs;

/// What the model leaves out, and says so in `docs/modelled-std.md`: a case, and the results that
/// it does not show or shows instead. A read just before a thread gives way is not counted, and a
/// write is certain only if it leaves another value. Sequentially consistent operations are
/// ordered as they are executed.
const LEFT_OUT: [(&str, &[&str], &[&str]); 6] = [
    (
        "attack/result_of_nobodys_thread_is_dropped_by_either",
        &["true"],
        &[],
    ),
    ("litmus/iriw_sc_stores_acquire_loads", &["true"], &[]),
    ("litmus/z6_sc_c20", &["true"], &[]),
    ("litmus/race_plain_read_write", &["data race"], &[]),
    (
        "litmus/race_plain_write_of_the_same_value",
        &["data race"],
        &["()"],
    ),
    ("litmus/arc_like_relaxed_dec_race", &["data race"], &[]),
];

/// How long the model may take for a case: some loop for ever between two steps.
const PATIENCE: Duration = Duration::from_secs(10);

/// A number from the environment.
fn number(variable: &str, usual: usize) -> usize {
    let asked = env::var(variable).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Whether somebody wants to see this case.
fn is_asked_for(name: &str) -> bool {
    env::var("INTERLEAVE_CASES").map_or(true, |part| name.contains(&part))
}

/// What is wrong with what the model showed of a case, if anything.
fn complaint(name: &str, expect: &[&str], explored: Result<Explored, Failure>) -> Option<String> {
    let explored = match explored {
        Ok(explored) => explored,
        Err(Failure::Late) => return Some("does not end".to_owned()),
        Err(Failure::Panicked) => return Some("the engine panics".to_owned()),
    };
    let results = &explored.results;
    let shown = results.iter().map(String::as_str);
    let extra: Vec<_> = shown.filter(|r| !expect.contains(r)).collect();
    let missing = expect.iter().copied().filter(|e| !results.contains(*e));
    let missing: Vec<_> = missing.collect();
    let known = LEFT_OUT.iter().find(|(known, ..)| *known == name);
    let known = known.map_or((&[][..], &[][..]), |(_, missing, extra)| (*missing, *extra));
    let all = if explored.complete { "all" } else { "not all" };
    let executions = explored.executions;
    ((&*missing, &*extra) != known).then(|| {
        format!(
            "{executions} executions, {all} interleavings\n    expected {expect:?}\n    \
             missing {missing:?}\n    extra {extra:?}"
        )
    })
}

/// Asserts that the model shows all results of each case, and no others.
#[track_caller]
fn model_agrees(group: &str) {
    let steps = number("INTERLEAVE_STEPS", 600_000);
    let cases = programs::group(group);
    assert!(!cases.is_empty(), "there is no group {group}");
    let mut wrong = Vec::new();
    for case in &cases {
        let name = format!("{group}/{}", case.name);
        if is_asked_for(&name) {
            let asked = *case;
            let explored = within(PATIENCE, move || explore(&asked, steps));
            if let Some(complaint) = complaint(&name, case.expect, explored) {
                wrong.push(format!("{name}: {complaint}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// Asserts that nothing comes of the cases on the real library that is not expected.
#[track_caller]
fn real_agrees(groups: &[&str]) {
    let runs = number("INTERLEAVE_RUNS", 20);
    let mut wrong = Vec::new();
    real::with_rivals(|| {
        for case in groups.iter().flat_map(|group| cases::table::group(group)) {
            let name = format!("{}/{}", case.group, case.name);
            if !is_asked_for(&name) || !real::can_run(&case) {
                continue;
            }
            let results = real::results(&case, runs);
            let shown = results.iter().map(String::as_str);
            let extra: Vec<_> = shown.filter(|r| !case.expect.contains(r)).collect();
            if !extra.is_empty() {
                let expect = case.expect;
                wrong.push(format!("{name}: expected {expect:?}\n    extra {extra:?}"));
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_model_shows_exactly_what_shuttles_topics_allow() {
    model_agrees("shuttle");
}

#[test]
fn the_model_shows_exactly_what_topics_of_the_library_allow() {
    model_agrees("std");
}

#[test]
fn the_model_shows_exactly_what_litmus_tests_allow() {
    model_agrees("litmus");
}

#[test]
fn the_model_walks_into_no_trap() {
    model_agrees("traps");
}

#[test]
fn the_model_withstands_attacks() {
    model_agrees("attack");
}

#[test]
fn loops_around_small_operations_end_in_the_model() {
    model_agrees("hangs");
}

#[test]
fn mistakes_of_published_crates_are_found_and_no_others() {
    model_agrees("crates");
}

#[test]
fn verdicts_that_were_wrong_once_are_right() {
    model_agrees("verdicts");
}

#[test]
fn the_real_library_shows_nothing_that_is_not_in_the_table() {
    real_agrees(&[
        "shuttle", "std", "litmus", "traps", "attack", "hangs", "crates", "verdicts",
    ]);
}
