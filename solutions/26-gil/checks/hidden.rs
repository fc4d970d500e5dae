// canary: 36a19b42c8b7489b2882d09e7ebde320
//! The hidden checks of exercise 26.

use kit::prelude::*;

kit::checks![
    three_take_turns,
    io_holds_up_nobody,
    io_in_the_middle,
    sleeps_until_its_turn,
];

/// The interval, and how many instructions each thread executes.
type Load = (usize, Vec<usize>);

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{Recorder, compute};
    use gil::{Instruction, Interpreter, Observer};
    use std::{sync::mpsc, thread};

    pub fn three_take_turns(case: &Case) {
        let (interval, lengths): Load = case.get();
        compute(interval, &lengths);
    }

    /// The IO of one thread ends when the other has executed its bytecode.
    pub fn io_holds_up_nobody(_: &Case) {
        struct Held(mpsc::Receiver<()>);
        impl Observer for Held {
            fn bytecode(&mut self, _: &Instruction, step: &mut dyn FnMut()) {
                step();
            }
            fn io(&mut self, _: &str) {
                let _ = self.0.recv();
            }
        }
        struct Holding(mpsc::Sender<()>);
        impl Observer for Holding {
            fn bytecode(&mut self, _: &Instruction, step: &mut dyn FnMut()) {
                step();
                let _ = self.0.send(());
            }
            fn io(&mut self, _: &str) {}
        }
        let interpreter = Interpreter::new(3);
        let (go, gate) = mpsc::channel();
        thread::scope(|scope| {
            let interpreter = &interpreter;
            scope.spawn(move || {
                let code = [Instruction::Io("disk"), Instruction::Const(7)];
                mark("result", interpreter.run(&code, &mut Held(gate)));
            });
            let code = [Instruction::Const(1), Instruction::Store("x")];
            interpreter.run(&code, &mut Holding(go));
        });
        mark("x", interpreter.global("x"));
    }

    /// One thread computes, the other does so before and after IO.
    pub fn io_in_the_middle(_: &Case) {
        let interpreter = Interpreter::new(3);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            let codes: [&[Instruction]; 2] = [
                &[
                    Instruction::Const(1),
                    Instruction::Io("disk"),
                    Instruction::Store("x"),
                ],
                &[Instruction::Const(2), Instruction::Store("y")],
            ];
            for code in codes {
                scope.spawn(move || interpreter.run(code, &mut Recorder(interpreter)));
            }
        });
        mark(
            "globals",
            (interpreter.global("x"), interpreter.global("y")),
        );
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

    pub fn io_holds_up_nobody() -> Oracle {
        Oracle::new()
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

    pub fn io_in_the_middle() -> Oracle {
        exclusive(Oracle::new().completes(
            "Both threads run their code to its end.",
            "两个线程都把自己的代码运行到底。",
        ))
        .equals(
            "A thread finds its stack after IO as it was before.",
            "IO 之后，线程的栈与之前一样。",
            |results| results.value::<(i64, i64)>("globals"),
            |_| Some((1, 2)),
            message!(
                |seen, expected| "The variables are {seen:?} and not {expected:?}.",
                "变量的值是 {seen:?}，而不是 {expected:?}。"
            ),
        )
    }

    pub fn sleeps_until_its_turn() -> Oracle {
        Oracle::new().cases(|_| vec![1usize, 2]).comes_to_rest(
            "Whoever waits for the lock sleeps until its turn has come.",
            "等待锁的线程会一直睡到轮到自己，而不是反复查看。",
        )
    }
}
