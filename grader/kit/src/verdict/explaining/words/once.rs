//! The wording of something that is done once.

use grader_schema::{
    Text,
    protocol::Blocked,
    step::{Begun, Effect, OnceOperation},
};

use super::{Names, Noun, lock};

pub(super) const NOUN: Noun = Noun {
    en: "once",
    zh: "一次性初始化",
    one: ("Something that is done once", "一次性初始化"),
};

pub(super) fn action(
    number: u32,
    operation: OnceOperation,
    effect: &Effect,
    names: &Names<'_>,
) -> Option<Text> {
    match (operation, effect) {
        (OnceOperation::Begin | OnceOperation::Wait, Effect::Blocked(holder)) => {
            let holder = names.thread((*holder)?);
            Some(Text::new(
                format!("waits for once {number}, begun by {holder}"),
                format!("等待 {holder} 完成一次性初始化 {number}"),
            ))
        }
        (OnceOperation::Begin, Effect::Begun(begun)) => Some(found(number, *begun)),
        (OnceOperation::Look, Effect::Looked { done: true }) => Some(Text::new(
            format!("looks at once {number}: done"),
            format!("查看一次性初始化 {number}：已完成"),
        )),
        (OnceOperation::Look, Effect::Looked { done: false }) => Some(Text::new(
            format!("looks at once {number}: not done"),
            format!("查看一次性初始化 {number}：未完成"),
        )),
        (
            OnceOperation::Begin | OnceOperation::End | OnceOperation::Look | OnceOperation::Wait,
            _,
        ) => None,
    }
}

/// The state of the `Once` that the thread found.
fn found(number: u32, begun: Begun) -> Text {
    match begun {
        Begun::Mine => Text::new(
            format!("begins once {number}"),
            format!("开始执行一次性初始化 {number}"),
        ),
        Begun::Done => Text::new(
            format!("finds once {number} done"),
            format!("一次性初始化 {number} 已完成"),
        ),
        Begun::Poisoned => Text::new(
            format!("finds once {number} poisoned"),
            format!("一次性初始化 {number} 已中毒"),
        ),
    }
}

pub(super) fn waits_for_ever(
    number: u32,
    operation: OnceOperation,
    blocked: &Blocked,
    names: &Names<'_>,
) -> Option<Text> {
    let held = lock::waits_for_ever(NOUN, number, blocked, names);
    match operation {
        OnceOperation::Begin => held,
        OnceOperation::Wait => held.or_else(|| {
            Some(Text::new(
                format!("waits for once {number}, and no thread is left to run it"),
                format!("等待一次性初始化 {number}，却没有线程会执行它"),
            ))
        }),
        OnceOperation::End | OnceOperation::Look => None,
    }
}
