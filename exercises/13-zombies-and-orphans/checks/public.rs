//! The checks of exercise 13 that you see.

use kit::prelude::*;

kit::checks![
    is_a_zombie,
    adopts_orphans,
    one_signal_for_several,
    reap_does_not_wait,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use os::Exit;
    use std::{io, thread, time::Duration};
    use zombies_and_orphans::{Adopted, Reaper, adopt_orphans, reap_all, spawn_zombie};

    /// How children ended, sorted, without their numbers: `Code(3) Signal(9)`.
    pub fn ends(children: &[(u32, Exit)]) -> String {
        let mut ends: Vec<_> = children.iter().map(|(_, end)| format!("{end:?}")).collect();
        ends.sort();
        ends.join(" ")
    }

    /// Starts a child, whose number is enough.
    pub fn start(body: impl FnOnce() -> i32) -> u32 {
        os::fork(body).expect("there is room").pid()
    }

    /// Runs this in a process that nobody has made a subreaper, and reaps all that it leaves.
    pub fn in_a_process(body: impl FnOnce()) {
        // There are none yet.
        let _ = reap_all();
        start(|| {
            body();
            0
        });
        while os::wait_any().is_ok() {}
    }

    /// Whether a list has these children.
    pub fn are(children: &io::Result<Vec<(u32, Exit)>>, expected: &mut [(u32, Exit)]) -> bool {
        let Ok(children) = children else {
            return false;
        };
        let mut children = children.clone();
        children.sort_by_key(|(pid, _)| *pid);
        expected.sort_by_key(|(pid, _)| *pid);
        children == expected
    }

    /// Zombies, one of which is looked at, and a child that runs.
    pub fn is_a_zombie(case: &Case) {
        let is_reaped_by_all: bool = case.get();
        let first = spawn_zombie(3).expect("there is room");
        if !is_reaped_by_all {
            // Who asks without waiting is told of it, as it has ended.
            let waited = os::try_wait_any().expect("it is there");
            mark("as expected", waited == Some((first, Exit::Code(3))));
            return;
        }
        let second = spawn_zombie(4).expect("there is room");
        let third = start(|| 5);
        let mut expected =
            [(first, 3), (second, 4), (third, 5)].map(|(pid, code)| (pid, Exit::Code(code)));
        let reaped = [are(&reap_all(), &mut expected), are(&reap_all(), &mut [])];
        mark("as expected", reaped == [true; 2]);
    }

    /// A child starts one of its own, which ends later than its parent or earlier.
    pub fn adopts_orphans(case: &Case) {
        let pause: u64 = case.get();
        in_a_process(|| {
            let adopted = adopt_orphans(|| {
                start(|| {
                    thread::sleep(Duration::from_secs(pause));
                    5
                });
                3
            });
            let Adopted { child, orphans } = adopted.expect("there is room");
            mark("adopted", format!("{child:?}, {}", ends(&orphans)));
            mark("left", ends(&reap_all().expect("none is no error")));
        });
    }

    /// Children that end at any moment, and a loop that waits for them.
    pub fn one_signal_for_several(_: &Case) {
        let mut reaper = Reaper::new().expect("there is room");
        let mut expected = [1, 2].map(|code| (start(|| code), Exit::Code(code)));
        let mut reaped = Vec::new();
        while reaped.len() < expected.len() {
            os::wait_readable(&[&reaper]).expect("it is open");
            reaped.extend(reaper.reap().expect("it does not fail"));
        }
        mark("as expected", are(&Ok(reaped), &mut expected));
        mark(
            "afterwards",
            ends(&reaper.reap().expect("none is no error")),
        );
    }

    /// One child never ends, another does; and the loop goes on for ever.
    pub fn reap_does_not_wait(_: &Case) {
        let mut reaper = Reaper::new().expect("there is room");
        let (reads, _writes) = io::pipe().expect("a pipe");
        start(|| {
            let _ = os::wait_readable(&[&reads]);
            0
        });
        mark("reaped", ends(&reaper.reap().expect("it runs")));
        start(|| 4);
        loop {
            os::wait_readable(&[&reaper]).expect("it is open");
            for child in reaper.reap().expect("it does not fail") {
                mark("reaped", ends(&[child]));
            }
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// The mark of this name has this value, as text.
    pub fn is(
        oracle: Oracle,
        promise: [&str; 2],
        name: &'static str,
        expected: impl Fn(&Results<'_>) -> String + 'static,
    ) -> Oracle {
        oracle.equals(
            promise[0],
            promise[1],
            move |results| results.value::<String>(name),
            move |results| Some(expected(results)),
            |seen, expected| {
                let [seen, expected] =
                    [seen, expected].map(|text| text.clone().unwrap_or_default());
                Text::new(
                    format!("It was `{seen}`; `{expected}` was expected."),
                    format!("得到的是 `{seen}`，应当是 `{expected}`。"),
                )
            },
        )
    }

    /// The mark `as expected` is so.
    pub fn as_expected(oracle: Oracle, promise: [&str; 2]) -> Oracle {
        oracle.equals(
            promise[0],
            promise[1],
            |results| results.value::<bool>("as expected"),
            |_| Some(true),
            message!(|_| "It was not so.", "实际并非如此。"),
        )
    }

    /// Nothing is left at the end.
    pub fn nothing_is_left(oracle: Oracle) -> Oracle {
        oracle
            .no_leaked_processes(
                "No process is left, running or as a zombie.",
                "不留下进程，无论是在运行的还是僵尸。",
            )
            .no_leaked_descriptors("No descriptor is left open.", "不留下打开的描述符。")
    }

    pub fn is_a_zombie() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![false, true]);
        nothing_is_left(as_expected(
            oracle,
            [
                "When `spawn_zombie` returns, its child has ended and was not reaped; `reap_all` \
                 gives every child once, with its number and its end.",
                "`spawn_zombie` 返回时，它的子进程已经结束且尚未回收；`reap_all` 给出每个子进程恰好一次，\
                 连同编号和结束方式。",
            ],
        ))
    }

    pub fn adopts_orphans() -> Oracle {
        let oracle = is(
            Oracle::new().cases(|_| vec![1u64, 0]),
            [
                "`adopt_orphans` tells the end of the child and of its orphan, and apart from each \
                 other.",
                "`adopt_orphans` 分别说明子进程和它的孤儿怎样结束。",
            ],
            "adopted",
            |_| "Code(3), Code(5)".to_owned(),
        );
        let oracle = is(
            oracle,
            [
                "When `adopt_orphans` returns, nobody is left to be reaped.",
                "`adopt_orphans` 返回时，不再有谁需要回收。",
            ],
            "left",
            |_| String::new(),
        );
        nothing_is_left(oracle)
    }

    pub fn one_signal_for_several() -> Oracle {
        let oracle = as_expected(
            Oracle::new().completes(
                "The loop around `reap` comes to its end when all children have ended.",
                "所有子进程结束之后，`reap` 的循环就能结束。",
            ),
            [
                "The loop around `reap` gets every child once, with its number and its end.",
                "`reap` 的循环得到每个子进程恰好一次，连同编号和结束方式。",
            ],
        );
        let oracle = is(
            oracle,
            ["Then none is left.", "之后一个也不剩。"],
            "afterwards",
            |_| String::new(),
        );
        nothing_is_left(oracle)
    }

    pub fn reap_does_not_wait() -> Oracle {
        Oracle::new()
            .comes_to_rest(
                "`reap` does not wait; and when all that have ended are reaped, the loop around it sleeps.",
                "`reap` 不等待；已结束的全部回收之后，它的循环在睡眠。",
            )
            .equals(
                "The child that ends is reaped, once.",
                "结束的那个子进程被回收一次。",
                |results| results.values_of::<String>("reaped"),
                |_| vec![String::new(), "Code(4)".to_owned()],
                message!(
                    |reaped| "What `reap` gave, sorted: {reaped:?}.",
                    "`reap` 给出的内容（已排序）：{reaped:?}。"
                ),
            )
    }
}
