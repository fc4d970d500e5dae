//! The wording of barriers.

use grader_schema::{
    Text,
    step::{BarrierOperation, Effect},
};

use super::Noun;

pub(super) const NOUN: Noun = Noun {
    en: "barrier",
    zh: "屏障",
    one: ("A barrier", "屏障"),
};

pub(super) fn action(number: u32, operation: BarrierOperation, effect: &Effect) -> Option<Text> {
    match (operation, effect) {
        (BarrierOperation::Arrive | BarrierOperation::Pass, Effect::Blocked(_)) => None,
        (BarrierOperation::Arrive, Effect::Arrived { last: true }) => Some(Text::new(
            format!("arrives at barrier {number} as the last"),
            format!("最后一个到达屏障 {number}"),
        )),
        (BarrierOperation::Arrive, _) => Some(Text::new(
            format!("arrives at barrier {number} and waits"),
            format!("到达屏障 {number} 并等待"),
        )),
        (BarrierOperation::Pass, _) => Some(Text::new("goes on from the barrier", "通过屏障")),
    }
}

pub(super) fn waits_for_ever(number: u32, operation: BarrierOperation) -> Option<Text> {
    match operation {
        BarrierOperation::Arrive => None,
        BarrierOperation::Pass => Some(Text::new(
            format!("waits at barrier {number} for threads that never come"),
            format!("在屏障 {number} 处等待，却再也没有线程会来"),
        )),
    }
}
