//! The wording of mutexes.

use grader_schema::{
    Text,
    protocol::Blocked,
    step::{Cause, Effect, MutexOperation},
};

use super::{Names, Noun, lock};

pub(super) const NOUN: Noun = Noun {
    en: "mutex",
    zh: "互斥锁",
    one: ("A mutex", "互斥锁"),
};

pub(super) fn action(
    number: u32,
    operation: MutexOperation,
    effect: &Effect,
    names: &Names<'_>,
) -> Option<Text> {
    match (operation, effect) {
        (MutexOperation::Lock | MutexOperation::Reacquire, Effect::Blocked(holder)) => {
            lock::waits(NOUN, number, *holder, names)
        }
        (MutexOperation::Lock, _) => Some(Text::new(
            format!("locks mutex {number}"),
            format!("锁住互斥锁 {number}"),
        )),
        (MutexOperation::TryLock, _) => Some(lock::tried(NOUN, number, effect)),
        (MutexOperation::Unlock, _) => None,
        (MutexOperation::Reacquire, _) => Some(wakes(effect, names)),
        (MutexOperation::Poison, _) => Some(lock::poisons(NOUN, number)),
        (MutexOperation::LookForPoison, _) => Some(lock::looks_for_poison(number)),
        (MutexOperation::ClearPoison, _) => Some(lock::clears_poison(number)),
    }
}

/// A thread wakes from a condition variable and has the mutex again.
fn wakes(effect: &Effect, names: &Names<'_>) -> Text {
    match effect {
        Effect::Woken(Cause::TimedOut) => Text::new("wakes: time is up", "醒来：时间到"),
        Effect::Woken(Cause::Notified(Some(by))) => {
            let by = names.thread(*by);
            Text::new(
                format!("wakes: notified by {by}"),
                format!("醒来：被 {by} 通知"),
            )
        }
        _ => Text::new("wakes spuriously", "无故醒来（虚假唤醒）"),
    }
}

pub(super) fn waits_for_ever(
    number: u32,
    operation: MutexOperation,
    blocked: &Blocked,
    names: &Names<'_>,
) -> Option<Text> {
    match (operation, blocked.holder) {
        (MutexOperation::Lock, _) | (MutexOperation::Reacquire, Some(_)) => {
            lock::waits_for_ever(NOUN, number, blocked, names)
        }
        (MutexOperation::Reacquire, None) => Some(Text::new(
            "waits on a condvar, and no thread is left to notify it",
            "在条件变量上等待，却再也没有线程会通知它",
        )),
        (
            MutexOperation::TryLock
            | MutexOperation::Unlock
            | MutexOperation::Poison
            | MutexOperation::LookForPoison
            | MutexOperation::ClearPoison,
            _,
        ) => None,
    }
}
