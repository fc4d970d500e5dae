// canary: 9d520472213493fd67bda7a28d5457f8
//! The hidden checks of exercise 10.

use kit::prelude::*;

kit::checks![own_type_runs, two_children_at_once,];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::shown;
    use os::check::Gate;
    use process_two_ways::{Process, Run};
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
        process.start().expect("it was not started yet");
        mark("code", shown(process.join()));
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
        for process in [&mut first, &mut second] {
            process.start().expect("it was not started yet");
        }
        mark("pids", first.pid().is_some() && first.pid() != second.pid());
        // The younger one may go on first.
        gates[1].open();
        mark("second", shown(second.join()));
        mark("first waited", gates[0].was_waited_for());
        gates[0].open();
        mark("first", shown(first.join()));
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn own_type_runs() -> Oracle {
        Oracle::new()
            .equals_of_order(
                "`run` runs in the child, and its result is the exit code.",
                "`run` 在子进程中运行，其返回值就是退出码。",
                |history| {
                    let mut parents = history.marks("parent");
                    let parent = parents.next().map(|event| event.thread);
                    let mut seen = history.marks("child sees");
                    let in_child = seen.all(|event| Some(event.thread) != parent);
                    (in_child, history.value("code").unwrap_or_default())
                },
                |_| (true, "Ok(9)".to_owned()),
                message!(
                    |(in_child, code), _| "`run` ran in a child process: {in_child}. Its result \
                     is 9, and `join` returned `{code}`.",
                    "`run` 在子进程中运行：{in_child}。它的返回值是 9，`join` 返回的是 `{code}`。"
                ),
            )
            .equals(
                "The child works on a copy of its parent's memory: it sees what was there, and changes only its own.",
                "子进程使用父进程内存的副本：能看到原有的内容，但只会改变自己的那一份。",
                |results| ["child sees", "parent sees"].map(|name| results.value(name)),
                |_| [Some(45u32), Some(40)],
                |[child, parent], _| {
                    let [child, parent] = [child, parent].map(|seen| seen.unwrap_or_default());
                    Text::new(
                        format!(
                            "The parent had 40, and the child added 5. Afterwards the child saw \
                             {child}, and the parent {parent}."
                        ),
                        format!(
                            "父进程原有 40，子进程加了 5。之后子进程看到 {child}，父进程看到 {parent}。"
                        ),
                    )
                },
            )
    }

    pub fn two_children_at_once() -> Oracle {
        Oracle::new()
            .equals_of_order(
                "Two processes can run at the same time, and end in any order.",
                "两个进程可以同时运行，并以任意顺序结束。",
                |history| (history.value("first waited"), history.values("child")),
                |_| (Some(false), vec![1usize, 0]),
                message!(
                    |_| "The second child could not end before the first.",
                    "第二个子进程无法先于第一个结束。"
                ),
            )
            .equals(
                "Each process has its own pid and its own exit code.",
                "每个进程都有自己的 pid 和自己的退出码。",
                |results| {
                    let code = |name| results.value::<String>(name).unwrap_or_default();
                    (
                        results.value("pids") == Some(true),
                        code("first"),
                        code("second"),
                    )
                },
                |_| (true, "Ok(20)".to_owned(), "Ok(21)".to_owned()),
                message!(
                    |(pids, first, second), _| "The pids are two: {pids}. The targets returned \
                     20 and 21, and `join` returned `{first}` and `{second}`.",
                    "pid 是不同的两个：{pids}。目标函数返回 20 和 21，`join` 返回的是 `{first}` \
                     和 `{second}`。"
                ),
            )
    }
}
