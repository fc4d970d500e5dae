//! Why an execution does not terminate: threads that poll for something that does not happen
//! (busy-waiting), or threads that keep reacting to each other's changes without making
//! progress (livelock).
//!
//! Source: the terms are those of M. Herlihy and N. Shavit, "The Art of Multiprocessor
//! Programming", chapters 2 and 7. What is said are facts about the last steps.

use std::collections::BTreeMap;

use grader_schema::{Text, protocol::Location, step::Step};

use super::facts::{asks, changes};
use crate::verdict::explaining::names::Names;

/// The last part of an endless execution, in steps: long enough for several rounds of
/// any loop that people write.
const LAST: usize = 2000;

/// What each thread does in the last steps of an execution that has no end.
pub(super) fn reason(trace: &[Step], names: &Names<'_>) -> Option<Text> {
    let last = &trace[trace.len().saturating_sub(LAST)..];
    let changers = places(last.iter().filter(|step| changes(step)));
    let shared = |step: &&Step| is_shared(step, last);
    let meet = places(last.iter().filter(|step| changes(step)).filter(shared));
    if meet.len() > 1 {
        let (who, at) = (threads(&meet, names), threads_at(&meet, names));
        return Some(Text::new(
            format!(
                "Livelock: {} keep reacting to each other's changes without any progress ({at}).",
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
    let (who, at) = (threads(&asking, names), threads_at(&asking, names));
    Some(Text::new(
        format!(
            "Busy-waiting: {} {} instead of sleeping ({at}).",
            who.join(", "),
            if who.len() == 1 { "polls" } else { "poll" }
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

/// The names of threads.
fn threads(places: &BTreeMap<usize, &Location>, names: &Names<'_>) -> Vec<String> {
    places.keys().map(|&thread| names.thread(thread)).collect()
}

/// The names of threads with where each of them is.
fn threads_at(places: &BTreeMap<usize, &Location>, names: &Names<'_>) -> String {
    let each = |(&thread, place): (&usize, &&Location)| {
        format!("{} {}", names.thread(thread), names.at(place))
    };
    places.iter().map(each).collect::<Vec<_>>().join(", ")
}

/// Whether another thread uses the object of `step` too.
fn is_shared(step: &Step, steps: &[Step]) -> bool {
    let object = step.operation.object();
    steps
        .iter()
        .any(|other| other.thread != step.thread && other.operation.object() == object)
}

#[cfg(test)]
mod tests {
    use grader_schema::step::{AtomicOperation, Effect, Loaded, Operation, Value};

    use super::*;

    fn step(thread: usize, object: u32, operation: AtomicOperation, effect: Effect) -> Step {
        Step {
            thread,
            operation: Operation::Atomic(object, operation),
            location: Location {
                file: "/answer/src/lib.rs".to_owned(),
                line: thread as u32 * 10,
                column: 1,
            },
            effect,
        }
    }

    fn load(thread: usize, object: u32) -> Step {
        let effect = Effect::Loaded(Loaded {
            value: Value::Natural(0),
            missed: None,
        });
        step(thread, object, AtomicOperation::Load, effect)
    }

    fn set(thread: usize, object: u32, operation: AtomicOperation, to: bool) -> Step {
        let effect = Effect::Stored {
            old: Value::Bool(!to),
            new: Value::Bool(to),
            hidden_by: None,
        };
        step(thread, object, operation, effect)
    }

    fn store(thread: usize, object: u32, to: bool) -> Step {
        set(thread, object, AtomicOperation::Store, to)
    }

    fn said(round: &[Step]) -> Option<String> {
        let trace: Vec<_> = (0..100).flat_map(|_| round.to_vec()).collect();
        reason(&trace, &Names::new("/answer/")).map(|text| text.en)
    }

    #[test]
    fn who_only_looks_is_busy_waiting() {
        let said = said(&[load(1, 1)]);
        assert_eq!(
            said.as_deref(),
            Some("Busy-waiting: T1 polls instead of sleeping (T1 src/lib.rs:10).")
        );
    }

    #[test]
    fn one_who_takes_a_lock_of_its_own_to_look_is_busy_waiting_too() {
        let round = [
            set(2, 1, AtomicOperation::ReadModifyWrite, true),
            load(2, 2),
            store(2, 1, false),
        ];
        assert!(said(&round).is_some_and(|said| said.starts_with("Busy-waiting: T2 ")));
    }

    #[test]
    fn those_who_undo_each_other_are_in_a_livelock() {
        let round = [store(1, 1, true), store(2, 1, false)];
        let said = said(&round);
        assert!(said.is_some_and(|said| said.starts_with("Livelock: T1 and T2 ")));
    }

    #[test]
    fn those_who_are_busy_with_what_is_theirs_are_in_no_livelock() {
        let round = [
            store(1, 1, true),
            store(1, 1, false),
            store(2, 2, true),
            store(2, 2, false),
        ];
        assert_eq!(said(&round), None);
    }
}
