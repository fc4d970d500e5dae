// canary: 5356b1a87810da74988e7f554876ab21
//! The hidden checks of exercise 17.

use kit::prelude::*;

kit::checks![
    in_any_pieces,
    every_writer_closes,
    an_end_in_the_middle,
    nothing_is_left_open,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{message, replies, shown};
    use kit::system::{children, kill, open_descriptors};
    use pipes::Channel;
    use std::io;

    /// Reads give parts of what is there, calls are interrupted, and many messages lie in one pipe.
    pub fn in_any_pieces(case: &Case) {
        let (asks, first): (bool, usize) = case.get();
        let (mut channel, mut child) = Channel::start(move |mut channel| {
            if first > 0 {
                mark("first", shown(channel.receive()));
            }
            if asks {
                return replies(channel, 1);
            }
            for length in [2, 0, 3] {
                let _ = channel.send(&message(length));
            }
            0
        })
        .expect("a process and two pipes");
        if first > 0 {
            // The pipe is full then, so that requests have to wait.
            let _ = channel.send(&message(first));
        }
        if asks {
            let replies = channel.ask_all(&[message(2), message(0)]);
            let shown = |reply| shown(Ok(Some(reply)));
            mark(
                "came",
                replies
                    .map(|replies| replies.into_iter().map(shown).collect::<Vec<_>>())
                    .ok(),
            );
        } else {
            mark(
                "came",
                Some([0; 4].map(|_| shown(channel.receive())).to_vec()),
            );
        }
        drop(channel);
        child.wait().expect("it is a child");
    }

    /// Two processes have the same end, and each drops it after a message or without one.
    pub fn every_writer_closes(_: &Case) {
        let (mut here, there) = Channel::pair().expect("two pipes");
        let mut there = Some(there);
        let (hears, tells) = io::pipe().expect("a pipe");
        // The second one does not end before the first one's message is there.
        let mut hears = Some(hears);
        let mut tells = Some(tells);
        let mut first = os::fork(|| {
            let _ = there.as_mut().expect("it is there").send(&message(1));
            0
        })
        .expect("a process");
        let mut second = os::fork(|| {
            tells = None;
            let mut there = there.take().expect("it is there");
            let mut byte = [0];
            let _ = io::Read::read(hears.as_mut().expect("it is there"), &mut byte);
            let _ = there.send(&message(2));
            there.finish();
            there.finish();
            mark("after the end", there.send(&message(3)).is_err());
            mark("finished", shown(there.receive()));
            0
        })
        .expect("a process");
        drop((there, hears));
        mark("first", shown(here.receive()));
        drop(tells);
        mark("rest", [0; 3].map(|_| shown(here.receive())));
        // It can still be sent to who has finished.
        let _ = here.send(&message(6));
        for child in [&mut first, &mut second] {
            child.wait().expect("it is a child");
        }
    }

    /// The other side is killed while it sends a long message, or it has gone when it is sent to.
    pub fn an_end_in_the_middle(case: &Case) {
        match case.get::<String>().as_str() {
            "killed" => {
                let (mut channel, mut child) = Channel::start(|mut channel| {
                    let _ = channel.send(&message(1));
                    i32::from(channel.send(&message(100_000)).is_err())
                })
                .expect("a process and two pipes");
                let first = shown(channel.receive());
                kill(child.pid());
                mark("came", [first, shown(channel.receive())]);
                child.wait().expect("it is a child");
            }
            "ends" => {
                let (mut channel, mut child) =
                    Channel::start(|_| 0).expect("a process and two pipes");
                mark(
                    "came",
                    [shown(channel.ask_all(&[message(70_000)]).map(|_| None))],
                );
                child.wait().expect("it is a child");
            }
            "gone" => {
                let (mut channel, mut child) =
                    Channel::start(|_| 0).expect("a process and two pipes");
                child.wait().expect("it is a child");
                let sent = channel.send(&message(1)).map(|()| None);
                let asked = channel.ask_all(&[message(1)]).map(|_| None);
                mark("came", [shown(sent), shown(asked)]);
            }
            _ => {
                // It sends one reply of two, and something after all replies.
                let (mut channel, mut child) = Channel::start(|mut channel| {
                    let _ = channel.receive();
                    let _ = channel.send(&message(8));
                    let _ = channel.send(&message(9));
                    let _ = channel.receive();
                    let _ = channel.receive();
                    0
                })
                .expect("a process and two pipes");
                let reply = channel.ask_all(&[message(1)]);
                let reply = reply.map(|mut replies| replies.pop());
                let after = shown(channel.receive());
                let none = channel.ask_all(&[]).map(|replies| replies.len()).ok();
                let short = channel.ask_all(&[message(1), message(1)]).map(|_| None);
                let short = if short.is_err() {
                    "an error".to_owned()
                } else {
                    shown(short)
                };
                mark("came", [shown(reply), after, format!("{none:?}"), short]);
                child.wait().expect("it is a child");
            }
        }
    }

    /// What the processes of a channel have open, and what is left of one that was used.
    pub fn nothing_is_left_open(_: &Case) {
        let before = open_descriptors();
        let own = move || open_descriptors() - before;
        let (mut channel, mut child) = Channel::start(move |mut channel| {
            mark("child has", own());
            let request = channel.receive();
            mark("the other side", shown(channel.receive()));
            drop(channel);
            mark("child has left", own());
            i32::from(request.is_err())
        })
        .expect("a process and two pipes");
        mark("parent has", own());
        let _ = channel.send(&message(3));
        channel.finish();
        drop(channel);
        mark("exit", format!("{:?}", child.wait().ok()));
        let (_, mut child) = Channel::start(|_| 7).expect("a process and two pipes");
        mark("exit of the second", format!("{:?}", child.wait().ok()));
        let pair = Channel::pair().expect("two pipes");
        mark("a pair has", own());
        drop(pair);
        mark("children", children());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{received, texts};

    pub fn in_any_pieces() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![(false, 0usize), (true, 0), (true, 65_530)])
            .short_transfers()
            .interrupted_calls()
            .completes(
                "Nobody waits for ever, whatever a read gives.",
                "无论一次读到多少，谁都不会永远等下去。",
            );
        received(
            oracle,
            "came",
            "Messages are whole, in however many pieces they come.",
            "无论分成多少段到来，消息都是完整的。",
            |results| match results.case::<(bool, usize)>() {
                (true, _) => texts(&["3", "1"]),
                (false, _) => texts(&["2", "0", "3", "the end"]),
            },
        )
        .equals(
            "So are long messages.",
            "长消息也一样。",
            |results| results.values_of::<String>("first"),
            |results| match results.case::<(bool, usize)>() {
                (_, 0) => vec![],
                (_, first) => vec![first.to_string()],
            },
            message!(
                |seen, expected| "Received: {seen:?}. Expected: {expected:?}.",
                "收到的是 {seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    pub fn every_writer_closes() -> Oracle {
        let oracle = Oracle::new().completes(
            "When the last copy of the other end is closed, `receive` does not wait.",
            "另一端的最后一个副本关闭之后，`receive` 不再等待。",
        );
        received(
            oracle,
            "rest",
            "There is no end as long as one process has the other end open, and one after that.",
            "只要还有一个进程打开着另一端，就没有结尾；之后才有。",
            |_| texts(&["2", "the end", "the end"]),
        )
        .named_values(
            [
                ("first", "第一条消息", "1"),
                ("finished", "`finish` 之后收到的", "6"),
            ],
            message!(
                |name, zh, expected| "What `receive` gives ({name}): {expected}.",
                "`receive` 给出的（{zh}）：{expected}。"
            ),
            message!(|seen| "It gave {seen}.", "实际给出 {seen}。"),
        )
        .equals(
            "A `send` after `finish` is an error.",
            "`finish` 之后的 `send` 是错误。",
            |results| results.value("after the end"),
            |_| Some(true),
            message!(|_| "It succeeded.", "它成功了。"),
        )
    }

    pub fn an_end_in_the_middle() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec!["killed", "ends", "gone", "replies"])
            .completes(
                "Nobody waits for ever, and no process is ended by a signal of its own `send`.",
                "谁都不会永远等下去，也没有进程因自己的 `send` 被信号终止。",
            );
        oracle.always_results(
            "A part of a message is an error, and so are a message to nobody and replies that do not come.",
            "残缺的消息是错误；发给已不存在的对方、等不来的回复，也都是错误。",
            |results| {
                let came = results.value::<Vec<String>>("came").unwrap_or_default();
                let allowed: &[&[&str]] = match results.case::<String>().as_str() {
                    // It may be killed before the second message.
                    "killed" => &[&["1", "UnexpectedEof"], &["1", "the end"], &["1", "100000"]],
                    "ends" => &[&["an error"], &["UnexpectedEof"]],
                    "gone" => &[&["an error", "an error"], &["an error", "UnexpectedEof"]],
                    _ => &[&["8", "9", "Some(0)", "an error"]],
                };
                if allowed.iter().any(|allowed| came == *allowed) {
                    return Ok(());
                }
                Err(Text::new(
                    format!("What came: {came:?}. Right would be: {allowed:?}."),
                    format!("得到的是 {came:?}，正确的是 {allowed:?}。"),
                ))
            },
        )
        .sometimes_results(
            "A process is killed in the middle of a message.",
            "进程在消息发到一半时被杀。",
            Text::new(
                "`receive` never gave `UnexpectedEof`.",
                "`receive` 从未给出 `UnexpectedEof`。",
            ),
            |results| {
                let came = results.value::<Vec<String>>("came").unwrap_or_default();
                results.case::<String>() != "killed" || came.iter().any(|came| came == "UnexpectedEof")
            },
        )
    }

    pub fn nothing_is_left_open() -> Oracle {
        Oracle::new()
            .always_results(
                "A channel has at most four descriptors open in a process, and none of the other end's.",
                "一个进程里，一条通道最多打开四个描述符，而且没有另一端的。",
                |results| {
                    let count = |name| results.value::<usize>(name).unwrap_or(usize::MAX);
                    let counts = ["child has", "parent has", "a pair has"].map(count);
                    let left = [count("child has left"), count("children")];
                    let [child, parent, pair] = counts;
                    if child <= 4 && parent <= 4 && pair <= 8 && left == [0, 0] {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "Descriptors open in the child, in the parent, and of both ends of a pair: \
                             {counts:?}. After a drop in the child, and children that were not waited \
                             for: {left:?}."
                        ),
                        format!(
                            "子进程、父进程、一对通道两端打开的描述符数：{counts:?}。子进程丢弃之后剩下的，\
                             以及没有回收的子进程数：{left:?}。"
                        ),
                    ))
                },
            )
            .named_values(
                [
                    ("the other side", "对方结束之后", "the end"),
                    ("exit", "子进程的结束", "Some(Code(0))"),
                    ("exit of the second", "第二个子进程的结束", "Some(Code(7))"),
                ],
                message!(
                    |name, zh, expected| "What is seen ({name}): {expected}.",
                    "看到的（{zh}）：{expected}。"
                ),
                message!(|seen| "It was {seen}.", "实际是 {seen}。"),
            )
            .no_leaked_descriptors(
                "Dropped channels leave no descriptor open.",
                "丢弃的通道不留下打开的描述符。",
            )
            .no_leaked_processes(
                "No process is left.",
                "不留下进程。",
            )
    }
}
