//! Says what one step of a thread did.

use grader_schema::{
    Text,
    protocol::{Step, StepResult},
};

use super::{counts::counted, rows::STARTS};
use crate::history::thread_name;

/// What a step did; nothing for steps that tell a reader nothing.
pub(super) fn action(step: &Step) -> Option<Text> {
    let number = step.operation.object.unwrap_or(0);
    let value = match &step.result {
        StepResult::Value(value) => value.as_str(),
        _ => "",
    };
    let blocked = match step.result {
        StepResult::Blocked(holder) => Some(holder),
        _ => None,
    };
    let text = |en: String, zh: String| Some(Text { en, zh });
    let other = thread_name(step.operation.other.unwrap_or(0));
    match (step.operation.kind.as_str(), blocked) {
        ("spawn", _) => text(format!("{STARTS}{other}"), format!("启动 {other}")),
        ("lock", None) => text(
            format!("locks mutex {number}"),
            format!("锁住互斥锁 {number}"),
        ),
        ("lock" | "reacquire", Some(Some(holder))) => text(
            format!("waits for mutex {number}, held by {}", thread_name(holder)),
            format!("等待互斥锁 {number}（被 {} 持有）", thread_name(holder)),
        ),
        ("try-lock", _) => text(
            format!("tries mutex {number}: {value}"),
            match value {
                "taken" => format!("尝试互斥锁 {number}：成功"),
                _ => format!("尝试互斥锁 {number}：没有空"),
            },
        ),
        ("wait", _) => text(
            format!("waits on condvar {number}, gives the mutex back"),
            format!("在条件变量 {number} 上等待，交还互斥锁"),
        ),
        ("reacquire", None) => Some(match step.result {
            StepResult::TimedOut => Text::new("wakes: time is up", "醒来：时间到"),
            StepResult::Notified(Some(by)) => Text::new(
                format!("wakes: notified by {}", thread_name(by)),
                format!("醒来：被 {} 通知", thread_name(by)),
            ),
            _ => Text::new("wakes for no reason (spurious)", "无故醒来（虚假唤醒）"),
        }),
        ("notify-one" | "notify-all", _) => {
            let woken: Vec<_> = value
                .split(',')
                .filter_map(|task| task.parse().ok())
                .map(thread_name)
                .collect();
            if woken.is_empty() {
                text(
                    format!("notifies condvar {number}: nobody waits"),
                    format!("通知条件变量 {number}：没有线程在等"),
                )
            } else {
                text(
                    format!("notifies condvar {number}: wakes {}", woken.join(", ")),
                    format!("通知条件变量 {number}：唤醒 {}", woken.join("、")),
                )
            }
        }
        ("load", _) => match value.split_once(", not yet ") {
            Some((old, newest)) => text(
                format!("reads {old} (atomic {number}), an old value: the newest is {newest}"),
                format!("读到旧值 {old}（原子变量 {number}），最新值是 {newest}"),
            ),
            None => text(
                format!("reads {value} (atomic {number})"),
                format!("读到 {value}（原子变量 {number}）"),
            ),
        },
        ("store", _) => Some(changed("writes", "写入", value, number)),
        ("rmw", _) => Some(changed("updates", "更新", value, number)),
        ("send", None) => text(
            format!("sends into channel {number}"),
            format!("向通道 {number} 发送"),
        ),
        ("send", Some(_)) => text(
            format!("waits for room in channel {number}"),
            format!("等待通道 {number} 的空位"),
        ),
        ("try-send", _) => text(
            format!("tries to send: {value}"),
            format!("尝试发送：{value}"),
        ),
        ("handover", Some(_)) => text(
            "waits until the message is taken".into(),
            "等待消息被取走".into(),
        ),
        ("receive" | "try-receive", None) => match step.result {
            StepResult::TimedOut => text("gives up: time is up".into(), "放弃：时间到".into()),
            _ => text(
                format!("receives from channel {number}: {value}"),
                match value {
                    "message" => format!("从通道 {number} 收到消息"),
                    "disconnected" => format!("通道 {number} 已断开"),
                    _ => format!("通道 {number} 为空"),
                },
            ),
        },
        ("receive", Some(_)) => text(
            format!("waits for a message in channel {number}"),
            format!("等待通道 {number} 的消息"),
        ),
        ("sleep", None) => text("has slept".into(), "睡眠结束".into()),
        ("park", None) => text("goes on after `park`".into(), "从 `park` 返回".into()),
        ("park", Some(_)) => text("parks".into(), "挂起（park）".into()),
        ("unpark", _) => text(format!("unparks {other}"), format!("唤醒 {other}(unpark)")),
        ("yield", None) => text("yields".into(), "让出".into()),
        ("event", None) => recorded(value),
        ("fence", _) => text("passes a fence".into(), "执行内存屏障（fence）".into()),
        ("cell-read", _) => text(
            format!("reads cell {number}"),
            format!("读取 UnsafeCell {number}"),
        ),
        ("cell-write", _) => text(
            format!("writes cell {number}"),
            format!("写入 UnsafeCell {number}"),
        ),
        ("poison-look", _) => text(
            format!("asks whether lock {number} is poisoned"),
            format!("查询锁 {number} 是否中毒"),
        ),
        ("poison-clear", _) => text(
            format!("clears the poison of lock {number}"),
            format!("清除锁 {number} 的中毒标记"),
        ),
        ("poison", _) => {
            let (en, zh) = lock_class(value);
            text(
                format!("panics while it holds {en} {number}, taken here, and poisons it"),
                format!("持有在此处取得的{zh} {number} 时 panic，使其中毒"),
            )
        }
        (kind, _) => shared(kind, blocked, number, value),
    }
}

/// What a change of an atomic did.
fn changed(verb: &str, zh: &str, value: &str, number: u32) -> Text {
    match value.split_once(", overwritten already by ") {
        Some((change, newest)) => Text::new(
            format!("{verb} {change} (atomic {number}), before {newest}, which stays"),
            format!("{zh} {change}（原子变量 {number}），排在 {newest} 之前，后者保留"),
        ),
        None => Text::new(
            format!("{verb} {value} (atomic {number})"),
            format!("{zh} {value}（原子变量 {number}）"),
        ),
    }
}

/// What people call a sort of lock.
pub(super) fn lock_class(class: &str) -> (&'static str, &'static str) {
    match class {
        "rwlock" => ("rwlock", "读写锁"),
        _ => ("mutex", "互斥锁"),
    }
}

/// What a step on a reader-writer lock, a barrier, something done once or an `Arc` did.
#[expect(
    clippy::option_option,
    reason = "whether it waits, and for whom if that is known"
)]
fn shared(kind: &str, blocked: Option<Option<usize>>, number: u32, value: &str) -> Option<Text> {
    let text = |en: String, zh: String| Some(Text { en, zh });
    match (kind, blocked) {
        ("read-lock", None) => text(
            format!("reads under rwlock {number}"),
            format!("取得读写锁 {number} 的读锁"),
        ),
        ("write-lock", None) => text(
            format!("writes under rwlock {number}"),
            format!("取得读写锁 {number} 的写锁"),
        ),
        ("read-lock" | "write-lock", Some(Some(holder))) => text(
            format!("waits for rwlock {number}, held by {}", thread_name(holder)),
            format!("等待读写锁 {number}（被 {} 持有）", thread_name(holder)),
        ),
        ("read-lock-behind", _) => text(
            format!("waits for rwlock {number} behind a writer that waits"),
            format!("等待读写锁 {number}：排在等待中的写者之后"),
        ),
        ("try-read" | "try-write", _) => text(
            format!("tries rwlock {number}: {value}"),
            match value {
                "taken" => format!("尝试读写锁 {number}：成功"),
                _ => format!("尝试读写锁 {number}：没有空"),
            },
        ),
        ("downgrade", None) => text(
            format!("goes on reading under rwlock {number}"),
            format!("把读写锁 {number} 的写锁降为读锁"),
        ),
        ("arrive", None) => text(
            match value {
                "last" => format!("comes to barrier {number} as the last"),
                _ => format!("comes to barrier {number} and waits"),
            },
            match value {
                "last" => format!("最后一个到达屏障 {number}"),
                _ => format!("到达屏障 {number} 并等待"),
            },
        ),
        ("pass", None) => text("goes on from the barrier".into(), "通过屏障".into()),
        ("once", None) => text(
            match value {
                "begins" => format!("begins once {number}"),
                _ => format!("finds once {number} {value}"),
            },
            match value {
                "begins" => format!("开始执行一次性初始化 {number}"),
                "done" => format!("一次性初始化 {number} 已完成"),
                _ => format!("一次性初始化 {number} 已中毒"),
            },
        ),
        ("once" | "once-wait", Some(Some(holder))) => text(
            format!("waits for once {number}, begun by {}", thread_name(holder)),
            format!("等待 {} 完成一次性初始化 {number}", thread_name(holder)),
        ),
        ("once-look", None) => text(
            format!("looks at once {number}: {value}"),
            match value {
                "done" => format!("查看一次性初始化 {number}：已完成"),
                _ => format!("查看一次性初始化 {number}：未完成"),
            },
        ),
        (kind, None) => counted(kind, number, value),
        _ => None,
    }
}

/// What a recorded event says.
fn recorded(label: &str) -> Option<Text> {
    let (kind, rest) = label.split_once(' ')?;
    Some(match kind {
        "call" => Text::new(format!("calls {rest}"), format!("调用 {rest}")),
        "return" => {
            let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
            if value.is_empty() {
                Text::new(format!("{name} returns"), format!("{name} 返回"))
            } else {
                Text::new(
                    format!("{name} returns {value}"),
                    format!("{name} 返回 {value}"),
                )
            }
        }
        "enter" => Text::new(format!("enters `{rest}`"), format!("进入 `{rest}`")),
        "leave" => Text::new(format!("leaves `{rest}`"), format!("离开 `{rest}`")),
        _ => Text::new(rest, rest),
    })
}
