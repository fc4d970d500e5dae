//! What other threads did in between: an old value that was read, an update that was
//! lost, a lock that was let go of in the middle of something.
//!
//! Source: these are the patterns of unserializable interleavings of S. Lu, J. Tucek,
//! F. Qin and Y. Zhou, "AVIO: Detecting Atomicity Violations via Access Interleaving
//! Invariants", ASPLOS 2006, of which a failing interleaving that was cut down to its
//! necessary preemptions shows one.

use grader_schema::{
    Text,
    protocol::{Replayed, Step, StepResult},
};

use super::explain::Reader;
use crate::history::thread_name;

/// How an old value is told in a trace, between what was read and what was newest.
const NOT_YET: &str = ", not yet ";

/// What happened in between, said as a fact. Of several the last is told: what is nearest
/// to the failure.
pub(super) fn reason(replayed: &Replayed, reader: &Reader<'_>) -> Option<Text> {
    let trace = &replayed.trace;
    let stale = (0..trace.len())
        .rev()
        .find_map(|at| stale_read(trace, at, reader));
    // Without a preemption nobody came in between.
    let between = || {
        (replayed.preemptions > 0).then_some(())?;
        let found = |find: Finder| {
            (0..trace.len())
                .rev()
                .find_map(|at| find(trace, at, reader))
        };
        found(lost_update).or_else(|| found(split_section))
    };
    stale.or_else(between)
}

type Finder = fn(&[Step], usize, &Reader<'_>) -> Option<Text>;

/// A load that saw an old value.
fn stale_read(trace: &[Step], at: usize, reader: &Reader<'_>) -> Option<Text> {
    let load = &trace[at];
    let (old, newest) = value(load)
        .filter(|_| load.operation.kind == "load")?
        .split_once(NOT_YET)?;
    let written = trace[..at].iter().rfind(|step| {
        step.operation.object == load.operation.object && new_value(step).is_some()
    })?;
    let (who, writer) = (thread_name(load.thread), thread_name(written.thread));
    let (name, name_zh) = names(load, reader);
    let (here, there) = (
        reader.named(&load.location),
        reader.named(&written.location),
    );
    Some(Text::new(
        format!(
            "{who} read the old value {old} of {name} at {here}: {writer} had written {newest} at \
             {there}, but nothing orders that before the read."
        ),
        format!(
            "{who} 在 {here} 处读到了{name_zh}的旧值 {old}：{writer} 已在 {there} 处写入 {newest}，\
             但没有任何约束保证这次读能看到它。"
        ),
    ))
}

/// A thread read an atomic, another one changed it, and the first one overwrote that
/// without having looked again.
fn lost_update(trace: &[Step], at: usize, reader: &Reader<'_>) -> Option<Text> {
    let overwrites = &trace[at];
    let ours = new_value(overwrites).filter(|_| overwrites.operation.kind == "store")?;
    let same =
        |step: &&Step| uses_atomic(step) && step.operation.object == overwrites.operation.object;
    let mine = |step: &Step| step.thread == overwrites.thread;
    let looked = trace[..at]
        .iter()
        .rposition(|step| mine(step) && same(&step))?;
    let load = &trace[looked];
    let interrupted = &trace[looked + 1..at];
    if load.operation.kind != "load" || interrupted.iter().any(|step| mine(step) && ends_call(step))
    {
        return None;
    }
    let lost = interrupted
        .iter()
        .filter(same)
        .rfind(|step| new_value(step).is_some())?;
    let theirs = new_value(lost)?;
    let (who, writer) = (thread_name(load.thread), thread_name(lost.thread));
    let (name, name_zh) = names(load, reader);
    let (here, there) = (reader.named(&load.location), reader.named(&lost.location));
    let after = reader.named(&overwrites.location);
    let (then, then_zh) = if ours == theirs {
        (
            format!("both wrote {ours}"),
            format!("两次写入的都是 {ours}"),
        )
    } else {
        (
            format!("{who} then wrote {ours} over the {theirs} at {after}"),
            format!("随后 {who} 在 {after} 处用 {ours} 覆盖了 {theirs}"),
        )
    };
    Some(Text::new(
        format!("{who} read {name} at {here} before {writer} wrote it at {there}; {then}."),
        format!(
            "{who} 在 {here} 处读{}，此后 {writer} 才在 {there} 处写它；{then_zh}。",
            name_zh.trim_end()
        ),
    ))
}

/// A thread took a lock twice, at two places, one step after the other, and another thread
/// had it in between.
fn split_section(trace: &[Step], at: usize, reader: &Reader<'_>) -> Option<Text> {
    let again = &trace[at];
    let class = lock_class(again)?;
    let same = |step: &Step| {
        step.operation.object == again.operation.object && lock_class(step) == Some(class)
    };
    let before = trace[..at]
        .iter()
        .rposition(|step| step.thread == again.thread)?;
    let first = &trace[before];
    if !same(first) || first.location == again.location {
        return None;
    }
    let other = trace[before + 1..at].iter().rfind(|step| same(step))?;
    let (who, whom) = (thread_name(again.thread), thread_name(other.thread));
    let (from, to) = (reader.named(&first.location), reader.named(&again.location));
    let there = reader.named(&other.location);
    let number = again.operation.object.unwrap_or(0);
    let (class, class_zh) = match class {
        "mutex" => ("mutex", "互斥锁"),
        _ => ("rwlock", "读写锁"),
    };
    let (name, name_zh) = match reader.receiver(&again.location) {
        Some(name) => (format!("`{name}`"), format!(" `{name}` ")),
        None => (format!("{class} {number}"), format!("{class_zh} {number} ")),
    };
    Some(Text::new(
        format!(
            "{who} let go of {name} between {from} and {to}, and {whom} took it in between, at {there}."
        ),
        format!(
            "{who} 在 {from} 与 {to} 之间放开了{name_zh}，{whom} 趁此间隙在 {there} 处取得了它。"
        ),
    ))
}

/// What the object of a step is called, in English and in Chinese.
fn names(step: &Step, reader: &Reader<'_>) -> (String, String) {
    let number = step.operation.object.unwrap_or(0);
    reader.receiver(&step.location).map_or_else(
        || (format!("atomic {number}"), format!("原子变量 {number} ")),
        |name| (format!("`{name}`"), format!(" `{name}` ")),
    )
}

fn value(step: &Step) -> Option<&str> {
    match &step.result {
        StepResult::Value(value) => Some(value),
        _ => None,
    }
}

/// What a step wrote to an atomic. A read-modify-write that left it as it was did not write.
fn new_value(step: &Step) -> Option<&str> {
    let (old, new) = value(step)
        .filter(|_| uses_atomic(step))?
        .split_once(" → ")?;
    (old != new || step.operation.kind == "store").then_some(new)
}

fn uses_atomic(step: &Step) -> bool {
    matches!(step.operation.kind.as_str(), "load" | "store" | "rmw")
}

/// The sort of lock that a step took.
fn lock_class(step: &Step) -> Option<&'static str> {
    if step.result != StepResult::Done {
        return None;
    }
    match step.operation.kind.as_str() {
        "lock" => Some("mutex"),
        "read-lock" | "write-lock" => Some("rwlock"),
        _ => None,
    }
}

/// Whether a check noted at this step that a call begins or ends.
fn ends_call(step: &Step) -> bool {
    let label = value(step).unwrap_or_default();
    step.operation.kind == "event" && (label.starts_with("call ") || label.starts_with("return "))
}

#[cfg(test)]
mod tests {
    use grader_schema::protocol::{Location, Operation};

    use super::*;

    fn step(thread: usize, kind: &str, line: u32, result: &str) -> Step {
        Step {
            thread,
            operation: Operation {
                kind: kind.to_owned(),
                object: Some(1),
                other: None,
            },
            location: Location {
                file: "/answer/src/lib.rs".to_owned(),
                line,
                column: 1,
            },
            result: match result {
                "" => StepResult::Done,
                value => StepResult::Value(value.to_owned()),
            },
        }
    }

    fn said(find: Finder, trace: &[Step]) -> Option<String> {
        let reader = Reader::new("/answer/");
        let found = (0..trace.len())
            .rev()
            .find_map(|at| find(trace, at, &reader));
        found.map(|text| text.en)
    }

    #[test]
    fn an_update_between_a_read_and_a_write_is_lost() {
        let trace = [
            step(2, "load", 14, "0"),
            step(1, "load", 14, "0"),
            step(1, "store", 15, "0 → 1"),
            step(2, "store", 15, "1 → 1"),
        ];
        assert_eq!(
            said(lost_update, &trace).as_deref(),
            Some(
                "T2 read atomic 1 at src/lib.rs:14 before T1 wrote it at src/lib.rs:15; both wrote 1."
            )
        );
    }

    #[test]
    fn an_update_that_was_seen_or_belongs_to_another_call_is_not_lost() {
        let seen = [
            step(2, "load", 14, "0"),
            step(1, "store", 15, "0 → 1"),
            step(2, "load", 14, "1"),
            step(2, "store", 15, "1 → 2"),
        ];
        assert_eq!(said(lost_update, &seen), None);
        let two_calls = [
            step(2, "load", 14, "0"),
            step(2, "event", 3, "return get 0"),
            step(1, "store", 15, "0 → 1"),
            step(2, "store", 15, "1 → 2"),
        ];
        assert_eq!(said(lost_update, &two_calls), None);
        let nobody_between = [step(2, "load", 14, "0"), step(2, "store", 15, "0 → 1")];
        assert_eq!(said(lost_update, &nobody_between), None);
    }

    #[test]
    fn an_old_value_is_told_with_the_write_that_was_missed() {
        let trace = [
            step(1, "store", 9, "0 → 1"),
            step(2, "load", 14, "0, not yet 1"),
        ];
        let said = said(stale_read, &trace).expect("it is told");
        assert!(said.starts_with("T2 read the old value 0 of atomic 1 at src/lib.rs:14: T1 had written 1 at src/lib.rs:9"), "{said}");
    }

    #[test]
    fn a_lock_that_is_taken_in_two_pieces_is_told_only_if_another_had_it_between() {
        let split = |between: &str| {
            [
                step(2, "lock", 14, ""),
                step(1, between, 14, ""),
                step(2, "lock", 15, ""),
            ]
        };
        assert_eq!(
            said(split_section, &split("lock")).as_deref(),
            Some(
                "T2 let go of mutex 1 between src/lib.rs:14 and src/lib.rs:15, and T1 took it in between, at src/lib.rs:14."
            )
        );
        assert_eq!(said(split_section, &split("yield")), None);
        let a_loop = [
            step(2, "lock", 14, ""),
            step(1, "lock", 14, ""),
            step(2, "lock", 14, ""),
        ];
        assert_eq!(said(split_section, &a_loop), None);
    }
}
