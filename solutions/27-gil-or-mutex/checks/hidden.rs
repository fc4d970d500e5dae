// canary: c87cd1e04488c13c1228ddfb95b6eb5a
//! The hidden checks of exercise 27.

use kit::prelude::*;

kit::checks![
    a_mutex_of_its_own,
    three_threads_two_mutexes,
    sleeps_until_it_is_free,
    more_threads_take_the_mutex,
    guards_any_variable_by_any_mutex,
    chooses_by_a_hair,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use gil_or_mutex::{Instruction, Interpreter, choose, guarded_increment, increment};
    use std::{thread, time::Duration};

    /// The seen instruction, which the trace shows.
    fn see(instruction: &Instruction) {
        mark(&instruction.to_string(), ());
    }

    /// Code under the mutex that is longer than `x += 1`, and code without it.
    pub fn a_mutex_of_its_own(case: &Case) {
        let interval: usize = case.get();
        let interpreter = Interpreter::new(interval, &["m"]);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for number in [1, 2] {
                scope.spawn(move || {
                    let code = [
                        Instruction::Acquire("m"),
                        Instruction::Load("x"),
                        Instruction::Const(number),
                        Instruction::Add,
                        Instruction::Store("x"),
                        Instruction::Release("m"),
                        Instruction::Const(number),
                        Instruction::Store("y"),
                    ];
                    interpreter.run(&code, see);
                });
            }
        });
        mark("x", interpreter.global("x"));
        mark("y", interpreter.global("y"));
    }

    /// One thread is in the middle of `with m:` for ever; others use another mutex.
    pub fn three_threads_two_mutexes(_: &Case) {
        let interpreter = Interpreter::new(4, &["m", "n"]);
        interpreter.run(&[Instruction::Acquire("m")], see);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            scope.spawn(|| interpreter.run(&guarded_increment("y", "m"), see));
            scope.spawn(|| interpreter.run(&guarded_increment("x", "n"), see));
            interpreter.run(&guarded_increment("x", "n"), see);
            mark("m is held", ());
            interpreter.run(&[Instruction::Release("m")], see);
        });
        mark("x", interpreter.global("x"));
        mark("y", interpreter.global("y"));
    }

    /// Nobody gives the mutex back.
    pub fn sleeps_until_it_is_free(case: &Case) {
        let count: usize = case.get();
        let interpreter = Interpreter::new(1, &["m"]);
        interpreter.run(&[Instruction::Acquire("m")], see);
        thread::scope(|scope| {
            for _ in 0..count {
                scope.spawn(|| interpreter.run(&[Instruction::Acquire("m")], see));
            }
            park_forever()
        });
    }

    /// More than two threads want the mutex, and come back.
    pub fn more_threads_take_the_mutex(case: &Case) {
        crate::public::scenarios::the_mutex_loses_none(case);
    }

    /// The code of other names, which this thread runs twice.
    pub fn guards_any_variable_by_any_mutex(_: &Case) {
        for (variable, mutex) in [("x", "x"), ("count", "m"), ("m", "lock")] {
            let interpreter = Interpreter::new(2, &[mutex]);
            let code = guarded_increment(variable, mutex);
            interpreter.run(&code.repeat(2), see);
            mark("value", interpreter.global(variable));
            let ends = [code.first(), code.last()].map(Option::<&Instruction>::cloned);
            mark(
                "ends",
                ends == [
                    Some(Instruction::Acquire(mutex)),
                    Some(Instruction::Release(mutex)),
                ],
            );
            mark(
                "ends",
                code.len() > 2 && code[1..code.len() - 1] == increment(variable),
            );
        }
    }

    /// Jobs that compute for hardly longer or shorter than they wait, in nanoseconds.
    pub fn chooses_by_a_hair(case: &Case) {
        let jobs: Vec<(u64, u64)> = case.get();
        for (cpu, io) in jobs {
            let chosen = choose(Duration::from_nanos(cpu), Duration::from_nanos(io));
            mark("chosen", (cpu, io, format!("{chosen:?}")));
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::Load;

    pub fn a_mutex_of_its_own() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1usize, 3])
            .completes(
                "Both threads run their code to its end.",
                "两个线程都把自己的代码运行到底。",
            )
            .outcomes(
                "What is under the mutex is as if one thread came after the other, and the rest \
                 is not: either may be the last to store y.",
                "互斥锁之内就像两个线程先后执行，互斥锁之外则不然：最后写 y 的可能是其中任何一个。",
                |results| (results.value::<i64>("x"), results.value::<i64>("y")),
                [(Some(3), Some(1)), (Some(3), Some(2))],
            )
    }

    pub fn three_threads_two_mutexes() -> Oracle {
        Oracle::new()
            .completes(
                "While one mutex is held, threads that use another one go on.",
                "一把互斥锁被持有时，使用另一把的线程照常执行。",
            )
            .equals(
                "No update is lost.",
                "没有丢失修改。",
                |results| ["x", "y"].map(|name| results.value(name).unwrap_or_default()),
                |_| [2i64, 1],
                message!(
                    |[x, y]| "x was incremented twice, y once. x is {x}, and y is {y}.",
                    "x 加了两次，y 加了一次。x 是 {x}，y 是 {y}。"
                ),
            )
            .before(
                "The mutex that is held keeps the thread that wants it out.",
                "被持有的互斥锁把想要它的线程挡在外面。",
                "m is held",
                "LOAD y",
            )
    }

    pub fn sleeps_until_it_is_free() -> Oracle {
        Oracle::new().cases(|_| vec![1usize, 2]).comes_to_rest(
            "Whoever waits for the mutex sleeps until it is given back.",
            "等待互斥锁的线程会一直睡到它被归还，而不是反复查看。",
        )
    }

    pub fn more_threads_take_the_mutex() -> Oracle {
        crate::public::oracles::the_mutex_loses_none().cases(|_| {
            let load = |interval, times: &[usize]| Load {
                interval,
                times: times.to_vec(),
            };
            vec![load(1, &[1, 1, 1]), load(6, &[1, 1, 1, 1])]
        })
    }

    pub fn guards_any_variable_by_any_mutex() -> Oracle {
        Oracle::new()
            .completes("The code runs to its end.", "代码运行到底。")
            .equals(
                "Each run of the code adds 1 to its variable.",
                "每运行一次，变量加 1。",
                |results| results.values_of::<i64>("value"),
                |_| vec![2, 2, 2],
                message!(
                    |values| "Each of three variables was incremented twice, and they are {values:?}.",
                    "三个变量各加了两次，结果是 {values:?}。"
                ),
            )
            .always_results(
                "Between `Acquire` and `Release` of the mutex that is named stands `variable += 1`.",
                "指定的互斥锁的 `Acquire` 和 `Release` 之间正是 `variable += 1`。",
                |results| match results.values_of("ends").contains(&false) {
                    false => Ok(()),
                    true => Err(Text::new(
                        "The code is another one for some variable and mutex.",
                        "对某个变量和互斥锁，代码不是这样。",
                    )),
                },
            )
    }

    pub fn chooses_by_a_hair() -> Oracle {
        crate::public::oracles::chooses_the_workers().cases(|_| {
            let second = 1_000_000_000;
            vec![vec![
                (0u64, 0u64),
                (1, 0),
                (0, 1),
                (second + 1, second),
                (second, second + 1),
                (3 * second, 2 * second),
                (2 * second, 3 * second),
                (900 * second, 900 * second),
            ]]
        })
    }
}
