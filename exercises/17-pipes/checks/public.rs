//! The checks of exercise 17 that you see.

use kit::prelude::*;

kit::checks![
    messages_come_whole,
    the_end_is_seen,
    a_full_pipe_is_no_deadlock,
    sleeps_while_it_waits,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use pipes::Channel;
    use std::io;

    /// A message of so many bytes, of which no two neighbours are equal.
    pub fn message(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8).collect()
    }

    /// What `receive` gave: the length of a message that is like [`message`], the end, or an error.
    pub fn shown(received: io::Result<Option<Vec<u8>>>) -> String {
        match received {
            Ok(Some(bytes)) if bytes == message(bytes.len()) => bytes.len().to_string(),
            Ok(Some(bytes)) => format!("{} other bytes", bytes.len()),
            Ok(None) => "the end".to_owned(),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                "UnexpectedEof".to_owned()
            }
            Err(_) => "an error".to_owned(),
        }
    }

    /// Receives messages until their end, and replies to each of them by as many bytes and some more.
    pub fn replies(mut channel: Channel, more: usize) -> i32 {
        while let Ok(Some(request)) = channel.receive() {
            if channel.send(&message(request.len() + more)).is_err() {
                return 1;
            }
        }
        0
    }

    /// Two messages there and two back, and each side writes before it reads.
    pub fn messages_come_whole(case: &Case) {
        let lengths: [usize; 2] = case.get();
        let both = move |channel: &mut Channel, side: &str| {
            for length in lengths {
                mark("sent", channel.send(&message(length)).is_ok());
            }
            for _ in lengths {
                mark(side, shown(channel.receive()));
            }
        };
        let child = |mut channel: Channel| {
            both(&mut channel, "child");
            0
        };
        let (mut channel, mut child) = Channel::start(child).expect("a process and two pipes");
        both(&mut channel, "parent");
        drop(channel);
        child.wait().expect("it is a child");
    }

    /// A child that ends after one message, and a child that goes on until its parent has finished.
    pub fn the_end_is_seen(_: &Case) {
        let (mut channel, mut first) = Channel::start(|mut channel| {
            let _ = channel.send(b"");
            0
        })
        .expect("a process and two pipes");
        mark("of the first", [0; 2].map(|_| shown(channel.receive())));
        let (mut channel, mut second) =
            Channel::start(|channel| replies(channel, 1)).expect("a process and two pipes");
        let _ = channel.send(&message(4));
        channel.finish();
        mark("of the second", [0; 2].map(|_| shown(channel.receive())));
        for child in [&mut first, &mut second] {
            mark(
                "ended",
                child.wait().is_ok_and(|exit| exit == os::Exit::Code(0)),
            );
        }
    }

    /// All requests and all replies are more than both pipes have room for. The other side replies to each
    /// request at once, or when it has received all.
    pub fn a_full_pipe_is_no_deadlock(case: &Case) {
        let (lengths, more, at_once): (Vec<usize>, usize, bool) = case.get();
        let count = lengths.len();
        let side = move |mut channel: Channel| {
            // It is no request.
            let _ = channel.receive();
            if !at_once {
                let requests: Vec<_> = (0..count).map(|_| channel.receive()).collect();
                for request in requests.into_iter().flatten().flatten() {
                    let _ = channel.send(&message(request.len() + more));
                }
            }
            replies(channel, more)
        };
        let (mut channel, mut child) = Channel::start(side).expect("a process and two pipes");
        let _ = channel.send(&message(20_000));
        let requests: Vec<_> = lengths.into_iter().map(message).collect();
        for requests in [&requests[..], &[message(1)]] {
            let replies = channel.ask_all(requests).unwrap_or_default();
            let lengths = replies.into_iter().map(|reply| shown(Ok(Some(reply))));
            mark("replies", lengths.collect::<Vec<_>>());
        }
        drop(channel);
        child.wait().expect("it is a child");
    }

    /// Nobody is at the other end, and still it is open.
    pub fn sleeps_while_it_waits(case: &Case) {
        let (mut channel, _other) = Channel::pair().expect("two pipes");
        match case.get::<String>().as_str() {
            "receive" => drop(channel.receive()),
            "send" => drop(channel.send(&message(100_000))),
            _ => drop(channel.ask_all(&[message(100_000)])),
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// What was received at this side.
    pub fn received(
        oracle: Oracle,
        side: &'static str,
        en: &str,
        zh: &str,
        expected: impl Fn(&Results<'_>) -> Vec<String> + 'static,
    ) -> Oracle {
        oracle.equals(
            en,
            zh,
            |results| results.value::<Vec<String>>(side).unwrap_or_default(),
            expected,
            message!(
                |seen, expected| "Received: {seen:?}. Expected: {expected:?}.",
                "收到的是 {seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    pub fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().copied().map(str::to_owned).collect()
    }

    pub fn messages_come_whole() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![[5usize, 0], [300, 7]]);
        ["child", "parent"].into_iter().fold(oracle, |oracle, side| {
            oracle
                .equals(
                    "Messages come whole and in the order in which they were sent.",
                    "消息完整到达，次序与发送时相同。",
                    |results| results.by_thread::<String>(side),
                    |results| {
                        let lengths = results.case::<[usize; 2]>();
                        vec![lengths.iter().map(ToString::to_string).collect::<Vec<_>>()]
                    },
                    message!(
                        |seen, expected| "The lengths that were received: {seen:?}. Expected: {expected:?}.",
                        "收到的消息长度是 {seen:?}，应当是 {expected:?}。"
                    ),
                )
        })
        .equals(
            "`send` succeeds while the other side can receive.",
            "只要对方还能接收，`send` 就成功。",
            |results| results.values_of::<bool>("sent"),
            |_| vec![true; 4],
            message!(
                |sent| "Whether each `send` succeeded: {sent:?}.",
                "各次 `send` 是否成功：{sent:?}。"
            ),
        )
    }

    pub fn the_end_is_seen() -> Oracle {
        let oracle = Oracle::new().completes(
            "When nobody can send any more, `receive` does not wait for ever.",
            "再也没有谁能发送时，`receive` 不会永远等下去。",
        );
        let oracle = received(
            oracle,
            "of the first",
            "After the last message of a process that has ended comes the end.",
            "进程结束后，它的最后一条消息之后就是结尾。",
            |_| texts(&["0", "the end"]),
        );
        received(
            oracle,
            "of the second",
            "After `finish` the other side sees the end, and what it sends is still received.",
            "`finish` 之后对方看到结尾，它发出的仍能收到。",
            |_| texts(&["5", "the end"]),
        )
        .equals(
            "Both children come to their end.",
            "两个子进程都能结束。",
            |results| results.values_of::<bool>("ended"),
            |_| vec![true; 2],
            message!(
                |ended| "Whether each child exited with what `body` returned: {ended:?}.",
                "各子进程是否以 `body` 的返回值退出：{ended:?}。"
            ),
        )
    }

    pub fn a_full_pipe_is_no_deadlock() -> Oracle {
        type Case = (Vec<usize>, usize, bool);
        Oracle::new()
            .cases(|_| {
                let at_once: Case = (vec![20_000; 7], 50_000, true);
                vec![at_once, (vec![2, 80_000], 1, false)]
            })
            .completes(
                "However much is to be sent, nobody waits for ever.",
                "无论要发送多少，谁都不会永远等下去。",
            )
            .equals(
                "`ask_all` gives the replies in the order of the requests.",
                "`ask_all` 按请求的次序给出回复。",
                |results| results.by_thread::<Vec<String>>("replies"),
                |results| {
                    let (lengths, more, _) = results.case::<Case>();
                    let reply = |length: &usize| (length + more).to_string();
                    vec![vec![lengths.iter().map(reply).collect(), vec![reply(&1)]]]
                },
                message!(
                    |seen, expected| "The lengths of the replies: {seen:?}. Expected: {expected:?}.",
                    "各回复的长度是 {seen:?}，应当是 {expected:?}。"
                ),
            )
    }

    pub fn sleeps_while_it_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["receive", "send", "ask_all"])
            .comes_to_rest("A process that waits sleeps.", "等待的进程处于睡眠状态。")
    }
}
