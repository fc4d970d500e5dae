//! The checks of exercise 26 that you see.

use kit::prelude::*;

kit::checks![
    one_thread_at_a_time,
    io_overlaps,
    gives_way_after_the_interval,
    first_come_first_served,
    counts_anew_after_io,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use gil::{Gil, Instruction, Interpreter, Observer};
    use std::thread;

    /// Records what its thread executes, and how many threads wait meanwhile.
    pub struct Recorder<'a>(pub &'a Interpreter);

    impl Observer for Recorder<'_> {
        fn bytecode(&mut self, instruction: &Instruction, step: &mut dyn FnMut()) {
            span("bytecode", || {
                let waiting = self.0.gil().waiting();
                mark(&instruction.to_string(), json!({ "waiting": waiting }));
                step();
            });
        }

        fn io(&mut self, operation: &str) {
            span("io", || mark(&format!("IO {operation}"), ()));
        }
    }

    /// Each thread adds up numbers on a stack of its own.
    pub fn one_thread_at_a_time(_: &Case) {
        let interpreter = Interpreter::new(2);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for start in [1, 10] {
                scope.spawn(move || {
                    let code = [
                        Instruction::Const(start),
                        Instruction::Const(start + 1),
                        Instruction::Add,
                    ];
                    let sum = interpreter.run(&code, &mut Recorder(interpreter));
                    mark("sum", sum);
                });
            }
        });
    }

    /// Two threads compute something, and then read from a socket.
    pub fn io_overlaps(_: &Case) {
        let interpreter = Interpreter::new(5);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            let codes: [&[Instruction]; 2] = [
                &[Instruction::Const(1), Instruction::Io("socket")],
                &[Instruction::Const(2), Instruction::Io("socket")],
            ];
            for code in codes {
                scope.spawn(move || interpreter.run(code, &mut Recorder(interpreter)));
            }
        });
    }

    /// Two threads that only compute, with an interval of two instructions.
    pub fn gives_way_after_the_interval(_: &Case) {
        compute(2, &[5, 3]);
    }

    /// Threads that execute that many instructions each, with that interval.
    pub fn compute(interval: usize, lengths: &[usize]) {
        call("interval", interval, || ());
        let interpreter = Interpreter::new(interval);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for &length in lengths {
                scope.spawn(move || {
                    let code: Vec<_> = (1..=length as i64).map(Instruction::Const).collect();
                    interpreter.run(&code, &mut Recorder(interpreter));
                });
            }
        });
    }

    /// The main thread has the lock until two threads wait in a known order.
    pub fn first_come_first_served(_: &Case) {
        let gil = Gil::new();
        gil.acquire();
        mark("turn", "main");
        thread::scope(|scope| {
            let gil = &gil;
            for (number, name) in [(1, "first"), (2, "second")] {
                scope.spawn(move || {
                    gil.acquire();
                    mark("turn", name);
                    gil.release();
                });
                while gil.waiting() < number {
                    thread::yield_now();
                }
            }
            gil.switch();
            mark("turn", "main");
            gil.release();
        });
        mark("waiting", gil.waiting());
    }

    /// One thread has IO in the middle of its code, another only computes.
    pub fn counts_anew_after_io(_: &Case) {
        call("interval", 2, || ());
        let interpreter = Interpreter::new(2);
        let number = Instruction::Const;
        let codes: [&[Instruction]; 2] = [
            &[number(1), Instruction::Io("disk"), number(2), number(3)],
            &[number(4), number(5)],
        ];
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for code in codes {
                scope.spawn(move || interpreter.run(code, &mut Recorder(interpreter)));
            }
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    pub fn one_thread_at_a_time() -> Oracle {
        exclusive(Oracle::new().completes(
            "Both threads run their code to its end.",
            "两个线程都把自己的代码运行到底。",
        ))
        .equals(
            "Each thread gets the sum of its own numbers.",
            "每个线程都得到自己那些数的和。",
            |results| results.values_of("sum"),
            |_| vec![Some(3), Some(21)],
            |sums: &Vec<Option<i64>>, _| {
                let shown = |sum: &Option<i64>| sum.map_or("nothing".to_owned(), |s| s.to_string());
                let sums = sums.iter().map(shown).collect::<Vec<_>>().join(", ");
                Text::new(
                    format!("1 + 2 and 10 + 11 came to {sums}."),
                    format!("1 + 2 和 10 + 11 的结果是 {sums}。"),
                )
            },
        )
    }

    /// Bytecode excludes bytecode.
    pub fn exclusive(oracle: Oracle) -> Oracle {
        oracle.never_overlap(
            "One thread at a time executes bytecode.",
            "同一时刻只有一个线程在执行字节码。",
            "bytecode",
        )
    }

    pub fn io_overlaps() -> Oracle {
        let both = |history: &History, a: &str, b: &str| {
            let others = history.spans(b);
            let overlap = |x: &kit::history::Span<'_>, y: &kit::history::Span<'_>| {
                x.thread != y.thread && x.entered < y.left && y.entered < x.left
            };
            let spans = history.spans(a);
            spans.iter().any(|x| others.iter().any(|y| overlap(x, y)))
        };
        exclusive(Oracle::new().completes(
            "Both threads run their code to its end.",
            "两个线程都把自己的代码运行到底。",
        ))
        .may_overlap(
            "Two threads can wait for IO at the same time.",
            "两个线程可以同时等待 IO。",
            "io",
        )
        .sometimes(
            "While one thread waits for IO another can execute bytecode.",
            "一个线程等待 IO 时，另一个线程可以执行字节码。",
            Text::new(
                "No thread executed bytecode while another waited for IO, under any schedule.",
                "在任何调度下，一个线程等待 IO 时，都没有别的线程执行字节码。",
            ),
            move |history| both(history, "bytecode", "io"),
        )
    }

    pub fn gives_way_after_the_interval() -> Oracle {
        turns(exclusive(Oracle::new().completes(
            "Both threads run their code to its end.",
            "两个线程都把自己的代码运行到底。",
        )))
    }

    /// One instruction of a thread, and how many threads waited then.
    struct Executed {
        thread: usize,
        text: String,
        waiting: u64,
        /// What the thread did just before was IO.
        after_io: bool,
        /// What the thread does next is IO.
        before_io: bool,
    }

    fn executed(history: &History) -> Vec<Executed> {
        let marks = history.events().iter().filter(|event| {
            event.kind == EventKind::Mark && event.name.starts_with(|c: char| c.is_uppercase())
        });
        let mut steps: Vec<Executed> = Vec::new();
        let mut from_io = Vec::new();
        for event in marks {
            let last = steps.iter_mut().rfind(|step| step.thread == event.thread);
            if event.name.starts_with("IO ") {
                if let Some(last) = last {
                    last.before_io = true;
                }
                from_io.push(event.thread);
                continue;
            }
            let after_io = from_io.contains(&event.thread);
            from_io.retain(|thread| *thread != event.thread);
            steps.push(Executed {
                thread: event.thread,
                text: event.name.clone(),
                waiting: event.value["waiting"].as_u64().unwrap_or(0),
                after_io,
                before_io: false,
            });
        }
        steps
    }

    /// Threads change after whole intervals, or before IO, and then they do.
    pub fn turns(oracle: Oracle) -> Oracle {
        oracle
            .always(
                "Once another thread waits, the one that has the lock gives way when its \
                 interval is over.",
                "一旦有别的线程在等待，持有锁的线程到了切换间隔就要让出。",
                |history| {
                    let interval = history.calls_of("interval");
                    let interval = interval.first().and_then(|call| call.argument.as_u64());
                    let interval = interval.unwrap_or(1);
                    let (mut thread, mut since) = (0, None);
                    for step in executed(history) {
                        if step.thread != thread || step.after_io {
                            (thread, since) = (step.thread, None);
                        }
                        // Instructions of this thread since somebody waits, this one too.
                        since = since.map(|count: u64| count + 1);
                        if since.is_none() && step.waiting > 0 {
                            since = Some(1);
                        }
                        if since.is_some_and(|count| count > interval) {
                            return Err(Text::new(
                                format!(
                                    "The interval is {interval}. T{thread} executed {} \
                                     instructions in a row while another thread waited; the \
                                     last one was {}.",
                                    interval + 1,
                                    step.text,
                                ),
                                format!(
                                    "切换间隔是 {interval}。在别的线程等待期间，T{thread} 连续执行了 \
                                     {} 条指令，最后一条是 {}。",
                                    interval + 1,
                                    step.text,
                                ),
                            ));
                        }
                    }
                    Ok(())
                },
            )
            .always(
                "A thread executes whole intervals: nobody comes in between.",
                "线程每次执行满一个切换间隔，中间不会有别的线程插进来。",
                |history| {
                    let interval = history.calls_of("interval");
                    let interval = interval.first().and_then(|call| call.argument.as_u64());
                    let interval = interval.unwrap_or(1);
                    let steps = executed(history);
                    let mut row = 0;
                    for (index, step) in steps.iter().enumerate() {
                        if step.after_io {
                            row = 0;
                        }
                        row += 1;
                        let next = steps.get(index + 1).map(|next| next.thread);
                        if next == Some(step.thread) {
                            continue;
                        }
                        let goes_on = steps[index + 1..].iter();
                        let goes_on = goes_on.clone().any(|later| later.thread == step.thread);
                        if goes_on && !step.before_io && row % interval != 0 {
                            return Err(Text::new(
                                format!(
                                    "The interval is {interval}. T{} was interrupted after {row}, \
                                     after {}.",
                                    step.thread, step.text,
                                ),
                                format!(
                                    "切换间隔是 {interval}。T{} 连续执行 {row} 条之后，在 {} 之后被打断。",
                                    step.thread, step.text,
                                ),
                            ));
                        }
                        row = 0;
                    }
                    Ok(())
                },
            )
    }

    pub fn first_come_first_served() -> Oracle {
        Oracle::new()
            .completes(
                "Every thread that waits for the lock gets it.",
                "每个等待锁的线程都能得到它。",
            )
            .equals_of_order(
                "The lock goes to the thread that has waited longest; one that gives way in \
                 `switch` comes behind those who wait already.",
                "锁交给等得最久的线程；在 `switch` 中让出的线程排在已经在等的线程后面。",
                |history| history.values("turn"),
                |_| {
                    ["main", "first", "second", "main"]
                        .map(str::to_owned)
                        .to_vec()
                },
                |turns, _| {
                    Text::new(
                        format!("The turns were: {}.", turns.join(", ")),
                        format!("实际的次序是：{}。", turns.join("、")),
                    )
                },
            )
            .equals(
                "`waiting` counts the threads that wait.",
                "`waiting` 返回正在等待的线程数。",
                |results| results.value::<u64>("waiting").unwrap_or(0),
                |_| 0,
                message!(
                    |count| "Nobody waits any more, and `waiting` returned {count}.",
                    "已经没有线程在等待，`waiting` 却返回 {count}。"
                ),
            )
    }

    pub fn counts_anew_after_io() -> Oracle {
        turns(exclusive(Oracle::new().completes(
            "Both threads run their code to its end.",
            "两个线程都把自己的代码运行到底。",
        )))
    }
}
