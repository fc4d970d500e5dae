//! The kind and the sentence of the way in which an execution ended.

use grader_schema::{
    Text,
    protocol::{Blocked, Ending, Racing},
    report::FailureKind,
    step::Operation,
};

use super::{names::Names, words};

/// The failure of an ending, if the ending is a failure.
pub(crate) fn ending(ending: &Ending, names: &Names<'_>) -> Option<(FailureKind, Text)> {
    Some(match ending {
        Ending::Completed => return None,
        Ending::Deadlock(threads) => {
            let each = |f: fn(&Text) -> &str, separator: &str| {
                let waits = threads.iter().map(|thread| waits_for_ever(thread, names));
                let said: Vec<_> = waits.map(|text| f(&text).to_owned()).collect();
                said.join(separator)
            };
            let en = format!("No thread can continue: {}.", each(|t| &t.en, "; "));
            let zh = format!("没有线程能继续：{}。", each(|t| &t.zh, "；"));
            (FailureKind::Deadlock, Text::new(en, zh))
        }
        Ending::Panicked {
            message, location, ..
        } if message.starts_with("not yet implemented")
            && location.as_ref().is_some_and(|place| names.is_todo(place)) =>
        {
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
                    "The program does not terminate, even under fair scheduling. Last seen: {}.",
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
        Ending::Killed { thread, signal } => {
            let (who, by) = (names.thread(*thread), words::signal(*signal));
            let text = Text::new(
                format!("{who}, the first process, was killed by {by}."),
                format!("第一个进程 {who} 被 {by} 终止。"),
            );
            (FailureKind::Crashed, text)
        }
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
            "Data race: {} {} at {} and {} {} the same memory at {}, and no synchronisation orders the two.",
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

/// Which thread waits forever, for what, and where.
fn waits_for_ever(thread: &Blocked, names: &Names<'_>) -> Text {
    let who = names.thread(thread.thread);
    let Text { en, zh } = waits_forever_at(thread, names);
    Text::new(format!("{who} {en}"), format!("{who} {zh}"))
}

/// What a thread waits for forever, and where if that is in the answer or in a check. A system call
/// that the real library makes is in neither.
pub(super) fn waits_forever_at(thread: &Blocked, names: &Names<'_>) -> Text {
    let Text { en, zh } = words::waits_for_ever(thread, names);
    if matches!(thread.operation, Operation::System(..)) && names.place(&thread.location).is_none()
    {
        return Text::new(en, zh);
    }
    let at = names.at(&thread.location);
    Text::new(format!("{en} (at {at})"), format!("{zh}（位于 {at}）"))
}

#[cfg(test)]
mod tests {
    use grader_schema::{
        protocol::Location,
        step::{MutexOperation, ThreadOperation},
    };

    use super::*;
    use crate::threads::ThreadNames;

    fn blocked(thread: usize, operation: Operation) -> Blocked {
        let location = Location {
            file: "/answer/src/lib.rs".to_owned(),
            line: 4,
            column: 1,
        };
        Blocked {
            thread,
            operation,
            location: location.clone(),
            holder: (thread > 0).then_some(thread),
            held_since: (thread > 0).then_some(location),
            holders: Vec::new(),
        }
    }

    #[test]
    fn threads_have_the_names_that_the_program_gave_them() {
        let worker = Some("a worker".to_owned());
        let threads = ThreadNames::new(&[None, worker.clone(), worker]);
        let names = Names::new("/answer/").with_threads(&threads);
        let deadlock = Ending::Deadlock(vec![
            blocked(0, Operation::Thread(ThreadOperation::Join(2))),
            blocked(1, Operation::Mutex(3, MutexOperation::Lock)),
        ]);
        let (_, text) = ending(&deadlock, &names).expect("it is a failure");
        assert_eq!(
            text.en,
            "No thread can continue: main waits for the end of a worker (T2) (at src/lib.rs:4); a worker \
             (T1) waits for mutex 3, held by itself since src/lib.rs:4 (at src/lib.rs:4)."
        );
    }
}
