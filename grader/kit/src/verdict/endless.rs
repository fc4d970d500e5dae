//! Why there is no end: threads that ask again and again for what does not come
//! (busy-waiting), or threads that keep changing what the others look at, and get
//! nowhere all the same (livelock).
//!
//! Source: the terms are those of M. Herlihy and N. Shavit, "The Art of Multiprocessor
//! Programming", chapters 2 and 7. What is said are facts about the last steps.

use std::collections::BTreeMap;

use grader_schema::{
    Text,
    protocol::{Location, Step, StepResult},
};

use super::explain::Reader;
use crate::history::thread_name;

/// The last part of an endless execution, in steps: long enough for several rounds of
/// any loop that people write.
const LAST: usize = 2000;

/// What each thread does in the last steps of an execution that has no end.
pub(super) fn reason(trace: &[Step], reader: &Reader<'_>) -> Option<Text> {
    let last = &trace[trace.len().saturating_sub(LAST)..];
    let changers = places(last.iter().filter(|step| changes(step)));
    let shared = |step: &&Step| is_shared(step, last);
    let meet = places(last.iter().filter(|step| changes(step)).filter(shared));
    if meet.len() > 1 {
        let (who, at) = (names(&meet), named(&meet, reader));
        return Some(Text::new(
            format!(
                "Livelock: {} keep changing what the other looks at, and get nowhere ({at}).",
                who.join(" and ")
            ),
            format!(
                "活锁：{} 不断改动对方要看的东西，却都没有进展（{at}）。",
                who.join(" 和 ")
            ),
        ));
    }
    let asking = places(last.iter().filter(|step| asks(step)));
    if asking.is_empty() || changers.len() > 1 {
        return None;
    }
    let (who, at) = (names(&asking), named(&asking, reader));
    Some(Text::new(
        format!(
            "Busy-waiting: {} asks again and again instead of sleeping ({at}).",
            who.join(", ")
        ),
        format!(
            "忙等待：{} 反复查询，而不是去睡眠（{at}）。",
            who.join("、")
        ),
    ))
}

/// Where each thread took most of these steps.
fn places<'a>(steps: impl Iterator<Item = &'a Step>) -> BTreeMap<usize, &'a Location> {
    let mut counts: BTreeMap<usize, BTreeMap<&Location, usize>> = BTreeMap::new();
    for step in steps {
        let of_thread = counts.entry(step.thread).or_default();
        *of_thread.entry(&step.location).or_default() += 1;
    }
    let most = |(thread, places): (usize, BTreeMap<&'a Location, usize>)| {
        let (place, _) = places.into_iter().max_by_key(|&(_, count)| count)?;
        Some((thread, place))
    };
    counts.into_iter().filter_map(most).collect()
}

fn names(places: &BTreeMap<usize, &Location>) -> Vec<String> {
    places.keys().map(|&thread| thread_name(thread)).collect()
}

fn named(places: &BTreeMap<usize, &Location>, reader: &Reader<'_>) -> String {
    let each = |(&thread, place): (&usize, &&Location)| {
        format!("{} {}", thread_name(thread), reader.named(place))
    };
    places.iter().map(each).collect::<Vec<_>>().join(", ")
}

/// Whether a step looks at an object without waiting for it.
fn asks(step: &Step) -> bool {
    matches!(
        step.operation.kind.as_str(),
        "load"
            | "rmw"
            | "try-lock"
            | "try-read"
            | "try-write"
            | "try-receive"
            | "try-send"
            | "strong-count"
            | "weak-count"
            | "try-unwrap"
            | "get-mut"
            | "upgrade"
    )
}

/// Whether a step leaves an object other than it was.
fn changes(step: &Step) -> bool {
    let StepResult::Value(value) = &step.result else {
        return false;
    };
    match step.operation.kind.as_str() {
        "store" | "rmw" => value.split_once(" → ").is_some_and(|(old, new)| old != new),
        "try-lock" | "try-read" | "try-write" => value == "taken",
        _ => false,
    }
}

/// Whether another thread uses the object of `step` too.
fn is_shared(step: &Step, steps: &[Step]) -> bool {
    let class = |step: &Step| match step.operation.kind.as_str() {
        "load" | "store" | "rmw" => "atomic",
        "try-lock" | "lock" => "mutex",
        _ => "rwlock",
    };
    steps.iter().any(|other| {
        other.thread != step.thread
            && other.operation.object == step.operation.object
            && class(other) == class(step)
    })
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::Operation;

    use super::*;

    fn step(thread: usize, kind: &str, object: u32, value: &str) -> Step {
        Step {
            thread,
            operation: Operation {
                kind: kind.to_owned(),
                object: Some(object),
                other: None,
            },
            location: Location {
                file: "/answer/src/lib.rs".to_owned(),
                line: thread as u32 * 10,
                column: 1,
            },
            result: StepResult::Value(value.to_owned()),
        }
    }

    fn said(round: &[Step]) -> Option<String> {
        let trace: Vec<_> = (0..100).flat_map(|_| round.to_vec()).collect();
        reason(&trace, &Reader::new("/answer/")).map(|text| text.en)
    }

    #[test]
    fn who_only_looks_is_busy_waiting() {
        let said = said(&[step(1, "load", 1, "false")]);
        assert_eq!(
            said.as_deref(),
            Some("Busy-waiting: T1 asks again and again instead of sleeping (T1 src/lib.rs:10).")
        );
    }

    #[test]
    fn one_who_takes_a_lock_of_its_own_to_look_is_busy_waiting_too() {
        let round = [
            step(2, "rmw", 1, "false → true"),
            step(2, "load", 2, "0"),
            step(2, "store", 1, "true → false"),
        ];
        assert!(said(&round).is_some_and(|said| said.starts_with("Busy-waiting: T2 ")));
    }

    #[test]
    fn those_who_undo_each_other_are_in_a_livelock() {
        let round = [
            step(1, "store", 1, "false → true"),
            step(2, "store", 1, "true → false"),
        ];
        let said = said(&round);
        assert!(said.is_some_and(|said| said.starts_with("Livelock: T1 and T2 ")));
    }

    #[test]
    fn those_who_are_busy_with_what_is_theirs_are_in_no_livelock() {
        let round = [
            step(1, "store", 1, "false → true"),
            step(1, "store", 1, "true → false"),
            step(2, "store", 2, "false → true"),
            step(2, "store", 2, "true → false"),
        ];
        assert_eq!(said(&round), None);
    }
}
