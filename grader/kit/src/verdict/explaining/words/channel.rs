//! The wording of channels.

use grader_schema::{
    Text,
    step::{ChannelOperation, Effect, Received, Sent},
};

use super::Noun;

pub(super) const NOUN: Noun = Noun {
    en: "channel",
    zh: "通道",
    one: ("A channel", "通道"),
};

pub(super) fn action(number: u32, operation: ChannelOperation, effect: &Effect) -> Option<Text> {
    let text = |en: String, zh: String| Some(Text { en, zh });
    match (operation, effect) {
        (ChannelOperation::Send, Effect::Blocked(_)) => text(
            format!("waits for room in channel {number}"),
            format!("等待通道 {number} 的空位"),
        ),
        (ChannelOperation::Send, _) => text(
            format!("sends into channel {number}"),
            format!("向通道 {number} 发送"),
        ),
        (ChannelOperation::TrySend, Effect::Sent(sent)) => {
            let (what, what_zh) = match sent {
                Sent::Delivered => ("sent", "成功"),
                Sent::Full => ("full", "已满"),
                Sent::Disconnected => ("disconnected", "已断开"),
            };
            text(
                format!("tries to send: {what}"),
                format!("尝试发送：{what_zh}"),
            )
        }
        (ChannelOperation::Handover, Effect::Blocked(_)) => Some(Text::new(
            "waits until the message is taken",
            "等待消息被取走",
        )),
        (ChannelOperation::Receive, Effect::Blocked(_)) => text(
            format!("waits for a message in channel {number}"),
            format!("等待通道 {number} 的消息"),
        ),
        (ChannelOperation::Receive | ChannelOperation::TryReceive, Effect::Received(received)) => {
            Some(found(number, *received))
        }
        (
            ChannelOperation::TrySend
            | ChannelOperation::Handover
            | ChannelOperation::Receive
            | ChannelOperation::TryReceive
            | ChannelOperation::Disconnect,
            _,
        ) => None,
    }
}

/// What a receiver found.
fn found(number: u32, received: Received) -> Text {
    match received {
        Received::Message => Text::new(
            format!("receives from channel {number}: message"),
            format!("从通道 {number} 收到消息"),
        ),
        Received::Empty => Text::new(
            format!("receives from channel {number}: empty"),
            format!("通道 {number} 为空"),
        ),
        Received::Disconnected => Text::new(
            format!("receives from channel {number}: disconnected"),
            format!("通道 {number} 已断开"),
        ),
        Received::TimedOut => Text::new("gives up: time is up", "放弃：时间到"),
    }
}

pub(super) fn waits_for_ever(number: u32, operation: ChannelOperation) -> Option<Text> {
    match operation {
        ChannelOperation::Receive => Some(Text::new(
            format!("waits for a message in channel {number} that no thread sends"),
            format!("等待通道 {number} 的消息，却没有线程会发送"),
        )),
        ChannelOperation::Send | ChannelOperation::Handover => Some(Text::new(
            format!("waits for room in channel {number} that no thread makes"),
            format!("等待通道 {number} 的空位，却没有线程会接收"),
        )),
        ChannelOperation::TrySend | ChannelOperation::TryReceive | ChannelOperation::Disconnect => {
            None
        }
    }
}
