// canary: 9d520472213493fd67bda7a28d5457f8
//! The hidden checks of exercise 10.

use kit::prelude::*;

kit::checks![own_type_runs, two_children_at_once,];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use os::check::Gate;
    use process_two_ways::{Process, ProcessError, Run};
    use std::{cell::Cell, rc::Rc};

    /// An own type that changes what it shares with its parent, as it believes.
    struct Work {
        rounds: u32,
        shared: Rc<Cell<u32>>,
    }

    impl Run for Work {
        fn run(&mut self) -> i32 {
            while self.rounds > 0 {
                self.rounds -= 1;
                self.shared.set(self.shared.get() + 1);
            }
            mark("child sees", self.shared.get());
            9
        }
    }

    pub fn own_type_runs(_: &Case) {
        mark("parent", ());
        let shared = Rc::new(Cell::new(40));
        let work = Work {
            rounds: 5,
            shared: Rc::clone(&shared),
        };
        let mut process = Process::from_run(work);
        mark("started", process.start().is_ok());
        mark("code", process.join().ok());
        mark("parent sees", shared.get());
    }

    pub fn two_children_at_once(_: &Case) {
        let gates = [(); 2].map(|()| Gate::shut().expect("two pipes"));
        let child = |number: usize| {
            let gate = gates[number].clone();
            let target = move |number: usize| {
                gate.pass();
                mark("child", number);
                20 + number as i32
            };
            Process::new(target, number)
        };
        let (mut first, mut second) = (child(0), child(1));
        mark("started", first.start().is_ok() && second.start().is_ok());
        mark("pids", first.pid().is_some() && first.pid() != second.pid());
        // The younger one may go on first.
        gates[1].open();
        mark("second", second.join().ok());
        mark("first waited", gates[0].was_waited_for());
        gates[0].open();
        mark("first", first.join().ok());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::has;

    pub fn own_type_runs() -> Oracle {
        Oracle::new()
            .always(
                "`run` runs in the child, and its result is the exit code.",
                "`run` 在子进程中运行，其返回值就是退出码。",
                |history| {
                    let child = history.marks("child sees").all(|event| event.thread != 0);
                    let text = (
                        "`run` did not run in a child process, or its result was lost.",
                        "`run` 没有在子进程中运行，或者它的返回值丢失了。",
                    );
                    if !child {
                        return Err(Text::new(text.0, text.1));
                    }
                    has(history, "code", &Some(9), text)
                },
            )
            .always(
                "The child works on a copy of its parent's memory: it sees what was there, and changes only its own.",
                "子进程使用父进程内存的副本：能看到原有的内容，但只会改变自己的那一份。",
                |history| {
                    let text = (
                        "The child did not see its own changes on top of what its parent had.",
                        "子进程没有在父进程原有内容之上看到自己的改动。",
                    );
                    has(history, "child sees", &45, text)?;
                    let text = (
                        "The parent saw a change that only the child may see.",
                        "父进程看到了只应由子进程看到的改动。",
                    );
                    has(history, "parent sees", &40, text)
                },
            )
    }

    pub fn two_children_at_once() -> Oracle {
        Oracle::new()
            .always(
                "Two processes can run at the same time, and end in any order.",
                "两个进程可以同时运行，并以任意顺序结束。",
                |history| {
                    let text = (
                        "The second child could not end before the first.",
                        "第二个子进程无法先于第一个结束。",
                    );
                    has(history, "first waited", &false, text)?;
                    let order: Vec<usize> = history.values("child");
                    if order == [1, 0] {
                        Ok(())
                    } else {
                        Err(Text::new(text.0, text.1))
                    }
                },
            )
            .always(
                "Each process has its own pid and its own exit code.",
                "每个进程都有自己的 pid 和自己的退出码。",
                |history| {
                    let text = (
                        "The two processes mixed up their pids or exit codes.",
                        "两个进程的 pid 或退出码混在了一起。",
                    );
                    has(history, "pids", &true, text)?;
                    has(history, "first", &Some(20), text)?;
                    has(history, "second", &Some(21), text)
                },
            )
    }
}
