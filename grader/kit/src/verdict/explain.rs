//! Puts what the engine saw into words and rows.

use grader_schema::{
    Text,
    protocol::{Blocked, Ending, Racing, Replayed},
    report::FailureKind,
    step::{Effect, Operation, ThreadOperation},
    trace::{Mark, Row, Trace},
};

use super::{driver::Silence, names::Names, rows::Rows, words};

/// The failure that an ending is, if it is one.
pub(super) fn ending(ending: &Ending, names: &Names<'_>) -> Option<(FailureKind, Text)> {
    Some(match ending {
        Ending::Completed => return None,
        Ending::Deadlock(threads) => {
            let each = |f: fn(&Text) -> &str, separator: &str| {
                let waits = threads.iter().map(|thread| waits_for_ever(thread, names));
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
                .map(|place| names.at(place))
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
                .map(|place| names.at(place))
                .unwrap_or_default();
            let who = names.thread(*thread);
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
                    names.thread(thread.thread),
                    names.at(&thread.location)
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
        Ending::DataRace { first, second } => (FailureKind::DataRace, race(first, second, names)),
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
fn race(first: &Racing, second: &Racing, names: &Names<'_>) -> Text {
    let verb = |racing: &Racing| {
        if racing.wrote {
            ("writes", "写")
        } else {
            ("reads", "读")
        }
    };
    let who = |racing: &Racing| names.thread(racing.thread);
    let at = |racing: &Racing| names.at(&racing.location);
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
pub(super) fn silence(silence: &Silence, names: &Names<'_>, limit_ms: u64) -> (FailureKind, Text) {
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
        Silence::TimedOut(Some(location)) if names.place(location).is_none() => (
            FailureKind::TimedOut,
            Text::new(
                "The program computes without an end, before it does anything that another thread could see.",
                "程序一直在空转，还没有做任何其他线程能看到的操作。",
            ),
        ),
        Silence::TimedOut(Some(location)) => {
            let at = names.at(location);
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
pub(super) fn trace(replayed: &Replayed, names: &Names<'_>) -> Trace {
    let history = &replayed.observation.history;
    let mut collected = Rows::default();
    for step in &replayed.trace {
        let Some(text) = words::action(step, history, names) else {
            continue;
        };
        let row = Row {
            thread: step.thread,
            place: names.place(&step.location),
            code: String::new(),
            action: text,
            mark: match step.effect {
                Effect::Blocked(_) => Mark::Waits,
                _ => Mark::Acts,
            },
        };
        let starts = matches!(step.operation, Operation::Thread(ThreadOperation::Spawn(_)));
        match words::recorded_by(step, history) {
            Some(event) => collected.add_event(row, event.kind),
            None => collected.add(row, starts),
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
                let at = names.at(&thread.location);
                let Text { en, zh } = words::waits_for_ever(thread, names);
                let text = Text::new(format!("{en} (at {at})"), format!("{zh}（位于 {at}）"));
                rows.push(Row {
                    thread: thread.thread,
                    place: names.place(&thread.location),
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
            place: location.as_ref().and_then(|location| names.place(location)),
            code: String::new(),
            action: Text::new(format!("panics: {message}"), format!("panic:{message}")),
            mark: Mark::Fails,
        }),
        _ => {}
    }
    Trace {
        threads: names.threads(),
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

/// Who waits for what that never comes, and where.
fn waits_for_ever(thread: &Blocked, names: &Names<'_>) -> Text {
    let (who, at) = (names.thread(thread.thread), names.at(&thread.location));
    let Text { en, zh } = words::waits_for_ever(thread, names);
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
