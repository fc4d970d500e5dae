// canary: 6d17d10b6ba6c5586f7b4acbc51d327d
//! The hidden checks of exercise 30.

use kit::prelude::*;

mod model;

kit::checks![
    is_linearizable,
    gives_up_in_time,
    takes_part_with_a_limit,
    close_wakes_producers,
    sleeps_until_its_time,
    small_programs,
];

/// What meets what.
#[derive(Clone, Copy, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
enum Meeting {
    /// A limited `get` makes room for a `put`.
    GetMakesRoom,
    /// Limited `put`s are waited for by `get`s.
    PutsAreAwaited,
    /// Limited `put`s want the same room.
    PutsCompete,
}

impl Meeting {
    fn capacity(self) -> usize {
        match self {
            Self::GetMakesRoom | Self::PutsAreAwaited => 2,
            Self::PutsCompete => 1,
        }
    }
}

#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{thread, time::Duration};
    use super::model::Call;
    use kit::programs;
    use thread_queue::{GetError, PutError, Queue};

    /// Longer than anybody can stay awake.
    const LONG: Duration = Duration::from_hours(24);

    /// Three producers and consumers with two items each, and a close in the middle.
    pub fn is_linearizable(_: &Case) {
        let queue = Queue::new(2);
        thread::scope(|scope| {
            let queue = &queue;
            scope.spawn(move || {
                for item in [10, 11, 12] {
                    call("put", item, || queue.put(item).is_ok());
                }
            });
            scope.spawn(move || {
                for item in [20, 21] {
                    call("put", item, || queue.put(item).is_ok());
                }
                call("close", (), || queue.close());
            });
            scope.spawn(move || {
                for _ in 0..3 {
                    call("get", (), || queue.get().ok());
                }
            });
            scope.spawn(move || {
                for _ in 0..2 {
                    call("get", (), || queue.get().ok());
                }
            });
        });
    }

    /// A full queue and an empty one, with somebody who comes late or never.
    pub fn gives_up_in_time(_: &Case) {
        let soon = Duration::from_millis(10);
        let queue = Queue::new(1);
        mark("empty", shown(queue.get_timeout(soon)));
        mark("fits", shown(queue.put_timeout(1, soon)));
        mark("full", shown(queue.put_timeout(2, soon)));
        thread::scope(|scope| {
            let queue = &queue;
            scope.spawn(move || {
                let sent = queue.put_timeout(3, soon) == Ok(());
                mark("sent", sent);
            });
            scope.spawn(move || {
                mark("first", queue.get().ok());
                mark("second", queue.get_timeout(soon).ok());
            });
        });
        queue.close();
        mark("left", queue.get().ok());
        mark("closed", shown(queue.get_timeout(soon)));
        mark("refused", shown(queue.put_timeout(4, soon)));
    }

    /// A result as the oracle compares it: `Ok(1)`, `Err(TimedOut)`.
    fn shown(result: impl std::fmt::Debug) -> String {
        format!("{result:?}")
    }

    /// Limits that nobody needs, because there is room, an item, or somebody to come.
    pub fn takes_part_with_a_limit(case: &Case) {
        let meeting: Meeting = case.get();
        let queue = Queue::new(meeting.capacity());
        let put = |item: i32| call("put", item, || queue.put(item).is_ok());
        let get = || call("get", (), || queue.get().ok());
        let put_limited = |item: i32| {
            call("put_timeout", item, || {
                queue.put_timeout(item, LONG).is_ok()
            });
        };
        let get_limited = || call("get_timeout", (), || queue.get_timeout(LONG).ok());
        match meeting {
            Meeting::GetMakesRoom => {
                put(1);
                put(2);
                thread::scope(|scope| {
                    scope.spawn(|| put(3));
                    scope.spawn(get_limited);
                });
                get();
                get();
            }
            Meeting::PutsAreAwaited => {
                thread::scope(|scope| {
                    scope.spawn(get);
                    scope.spawn(get);
                    scope.spawn(|| {
                        put_limited(1);
                        put_limited(2);
                    });
                });
            }
            Meeting::PutsCompete => {
                thread::scope(|scope| {
                    scope.spawn(|| put_limited(1));
                    scope.spawn(|| put_limited(2));
                    scope.spawn(|| call("close", (), || queue.close()));
                });
                get();
                get();
            }
        }
    }

    /// The queue is full, two more want to put, and it is closed.
    pub fn close_wakes_producers(_: &Case) {
        let queue = Queue::new(1);
        call("put", 0, || queue.put(0).is_ok());
        thread::scope(|scope| {
            let queue = &queue;
            for item in 1..=2 {
                scope.spawn(move || call("put", item, || queue.put(item).is_ok()));
            }
            call("close", (), || queue.close());
        });
        call("get", (), || queue.get().ok());
        call("get", (), || queue.get().ok());
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let put = |result| match result {
            Ok(()) => json!("Ok"),
            Err(PutError::Closed(item)) => json!(format!("Err(Closed({item}))")),
            Err(PutError::TimedOut(item)) => json!(format!("Err(TimedOut({item}))")),
        };
        let got = |result| match result {
            Ok(item) => json!(format!("Ok({item})")),
            Err(GetError::Closed) => json!("Err(Closed)"),
            Err(GetError::TimedOut) => json!("Err(TimedOut)"),
        };
        let program = programs::of::<usize, Call>(case);
        let queue = Queue::<i32>::new(program.object);
        let act = |call: &Call| match call {
            Call::Put(item) => put(queue.put(*item)),
            Call::PutTimeout(item, limit) => put(queue.put_timeout(*item, Duration::from_millis(*limit))),
            Call::Get => got(queue.get()),
            Call::GetTimeout(limit) => got(queue.get_timeout(Duration::from_millis(*limit))),
            Call::Close => {
                queue.close();
                json!("done")
            }
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }

    /// Nobody comes.
    pub fn sleeps_until_its_time(_: &Case) {
        let queue = Queue::new(1);
        mark("empty", queue.get_timeout(LONG).is_err());
        mark("fits", queue.put_timeout(1, LONG).is_ok());
        mark("full", queue.put_timeout(2, LONG).is_err());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn is_linearizable() -> Oracle {
        Oracle::new()
            .completes(
                "Every `put` and every `get` comes to its end once the queue is closed.",
                "队列关闭之后，每个 `put` 和 `get` 都会结束。",
            )
            .linearizable(
                "The results are those of a queue whose calls come one after the other.",
                "所有结果都等同于把各次调用一个接一个执行的队列。",
                specs::Queue { capacity: Some(2) },
            )
    }

    pub fn gives_up_in_time() -> Oracle {
        let mut oracle = Oracle::new();
        for (name, expected, en, zh) in [
            (
                "empty",
                "Err(TimedOut)",
                "`get_timeout` on an empty queue fails with `TimedOut`.",
                "对空队列调用 `get_timeout` 得到 `TimedOut`。",
            ),
            (
                "fits",
                "Ok(())",
                "`put_timeout` puts the item where there is room.",
                "有空位时 `put_timeout` 会放入元素。",
            ),
            (
                "full",
                "Err(TimedOut(2))",
                "`put_timeout` on a full queue gives the item back with `TimedOut`.",
                "对满队列调用 `put_timeout` 会以 `TimedOut` 归还元素。",
            ),
            (
                "closed",
                "Err(Closed)",
                "`get_timeout` on a closed and empty queue fails with `Closed`.",
                "对已关闭且为空的队列调用 `get_timeout` 得到 `Closed`。",
            ),
            (
                "refused",
                "Err(Closed(4))",
                "`put_timeout` on a closed queue gives the item back with `Closed`.",
                "对已关闭的队列调用 `put_timeout` 会以 `Closed` 归还元素。",
            ),
        ] {
            oracle = oracle.equals(
                en,
                zh,
                move |results| results.value(name).unwrap_or_default(),
                move |_| expected.to_owned(),
                message!(
                    |seen, expected| "It returned `{seen}`, not `{expected}`.",
                    "返回的是 `{seen}`，而不是 `{expected}`。"
                ),
            );
        }
        oracle.equals_of_order(
            "An item whose `put_timeout` succeeded comes out; one whose `put_timeout` failed does not.",
            "`put_timeout` 成功的元素会被取出，失败的则不会。",
            |history| {
                let got = |name| history.values::<Option<i64>>(name).into_iter().flatten();
                ["first", "second", "left"].into_iter().flat_map(got).collect()
            },
            |history| match history.value("sent") {
                Some(true) => vec![1, 3],
                _ => vec![1],
            },
            message!(
                |out, expected| "The items that went in were {expected:?}; {out:?} came out.",
                "放入的元素是 {expected:?}，取出的是 {out:?}。"
            ),
        )
    }

    pub fn takes_part_with_a_limit() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    Meeting::GetMakesRoom,
                    Meeting::PutsAreAwaited,
                    Meeting::PutsCompete,
                ]
            })
            .completes(
                "Who waits for room, or for an item, is woken also by `get_timeout` and `put_timeout`.",
                "`get_timeout` 腾出的空位、`put_timeout` 放入的元素，同样会唤醒等待的线程。",
            )
            .linearizable_in(
                "The results are those of a queue whose calls come one after the other.",
                "所有结果都等同于把各次调用一个接一个执行的队列。",
                |meeting: Meeting| specs::Queue {
                    capacity: Some(meeting.capacity()),
                },
            )
    }

    pub fn close_wakes_producers() -> Oracle {
        Oracle::new()
            .completes(
                "`close` wakes every thread that waits to put.",
                "`close` 会唤醒所有等待放入的线程。",
            )
            .linearizable(
                "The results are those of a queue whose calls come one after the other.",
                "所有结果都等同于把各次调用一个接一个执行的队列。",
                specs::Queue { capacity: Some(1) },
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, each gives what the rules allow, waits only while it must, and gives up in time.",
            "无论怎样调用，每次调用的结果都符合规则，只在必须等待时等待，并按时放弃。",
            super::model::Queue,
        )
    }

    pub fn sleeps_until_its_time() -> Oracle {
        Oracle::new()
            .completes(
                "Whoever waits with a time limit sleeps until something has changed or the time is up.",
                "带时限等待的线程会一直睡到情况有变或时间已到，而不是反复查看。",
            )
            .equals(
                "They give up only on an empty queue, and on a full one.",
                "只有队列为空（取）或已满（放）时才会超时放弃。",
                |results| ["empty", "fits", "full"].map(|name| results.value(name) == Some(true)),
                |_| [true; 3],
                message!(
                    |[empty, fits, full], _| "All of these should be true. `get_timeout` fails on \
                     an empty queue: {empty}. `put_timeout` succeeds where there is room: {fits}. \
                     It fails on a full queue: {full}.",
                    "以下各项都应当是 true。对空队列 `get_timeout` 失败：{empty}；有空位时 \
                     `put_timeout` 成功：{fits}；对满队列它失败：{full}。"
                ),
            )
    }
}
