//! The modelled library shows exactly what Rust allows, and the real one nothing else.
//!
//! `INTERLEAVE_EXECUTIONS` says how many executions a case of the table may take on the model,
//! else 20,000, and `INTERLEAVE_RUNS` how often it runs on the real library, else 40 times.
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

/// How long the model may take for a case: some loop for ever between two steps.
const PATIENCE: Duration = Duration::from_secs(15);

/// A number from the environment.
fn number(variable: &str, usual: usize) -> usize {
    let asked = env::var(variable).ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Whether somebody wants to see this case.
fn is_asked_for(name: &str) -> bool {
    env::var("INTERLEAVE_CASES").map_or(true, |part| name.contains(&part))
}

fn is_in(results: &[&str], result: &str) -> bool {
    results.contains(&result)
}

/// What is wrong with what the model showed of a case, if anything.
fn complaint(expect: &[&str], explored: Result<Explored, Failure>) -> Option<String> {
    let Explored {
        results,
        executions,
        complete,
    } = match explored {
        Ok(explored) => explored,
        Err(Failure::Late) => return Some("does not end".to_owned()),
        Err(Failure::Panicked) => return Some("the engine panics".to_owned()),
    };
    let missing: Vec<_> = expect.iter().filter(|e| !results.contains(**e)).collect();
    let extra: Vec<_> = results.iter().filter(|r| !is_in(expect, r)).collect();
    let how = if complete { "all" } else { "not all" };
    let wrong = !missing.is_empty() || !extra.is_empty();
    wrong.then(|| {
        format!(
            "{how} interleavings, {executions} executions\n    expected {expect:?}\n    \
             missing {missing:?}\n    extra {extra:?}"
        )
    })
}

/// Asserts that the model shows all results of each case, and no others.
#[track_caller]
fn model_agrees(group: &str) {
    let limit = number("INTERLEAVE_EXECUTIONS", 20_000);
    let cases = programs::group(group);
    assert!(!cases.is_empty(), "there is no group {group}");
    let mut wrong = Vec::new();
    for case in &cases {
        let name = format!("{group}/{}", case.name);
        if is_asked_for(&name) {
            let asked = *case;
            let explored = within(PATIENCE, move || explore(&asked, limit));
            if let Some(complaint) = complaint(case.expect, explored) {
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
    let runs = number("INTERLEAVE_RUNS", 40);
    let mut wrong = Vec::new();
    real::with_rivals(|| {
        for case in groups.iter().flat_map(|group| cases::table::group(group)) {
            let name = format!("{}/{}", case.group, case.name);
            if !is_asked_for(&name) || !real::can_run(&case) {
                continue;
            }
            let results = real::results(&case, runs);
            let extra: Vec<_> = results.iter().filter(|r| !is_in(case.expect, r)).collect();
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
