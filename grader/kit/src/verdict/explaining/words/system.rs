//! The wording of system calls.

use grader_schema::{
    Text,
    protocol::{Blocked, Holder},
    step::{Effect, Signal, SignalEffect, SystemOperation},
    system_choices::Surprise,
};

use super::{Names, Noun, signal};

pub(super) const NOUN: Noun = Noun {
    en: "kernel",
    zh: "内核",
    one: ("A kernel", "内核"),
};

/// The call that waits for a mutex of several processes.
const LOCKS_MUTEX: &str = "pthread_mutex_lock";

/// A call, and the descriptor that it is about.
fn call(operation: SystemOperation) -> Text {
    let SystemOperation { name, fd, .. } = operation;
    match fd {
        Some(fd) => Text::new(
            format!("`{name}` (descriptor {fd})"),
            format!(" `{name}`（描述符 {fd}）"),
        ),
        None => Text::new(format!("`{name}`"), format!(" `{name}`")),
    }
}

/// What a process did: the call as `strace(1)` writes it, which is the same in every language.
pub(super) fn action(operation: SystemOperation, effect: &Effect) -> Text {
    let named = call(operation);
    match effect {
        Effect::Called(shown) => Text::new(shown.clone(), shown.clone()),
        Effect::Surprised(shown, surprise) => surprised(operation, shown, *surprise),
        Effect::Blocked(_) => Text::new(
            format!("waits in {}", named.en),
            format!("等在{}", named.zh),
        ),
        Effect::Signal(taken, does) => took(*taken, *does),
        Effect::Continued => Text::new("goes on after SIGCONT (18)", "收到 SIGCONT (18)，继续运行"),
        _ => Text::new(format!("calls {}", named.en), format!("调用{}", named.zh)),
    }
}

/// A call in which the system did something that programs seldom meet.
fn surprised(operation: SystemOperation, shown: &str, surprise: Surprise) -> Text {
    let (en, zh) = match surprise {
        Surprise::Short { bytes, of } => {
            let writes = ["write", "send"].contains(&operation.name.as_str());
            let (en, zh) = if writes {
                ("write", "写入")
            } else {
                ("read", "读取")
            };
            (
                format!("short {en}: {bytes} of {of} bytes"),
                format!("不完整的{zh}：{of} 字节中的 {bytes} 字节"),
            )
        }
        Surprise::Interrupted => (
            "interrupted while it waited (EINTR)".to_owned(),
            "等待时被中断 (EINTR)".to_owned(),
        ),
        Surprise::Reset => (
            "the connection is reset (ECONNRESET)".to_owned(),
            "连接被重置 (ECONNRESET)".to_owned(),
        ),
        Surprise::Reaped(child) => (
            format!("another child had ended too: P{child} is told first"),
            format!("另一个子进程也已结束：先得到 P{child} 的消息"),
        ),
    };
    Text::new(format!("{shown} ({en})"), format!("{shown}（{zh}）"))
}

/// What a signal did to the process that took it.
fn took(taken: Signal, does: SignalEffect) -> Text {
    let named = signal(taken);
    match does {
        SignalEffect::Ends => Text::new(
            format!("takes {named}, which ends it"),
            format!("收到 {named}，因此终止"),
        ),
        SignalEffect::Stops => {
            Text::new(format!("is stopped by {named}"), format!("被 {named} 暂停"))
        }
        SignalEffect::Nothing => Text::new(
            format!("takes {named}, which does nothing"),
            format!("收到 {named}，它没有任何作用"),
        ),
        SignalEffect::Handled => Text::new(
            format!("takes {named} and runs its handler"),
            format!("收到 {named}，运行它的处理函数"),
        ),
    }
}

/// In which call a process waits, and who could end that.
pub(super) fn waits_for_ever(
    operation: SystemOperation,
    blocked: &Blocked,
    names: &Names<'_>,
) -> Text {
    let call = call(operation);
    let is_itself = |holder: &&Holder| holder.thread == blocked.thread;
    let itself = blocked.holders.iter().find(is_itself);
    let others = blocked.holders.iter().filter(|holder| !is_itself(holder));
    let others: Vec<Text> = others.map(|holder| named(*holder, names)).collect();
    let list =
        |of: fn(&Text) -> &str, and: &str| others.iter().map(of).collect::<Vec<_>>().join(and);
    let (en, zh) = (list(|text| &text.en, " or "), list(|text| &text.zh, " 或 "));
    let (rest_en, rest_zh) = match itself {
        Some(Holder { fd: Some(fd), .. }) if others.is_empty() => (
            format!(", and holds the other end itself (descriptor {fd})"),
            format!("，而另一端正由它自己握着（描述符 {fd}）"),
        ),
        Some(Holder { fd: Some(fd), .. }) => (
            format!(" for {en}, and holds the other end itself (descriptor {fd})"),
            format!("，等 {zh}，而另一端它自己也握着（描述符 {fd}）"),
        ),
        // Who could give a mutex back is the one that has it.
        Some(Holder { fd: None, .. }) if &*operation.name == LOCKS_MUTEX => (
            " for a mutex that it has itself".to_owned(),
            "，等的是它自己持有的互斥锁".to_owned(),
        ),
        _ if others.is_empty() => (
            ", and no process is left that could end that".to_owned(),
            "，再也没有进程能让它继续".to_owned(),
        ),
        _ => (format!(" for {en}"), format!("，等 {zh}")),
    };
    Text::new(
        format!("waits in {}{rest_en}", call.en),
        format!("一直等在{}{rest_zh}", call.zh),
    )
}

/// A process, and its descriptor.
fn named(holder: Holder, names: &Names<'_>) -> Text {
    let name = names.thread(holder.thread);
    match holder.fd {
        Some(fd) => Text::new(
            format!("{name} (descriptor {fd})"),
            format!("{name}（描述符 {fd}）"),
        ),
        None => Text::new(name.clone(), name),
    }
}

#[cfg(test)]
mod tests {
    use arrayvec::ArrayString;
    use grader_schema::{protocol::Location, step::Operation};

    use super::*;

    fn said(does: SignalEffect) -> Text {
        let name = ArrayString::from("SIGTERM").unwrap();
        took(Signal { name, number: 15 }, does)
    }

    /// What is said of the first process, which waits in this call for the process of a thread.
    fn waits(call: &str, holder: usize) -> Text {
        let operation = SystemOperation {
            process: 1,
            name: ArrayString::from(call).expect("it fits"),
            fd: None,
        };
        let blocked = Blocked {
            thread: 0,
            operation: Operation::System(0, operation),
            location: Location {
                file: "/answer/src/lib.rs".to_owned(),
                line: 4,
                column: 1,
            },
            holder: None,
            held_since: None,
            holders: vec![Holder {
                thread: holder,
                fd: None,
            }],
        };
        waits_for_ever(operation, &blocked, &Names::new("/answer/"))
    }

    #[test]
    fn who_has_the_mutex_that_it_waits_for_is_told_so() {
        let itself = waits("pthread_mutex_lock", 0);
        assert_eq!(
            itself.en,
            "waits in `pthread_mutex_lock` for a mutex that it has itself"
        );
        let other = waits("pthread_mutex_lock", 2);
        assert_eq!(other.en, "waits in `pthread_mutex_lock` for T2");
        // It could post it, and waits.
        let semaphore = waits("sem_wait", 0);
        assert!(semaphore.en.contains("no process is left"), "{semaphore:?}");
    }

    #[test]
    fn each_surprise_is_told_beside_the_call() {
        let told = |name: &str, surprise| {
            let operation = SystemOperation {
                process: 2,
                name: ArrayString::from(name).unwrap(),
                fd: Some(4),
            };
            surprised(operation, "call() = 1", surprise)
        };
        let short = Surprise::Short { bytes: 1, of: 5 };
        let write = told("write", short);
        assert_eq!(write.en, "call() = 1 (short write: 1 of 5 bytes)");
        assert_eq!(write.zh, "call() = 1（不完整的写入：5 字节中的 1 字节）");
        assert!(told("recv", short).en.contains("short read: 1 of 5"));
        assert!(told("read", Surprise::Interrupted).zh.contains("(EINTR)"));
        assert!(told("read", Surprise::Reset).en.contains("(ECONNRESET)"));
        assert!(told("waitpid", Surprise::Reaped(3)).en.contains("P3"));
    }

    #[test]
    fn each_thing_that_a_signal_does_has_a_wording_with_its_name_and_number() {
        use SignalEffect::{Ends, Handled, Nothing, Stops};
        let all = [Ends, Stops, Nothing, Handled].map(said);
        for text in &all {
            assert!(text.en.contains("SIGTERM (15)"), "{text:?}");
            assert!(text.zh.contains("SIGTERM (15)"), "{text:?}");
        }
        assert_eq!(all[0].en, "takes SIGTERM (15), which ends it");
        assert_eq!(all[3].zh, "收到 SIGTERM (15)，运行它的处理函数");
    }
}
