//! The wording of atomic variables and of fences.

use grader_schema::{
    Text,
    step::{AtomicOperation, Effect, Loaded},
};

use super::{Noun, value};

pub(super) const NOUN: Noun = Noun {
    en: "atomic",
    zh: "原子变量",
    one: ("An atomic variable", "原子变量"),
};

pub(super) fn action(number: u32, operation: AtomicOperation, effect: &Effect) -> Option<Text> {
    match (operation, effect) {
        (AtomicOperation::Load, Effect::Loaded(loaded)) => Some(read(number, loaded)),
        (AtomicOperation::Load, _) => None,
        (AtomicOperation::Store, effect) => written("writes", "写入", number, effect),
        (AtomicOperation::ReadModifyWrite, effect) => written("updates", "更新", number, effect),
    }
}

pub(super) fn fence() -> Text {
    Text::new("passes a fence", "执行内存屏障（fence）")
}

fn read(number: u32, loaded: &Loaded) -> Text {
    let found = value(loaded.value);
    match loaded.missed.map(value) {
        Some(newest) => Text::new(
            format!("reads {found} (atomic {number}), an old value: the newest is {newest}"),
            format!("读到旧值 {found}（原子变量 {number}），最新值是 {newest}"),
        ),
        None => Text::new(
            format!("reads {found} (atomic {number})"),
            format!("读到 {found}（原子变量 {number}）"),
        ),
    }
}

/// A thread has changed an atomic, or tried to.
fn written(verb: &str, zh: &str, number: u32, effect: &Effect) -> Option<Text> {
    let said = |what: String, what_zh: String| {
        Text::new(
            format!("{verb} {what} (atomic {number})"),
            format!("{zh} {what_zh}（原子变量 {number}）"),
        )
    };
    match effect {
        Effect::Stored {
            old,
            new,
            hidden_by,
        } => {
            let change = format!("{} → {}", value(*old), value(*new));
            Some(match hidden_by.map(value) {
                Some(newest) => Text::new(
                    format!("{verb} {change} (atomic {number}), before {newest}, which stays"),
                    format!("{zh} {change}（原子变量 {number}），排在 {newest} 之前，后者保留"),
                ),
                None => said(change.clone(), change),
            })
        }
        Effect::Refused { found, expected } => {
            let newest = found.missed.map(value);
            let (newest, newest_zh) = newest.map_or_else(Default::default, |newest| {
                (
                    format!(", not yet {newest}"),
                    format!("（最新值是 {newest}）"),
                )
            });
            let (found, expected) = (value(found.value), value(*expected));
            Some(said(
                format!("{found}{newest}, not {expected}: unchanged"),
                format!("{found}{newest_zh}，不是 {expected}：未改变"),
            ))
        }
        Effect::FailedSpuriously { expected } => {
            let expected = value(*expected);
            Some(said(
                format!("{expected}, failed spuriously"),
                format!("{expected}，无故失败"),
            ))
        }
        _ => None,
    }
}
