//! What other threads did in between: an old value that was read, an update that was
//! lost, a lock that was released in the middle of a critical section.
//!
//! Source: these are the patterns of unserializable interleavings of S. Lu, J. Tucek,
//! F. Qin and Y. Zhou, "AVIO: Detecting Atomicity Violations via Access Interleaving
//! Invariants", ASPLOS 2006, of which a failing interleaving that was cut down to its
//! necessary preemptions shows one.

use grader_schema::{
    Text,
    protocol::{Event, EventKind, Replayed},
    step::{Effect, Step},
};

use super::facts::{is_load, is_store, taken_lock, written};
use crate::verdict::explaining::{names::Names, words};

/// What happened in between, stated as a fact. Of several facts the last is stated: the nearest
/// to the failure.
pub(super) fn reason(replayed: &Replayed, names: &Names<'_>) -> Option<Text> {
    let trace = &replayed.trace;
    let last = |find: &dyn Fn(usize) -> Option<Text>| (0..trace.len()).rev().find_map(find);
    let stale = last(&|at| stale_read(trace, at, names));
    // Without a preemption no other thread came in between.
    let between = || {
        (replayed.preemptions > 0).then_some(())?;
        let history = &replayed.observation.history;
        last(&|at| lost_update(trace, history, at, names))
            .or_else(|| last(&|at| split_section(trace, at, names)))
    };
    stale.or_else(between)
}

/// A load that saw an old value.
fn stale_read(trace: &[Step], at: usize, names: &Names<'_>) -> Option<Text> {
    let load = &trace[at];
    let Effect::Loaded(loaded) = load.effect else {
        return None;
    };
    let (old, newest) = (words::value(loaded.value), words::value(loaded.missed?));
    let object = load.operation.object();
    let written = trace[..at]
        .iter()
        .rfind(|step| step.operation.object() == object && written(step).is_some())?;
    let (who, writer) = (names.thread(load.thread), names.thread(written.thread));
    let (name, name_zh) = name(load, names)?;
    let (here, there) = (names.at(&load.location), names.at(&written.location));
    Some(Text::new(
        format!(
            "{who} read the old value {old} of {name} at {here}: {writer} had written {newest} at \
             {there}, but no synchronisation orders that write before the read."
        ),
        format!(
            "{who} 在 {here} 处读到了{name_zh}的旧值 {old}：{writer} 已在 {there} 处写入 {newest}，\
             但没有任何约束保证这次读能看到它。"
        ),
    ))
}

/// A thread read an atomic, another one changed it, and the first one overwrote that
/// without having looked again.
fn lost_update(trace: &[Step], history: &[Event], at: usize, names: &Names<'_>) -> Option<Text> {
    let overwrites = &trace[at];
    let ours = written(overwrites).filter(|_| is_store(overwrites))?;
    let object = overwrites.operation.object();
    let same = |step: &&Step| step.operation.object() == object;
    let mine = |step: &Step| step.thread == overwrites.thread;
    let looked = trace[..at]
        .iter()
        .rposition(|step| mine(step) && same(&step))?;
    let load = &trace[looked];
    let interrupted = &trace[looked + 1..at];
    let ends_call = |step: &Step| mine(step) && is_end_of_call(step, history);
    if !is_load(load) || interrupted.iter().any(ends_call) {
        return None;
    }
    let lost = interrupted
        .iter()
        .filter(same)
        .rfind(|step| written(step).is_some())?;
    let theirs = written(lost)?;
    let (who, writer) = (names.thread(load.thread), names.thread(lost.thread));
    let (name, name_zh) = name(load, names)?;
    let (here, there) = (names.at(&load.location), names.at(&lost.location));
    let after = names.at(&overwrites.location);
    let is_same = ours == theirs;
    let (ours, theirs) = (words::value(ours), words::value(theirs));
    let (then, then_zh) = if is_same {
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
fn split_section(trace: &[Step], at: usize, names: &Names<'_>) -> Option<Text> {
    let again = &trace[at];
    let lock = taken_lock(again)?;
    let same = |step: &Step| taken_lock(step) == Some(lock);
    let before = trace[..at]
        .iter()
        .rposition(|step| step.thread == again.thread)?;
    let first = &trace[before];
    if !same(first) || first.location == again.location {
        return None;
    }
    let other = trace[before + 1..at].iter().rfind(|step| same(step))?;
    let (who, whom) = (names.thread(again.thread), names.thread(other.thread));
    let (from, to) = (names.at(&first.location), names.at(&again.location));
    let there = names.at(&other.location);
    let (name, name_zh) = name(again, names)?;
    Some(Text::new(
        format!(
            "{who} released {name} between {from} and {to}, and {whom} acquired it in between, at {there}."
        ),
        format!(
            "{who} 在 {from} 与 {to} 之间放开了{name_zh}，{whom} 趁此间隙在 {there} 处取得了它。"
        ),
    ))
}

/// What the object of a step is called, in English, and in Chinese with what parts it from the
/// words around it.
fn name(step: &Step, names: &Names<'_>) -> Option<(String, String)> {
    if let Some(name) = names.receiver(&step.location) {
        return Some((format!("`{name}`"), format!(" `{name}` ")));
    }
    let Text { en, zh } = words::object(step.operation.object()?);
    Some((en, format!("{zh} ")))
}

/// Whether a check noted at this step that a call begins or ends.
fn is_end_of_call(step: &Step, history: &[Event]) -> bool {
    let event = words::recorded_by(step, history);
    event.is_some_and(|event| matches!(event.kind, EventKind::Call | EventKind::Return))
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        protocol::Location,
        step::{AtomicOperation, Loaded, MutexOperation, Operation, ThreadOperation, Value},
    };
    use serde_json::Value as Json;

    use super::*;

    fn step(thread: usize, line: u32, operation: Operation, effect: Effect) -> Step {
        Step {
            thread,
            operation,
            location: Location {
                file: "/answer/src/lib.rs".to_owned(),
                line,
                column: 1,
            },
            effect,
        }
    }

    fn load(thread: usize, value: u64) -> Step {
        old_load(thread, value, None)
    }

    fn old_load(thread: usize, value: u64, missed: Option<u64>) -> Step {
        let loaded = Loaded {
            value: Value::Natural(value),
            missed: missed.map(Value::Natural),
        };
        let operation = Operation::Atomic(1, AtomicOperation::Load);
        step(thread, 14, operation, Effect::Loaded(loaded))
    }

    fn store(thread: usize, old: u64, new: u64) -> Step {
        let effect = Effect::Stored {
            old: Value::Natural(old),
            new: Value::Natural(new),
            hidden_by: None,
        };
        step(
            thread,
            15,
            Operation::Atomic(1, AtomicOperation::Store),
            effect,
        )
    }

    fn lock(thread: usize, line: u32) -> Step {
        let operation = Operation::Mutex(1, MutexOperation::Lock);
        step(thread, line, operation, Effect::Done)
    }

    /// What is said of the last step of which `find` knows something to say.
    fn said(
        find: impl Fn(&[Step], usize, &Names<'_>) -> Option<Text>,
        trace: &[Step],
    ) -> Option<String> {
        let names = Names::new("/answer/");
        let found = (0..trace.len())
            .rev()
            .find_map(|at| find(trace, at, &names));
        found.map(|text| text.en)
    }

    fn said_of_update(trace: &[Step]) -> Option<String> {
        let returned = Event {
            thread: 2,
            kind: EventKind::Return,
            name: "get".to_owned(),
            value: Json::from(0),
            clock: Vec::new(),
            time: 0,
        };
        let history = [returned];
        let find = |trace: &[Step], at, names: &Names<'_>| lost_update(trace, &history, at, names);
        said(find, trace)
    }

    #[test]
    fn an_update_between_a_read_and_a_write_is_lost() {
        let trace = [load(2, 0), load(1, 0), store(1, 0, 1), store(2, 1, 1)];
        assert_eq!(
            said_of_update(&trace).as_deref(),
            Some(
                "T2 read atomic 1 at src/lib.rs:14 before T1 wrote it at src/lib.rs:15; both wrote 1."
            )
        );
    }

    #[test]
    fn an_update_that_was_seen_or_belongs_to_another_call_is_not_lost() {
        let seen = [load(2, 0), store(1, 0, 1), load(2, 1), store(2, 1, 2)];
        assert_eq!(said_of_update(&seen), None);
        let returns = step(2, 3, Operation::Event, Effect::Recorded(0));
        let two_calls = [load(2, 0), returns, store(1, 0, 1), store(2, 1, 2)];
        assert_eq!(said_of_update(&two_calls), None);
        let nobody_between = [load(2, 0), store(2, 0, 1)];
        assert_eq!(said_of_update(&nobody_between), None);
    }

    #[test]
    fn an_old_value_is_told_with_the_write_that_was_missed() {
        let trace = [store(1, 0, 1), old_load(2, 0, Some(1))];
        let said = said(stale_read, &trace).expect("it is told");
        assert!(said.starts_with("T2 read the old value 0 of atomic 1 at src/lib.rs:14: T1 had written 1 at src/lib.rs:15"), "{said}");
    }

    #[test]
    fn a_lock_that_is_taken_in_two_pieces_is_told_only_if_another_had_it_between() {
        let split = |between: Step| [lock(2, 14), between, lock(2, 15)];
        assert_eq!(
            said(split_section, &split(lock(1, 14))).as_deref(),
            Some(
                "T2 released mutex 1 between src/lib.rs:14 and src/lib.rs:15, and T1 acquired it in between, at src/lib.rs:14."
            )
        );
        let yields = Operation::Thread(ThreadOperation::Yield);
        let yields = step(1, 14, yields, Effect::Done);
        assert_eq!(said(split_section, &split(yields)), None);
        let a_loop = [lock(2, 14), lock(1, 14), lock(2, 14)];
        assert_eq!(said(split_section, &a_loop), None);
    }
}
