//! Sentences common to every object that one thread holds and others wait for.

use grader_schema::{Text, protocol::Blocked, step::Effect};

use super::{Names, Noun};

/// A thread waits for what another thread holds; empty if the holder is unknown.
pub(super) fn waits(
    noun: Noun,
    number: u32,
    holder: Option<usize>,
    names: &Names<'_>,
) -> Option<Text> {
    let (Noun { en, zh, .. }, holder) = (noun, names.thread(holder?));
    Some(Text::new(
        format!("waits for {en} {number}, held by {holder}"),
        format!("等待{zh} {number}（被 {holder} 持有）"),
    ))
}

/// A thread waits for what is held and never released; nothing if no thread holds it.
pub(super) fn waits_for_ever(
    noun: Noun,
    number: u32,
    blocked: &Blocked,
    names: &Names<'_>,
) -> Option<Text> {
    let Noun { en, zh, .. } = noun;
    let since = blocked.held_since.as_ref().map(|place| names.at(place));
    let since = since.unwrap_or_default();
    let by = holder(blocked, names)?;
    Some(Text::new(
        format!("waits for {en} {number}, held by {} since {since}", by.en),
        format!("等待{zh} {number}，它从 {since} 起被 {} 持有", by.zh),
    ))
}

/// The holder of what a thread waits for.
pub(super) fn holder(blocked: &Blocked, names: &Names<'_>) -> Option<Text> {
    let holder = blocked.holder?;
    Some(if holder == blocked.thread {
        Text::new("itself", "它自己")
    } else {
        let name = names.thread(holder);
        Text::new(name.clone(), name)
    })
}

/// A thread tried to take a lock without waiting.
pub(super) fn tried(noun: Noun, number: u32, effect: &Effect) -> Text {
    let Noun { en, zh, .. } = noun;
    let (how, how_zh) = if *effect == (Effect::Tried { taken: true }) {
        ("taken", "成功")
    } else {
        ("not free", "没有空")
    };
    Text::new(
        format!("tries {en} {number}: {how}"),
        format!("尝试{zh} {number}：{how_zh}"),
    )
}

/// A thread panicked while it held a lock.
pub(super) fn poisons(noun: Noun, number: u32) -> Text {
    let Noun { en, zh, .. } = noun;
    Text::new(
        format!("panics while it holds {en} {number}, taken here, and poisons it"),
        format!("持有在此处取得的{zh} {number} 时 panic，使其中毒"),
    )
}

/// A thread asked whether a lock is poisoned.
pub(super) fn looks_for_poison(number: u32) -> Text {
    Text::new(
        format!("asks whether lock {number} is poisoned"),
        format!("查询锁 {number} 是否中毒"),
    )
}

/// A thread said that a lock is not poisoned any more.
pub(super) fn clears_poison(number: u32) -> Text {
    Text::new(
        format!("clears the poison of lock {number}"),
        format!("清除锁 {number} 的中毒标记"),
    )
}
