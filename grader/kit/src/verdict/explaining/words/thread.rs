//! The wording of threads: their beginning and end, sleep, and tokens.

use grader_schema::{
    Text,
    step::{Effect, ThreadOperation},
};

use super::Names;

pub(super) fn action(
    operation: ThreadOperation,
    effect: &Effect,
    names: &Names<'_>,
) -> Option<Text> {
    let waits = matches!(effect, Effect::Blocked(_));
    match operation {
        ThreadOperation::Spawn(other) => {
            let other = names.thread(other);
            Some(Text::new(
                format!("starts {other}"),
                format!("启动 {other}"),
            ))
        }
        ThreadOperation::Unpark(other) => {
            let other = names.thread(other);
            Some(Text::new(
                format!("unparks {other}"),
                format!("唤醒 {other}(unpark)"),
            ))
        }
        ThreadOperation::Park if waits => Some(Text::new("parks", "挂起（park）")),
        ThreadOperation::Park => Some(Text::new("goes on after `park`", "从 `park` 返回")),
        ThreadOperation::Sleep if !waits => Some(Text::new("has slept", "睡眠结束")),
        ThreadOperation::Yield if !waits => Some(Text::new("yields", "让出")),
        ThreadOperation::Start
        | ThreadOperation::Exit
        | ThreadOperation::Join(_)
        | ThreadOperation::Sleep
        | ThreadOperation::SleepForever
        | ThreadOperation::Yield => None,
    }
}

pub(super) fn waits_for_ever(operation: ThreadOperation, names: &Names<'_>) -> Option<Text> {
    match operation {
        ThreadOperation::Join(other) => {
            let other = names.thread(other);
            Some(Text::new(
                format!("waits for the end of {other}"),
                format!("等待 {other} 结束"),
            ))
        }
        ThreadOperation::SleepForever => Some(Text::new("sleeps forever", "永远睡眠")),
        ThreadOperation::Park => Some(Text::new(
            "is parked, and no thread unparks it",
            "已挂起（park），却没有线程会 unpark 它",
        )),
        ThreadOperation::Start
        | ThreadOperation::Exit
        | ThreadOperation::Spawn(_)
        | ThreadOperation::Sleep
        | ThreadOperation::Yield
        | ThreadOperation::Unpark(_) => None,
    }
}
