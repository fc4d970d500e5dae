//! The checks of exercise 27 that you see.

use kit::prelude::*;

kit::checks![
    an_update_can_be_lost,
    the_mutex_loses_none,
    chooses_the_workers,
];

/// The switch interval, and how many times each thread runs the code.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Load {
    pub interval: usize,
    pub times: Vec<usize>,
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use gil_or_mutex::{Instruction, Interpreter, choose, guarded_increment, increment};
    use std::{thread, time::Duration};

    /// Several threads run the same code.
    fn run_in_threads(load: &Load, code: &[Instruction]) {
        let interpreter = Interpreter::new(load.interval, &["m"]);
        thread::scope(|scope| {
            let interpreter = &interpreter;
            for &times in &load.times {
                scope.spawn(move || {
                    let see = |instruction: &Instruction| mark(&instruction.to_string(), ());
                    interpreter.run(&code.repeat(times), see);
                });
            }
        });
        mark("x", interpreter.global("x"));
    }

    /// Two threads do `x += 1`, with nothing but the GIL.
    pub fn an_update_can_be_lost(case: &Case) {
        let code = increment("x");
        let shown: Vec<_> = code.iter().map(ToString::to_string).collect();
        mark("code", shown);
        run_in_threads(&case.get(), &code);
    }

    /// The same with a mutex.
    pub fn the_mutex_loses_none(case: &Case) {
        run_in_threads(&case.get(), &guarded_increment("x", "m"));
    }

    /// Some jobs, in milliseconds of computing and of waiting.
    pub fn chooses_the_workers(case: &Case) {
        let jobs: Vec<(u64, u64)> = case.get();
        for (cpu, io) in jobs {
            let chosen = choose(Duration::from_millis(cpu), Duration::from_millis(io));
            mark("chosen", (cpu, io, format!("{chosen:?}")));
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    fn loads(loads: &[(usize, &[usize])]) -> Vec<Load> {
        let load = |&(interval, times): &(usize, &[usize])| Load {
            interval,
            times: times.to_vec(),
        };
        loads.iter().map(load).collect()
    }

    pub fn an_update_can_be_lost() -> Oracle {
        Oracle::new()
            .cases(|_| loads(&[(1, &[1, 1]), (3, &[1, 1]), (4, &[1, 1])]))
            .completes(
                "Both threads run their code to its end.",
                "两个线程都把自己的代码运行到底。",
            )
            .equals(
                "`x += 1` is load, constant, add, store.",
                "`x += 1` 是取值、常数、相加、存回。",
                |results| results.value::<Vec<String>>("code").unwrap_or_default().join(", "),
                |_| "LOAD x, CONST 1, ADD, STORE x".to_owned(),
                message!(|code| "The code is: {code}.", "代码是：{code}。"),
            )
            .outcomes_in(
                "If the thread can be switched in the middle of `x += 1`, one of two updates may \
                 be lost, and need not be; if it cannot, none is.",
                "如果线程会在 `x += 1` 中间被切换，两次修改可能丢一次，也可能都在；如果不会，就一次也不丢。",
                |results| results.value::<i64>("x"),
                |load: Load| match load.interval {
                    1..4 => vec![Some(1), Some(2)],
                    _ => vec![Some(2)],
                },
            )
    }

    pub fn the_mutex_loses_none() -> Oracle {
        Oracle::new()
            .cases(|_| loads(&[(1, &[1, 1]), (2, &[1, 1]), (3, &[2, 1])]))
            .completes(
                "Whoever waits for the mutex does not keep the others from executing bytecode, \
                 and gets it in the end.",
                "等待互斥锁的线程不妨碍别人执行字节码，最后也能得到它。",
            )
            .equals(
                "With the mutex no update is lost, wherever the threads are switched.",
                "有了互斥锁，无论线程在哪里切换，一次修改也不丢。",
                |results| results.value("x").unwrap_or(0),
                |results| results.case::<Load>().times.iter().sum::<usize>() as i64,
                message!(
                    |x, expected| "`x += 1` was run {expected} times, and x is {x}.",
                    "`x += 1` 运行了 {expected} 次，x 却是 {x}。"
                ),
            )
    }

    pub fn chooses_the_workers() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![vec![
                    (90u64, 10u64),
                    (10, 90),
                    (1, 1000),
                    (1000, 1),
                    (0, 5),
                    (5, 0),
                    (50, 50),
                ]]
            })
            .always_results(
                "Processes for jobs that mostly compute, threads for jobs that mostly wait.",
                "以计算为主的任务用进程，以等待为主的任务用线程。",
                |results| {
                    let chosen: Vec<(u64, u64, String)> = results.values_of("chosen");
                    let expected = |cpu, io| if cpu > io { "Processes" } else { "Threads" };
                    let wrong = chosen
                        .into_iter()
                        .find(|(cpu, io, chosen)| chosen != expected(*cpu, *io));
                    wrong.map_or(Ok(()), |(cpu, io, chosen)| {
                        Err(Text::new(
                            format!("For {cpu} ms of CPU and {io} ms of IO: {chosen}."),
                            format!("计算 {cpu} 毫秒、IO {io} 毫秒的任务，选择的是 {chosen}。"),
                        ))
                    })
                },
            )
    }
}
