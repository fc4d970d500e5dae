//! The checks of exercise 19 that you see.

use kit::prelude::*;

kit::checks![
    delivers_each_once,
    waits_while_full,
    keeps_its_limits,
    a_waiting_process_dies,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use kit::system::kill;
    use process_queue::Queue;
    use std::{io, time::Duration};

    /// Runs something in a process of its own.
    pub fn child(body: impl FnOnce()) -> os::Child {
        let run = || {
            body();
            0
        };
        os::fork(run).expect("there is room for a process")
    }

    pub fn wait_for(processes: Vec<os::Child>) {
        for mut process in processes {
            process.wait().expect("it is a child");
        }
    }

    /// A message of a number, with as many bytes behind it as are asked for.
    pub fn message(number: u8, length: usize) -> Vec<u8> {
        (0..length).map(|at| (at % 251) as u8 ^ number).collect()
    }

    /// What a message is, which has the bytes of [`message`]: its first byte, or -1 if it has others.
    pub fn number(message: &[u8]) -> i32 {
        let Some(first) = message.first() else {
            return 0;
        };
        let is_whole = *message == self::message(*first, message.len());
        if is_whole { i32::from(*first) } else { -1 }
    }

    /// Puts the message of this number.
    pub fn puts(queue: &Queue, number: u8) {
        call("put", number, || {
            queue.put(&message(number, number.into())).is_ok()
        });
    }

    /// Gets a message, and says its number.
    pub fn gets(queue: &Queue) {
        call("get", (), || {
            queue.get().ok().map(|message| number(&message))
        });
    }

    pub fn milliseconds(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    /// A call with a time limit as the oracle compares it.
    pub fn shown(result: io::Result<Option<Vec<u8>>>) -> String {
        match result {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(message)) => format!("message {}", number(&message)),
            Err(_) => "an error".to_owned(),
        }
    }

    /// How messages go through a queue: its capacity, the messages that are in it before there is another
    /// process, those that the parent and a child put at the same time, and how many another child gets.
    pub type Traffic = (usize, [Vec<u8>; 3], usize);

    /// Several processes put, and several get.
    pub fn delivers_each_once(case: &Case) {
        let (capacity, [before, own, others], gets_of_child): Traffic = case.get();
        let queue = Queue::new(capacity).expect("there is room for a queue");
        let put = |list: &[u8]| list.iter().for_each(|number| puts(&queue, *number));
        let get = |count: usize| (0..count).for_each(|_| gets(&queue));
        put(&before);
        let mut children = Vec::new();
        if !others.is_empty() {
            children.push(child(|| put(&others)));
        }
        if gets_of_child > 0 {
            children.push(child(|| get(gets_of_child)));
        }
        put(&own);
        get(before.len() + own.len() + others.len() - gets_of_child);
        wait_for(children);
    }

    /// A queue takes as many messages as it has room for, and a producer waits with all others.
    pub fn waits_while_full(_: &Case) {
        let queue = Queue::new(2).expect("there is room for a queue");
        (1..=2).for_each(|number| puts(&queue, number));
        let producer = child(|| puts(&queue, 3));
        (0..3).for_each(|_| gets(&queue));
        wait_for(vec![producer]);
    }

    /// One process waits without a limit, and another one with a limit does not wait for it.
    pub fn keeps_its_limits(case: &Case) {
        let is_full: bool = case.get();
        let queue = Queue::new(1).expect("there is room for a queue");
        if is_full {
            puts(&queue, 1);
        }
        let waiting = child(|| {
            if is_full {
                puts(&queue, 2)
            } else {
                gets(&queue)
            }
        });
        for limit in [0, 10] {
            let limit = milliseconds(limit);
            let name = if limit.is_zero() {
                "at once"
            } else {
                "within 10 ms"
            };
            call(name, (), || {
                if is_full {
                    queue.put_timeout(&message(9, 9), limit).ok()
                } else {
                    queue
                        .get_timeout(limit)
                        .ok()
                        .map(|message| message.is_some())
                }
            });
        }
        if is_full {
            (0..2).for_each(|_| gets(&queue));
        } else {
            puts(&queue, 3);
        }
        wait_for(vec![waiting]);
        // Now there is what was waited for.
        mark(
            "with a message",
            shown(queue.put_timeout(b"", milliseconds(10)).map(|_| None)),
        );
        mark("with a message", shown(queue.get_timeout(Duration::MAX)));
        mark("with a message", shown(queue.get_timeout(Duration::ZERO)));
    }

    /// A process is killed while it waits; afterwards the queue is as it was.
    pub fn a_waiting_process_dies(case: &Case) {
        let is_full: bool = case.get();
        let queue = Queue::new(1).expect("there is room for a queue");
        if is_full {
            puts(&queue, 1);
        }
        let waiting = child(|| {
            if is_full {
                let _ = queue.put(&message(2, 2));
            } else {
                let _ = queue.get();
            }
        });
        kill(waiting.pid());
        wait_for(vec![waiting]);
        if is_full {
            gets(&queue);
        }
        for number in [3, 4] {
            puts(&queue, number);
            gets(&queue);
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use std::time::Duration;

    /// Each of these messages is got once and whole, first in, first out, and the queue keeps its bound.
    pub fn delivers(
        oracle: Oracle,
        numbers: impl Fn(&Results<'_>) -> Vec<i32> + 'static,
    ) -> Oracle {
        oracle
            .equals(
                "Each message is got once, and as it was put.",
                "每条消息恰好取出一次，内容与放入时一样。",
                |results| results.results_of::<Option<i32>>("get"),
                move |results| {
                    let mut numbers = numbers(results);
                    numbers.sort_unstable();
                    numbers.into_iter().map(Some).collect()
                },
                message!(
                    |seen, expected| "The numbers of the messages that were got, sorted: {seen:?}. \
                     Expected: {expected:?}. -1: its bytes are others than those that were put.",
                    "取出的消息的编号（已排序）：{seen:?}，应当是 {expected:?}。-1 表示内容与放入的不同。"
                ),
            )
            .always_results(
                "`put` succeeds.",
                "`put` 成功。",
                |results| match results.results_of::<bool>("put").contains(&false) {
                    false => Ok(()),
                    true => Err(Text::new("It gave an error.", "它返回了错误。")),
                },
            )
            .fifo(
                "First in, first out.",
                "先进先出。",
                "put",
                "get",
            )
    }

    pub fn delivers_each_once() -> Oracle {
        type Traffic = (usize, [Vec<i32>; 3], usize);
        let oracle = Oracle::new()
            .cases(|_| -> Vec<Traffic> {
                vec![
                    (2, [vec![], vec![1], vec![2]], 0),
                    (2, [vec![1, 200], vec![], vec![]], 1),
                    (1, [vec![], vec![], vec![1, 3]], 1),
                ]
            })
            .completes(
                "Every `put` and every `get` comes to its end.",
                "每次 `put` 和 `get` 都能结束。",
            );
        delivers(oracle, |results| results.case::<Traffic>().1.concat())
    }

    pub fn waits_while_full() -> Oracle {
        let oracle = Oracle::new().completes(
            "A `put` that finds room does not wait, and one that waits goes on when a message was got.",
            "有空位时 `put` 不等待；等待的 `put` 在取走一条消息后继续。",
        );
        delivers(oracle, |_| vec![1, 2, 3]).holds_at_most(
            "The queue never holds more messages than it has room for.",
            "队列中的消息数从不超过容量。",
            "put",
            "get",
            2,
        )
    }

    pub fn keeps_its_limits() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "Every call comes to its end: who waits lets others use the queue.",
                "每次调用都能结束：等待的进程不妨碍别人使用队列。",
            )
            .equals(
                "A call with a limit gives `false` or `None` when the time is over.",
                "时间一到，有时限的调用给出 `false` 或 `None`。",
                |results| {
                    ["at once", "within 10 ms"].map(|name| results.results_of::<Option<bool>>(name))
                },
                |_| [vec![Some(false)], vec![Some(false)]],
                message!(
                    |seen, _| "With no time and with 10 ms, success was {seen:?}.",
                    "时限为零和 10 毫秒时，成功与否：{seen:?}。"
                ),
            )
            .took_at_least(
                "It does not give up earlier.",
                "它不会提前放弃。",
                "within 10 ms",
                |_| true,
                Duration::from_millis(10),
            )
            .took_at_most(
                "It does not wait longer.",
                "它不会多等。",
                "within 10 ms",
                Duration::from_millis(11),
            )
            .took_at_most(
                "Without time it does not wait.",
                "时限为零时不等待。",
                "at once",
                Duration::from_micros(500),
            )
            .equals(
                "If it is possible, a call with a limit succeeds.",
                "能做到时，有时限的调用就成功。",
                |results| results.by_thread::<String>("with a message"),
                |_| vec![["nothing", "message 0", "nothing"].map(str::to_owned).to_vec()],
                message!(
                    |seen, _| "A put, a get with the longest limit and a get without time, one after the \
                     other: {seen:?}.",
                    "先后一次放入、一次时限最长的取出、一次时限为零的取出：{seen:?}。"
                ),
            )
    }

    pub fn a_waiting_process_dies() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![true, false]).completes(
            "After a process was killed while it waited, nobody waits for what it had.",
            "进程在等待中被杀之后，没有人会等待它占着的东西。",
        );
        delivers(oracle, |results| match results.case::<bool>() {
            true => vec![1, 3, 4],
            false => vec![3, 4],
        })
    }
}
