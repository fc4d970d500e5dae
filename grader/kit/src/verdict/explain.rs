//! Puts what the engine saw into words and rows.

use std::collections::BTreeMap;

use grader_schema::{
    Text,
    protocol::{Blocked, Ending, Location, Racing, Replayed, StepResult},
    report::FailureKind,
    trace::{Mark, Place, Row, Trace},
};

use super::{
    actions::action,
    driver::Silence,
    place::{named, place},
    receiver::receiver,
    rows::Rows,
};
use crate::history::thread_name;

/// Knows how to name places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    source_root: &'a str,
    sources: Option<&'a BTreeMap<String, String>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source_root: &'a str) -> Self {
        Self {
            source_root,
            sources: None,
        }
    }

    /// Also knows what the answer's files say.
    pub(super) fn with_sources(self, sources: &'a BTreeMap<String, String>) -> Self {
        Self {
            sources: Some(sources),
            ..self
        }
    }

    /// What the method at this place of the answer is called on, as it is written there.
    pub(super) fn receiver(&self, location: &Location) -> Option<&'a str> {
        let file = location.file.strip_prefix(self.source_root)?;
        receiver(self.sources?.get(file)?, location.line, location.column)
    }

    fn place(&self, location: &Location) -> Option<Place> {
        place(location, self.source_root)
    }

    /// Whether a place is in the answer, and not in a check.
    pub(super) fn is_of_answer(&self, location: &Location) -> bool {
        !self.source_root.is_empty() && location.file.starts_with(self.source_root)
    }

    pub(super) fn named(&self, location: &Location) -> String {
        named(location, self.source_root)
    }
}

/// The failure that an ending is, if it is one.
pub(super) fn ending(ending: &Ending, reader: &Reader<'_>) -> Option<(FailureKind, Text)> {
    Some(match ending {
        Ending::Completed => return None,
        Ending::Deadlock(threads) => {
            let each = |f: fn(&Text) -> &str, separator: &str| {
                let waits = threads.iter().map(|thread| waits_for_ever(thread, reader));
                let said: Vec<_> = waits.map(|text| f(&text).to_owned()).collect();
                said.join(separator)
            };
            let en = format!("Nobody can go on: {}.", each(|t| &t.en, "; "));
            let zh = format!("谁也无法继续：{}。", each(|t| &t.zh, "；"));
            (FailureKind::Deadlock, Text::new(en, zh))
        }
        Ending::Panicked {
            message, location, ..
        } if message.starts_with("not yet implemented") => {
            let at = location
                .as_ref()
                .map(|l| reader.named(l))
                .unwrap_or_default();
            let text = Text::new(
                format!("The `todo!()` at {at} was reached."),
                format!("运行到了 {at} 处的 `todo!()`。"),
            );
            (FailureKind::NotStarted, text)
        }
        Ending::Panicked {
            thread,
            message,
            location,
        } => {
            let at = location
                .as_ref()
                .map(|l| reader.named(l))
                .unwrap_or_default();
            let who = thread_name(*thread);
            let text = Text::new(
                format!("{who} panicked at {at}: {message}"),
                format!("{who} 在 {at} 处 panic：{message}"),
            );
            (FailureKind::Panic, text)
        }
        Ending::NoProgress { threads } => {
            let at = |thread: &Blocked| {
                format!(
                    "{} {}",
                    thread_name(thread.thread),
                    reader.named(&thread.location)
                )
            };
            let places: Vec<_> = threads.iter().map(at).collect();
            let text = Text::new(
                format!(
                    "There is no end, although every thread gets its turns. Last seen: {}.",
                    places.join(", ")
                ),
                format!(
                    "虽然每个线程都轮得到，程序却没有尽头。最后的位置：{}。",
                    places.join("、")
                ),
            );
            (FailureKind::NoProgress, text)
        }
        Ending::DataRace { first, second } => (FailureKind::DataRace, race(first, second, reader)),
        Ending::OutputLimit => (
            FailureKind::OutputLimit,
            Text::new(
                "One run printed more than a mebibyte.",
                "一次运行的输出超过了 1 MiB。",
            ),
        ),
        Ending::Diverged { step } => (
            FailureKind::Protocol,
            Text::new(
                format!("The schedule does not fit this code: its choice {step} is not possible."),
                format!("这个调度与现在的代码不符：第 {step} 步的选择无法做到。"),
            ),
        ),
    })
}

/// Two accesses that nothing orders.
fn race(first: &Racing, second: &Racing, reader: &Reader<'_>) -> Text {
    let verb = |racing: &Racing| {
        if racing.wrote {
            ("writes", "写")
        } else {
            ("reads", "读")
        }
    };
    let who = |racing: &Racing| thread_name(racing.thread);
    let at = |racing: &Racing| reader.named(&racing.location);
    Text::new(
        format!(
            "Data race: {} {} at {} and {} {} the same memory at {}, and nothing orders the two.",
            who(first),
            verb(first).0,
            at(first),
            who(second),
            verb(second).0,
            at(second),
        ),
        format!(
            "数据竞争：{} 在 {} 处{}，{} 在 {} 处{}同一块内存，二者之间没有任何先后约束。",
            who(first),
            at(first),
            verb(first).1,
            who(second),
            at(second),
            verb(second).1,
        ),
    )
}

/// The failure that a driver's silence is.
pub(super) fn silence(
    silence: &Silence,
    reader: &Reader<'_>,
    limit_ms: u64,
) -> (FailureKind, Text) {
    match silence {
        Silence::Killed(signal) => (
            FailureKind::Crashed,
            Text::new(
                format!("The program was ended by {}.", signal_name(*signal)),
                format!("程序被信号 {} 终止。", signal_name(*signal)),
            ),
        ),
        Silence::StackOverflow => (
            FailureKind::Crashed,
            Text::new(
                "A thread's stack overflowed: a recursion goes too deep.",
                "某个线程的栈溢出了：递归太深。",
            ),
        ),
        Silence::Exited(code) => (
            FailureKind::ExitedEarly,
            Text::new(
                format!("The program ended by itself with code {code} before the check was done."),
                format!("检查还没有完成，程序就自行以代码 {code} 退出了。"),
            ),
        ),
        Silence::Protocol => (
            FailureKind::Protocol,
            Text::new(
                "What came back over the result channel is not what was asked for.",
                "从结果通道传回的内容与所问的不符。",
            ),
        ),
        Silence::TimedOut(Some(location)) if reader.place(location).is_none() => (
            FailureKind::TimedOut,
            Text::new(
                "The program computes without an end, before it does anything that another thread could see.",
                "程序一直在空转，还没有做任何其他线程能看到的操作。",
            ),
        ),
        Silence::TimedOut(Some(location)) => {
            let at = reader.named(location);
            (
                FailureKind::TimedOut,
                Text::new(
                    format!(
                        "The program computes without an end; the last operation that another thread could see was at {at}."
                    ),
                    format!("程序一直在空转；最后一次其他线程能看到的操作在 {at}。"),
                ),
            )
        }
        Silence::TimedOut(None) => (
            FailureKind::TimedOut,
            Text::new(
                format!("The check was not done within {} seconds.", limit_ms / 1000),
                format!("检查没有在 {} 秒内完成。", limit_ms / 1000),
            ),
        ),
    }
}

/// The rows of a traced execution.
pub(super) fn trace(replayed: &Replayed, reader: &Reader<'_>) -> Trace {
    let mut collected = Rows::default();
    for step in &replayed.trace {
        let Some(text) = action(step) else { continue };
        let row = Row {
            thread: step.thread,
            place: reader.place(&step.location),
            code: String::new(),
            action: text,
            mark: match step.result {
                StepResult::Blocked(_) => Mark::Waits,
                _ => Mark::Acts,
            },
        };
        match &step.result {
            StepResult::Value(label) if step.operation.kind == "event" => {
                collected.add_event(row, label);
            }
            _ => collected.add(row),
        }
    }
    let mut rows = collected.finish();
    match &replayed.observation.ending {
        Ending::Deadlock(threads) => {
            for thread in threads {
                // What it waits for is said in full now.
                let last = rows.iter().rposition(|row| row.thread == thread.thread);
                if let Some(last) = last
                    && rows[last].mark == Mark::Waits
                {
                    rows.remove(last);
                }
                let text = waits_for_ever(thread, reader);
                let text = Text::new(
                    text.en.split_once(' ').map_or("", |(_, rest)| rest),
                    text.zh.split_once(' ').map_or("", |(_, rest)| rest),
                );
                rows.push(Row {
                    thread: thread.thread,
                    place: reader.place(&thread.location),
                    code: String::new(),
                    action: text,
                    mark: Mark::Fails,
                });
            }
        }
        Ending::Panicked {
            thread,
            message,
            location,
        } => rows.push(Row {
            thread: *thread,
            place: location
                .as_ref()
                .and_then(|location| reader.place(location)),
            code: String::new(),
            action: Text::new(format!("panics: {message}"), format!("panic:{message}")),
            mark: Mark::Fails,
        }),
        _ => {}
    }
    Trace {
        threads: replayed.threads.clone(),
        rows: shorten(rows),
        preemptions: replayed.preemptions,
    }
}

/// A loop without an end makes thousands of rows, of which the first and last say all.
fn shorten(mut rows: Vec<Row>) -> Vec<Row> {
    const SHOWN: usize = 60;
    if rows.len() > SHOWN {
        let left_out = rows.len() - SHOWN;
        rows.drain(SHOWN / 2..SHOWN / 2 + left_out);
        if let Some(row) = rows.get_mut(SHOWN / 2) {
            row.action.en = format!("({left_out} rows left out) {}", row.action.en);
            row.action.zh = format!("（省略 {left_out} 行）{}", row.action.zh);
        }
    }
    rows
}

/// What a thread waits for that never comes.
fn waits_for_ever(thread: &Blocked, reader: &Reader<'_>) -> Text {
    let who = thread_name(thread.thread);
    let at = reader.named(&thread.location);
    let number = thread.operation.object.unwrap_or(0);
    let other = thread_name(thread.operation.other.unwrap_or(0));
    let (en, zh) = match (thread.operation.kind.as_str(), thread.holder) {
        ("lock" | "reacquire", Some(holder)) => {
            let since = thread.held_since.as_ref().map(|l| reader.named(l));
            let since = since.unwrap_or_default();
            let holder = if holder == thread.thread {
                ("itself".to_owned(), "它自己".to_owned())
            } else {
                (thread_name(holder), thread_name(holder))
            };
            (
                format!(
                    "waits for mutex {number}, held by {} since {since}",
                    holder.0
                ),
                format!("等待互斥锁 {number}，它从 {since} 起被 {} 持有", holder.1),
            )
        }
        ("reacquire", None) => (
            "waits on a condvar, and nobody is left to notify it".to_owned(),
            "在条件变量上等待，却再也没有线程会通知它".to_owned(),
        ),
        ("read-lock" | "write-lock" | "once" | "once-wait", Some(holder)) => {
            let since = thread.held_since.as_ref().map(|l| reader.named(l));
            let since = since.unwrap_or_default();
            let (en, zh) = if thread.operation.kind.ends_with("lock") {
                ("rwlock", "读写锁")
            } else {
                ("once", "一次性初始化")
            };
            let (by, by_zh) = if holder == thread.thread {
                ("itself".to_owned(), "它自己".to_owned())
            } else {
                (thread_name(holder), thread_name(holder))
            };
            (
                format!("waits for {en} {number}, held by {by} since {since}"),
                format!("等待{zh} {number}，它从 {since} 起被 {by_zh} 持有"),
            )
        }
        ("read-lock-behind", holder) => {
            let (by, by_zh) = match holder {
                Some(holder) if holder == thread.thread => {
                    ("itself".to_owned(), "它自己".to_owned())
                }
                Some(holder) => (thread_name(holder), thread_name(holder)),
                None => ("nobody".to_owned(), "无人".to_owned()),
            };
            (
                format!(
                    "waits for rwlock {number} behind a writer that waits, which a share held by {by} keeps out"
                ),
                format!(
                    "等待读写锁 {number}，排在等待中的写者之后，而写者被 {by_zh} 持有的读锁挡住"
                ),
            )
        }
        ("sleep-forever", _) => ("sleeps for ever".to_owned(), "永远睡眠".to_owned()),
        ("pass", _) => (
            format!("waits at barrier {number} for threads that never come"),
            format!("在屏障 {number} 处等待，却再也没有线程会来"),
        ),
        ("once-wait", None) => (
            format!("waits for once {number}, and nobody is left to do it"),
            format!("等待一次性初始化 {number}，却没有线程会执行它"),
        ),
        ("join", _) => (
            format!("waits for the end of {other}"),
            format!("等待 {other} 结束"),
        ),
        ("receive", _) => (
            format!("waits for a message in channel {number} that nobody sends"),
            format!("等待通道 {number} 的消息，却没有线程会发送"),
        ),
        ("send" | "handover", _) => (
            format!("waits for room in channel {number} that nobody makes"),
            format!("等待通道 {number} 的空位，却没有线程会接收"),
        ),
        ("park", _) => (
            "is parked, and nobody unparks it".to_owned(),
            "已挂起（park），却没有线程会 unpark 它".to_owned(),
        ),
        (kind, _) => (format!("cannot {kind}"), format!("无法完成 {kind}")),
    };
    Text::new(
        format!("{who} {en} (at {at})"),
        format!("{who} {zh}（位于 {at}）"),
    )
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        25 => "SIGXFSZ",
        number => return format!("signal {number}"),
    };
    name.to_owned()
}
