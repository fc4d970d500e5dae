// canary: 9d520472213493fd67bda7a28d5457f8
//! The hidden checks of exercise 10.

use kit::prelude::*;

kit::checks![own_type_runs, two_children_at_once, a_signal_is_told,];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::shown;
    use kit::system::children;
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
        let child = |number: i32| {
            let target = |number: i32| {
                mark("ended", number);
                20 + number
            };
            Process::new(target, number)
        };
        let (mut first, mut second) = (child(1), child(2));
        for process in [&mut first, &mut second] {
            process.start().expect("it was not started yet");
        }
        mark("pids", first.pid().is_some() && first.pid() != second.pid());
        // The younger one is joined first.
        mark("second", shown(second.join()));
        mark("first", shown(first.join()));
    }

    /// A child is ended by a signal, in one of the ways that a program knows.
    pub fn a_signal_is_told(case: &Case) {
        let aborts: bool = case.get();
        let target = |aborts: bool| {
            if aborts {
                std::process::abort();
            }
            mark("ended", ());
            134
        };
        let mut process = Process::new(target, aborts);
        process.start().expect("it was not started yet");
        mark("once", shown(process.join()));
        mark("twice", shown(process.join()));
        mark("left", children());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn own_type_runs() -> Oracle {
        Oracle::new()
            .equals(
                "The result of `run` is the exit code.",
                "`run` 的返回值就是退出码。",
                |results| results.value("code").unwrap_or_default(),
                |_| "Ok(9)".to_owned(),
                message!(
                    |code| "The result of `run` is 9, and `join` returned `{code}`.",
                    "`run` 的返回值是 9，`join` 返回的是 `{code}`。"
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
            .sometimes(
                "The second child can end before the first.",
                "第二个子进程可以先于第一个结束。",
                Text::new("It never did.", "从未如此。"),
                |history| history.values::<i32>("ended") == [2, 1],
            )
            .sometimes(
                "The first child can end before the second.",
                "第一个子进程可以先于第二个结束。",
                Text::new("It never did.", "从未如此。"),
                |history| history.values::<i32>("ended") == [1, 2],
            )
            .sometimes(
                "A process can be joined while one that was started before it still runs.",
                "先启动的进程还在运行时，就可以 `join` 后启动的进程。",
                Text::new(
                    "The first child had always ended before the second was joined.",
                    "总是第一个子进程先结束，第二个才 `join` 完。",
                ),
                |history| {
                    let events = history.events().iter();
                    let mut names = events.filter(|event| event.name != "pids");
                    names.nth(1).is_some_and(|event| event.name == "second")
                },
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
                |_| (true, "Ok(21)".to_owned(), "Ok(22)".to_owned()),
                message!(
                    |(pids, first, second), _| "The pids are two: {pids}. The targets returned \
                     21 and 22, and `join` returned `{first}` and `{second}`.",
                    "pid 是不同的两个：{pids}。目标函数返回 21 和 22，`join` 返回的是 `{first}` \
                     和 `{second}`。"
                ),
            )
            .no_leaked_processes(
                "After both were joined no process is left.",
                "两个都 `join` 之后，不留下进程。",
            )
    }

    pub fn a_signal_is_told() -> Oracle {
        Oracle::new()
            .cases(|_| vec![true, false])
            .equals(
                "`join` of a child that a signal ended gives `System`, also when asked again.",
                "被信号终止的子进程，`join` 得到 `System`，再次调用也一样。",
                |results| ["once", "twice"].map(|name| results.value(name).unwrap_or_default()),
                |results| {
                    let expected = match results.case::<bool>() {
                        true => "Err(System)",
                        false => "Ok(134)",
                    };
                    [expected; 2].map(str::to_owned)
                },
                message!(
                    |[once, twice], [expected, _]| "`join` returned `{once}` and then `{twice}`; \
                     `{expected}` was expected.",
                    "`join` 先后返回 `{once}` 和 `{twice}`；应当是 `{expected}`。"
                ),
            )
            .equals(
                "After `join` no zombie is left, however the child ended.",
                "无论子进程怎样结束，`join` 之后都不留下僵尸进程。",
                |results| results.value::<usize>("left"),
                |_| Some(0),
                message!(
                    |_| "A child is still there after `join`: nobody waited for it.",
                    "`join` 之后仍有子进程存在：没有线程等待并回收它。"
                ),
            )
    }
}
