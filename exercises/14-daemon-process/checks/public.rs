//! The checks of exercise 14 that you see.

use kit::prelude::*;

kit::checks![
    daemons_end_first,
    others_are_waited_for,
    flag_before_start,
    daemons_have_no_children,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use daemon_process::{Process, run_main};
    use kit::system::{Meeting, children};
    use os::Lock;
    use std::{
        fmt::Debug,
        io::{self, PipeReader, Read},
        mem,
        rc::Rc,
    };

    /// A result as the oracle compares it: `Ok(Code(3))`, `Err(NotStarted)`.
    pub fn shown(result: impl Debug) -> String {
        format!("{result:?}")
    }

    /// A process that was started.
    pub fn started(is_daemon: bool, target: impl FnOnce() -> i32 + 'static) -> Process {
        let mut process = Process::new(target);
        process.set_daemon(is_daemon).expect("it was not started");
        process
            .start()
            .expect("it was not started, and not in a daemon");
        process
    }

    /// Serves for ever.
    pub fn serves(mut nothing_comes: PipeReader) -> i32 {
        let _ = nothing_comes.read(&mut [0]);
        0
    }

    /// Starts a daemon that holds a lock for ever, and a worker that waits for it, in this order or in the other.
    /// When it returns the daemon has the lock.
    pub fn daemon_and_worker(
        lock: &Rc<Lock>,
        nothing_comes: PipeReader,
        daemon_first: bool,
    ) -> Vec<Process> {
        let meeting = Rc::new(Meeting::of(3).expect("three pipes"));
        let attend = |participant: usize| {
            let meeting = Rc::clone(&meeting);
            move || meeting.attend(participant).expect("its pipes are open")
        };
        let (holds, meets) = (Rc::clone(lock), attend(0));
        let daemon = move || {
            mem::forget(holds.lock());
            meets();
            serves(nothing_comes)
        };
        let (waits, meets) = (Rc::clone(lock), attend(1));
        let worker = move || {
            meets();
            let is_free = waits.lock().is_ok();
            mark("worker goes on", is_free);
            0
        };
        let processes = if daemon_first {
            vec![started(true, daemon), started(false, worker)]
        } else {
            vec![started(false, worker), started(true, daemon)]
        };
        attend(2)();
        processes
    }

    /// The worker goes on when the daemon has ended: the system then passes its lock on.
    pub fn daemons_end_first(case: &Case) {
        let (daemon_first, is_kept): (bool, bool) = case.get();
        let (nothing_comes, _nobody) = io::pipe().expect("a pipe");
        let lock = Rc::new(Lock::robust().expect("there is room"));
        let mut kept = Vec::new();
        let code = run_main(|| {
            let processes = daemon_and_worker(&lock, nothing_comes, daemon_first);
            if is_kept {
                kept = processes;
            }
            5
        });
        mark("code", code);
        mark("left", children());
        for process in &mut kept {
            mark("ended", shown(process.join()));
        }
    }

    /// A child works longer than the code of its parent, or not so long.
    pub fn others_are_waited_for(case: &Case) {
        let is_kept: bool = case.get();
        let mut kept = None;
        let code = run_main(|| {
            let worker = started(false, || {
                mark("worked", ());
                3
            });
            kept = is_kept.then_some(worker);
            mark("body ends", ());
            7
        });
        mark("returned", ());
        mark("code", code);
        mark("left", children());
    }

    /// The flag before the start, while the child runs, and after its end.
    pub fn flag_before_start(case: &Case) {
        let is_daemon: bool = case.get();
        run_main(|| {
            let mut process = Process::new(|| 4);
            let mut flags = vec![process.is_daemon()];
            mark("early", shown(process.join()));
            for flag in [true, false, is_daemon] {
                mark("set before", shown(process.set_daemon(flag)));
                flags.push(process.is_daemon());
            }
            mark("start", shown(process.start()));
            mark("set", shown(process.set_daemon(!is_daemon)));
            flags.push(process.is_daemon());
            mark("started", shown(process.start()));
            mark("join", shown(process.join()));
            mark("set", shown(process.set_daemon(!is_daemon)));
            flags.push(process.is_daemon());
            mark("started", shown(process.start()));
            mark("join", shown(process.join()));
            mark("flags", flags);
            0
        });
        mark("left", children());
    }

    /// A child, which is a daemon or not, starts a child of its own.
    pub fn daemons_have_no_children(case: &Case) {
        let is_daemon: bool = case.get();
        run_main(|| {
            let target = || {
                let mut inner = Process::new(|| {
                    mark("inner ran", ());
                    6
                });
                mark("inner start", shown(inner.start()));
                mark("inner join", shown(inner.join()));
                mark("inner left", children());
                2
            };
            mark("join", shown(started(is_daemon, target).join()));
            0
        });
        mark("left", children());
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// The marks of this name have these values, sorted.
    pub fn are<const N: usize>(
        oracle: Oracle,
        promise: [&str; 2],
        name: &'static str,
        expected: impl Fn(&Results<'_>) -> [&'static str; N] + 'static,
    ) -> Oracle {
        oracle.equals(
            promise[0],
            promise[1],
            move |results| results.values_of::<String>(name),
            move |results| expected(results).map(str::to_owned).to_vec(),
            message!(
                |seen, expected| "It was {seen:?}; {expected:?} was expected.",
                "得到的是 {seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    /// What `run_main` returned is what its body did.
    pub fn gives_the_code(oracle: Oracle, code: i32) -> Oracle {
        oracle.equals(
            "`run_main` returns what its body returned.",
            "`run_main` 返回它的 `body` 的返回值。",
            |results| results.value::<i32>("code"),
            move |_| Some(code),
            message!(
                |code, expected| "It was {code:?}; {expected:?} was expected.",
                "得到的是 {code:?}，应当是 {expected:?}。"
            ),
        )
    }

    /// When `run_main` has returned, nothing is left.
    pub fn nothing_is_left(oracle: Oracle) -> Oracle {
        oracle
            .equals(
                "When `run_main` returns, all children have ended and were waited for.",
                "`run_main` 返回时，所有子进程都已结束并被回收。",
                |results| results.value::<usize>("left"),
                |_| Some(0),
                message!(
                    |left| "Children that were left, running or as zombies: {left:?}.",
                    "还剩下的子进程（在运行的和僵尸）：{left:?}。"
                ),
            )
            .no_leaked_processes("No process is left.", "不留下进程。")
    }

    pub fn daemons_end_first() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![(true, true), (false, false)])
            .completes(
                "Daemons are ended before the other children are waited for.",
                "先终止守护进程，再等待其他子进程。",
            )
            .equals(
                "The child that is no daemon does its work.",
                "不是守护进程的子进程把活做完。",
                |results| results.values_of::<bool>("worker goes on"),
                |_| vec![true],
                message!(|_| "It was ended before that.", "在那之前它就被终止了。"),
            );
        let oracle = oracle.equals(
            "A `Process` that is kept tells the end: the signal 15, or the code.",
            "还留着的 `Process` 说明怎样结束：15 号信号，或退出码。",
            |results| results.values_of::<String>("ended"),
            |results| match results.case::<(bool, bool)>() {
                (_, true) => ["Ok(Code(0))", "Ok(Signal(15))"]
                    .map(str::to_owned)
                    .to_vec(),
                _ => vec![],
            },
            message!(
                |seen, expected| "It was {seen:?}; {expected:?} was expected.",
                "得到的是 {seen:?}，应当是 {expected:?}。"
            ),
        );
        nothing_is_left(gives_the_code(oracle, 5))
    }

    pub fn others_are_waited_for() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![true, false])
            .before(
                "`run_main` waits for a child that is no daemon.",
                "`run_main` 会等待不是守护进程的子进程。",
                "worked",
                "returned",
            )
            .equals(
                "The child does its work.",
                "子进程把活做完。",
                |results| results.count("worked"),
                |_| 1,
                message!(|count| "It did so {count} times.", "做了 {count} 次。"),
            )
            .sometimes(
                "`start` does not wait for the child.",
                "`start` 不等待子进程。",
                Text::new(
                    "The child had always worked before the code of its parent went on.",
                    "总是子进程做完了，父进程的代码才继续。",
                ),
                |history| {
                    let mut names = history.events().iter().map(|event| event.name.as_str());
                    names.find(|name| ["worked", "body ends"].contains(name)) == Some("body ends")
                },
            );
        nothing_is_left(gives_the_code(oracle, 7))
    }

    pub fn flag_before_start() -> Oracle {
        let promise = [
            "The flag can be changed before the start, and never after it.",
            "标志在启动之前可以修改，之后再也不能。",
        ];
        let oracle = Oracle::new().cases(|_| vec![true, false]);
        let oracle = are(oracle, promise, "set before", |_| ["Ok(())"; 3]);
        let oracle = are(oracle, promise, "set", |_| ["Err(AlreadyStarted)"; 2]);
        let oracle = oracle.equals(
            promise[0],
            promise[1],
            |results| results.value::<Vec<bool>>("flags").unwrap_or_default(),
            |results| {
                let flag = results.case::<bool>();
                vec![false, true, false, flag, flag, flag]
            },
            message!(
                |flags, expected| "`is_daemon` was {flags:?}; {expected:?} was expected.",
                "`is_daemon` 先后是 {flags:?}，应当是 {expected:?}。"
            ),
        );
        let oracle = are(
            oracle,
            [
                "A process is started once, and joined after that.",
                "进程只启动一次，之后可以 `join`。",
            ],
            "start",
            |_| ["Ok(())"],
        );
        let again = ["A second `start` fails.", "再次 `start` 失败。"];
        let oracle = are(oracle, again, "started", |_| ["Err(AlreadyStarted)"; 2]);
        let early = [
            "`join` before `start` fails.",
            "`start` 之前的 `join` 失败。",
        ];
        let oracle = are(oracle, early, "early", |_| ["Err(NotStarted)"]);
        let joined = [
            "`join` tells the end, also when asked again, and of a daemon too.",
            "`join` 说明怎样结束，再次调用也一样，守护进程也一样。",
        ];
        nothing_is_left(are(oracle, joined, "join", |_| ["Ok(Code(4))"; 2]))
    }

    pub fn daemons_have_no_children() -> Oracle {
        let promise = [
            "In a daemon, nothing is started; in another child, a process is.",
            "在守护进程里什么也不启动；在别的子进程里可以启动。",
        ];
        let of = |daemon: &'static str, other: &'static str| {
            move |results: &Results<'_>| [if results.case() { daemon } else { other }]
        };
        let oracle = Oracle::new().cases(|_| vec![true, false]);
        let oracle = are(
            oracle,
            promise,
            "inner start",
            of("Err(Daemonic)", "Ok(())"),
        );
        let oracle = are(
            oracle,
            promise,
            "inner join",
            of("Err(NotStarted)", "Ok(Code(6))"),
        );
        let oracle = oracle.equals(
            promise[0],
            promise[1],
            |results| {
                (
                    results.count("inner ran"),
                    results.value::<usize>("inner left"),
                )
            },
            |results| (usize::from(!results.case::<bool>()), Some(0)),
            message!(
                |(ran, left), _| "Targets that ran: {ran}; children that were left: {left:?}.",
                "运行了的目标函数：{ran}；剩下的子进程：{left:?}。"
            ),
        );
        let joined = ["The child itself goes on.", "子进程自己继续运行。"];
        nothing_is_left(are(oracle, joined, "join", |_| ["Ok(Code(2))"]))
    }
}
