// canary: bd837d5c4f9d599326ec69e21c6ba8a4
//! The hidden checks of exercise 19.

use kit::prelude::*;

kit::checks![
    dies_at_any_moment,
    who_waits_is_not_forgotten,
    small_and_large,
    one_wakes_for_each,
    reads_in_pieces,
    sleeps_while_it_waits,
    nothing_is_left,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{
        child, gets, message, milliseconds, number, puts, shown, wait_for,
    };
    use kit::system::kill;
    use process_queue::{LONGEST, Queue};
    use std::{io, thread, time::Duration};

    /// A process is killed wherever it is in a call; then each call is made with enough time.
    pub fn dies_at_any_moment(case: &Case) {
        let which: String = case.get();
        let queue = Queue::new(1).expect("there is room for a queue");
        if which == "get" {
            puts(&queue, 1);
        }
        let dies = child(|| {
            if which == "get" {
                let _ = queue.get();
            } else {
                let _ = queue.put(&message(2, 2));
            }
        });
        kill(dies.pid());
        wait_for(vec![dies]);
        let mut said = vec![shown(queue.get_timeout(milliseconds(3)))];
        for number in [5, 6] {
            let put = queue.put_timeout(&message(number, 5), milliseconds(3));
            said.push(put.map_or("an error".to_owned(), |is_put| is_put.to_string()));
            said.push(shown(queue.get_timeout(milliseconds(3))));
        }
        mark("said", said);
    }

    /// A process is killed in a call while another one gets; then there is another message.
    pub fn who_waits_is_not_forgotten(case: &Case) {
        let puts_first: bool = case.get();
        let capacity = if puts_first { 1 } else { 2 };
        let queue = Queue::new(capacity).expect("there is room for a queue");
        if !puts_first {
            let _ = [3, 4].map(|number| queue.put(&message(number, 3)));
        }
        let waiting = child(|| mark("got", shown(queue.get().map(Some))));
        let dies = child(|| {
            if puts_first {
                let _ = queue.put(&message(2, 2));
            } else {
                let _ = queue.get();
            }
        });
        kill(dies.pid());
        wait_for(vec![dies]);
        if puts_first && queue.put(&message(5, 5)).is_err() {
            // Whether a process that sleeps hears of it is up to the queue.
            kill(waiting.pid());
            mark("got", "an error");
        }
        wait_for(vec![waiting]);
    }

    /// Capacities and lengths that are too small, too large, and just right.
    pub fn small_and_large(_: &Case) {
        let refuses = |result: io::Result<bool>| matches!(result, Err(error) if error.kind() == io::ErrorKind::InvalidInput);
        for capacity in [0, 17, usize::MAX] {
            mark(
                "capacity is refused",
                refuses(Queue::new(capacity).map(|_| true)),
            );
        }
        let queue = Queue::new(16).expect("there is room for a queue");
        let lengths = (0..16).map(|number| if number % 3 == 2 { number } else { LONGEST });
        let lengths: Vec<_> = lengths.collect();
        for (number, length) in lengths.iter().enumerate() {
            mark(
                "put",
                queue
                    .put_timeout(&message(number as u8, *length), Duration::ZERO)
                    .ok(),
            );
        }
        // It is full.
        mark("one more", queue.put_timeout(b"", Duration::ZERO).ok());
        let too_long = vec![0; LONGEST + 1];
        mark(
            "length is refused",
            refuses(queue.put(&too_long).map(|()| true)),
        );
        mark(
            "length is refused",
            refuses(queue.put_timeout(&too_long, milliseconds(5))),
        );
        let right = |(number, length): (usize, &usize)| {
            queue
                .get()
                .is_ok_and(|got| got == message(number as u8, *length))
        };
        mark("whole", lengths.iter().enumerate().all(right));
        mark(
            "one less",
            queue
                .get_timeout(Duration::ZERO)
                .ok()
                .map(|got| got.is_some()),
        );
    }

    /// Two wait, and there are a message and another one, at different times.
    pub fn one_wakes_for_each(case: &Case) {
        let gets_first: bool = case.get();
        let queue = Queue::new(1).expect("there is room for a queue");
        if !gets_first {
            puts(&queue, 1);
        }
        let waits = || {
            call("waits", (), || {
                let limit = milliseconds(20);
                if gets_first {
                    queue
                        .get_timeout(limit)
                        .ok()
                        .map(|message| message.is_some())
                } else {
                    queue.put_timeout(&message(2, 2), limit).ok()
                }
            });
        };
        let waiting: Vec<_> = (0..2).map(|_| child(waits)).collect();
        for _ in 0..2 {
            // Whoever waits may have given up before this process goes on.
            thread::sleep(milliseconds(8));
            if gets_first {
                mark(
                    "moved",
                    queue.put_timeout(&message(3, 3), Duration::ZERO).ok(),
                );
            } else {
                let got = queue.get_timeout(Duration::ZERO);
                mark(
                    "moved",
                    got.map(|got| got.is_some_and(|got| number(&got) > 0)).ok(),
                );
            }
        }
        wait_for(waiting);
    }

    /// Reads give parts of what is there.
    pub fn reads_in_pieces(_: &Case) {
        let queue = Queue::new(2).expect("there is room for a queue");
        let producer = child(|| {
            puts(&queue, 3);
            puts(&queue, 2);
        });
        let consumer = child(|| gets(&queue));
        gets(&queue);
        wait_for(vec![producer, consumer]);
    }

    /// One process waits for ever in each call.
    pub fn sleeps_while_it_waits(case: &Case) {
        let which: String = case.get();
        let queue = Queue::new(1).expect("there is room for a queue");
        match which.as_str() {
            "get" => drop(queue.get()),
            "get_timeout" => drop(queue.get_timeout(Duration::MAX)),
            _ => {
                let _ = queue.put(b"");
                if which == "put" {
                    let _ = queue.put(b"");
                } else {
                    let _ = queue.put_timeout(b"", Duration::MAX);
                }
            }
        }
    }

    /// A queue is used by two processes, and dropped with a message in it.
    pub fn nothing_is_left(_: &Case) {
        let queue = Queue::new(2).expect("there is room for a queue");
        let other = child(|| puts(&queue, 1));
        gets(&queue);
        puts(&queue, 2);
        wait_for(vec![other]);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::delivers;
    use std::time::Duration;

    pub fn dies_at_any_moment() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["get", "put"])
            .completes(
                "Nobody waits for ever for what a dead process has taken with it.",
                "没有人会永远等待死掉的进程带走的东西。",
            )
            .always_results(
                "After a process was killed, messages come whole and once, places are there again, or calls \
                 give errors.",
                "进程被杀之后，消息完整且只来一次，空位仍然可用，否则调用给出错误。",
                |results| {
                    let said = results.value::<Vec<String>>("said").unwrap_or_default();
                    let own = match results.case::<String>().as_str() {
                        "get" => "message 1",
                        _ => "message 2",
                    };
                    let is_right = |(at, said): (usize, &String)| {
                        let allowed: &[&str] = match at {
                            0 => &["nothing", own],
                            1 | 3 => &["true"],
                            2 => &["message 5"],
                            _ => &["message 6"],
                        };
                        said == "an error" || allowed.contains(&&**said)
                    };
                    // From the first error on, the queue may be broken.
                    let broken = said.iter().position(|said| said == "an error");
                    let mut all = said[..broken.unwrap_or(said.len())].iter().enumerate();
                    if said.len() == 5 && all.all(is_right) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "What a get, and then twice a put and a get gave, each with 3 ms: {said:?}."
                        ),
                        format!("一次取出、再两次放入和取出，时限各 3 毫秒，给出的是 {said:?}。"),
                    ))
                },
            )
            .always_results(
                "No call gives a message that is torn.",
                "没有调用给出残缺的消息。",
                |results| {
                    let said = results.value::<Vec<String>>("said").unwrap_or_default();
                    if !said.contains(&"message -1".to_owned()) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("The calls gave {said:?}."),
                        format!("各次调用给出的是 {said:?}。"),
                    ))
                },
            )
            .sometimes_results(
                "Who is killed late has put or got its message.",
                "很晚才被杀的进程已经放入或取出了消息。",
                Text::new("It never had.", "从未如此。"),
                |results| {
                    let said = results.value::<Vec<String>>("said").unwrap_or_default();
                    let first = said.first().map(String::as_str);
                    match results.case::<String>().as_str() {
                        "get" => first == Some("nothing"),
                        _ => first == Some("message 2"),
                    }
                },
            )
            .sometimes_results(
                "Who is killed early has not.",
                "很早就被杀的进程还没有。",
                Text::new("It always had.", "总是已经做完。"),
                |results| {
                    let said = results.value::<Vec<String>>("said").unwrap_or_default();
                    let first = said.first().map(String::as_str);
                    match results.case::<String>().as_str() {
                        "get" => first == Some("message 1"),
                        _ => first == Some("nothing"),
                    }
                },
            )
    }

    pub fn who_waits_is_not_forgotten() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "After a process was killed, who waits for a message gets the next one.",
                "进程被杀之后，等待消息的进程能得到下一条。",
            )
            .always_results(
                "What it gets is one of the messages, or an error.",
                "得到的是其中一条消息，或者错误。",
                |results| {
                    let got = results.values_of::<String>("got");
                    let known = match results.case::<bool>() {
                        true => ["message 2", "message 5", "an error"],
                        false => ["message 3", "message 4", "an error"],
                    };
                    if !got.is_empty() && got.iter().all(|got| known.contains(&&**got)) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("It got {got:?}."),
                        format!("得到的是 {got:?}。"),
                    ))
                },
            )
    }

    pub fn small_and_large() -> Oracle {
        let oracle = Oracle::new()
            .completes(
                "Whatever is possible at once does not wait.",
                "立刻能做到的都不等待。",
            )
            .equals(
                "Capacities from 1 to 16 and messages up to `LONGEST` are possible, and others are refused.",
                "容量为 1 到 16、消息不超过 `LONGEST` 都可以，其他的被拒绝。",
                |results| {
                    ["capacity is refused", "length is refused"]
                        .map(|name| results.values_of::<bool>(name))
                },
                |_| [vec![true; 3], vec![true; 2]],
                message!(
                    |[capacities, lengths], _| "The capacities 0, 17 and the largest are refused: \
                     {capacities:?}. A longer message is refused by `put` and `put_timeout`: {lengths:?}.",
                    "容量 0、17 和最大值是否被拒绝：{capacities:?}；`put` 和 `put_timeout` 是否拒绝更长的\
                     消息：{lengths:?}。"
                ),
            )
            .equals(
                "Sixteen messages find room, and no more.",
                "放得下十六条消息，再多就不行。",
                |results| {
                    let one = |name| results.value::<Option<bool>>(name).flatten();
                    (results.values_of::<Option<bool>>("put"), one("one more"), one("one less"))
                },
                |_| (vec![Some(true); 16], Some(false), Some(false)),
                message!(
                    |(puts, more, less), _| "Sixteen puts without time: {puts:?}. One more: {more:?}. A get \
                     after all were got: {less:?}.",
                    "十六次时限为零的放入：{puts:?}；再放一条：{more:?}；全部取完之后再取：{less:?}。"
                ),
            );
        oracle.equals(
            "All messages come as they were put, in order.",
            "所有消息按次序、原样取出。",
            |results| results.value("whole"),
            |_| Some(true),
            message!(|_| "One came in another way.", "有一条不是这样。"),
        )
    }

    pub fn one_wakes_for_each() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .completes(
                "For each message or place one that waits goes on.",
                "每来一条消息或一个空位，就有一个等待者继续。",
            )
            .always_results(
                "As many succeed as there are messages or places, and the others give up.",
                "有多少消息或空位，就有多少个成功，其余的放弃。",
                |results| {
                    let successes = results.results_of::<Option<bool>>("waits");
                    let moved = results.values_of::<Option<bool>>("moved");
                    let count = |results: &[Option<bool>]| {
                        results.iter().filter(|result| **result == Some(true)).count()
                    };
                    // One that comes last may be left in the queue.
                    let (some, most) = (count(&successes), count(&moved));
                    let is_whole = !successes.contains(&None) && !moved.contains(&None);
                    if is_whole && successes.len() == 2 && some <= most {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Success of the two that waited: {successes:?}; of the others: {moved:?}."),
                        format!("两个等待者成功与否：{successes:?}；另一方：{moved:?}。"),
                    ))
                },
            )
            .sometimes_results(
                "Both succeed if they wait long enough.",
                "等得够久，两个都成功。",
                Text::new("They never did.", "从未如此。"),
                |results| {
                    results.results_of::<Option<bool>>("waits") == [Some(true); 2]
                },
            )
            .took_at_least(
                "Who gives up has waited for the whole time.",
                "放弃的等满了全部时间。",
                "waits",
                |result| result == false,
                Duration::from_millis(20),
            )
    }

    pub fn reads_in_pieces() -> Oracle {
        let oracle = Oracle::new().short_transfers().completes(
            "Nobody waits for ever, whatever a read gives.",
            "无论一次读到多少，谁都不会永远等下去。",
        );
        delivers(oracle, |_| vec![3, 2])
    }

    pub fn sleeps_while_it_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["get", "get_timeout", "put", "put_timeout"])
            .comes_to_rest("Who waits sleeps.", "等待的进程处于睡眠状态。")
    }

    pub fn nothing_is_left() -> Oracle {
        let oracle = Oracle::new()
            .no_leaked_descriptors(
                "A queue that is dropped leaves no descriptor open.",
                "被丢弃的队列不留下打开的描述符。",
            )
            .no_leaked_names("There are no names and no files.", "没有名字，也没有文件。")
            .no_leaked_processes("No process is left.", "不留下进程。");
        delivers(oracle, |_| vec![1])
    }
}
