// canary: 36a19b42c8b7489b2882d09e7ebde320
//! The hidden checks of exercise 26.

use kit::prelude::*;

kit::checks![
    three_take_turns,
    gives_way_after_a_long_interval,
    io_holds_up_nobody,
    runs_any_code,
    counts_no_io,
    sleeps_until_its_turn,
    keeps_a_longer_line,
    small_programs,
];

mod model;

/// The interval, and how many instructions each thread executes.
type Load = (usize, Vec<usize>);

/// An instruction: what it does, and its number or that of its variable.
type Code = Vec<(char, i64)>;

/// The variables of the threads; no thread has that of another.
const VARIABLES: [&str; 4] = ["a", "b", "c", "d"];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use crate::public::scenarios::{Recorder, compute};
    use gil::{Gil, Instruction, Interpreter, Observer};
    use kit::programs;
    use std::{
        sync::{
            atomic::{AtomicUsize, Ordering::Relaxed},
            mpsc,
        },
        thread,
    };

    pub fn three_take_turns(case: &Case) {
        let (interval, lengths): Load = case.get();
        compute(interval, &lengths);
    }

    /// The interval is longer than a small counter counts.
    pub fn gives_way_after_a_long_interval(case: &Case) {
        three_take_turns(case);
    }

    /// Each IO of one thread ends when this one has executed bytecode meanwhile.
    pub fn io_holds_up_nobody(case: &Case) {
        struct Held {
            begins: mpsc::Sender<()>,
            ends: mpsc::Receiver<()>,
        }
        impl Observer for Held {
            fn bytecode(&mut self, _: &Instruction, step: &mut dyn FnMut()) {
                step();
            }
            fn io(&mut self, _: &str) {
                let _ = self.begins.send(());
                let _ = self.ends.recv();
            }
        }
        let count: usize = case.get();
        let interpreter = Interpreter::new(3);
        let (begins, has_begun) = mpsc::channel();
        let (end, ends) = mpsc::channel();
        thread::scope(|scope| {
            let interpreter = &interpreter;
            scope.spawn(move || {
                let mut code = vec![Instruction::Io("disk"); count];
                code.push(Instruction::Const(7));
                let mut observer = Held { begins, ends };
                mark("result", interpreter.run(&code, &mut observer));
            });
            let code = [Instruction::Const(1), Instruction::Store("x")];
            while has_begun.recv().is_ok() {
                interpreter.run(&code, &mut Recorder(interpreter));
                let _ = end.send(());
            }
        });
        mark("x", interpreter.global("x"));
    }

    /// Records what is executed, and what a variable is before and after it is stored.
    struct Stores<'a>(Recorder<'a>);

    impl Observer for Stores<'_> {
        fn bytecode(&mut self, instruction: &Instruction, step: &mut dyn FnMut()) {
            let Instruction::Store(name) = *instruction else {
                return self.0.bytecode(instruction, step);
            };
            let mut values = vec![self.0.0.global(name)];
            self.0.bytecode(instruction, step);
            values.push(self.0.0.global(name));
            mark("stored", values);
        }

        fn io(&mut self, operation: &str) {
            self.0.io(operation);
        }
    }

    fn instruction(&(what, number): &(char, i64)) -> Instruction {
        let variable = VARIABLES[number as usize % VARIABLES.len()];
        match what {
            'C' => Instruction::Const(number),
            'L' => Instruction::Load(variable),
            'S' => Instruction::Store(variable),
            'A' => Instruction::Add,
            _ => Instruction::Io("disk"),
        }
    }

    /// Each thread runs its code, and in the end this one runs that of the first once more.
    pub fn runs_any_code(case: &Case) {
        let (interval, codes): (usize, Vec<Code>) = case.get();
        call("interval", interval, || ());
        let codes = codes.iter().map(|code| code.iter().map(instruction));
        let codes: Vec<Vec<Instruction>> = codes.map(Iterator::collect).collect();
        let interpreter = Interpreter::new(interval);
        let run = |number: usize, code: &[Instruction]| {
            let mut observer = Stores(Recorder(&interpreter));
            call("run", number, || interpreter.run(code, &mut observer));
        };
        thread::scope(|scope| {
            for (number, code) in codes.iter().enumerate() {
                scope.spawn(move || run(number, code));
            }
        });
        run(0, &codes[0]);
    }

    /// The count begins anew after IO, whatever it was.
    pub fn counts_no_io(case: &Case) {
        runs_any_code(case);
    }

    /// The main thread has the lock for ever.
    pub fn sleeps_until_its_turn(case: &Case) {
        let count: usize = case.get();
        let interpreter = Interpreter::new(1);
        interpreter.gil().acquire();
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for _ in 0..count {
                scope.spawn(|| {
                    interpreter.run(&[Instruction::Const(1)], &mut Recorder(interpreter));
                });
            }
            park_forever()
        });
    }

    /// Two threads stand in line behind this one. Whoever has the lock waits until both others
    /// stand in line, and then gives it away.
    pub fn keeps_a_longer_line(_: &Case) {
        let gil = Gil::new();
        gil.acquire();
        let others = |count: usize| {
            while gil.waiting() < count {
                thread::yield_now();
            }
        };
        thread::scope(|scope| {
            let (gil, others) = (&gil, &others);
            scope.spawn(move || {
                gil.acquire();
                mark("turn", "first");
                others(2);
                gil.switch();
                mark("turn", "first");
                gil.release();
            });
            others(1);
            scope.spawn(move || {
                gil.acquire();
                mark("turn", "second");
                others(2);
                gil.release();
            });
            others(2);
            gil.switch();
            mark("turn", "main");
            gil.release();
        });
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(), Call>(case);
        let gil = Gil::new();
        let turns = AtomicUsize::new(0);
        let turn = || turns.fetch_add(1, Relaxed) + 1;
        let act = |call: &Call| match call {
            Call::Turn => {
                gil.acquire();
                let turn = turn();
                gil.release();
                json!(turn)
            }
            Call::Acquire => {
                gil.acquire();
                json!(turn())
            }
            Call::Switch => {
                gil.switch();
                json!(turn())
            }
            Call::Release => json!(gil.release()),
            Call::Waiting => json!(gil.waiting()),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{exclusive, turns};

    pub fn three_take_turns() -> Oracle {
        turns(exclusive(
            Oracle::new()
                .cases(|_| -> Vec<Load> {
                    vec![(1, vec![2, 3]), (3, vec![7, 1]), (1, vec![2, 2, 1])]
                })
                .completes(
                    "Every thread runs its code to its end.",
                    "每个线程都把自己的代码运行到底。",
                ),
        ))
    }

    pub fn gives_way_after_a_long_interval() -> Oracle {
        three_take_turns().cases(|_| -> Vec<Load> { vec![(257, vec![258, 1])] })
    }

    pub fn io_holds_up_nobody() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1usize, 2])
            .completes(
                "While one thread waits for IO another executes its bytecode.",
                "一个线程等待 IO 时，另一个线程照样执行字节码。",
            )
            .equals(
                "Both threads execute their code.",
                "两个线程都执行了自己的代码。",
                |results| (results.value::<u64>("result"), results.value::<u64>("x")),
                |_| (Some(7), Some(1)),
                message!(
                    |seen, expected| "The result and the variable are {seen:?} and not {expected:?}.",
                    "结果和变量的值是 {seen:?}，而不是 {expected:?}。"
                ),
            )
    }

    /// What a thread does that runs this code with these variables: what its observer sees, and
    /// the result.
    fn expected(code: &Code, values: &mut [i64; 4]) -> (Vec<String>, Option<i64>) {
        let (mut stack, mut seen) = (Vec::new(), Vec::new());
        for &(what, number) in code {
            let variable = number as usize % VARIABLES.len();
            let (name, value) = (VARIABLES[variable], &mut values[variable]);
            let text = match what {
                'C' => {
                    stack.push(number);
                    format!("CONST {number}")
                }
                'L' => {
                    stack.push(*value);
                    format!("LOAD {name}")
                }
                'S' => {
                    let before = std::mem::replace(value, stack.pop().unwrap_or(0));
                    seen.push(format!("STORE {name}"));
                    format!("stored {before}, {value}")
                }
                'A' => {
                    let sum = stack.pop().unwrap_or(0) + stack.pop().unwrap_or(0);
                    stack.push(sum);
                    "ADD".to_owned()
                }
                _ => "IO disk".to_owned(),
            };
            seen.push(text);
        }
        (seen, stack.pop())
    }

    /// What the observer of a call of `run` saw.
    fn seen(history: &History, thread: usize) -> Vec<String> {
        let events = history.events().iter();
        let of = events.filter(|event| event.thread == thread && event.kind == EventKind::Mark);
        of.map(|event| {
            if event.name == "stored" {
                format!("stored {}, {}", event.value[0], event.value[1])
            } else {
                event.name.clone()
            }
        })
        .collect()
    }

    /// Codes without an instruction, with IO in all places, that leave several numbers, and
    /// that are longer than a small counter counts.
    fn codes() -> Vec<(usize, Vec<Code>)> {
        let io = ('I', 0);
        let sum = |variable: i64| {
            let adds = [('L', variable), ('C', 5), ('A', 0), ('S', variable)];
            [&adds[..], &[('C', 1), ('C', 2), ('C', 3)]].concat()
        };
        let interrupted = vec![('C', 1), io, io, ('S', 1), ('L', 1)];
        let long = (0..300).map(|number| ('C', number)).collect();
        vec![
            (2, vec![vec![]]),
            (1, vec![vec![io]]),
            (usize::MAX, vec![sum(0)]),
            (3, vec![[sum(2), interrupted.clone(), sum(1)].concat()]),
            (2, vec![long]),
            (2, vec![vec![], sum(1)]),
            (1, vec![interrupted, vec![('C', 2), ('S', 2)]]),
        ]
    }

    pub fn runs_any_code() -> Oracle {
        let of_the_code = |history: &History| {
            let (_, codes): (usize, Vec<Code>) = history.case();
            let calls = history.calls_of("run");
            calls.iter().try_for_each(|call| {
                let number = call.argument.as_u64().unwrap_or(0) as usize;
                let mut values = [0; 4];
                if call.thread == 0 {
                    // The first code is run a second time.
                    expected(&codes[number], &mut values);
                }
                let (steps, result) = expected(&codes[number], &mut values);
                let (seen, thread) = (seen(history, call.thread), call.thread);
                let returned = call.result.cloned().unwrap_or_default();
                let told = seen == steps && returned == json!(result);
                if told {
                    return Ok(());
                }
                let (seen, steps) = (seen.join(", "), steps.join(", "));
                let result = json!(result);
                Err(Text::new(
                    format!("T{thread}: the observer saw {seen}, and the result was {returned}. Expected: {steps}, and {result}."),
                    format!("T{thread}：观察者看到 {seen}，结果是 {returned}；应当是 {steps}，结果 {result}。"),
                ))
            })
        };
        let oracle = Oracle::new().cases(|_| codes()).completes(
            "Every thread runs its code to its end, and gives the lock back.",
            "每个线程都把自己的代码运行到底，并归还锁。",
        );
        exclusive(oracle.always(
            "Each instruction is executed once and in order, by its step; the result is on top of the stack.",
            "每条指令依次执行一次，由它的 `step` 完成；结果在栈顶。",
            of_the_code,
        ))
    }

    pub fn counts_no_io() -> Oracle {
        let number = |number| ('C', number);
        let code = vec![number(1), ('I', 0), number(2), number(3)];
        let codes: (usize, Vec<Code>) = (3, vec![code, vec![number(4); 3]]);
        turns(exclusive(
            Oracle::new().cases(move |_| vec![codes.clone()]).completes(
                "Both threads run their code to its end.",
                "两个线程都把自己的代码运行到底。",
            ),
        ))
    }

    pub fn sleeps_until_its_turn() -> Oracle {
        Oracle::new().cases(|_| vec![1usize, 2]).comes_to_rest(
            "Whoever waits for the lock sleeps until its turn has come.",
            "等待锁的线程会一直睡到轮到自己，而不是反复查看。",
        )
    }

    pub fn keeps_a_longer_line() -> Oracle {
        Oracle::new()
            .completes(
                "Whoever waits in `switch` is counted too, and every thread gets its turn.",
                "在 `switch` 里等待的线程也被计入，并且每个线程都会轮到。",
            )
            .equals_of_order(
                "Whoever gives way stands in line behind all who wait.",
                "让出锁的线程排在所有等待者后面。",
                |history| history.values::<String>("turn").join(", "),
                |_| "first, second, main, first".to_owned(),
                message!(
                    |turns, expected| "The turns were: {turns}; and should be: {expected}.",
                    "实际的次序是：{turns}；应当是：{expected}。"
                ),
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, the line is kept, and whoever waits, asleep, waits for a thread that has the lock.",
            "无论怎样调用，队伍的次序都不会乱；等待的线程在睡眠，而且只因为别的线程持有锁。",
            super::model::Line,
        )
    }
}
