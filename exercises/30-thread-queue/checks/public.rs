//! The checks of exercise 30 that you see.

use kit::prelude::*;

kit::checks![
    hands_over_every_item,
    wakes_every_waiter,
    closes,
    keeps_its_bound,
];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };
    use thread_queue::{GetError, Queue};

    /// One producer puts 1, 2, 3 into a queue for two items; one consumer gets three.
    pub fn hands_over_every_item(_: &Case) {
        let queue = Queue::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                for item in 1..=3 {
                    call("put", item, || queue.put(item).is_ok());
                }
            });
            scope.spawn(|| {
                for _ in 1..=3 {
                    call("get", (), || queue.get().ok());
                }
            });
        });
    }

    /// Two producers and two consumers share a queue for one item.
    pub fn wakes_every_waiter(_: &Case) {
        let queue = Queue::new(1);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| call("get", (), || queue.get().ok()));
            }
            for item in 1..=2 {
                let queue = &queue;
                scope.spawn(move || call("put", item, || queue.put(item).is_ok()));
            }
        });
    }

    /// Three consumers wait; one item comes, then the queue is closed.
    pub fn closes(_: &Case) {
        let queue = Queue::new(2);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| call("get", (), || queue.get().ok()));
            }
            call("put", 7, || queue.put(7).is_ok());
            call("close", (), || queue.close());
        });
        mark("after", queue.put(8).is_err());
        mark("empty", queue.get() == Err(GetError::Closed));
    }

    /// Items count themselves while they are inside.
    pub fn keeps_its_bound(_: &Case) {
        struct Counted<'a>(&'a AtomicUsize);
        let put = AtomicUsize::new(0);
        let got = AtomicUsize::new(0);
        let queue = Queue::new(1);
        thread::scope(|scope| {
            let (queue, put, got) = (&queue, &put, &got);
            for _ in 0..2 {
                scope.spawn(move || {
                    let done = queue.put(Counted(put)).is_ok();
                    if done {
                        put.fetch_add(1, Ordering::SeqCst);
                        // In this order the difference can only be too small.
                        let entered = put.load(Ordering::SeqCst);
                        let left = got.load(Ordering::SeqCst);
                        mark("inside", entered.saturating_sub(left));
                    }
                });
            }
            scope.spawn(move || {
                for _ in 0..2 {
                    got.fetch_add(1, Ordering::SeqCst);
                    let item = queue.get().ok();
                    mark("got", item.is_some_and(|item| std::ptr::eq(item.0, put)));
                }
            });
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn hands_over_every_item() -> Oracle {
        Oracle::new()
            .completes(
                "One producer and one consumer both come to their end.",
                "一个生产者和一个消费者都能结束。",
            )
            .equals_of_order(
                "The consumer gets 1, 2, 3: every item once, in order.",
                "消费者依次得到 1、2、3：每个元素一次，按顺序。",
                |history| {
                    let calls = history.calls_of("get");
                    let got = calls.iter();
                    got.map(|call| call.result.and_then(Value::as_i64))
                        .collect()
                },
                |_| vec![Some(1), Some(2), Some(3)],
                |got: &Vec<Option<i64>>, _| {
                    let got: Vec<_> = got
                        .iter()
                        .map(|item| item.map_or("an error".to_owned(), |item| item.to_string()))
                        .collect();
                    let got = got.join(", ");
                    Text::new(
                        format!("The consumer got {got}."),
                        format!("消费者得到的是 {got}。"),
                    )
                },
            )
    }

    pub fn wakes_every_waiter() -> Oracle {
        Oracle::new()
            .completes(
                "Two producers and two consumers all come to their end.",
                "两个生产者和两个消费者都能结束。",
            )
            .equals_of_order(
                "Every item comes out once.",
                "每个元素恰好取出一次。",
                |history| {
                    let calls = history.calls_of("get");
                    let got = calls.iter().filter_map(|call| call.result?.as_i64());
                    let mut got: Vec<i64> = got.collect();
                    got.sort_unstable();
                    got
                },
                |_| vec![1, 2],
                message!(
                    |got| "1 and 2 were put; {got:?} came out.",
                    "放入的是 1 和 2，取出的是 {got:?}。"
                ),
            )
    }

    pub fn closes() -> Oracle {
        Oracle::new()
            .completes(
                "`close` wakes every thread that waits.",
                "`close` 会唤醒所有等待的线程。",
            )
            .equals_of_order(
                "What is in the queue is still handed out; then `get` fails.",
                "队列里剩下的元素仍会被取出，之后 `get` 失败。",
                |history| {
                    let calls = history.calls_of("get");
                    let got = calls.iter().filter(|call| call.result == Some(&json!(7)));
                    got.count()
                },
                |_| 1,
                message!(
                    |count| "One item was put, and {count} came out.",
                    "放入了 1 个元素，却取出了 {count} 个。"
                ),
            )
            .always(
                "A closed queue takes nothing more.",
                "关闭后的队列不再接收元素。",
                |history| match (history.value("after"), history.value("empty")) {
                    (Some(true), Some(true)) => Ok(()),
                    (Some(true), _) => Err(Text::new(
                        "`get` on the closed and empty queue did not fail with `Closed`.",
                        "对已关闭且为空的队列调用 `get`，没有得到 `Closed` 错误。",
                    )),
                    _ => Err(Text::new(
                        "`put` after `close` succeeded.",
                        "`close` 之后 `put` 仍然成功了。",
                    )),
                },
            )
    }

    pub fn keeps_its_bound() -> Oracle {
        Oracle::new().always(
            "The queue never holds more items than its capacity.",
            "队列中的元素个数从不超过容量。",
            |history| {
                let most = history.values::<usize>("inside").into_iter().max();
                if most.is_some_and(|most| most > 1) {
                    return Err(Text::new(
                        "`put` returned while the queue was full and nobody had come to `get`.",
                        "队列已满、也没有线程来取时，`put` 就返回了。",
                    ));
                }
                if history.values::<bool>("got") == [true, true] {
                    Ok(())
                } else {
                    Err(Text::new(
                        "`get` did not hand out the items that were put.",
                        "`get` 没有取出放入的元素。",
                    ))
                }
            },
        )
    }
}
