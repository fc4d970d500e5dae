//! The wording of reader-writer locks.

use grader_schema::{
    Text,
    protocol::Blocked,
    step::{Effect, RwLockOperation},
};

use super::{Names, Noun, lock};

pub(super) const NOUN: Noun = Noun {
    en: "rwlock",
    zh: "读写锁",
    one: ("A reader-writer lock", "读写锁"),
};

pub(super) fn action(
    number: u32,
    operation: RwLockOperation,
    effect: &Effect,
    names: &Names<'_>,
) -> Option<Text> {
    let text = |en: String, zh: String| Some(Text { en, zh });
    match (operation, effect) {
        (RwLockOperation::Read | RwLockOperation::Write, Effect::Blocked(holder)) => {
            lock::waits(NOUN, number, *holder, names)
        }
        (RwLockOperation::Read, _) => text(
            format!("reads under rwlock {number}"),
            format!("取得读写锁 {number} 的读锁"),
        ),
        (RwLockOperation::Write, _) => text(
            format!("writes under rwlock {number}"),
            format!("取得读写锁 {number} 的写锁"),
        ),
        (RwLockOperation::ReadBehind, _) => text(
            format!("waits for rwlock {number} behind a waiting writer"),
            format!("等待读写锁 {number}：排在等待中的写者之后"),
        ),
        (RwLockOperation::TryRead | RwLockOperation::TryWrite, _) => {
            Some(lock::tried(NOUN, number, effect))
        }
        (RwLockOperation::ReadUnlock | RwLockOperation::WriteUnlock, _) => None,
        (RwLockOperation::Downgrade, _) => text(
            format!("goes on reading under rwlock {number}"),
            format!("把读写锁 {number} 的写锁降为读锁"),
        ),
        (RwLockOperation::Poison, _) => Some(lock::poisons(NOUN, number)),
        (RwLockOperation::LookForPoison, _) => Some(lock::looks_for_poison(number)),
        (RwLockOperation::ClearPoison, _) => Some(lock::clears_poison(number)),
    }
}

pub(super) fn waits_for_ever(
    number: u32,
    operation: RwLockOperation,
    blocked: &Blocked,
    names: &Names<'_>,
) -> Option<Text> {
    match operation {
        RwLockOperation::Read | RwLockOperation::Write => {
            lock::waits_for_ever(NOUN, number, blocked, names)
        }
        RwLockOperation::ReadBehind => {
            let by = lock::holder(blocked, names);
            let by = by.unwrap_or_else(|| Text::new("no thread", "没有线程"));
            Some(Text::new(
                format!(
                    "waits for rwlock {number} behind a waiting writer, which a read lock held by \
                     {} keeps out",
                    by.en
                ),
                format!(
                    "等待读写锁 {number}，排在等待中的写者之后，而写者被 {} 持有的读锁挡住",
                    by.zh
                ),
            ))
        }
        RwLockOperation::TryRead
        | RwLockOperation::TryWrite
        | RwLockOperation::ReadUnlock
        | RwLockOperation::WriteUnlock
        | RwLockOperation::Downgrade
        | RwLockOperation::Poison
        | RwLockOperation::LookForPoison
        | RwLockOperation::ClearPoison => None,
    }
}
