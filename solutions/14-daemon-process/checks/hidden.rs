// canary: 4c2919fb0d6b000b8ba4489fd56504e5
//! The hidden checks of exercise 14.

use kit::prelude::*;

kit::checks![
    siblings_are_left_alone,
    children_have_families,
    whatever_came_before,
    waits_asleep,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{daemon_and_worker, serves, shown, started};
    use daemon_process::{Process, run_main};
    use kit::system::children;
    use os::Lock;
    use std::{
        io::{self, Read, Write},
        panic::{AssertUnwindSafe, catch_unwind},
        rc::Rc,
    };

    /// A daemon serves; meanwhile a sibling ends. A stranger is a child as well.
    pub fn siblings_are_left_alone(case: &Case) {
        let panics: bool = case.get();
        let (mut asks, asked) = io::pipe().expect("a pipe");
        let mut stranger = None;
        run_main(|| {
            stranger = os::fork(|| 9).ok();
            let mut daemon = started(true, move || {
                let _ = asks.read_exact(&mut [0]);
                1
            });
            let mut sibling = started(false, move || {
                assert!(!panics, "as the case asks");
                77
            });
            mark("sibling", shown(sibling.join()));
            (&asked).write_all(b"x").expect("the daemon is there");
            mark("daemon", shown(daemon.join()));
            0
        });
        let end = stranger.map(|mut stranger| stranger.wait().ok());
        mark("stranger", shown(end.flatten()));
        mark("left", children());
    }

    /// A child has a daemon of its own, and one that waits for the end of that.
    pub fn children_have_families(case: &Case) {
        let panics: bool = case.get();
        let (nothing_comes, _nobody) = io::pipe().expect("a pipe");
        let lock = Rc::new(Lock::robust().expect("there is room"));
        run_main(|| {
            let target = move || {
                daemon_and_worker(&lock, nothing_comes, panics);
                assert!(!panics, "as the case asks");
                78
            };
            let mut child = started(false, target);
            mark("child", shown(child.join()));
            mark("child has ended", ());
            0
        });
        mark("left", children());
    }

    /// Several daemons, of which one has ended and one was joined; and the body panics or not.
    pub fn whatever_came_before(case: &Case) {
        let panics: bool = case.get();
        let (nothing_comes, _nobody) = io::pipe().expect("a pipe");
        // Without children there is nothing to be done.
        mark("nobody", run_main(|| 6));
        let main = || {
            run_main(|| {
                let runs = [nothing_comes.try_clone(), nothing_comes.try_clone()];
                for runs in runs {
                    started(true, move || serves(runs.expect("there is room")));
                }
                let mut joined: Process = started(true, || 8);
                mark("joined", shown(joined.join()));
                started(true, || 0);
                started(false, || std::process::abort());
                assert!(!panics, "as the case asks");
                250
            })
        };
        let code = catch_unwind(AssertUnwindSafe(main));
        mark("code", code.ok());
        mark("left", children());
    }

    /// A child that is no daemon never ends.
    pub fn waits_asleep(_: &Case) {
        let (nothing_comes, _nobody) = io::pipe().expect("a pipe");
        run_main(|| {
            started(false, move || serves(nothing_comes));
            0
        });
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{are, nothing_is_left};

    pub fn siblings_are_left_alone() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![false, true]);
        let oracle = are(
            oracle,
            [
                "A daemon serves on when a sibling has ended.",
                "兄弟进程结束之后，守护进程继续服务。",
            ],
            "daemon",
            |_| ["Ok(Code(1))"],
        );
        let oracle = are(
            oracle,
            ["A child ends as it says.", "子进程按自己所说结束。"],
            "sibling",
            |results| {
                [if results.case() {
                    "Ok(Code(101))"
                } else {
                    "Ok(Code(77))"
                }]
            },
        );
        let oracle = are(
            oracle,
            [
                "A child that no `Process` has started is left to whoever has started it.",
                "不是用 `Process` 启动的子进程，留给启动它的人。",
            ],
            "stranger",
            |_| ["Some(Code(9))"],
        );
        nothing_is_left(oracle)
    }

    pub fn children_have_families() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![false, true])
            .completes(
                "A child ends its daemons when its code has ended, and waits for its other children.",
                "子进程的代码结束时，先终止自己的守护进程，再等待自己的其他子进程。",
            )
            .before(
                "A child exits when its own children have ended.",
                "子进程等自己的子进程结束之后才退出。",
                "worker goes on",
                "child has ended",
            )
            .equals(
                "A grandchild that is no daemon does its work.",
                "不是守护进程的孙进程把活做完。",
                |results| results.values_of::<bool>("worker goes on"),
                |_| vec![true],
                message!(|seen| "It did so: {seen:?}.", "它做完了：{seen:?}。"),
            );
        let oracle = are(
            oracle,
            ["The child ends as it says.", "子进程按自己所说结束。"],
            "child",
            |results| {
                [if results.case() {
                    "Ok(Code(101))"
                } else {
                    "Ok(Code(78))"
                }]
            },
        );
        nothing_is_left(oracle)
    }

    pub fn whatever_came_before() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![false, true]).equals(
            "`run_main` returns what its body returned, and passes its panic on.",
            "`run_main` 返回它的 `body` 的返回值，并把 panic 传出去。",
            |results| {
                let nobody = results.value::<i32>("nobody");
                (nobody, results.value::<Option<i32>>("code"))
            },
            |results| (Some(6), Some((!results.case::<bool>()).then_some(250))),
            message!(
                |(_, code), _| "What came of it (`None` is a panic): {code:?}.",
                "结果（`None` 表示 panic）：{code:?}。"
            ),
        );
        let oracle = are(
            oracle,
            ["A daemon can be joined.", "守护进程可以 `join`。"],
            "joined",
            |_| ["Ok(Code(8))"],
        );
        nothing_is_left(oracle)
    }

    pub fn waits_asleep() -> Oracle {
        Oracle::new().comes_to_rest(
            "While a child runs that is waited for, `run_main` sleeps.",
            "所等的子进程还在运行时，`run_main` 在睡眠。",
        )
    }
}
