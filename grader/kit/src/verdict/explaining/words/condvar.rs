//! The wording of condition variables. A thread wakes by taking its [mutex](super::mutex) again.

use grader_schema::{
    Text,
    step::{CondvarOperation, Effect},
};

use super::{Names, Noun};

pub(super) const NOUN: Noun = Noun {
    en: "condvar",
    zh: "条件变量",
    one: ("A condition variable", "条件变量"),
};

pub(super) fn action(
    number: u32,
    operation: CondvarOperation,
    effect: &Effect,
    names: &Names<'_>,
) -> Text {
    match operation {
        CondvarOperation::Wait => Text::new(
            format!("waits on condvar {number}, releases the mutex"),
            format!("在条件变量 {number} 上等待，交还互斥锁"),
        ),
        CondvarOperation::NotifyOne | CondvarOperation::NotifyAll => match effect {
            Effect::Woke(woken) if !woken.is_empty() => {
                let woken: Vec<_> = woken.iter().map(|&thread| names.thread(thread)).collect();
                Text::new(
                    format!("notifies condvar {number}: wakes {}", woken.join(", ")),
                    format!("通知条件变量 {number}：唤醒 {}", woken.join("、")),
                )
            }
            _ => Text::new(
                format!("notifies condvar {number}: no thread waits"),
                format!("通知条件变量 {number}：没有线程在等"),
            ),
        },
    }
}
