//! Signals of really forked processes. What could break them was written before the code was read
//! again.

use std::{
    panic::Location,
    sync::atomic::{AtomicU32, Ordering},
};

use interleave::{
    Handle, Outcome,
    objects::mutex::{self, Mutex},
    strategy::RandomWalk,
};
use kernel::{
    Action, ActionFlags, Answer, Children, Errno, FIRST, Pid, Signal, SignalCall, SignalSet,
    SystemCall, Target, WaitOptions, WaitStatus, Waited,
};

use crate::{
    attacks::real_children,
    calls::{close, end_of, fork, pipe, read, wait, write},
    harness::Test,
    search::{Said, execute, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    (
        "a_process_killed_while_it_waits_ends_at_once",
        killed_waiting,
    ),
    ("a_call_fails_or_waits_after_a_handler", interrupted),
    ("a_call_is_made_again_after_a_handler", restarted),
    ("a_handler_changes_the_memory_of_its_process_alone", memory),
    ("a_signal_to_itself_is_handled_before_kill_returns", itself),
    ("a_handler_of_the_first_process_reaps_children", reaps),
    (
        "a_signal_that_ends_the_first_process_ends_the_program",
        first_ends,
    ),
    ("a_stopped_process_goes_on_when_it_is_continued", stopped),
    ("a_stopped_process_can_be_killed", stopped_killed),
    ("a_process_exits_in_a_handler", exits_in_handler),
    ("a_handler_forks", forks_in_handler),
    ("a_panic_in_a_handler_ends_the_process", panics_in_handler),
    (
        "a_process_waits_in_a_handler_and_is_killed_there",
        killed_in_handler,
    ),
    (
        "a_handler_is_inherited_and_a_pending_signal_is_not",
        inherited,
    ),
    (
        "a_process_that_waits_for_a_lock_forever_can_be_killed",
        killed_at_lock,
    ),
    (
        "a_signal_that_came_before_the_end_is_handled",
        handled_at_end,
    ),
    ("a_blocked_signal_waits_to_be_taken", blocked),
    ("slots_of_killed_processes_are_given_back", slots),
];

fn kill(pid: Pid, signal: Signal) {
    let call = SignalCall::Kill {
        target: Target::One(pid),
        number: signal.number(),
    };
    let killed = processes::call(SystemCall::Signal(call));
    assert_eq!(killed, Ok(Answer::Nothing));
}

fn handle(signal: Signal, restart: bool, handler: processes::Handler) {
    processes::set_handler(signal, handler);
    let flags = ActionFlags {
        restart,
        ..ActionFlags::default()
    };
    let action = Action {
        flags,
        ..Action::HANDLE
    };
    let call = SignalCall::SetAction { signal, action };
    processes::call(SystemCall::Signal(call)).expect("it can be handled");
}

fn block(mask: SignalSet) {
    let call = SignalCall::SetMask { mask };
    processes::call(SystemCall::Signal(call)).expect("any mask will do");
}

fn try_read(fd: i32) -> Result<String, Errno> {
    match processes::call(SystemCall::Read { fd, count: 9 })? {
        Answer::Bytes(bytes) => Ok(String::from_utf8(bytes).expect("it is text")),
        other => panic!("{other:?}"),
    }
}

fn news_of(pid: Pid) -> WaitStatus {
    let children = Children::One(pid);
    let options = WaitOptions {
        stopped: true,
        continued: true,
    };
    match processes::call(SystemCall::Wait { children, options }) {
        Ok(Answer::Waited(Some(Waited { status, .. }))) => status,
        other => panic!("{other:?}"),
    }
}

static HANDLED: AtomicU32 = AtomicU32::new(0);

fn count(_: Signal) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

fn handled() -> u32 {
    HANDLED.load(Ordering::Relaxed)
}

fn killed_waiting() {
    let said = only(|said: &Said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            read(reads);
            0
        });
        close(writes);
        // The child holds the other write end until it is dead.
        kill(child, Signal::KILL);
        let text = read(reads);
        say(said, &format!("{text:?} {:?}", end_of(child)));
    });
    assert_eq!(said, r#""" Signaled(KILL)"#);
}

fn interrupted() {
    let (outcomes, _) = search(|said| {
        HANDLED.store(0, Ordering::Relaxed);
        let [begun, says_begun] = pipe();
        let [reads, _writes] = pipe();
        let child = fork(|| {
            handle(Signal::USR1, false, count);
            write(says_begun, "r");
            let failed = try_read(reads) == Err(Errno::EINTR);
            i32::from(failed && handled() == 1)
        });
        read(begun);
        say(said, "sends");
        kill(child, Signal::USR1);
        say(said, &format!("{:?}", end_of(child)));
    });
    let outcomes: Vec<_> = outcomes.keys().map(String::as_str).collect();
    // A signal that comes before the call is lost on it.
    assert_eq!(outcomes, ["Exited(1)", "sends 2 wait"]);
}

fn restarted() {
    let said = only(|said| {
        HANDLED.store(0, Ordering::Relaxed);
        let [begun, says_begun] = pipe();
        let [reads, writes] = pipe();
        let child = fork(|| {
            handle(Signal::USR1, true, count);
            write(says_begun, "r");
            let text = try_read(reads);
            i32::from(text.as_deref() == Ok("x")) + handled().cast_signed()
        });
        read(begun);
        kill(child, Signal::USR1);
        write(writes, "x");
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, "Exited(2)");
}

fn memory() {
    let said = only(|said| {
        HANDLED.store(10, Ordering::Relaxed);
        let child = fork(|| {
            handle(Signal::USR1, true, count);
            kill(processes::pid(), Signal::USR1);
            handled().cast_signed()
        });
        let status = wait(child);
        say(said, &format!("{status} {}", handled()));
    });
    assert_eq!(said, "11 10");
}

fn itself() {
    let said = only(|said| {
        HANDLED.store(0, Ordering::Relaxed);
        handle(Signal::USR1, true, count);
        kill(FIRST, Signal::USR1);
        say(said, &format!("{}", handled()));
    });
    assert_eq!(said, "1");
}

fn reap(_: Signal) {
    let options = WaitOptions::ENDS;
    let children = Children::Any;
    let waited = processes::call(SystemCall::TryWait { children, options });
    if matches!(waited, Ok(Answer::Waited(Some(_)))) {
        HANDLED.fetch_add(1, Ordering::Relaxed);
    }
}

fn reaps() {
    let (outcomes, _) = search(|said| {
        HANDLED.store(0, Ordering::Relaxed);
        handle(Signal::CHLD, true, reap);
        let child = fork(|| 7);
        let children = Children::One(child);
        let options = WaitOptions::ENDS;
        let waited = processes::call(SystemCall::Wait { children, options });
        let waited = waited.map(|_| ());
        say(said, &format!("{waited:?} {}", handled()));
    });
    let outcomes: Vec<_> = outcomes.keys().map(String::as_str).collect();
    // The process was waiting for the child already, or the handler comes first.
    assert_eq!(outcomes, ["Err(ECHILD) 1", "Ok(()) 0"]);
}

fn first_ends() {
    let (outcomes, _) = search(|said| {
        let [reads, _writes] = pipe();
        fork(|| {
            kill(FIRST, Signal::TERM);
            read(reads);
            0
        });
        say(said, "waits");
        read(reads);
        say(said, "never");
    });
    let outcomes: Vec<_> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(outcomes, ["waits Killed(TERM)"]);
    assert_eq!(real_children(), 0);
}

fn stopped() {
    let said = only(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| i32::from(read(reads) == "x"));
        kill(child, Signal::STOP);
        let first = news_of(child);
        write(writes, "x");
        kill(child, Signal::CONT);
        let second = news_of(child);
        let third = if second == WaitStatus::Continued {
            end_of(child)
        } else {
            second
        };
        say(said, &format!("{first:?} {third:?}"));
    });
    assert_eq!(said, "Stopped(STOP) Exited(1)");
}

fn stopped_killed() {
    let said = only(|said| {
        let [reads, _writes] = pipe();
        let child = fork(|| i32::from(read(reads) == "x"));
        kill(child, Signal::STOP);
        let first = news_of(child);
        kill(child, Signal::KILL);
        say(said, &format!("{first:?} {:?}", end_of(child)));
    });
    assert_eq!(said, "Stopped(STOP) Signaled(KILL)");
}

fn exits_in_handler() {
    let said = only(|said| {
        let [begun, says_begun] = pipe();
        let [reads, _writes] = pipe();
        let child = fork(|| {
            handle(Signal::TERM, false, |_| processes::exit(5));
            write(says_begun, "r");
            read(reads);
            0
        });
        read(begun);
        kill(child, Signal::TERM);
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, "Exited(5)");
}

fn forks_in_handler() {
    let said = only(|said| {
        let child = fork(|| {
            handle(Signal::USR1, true, |_| {
                let grandchild = fork(|| 3);
                HANDLED.store(wait(grandchild).into(), Ordering::Relaxed);
            });
            kill(processes::pid(), Signal::USR1);
            handled().cast_signed()
        });
        say(said, &format!("{}", wait(child)));
    });
    assert_eq!(said, "3");
}

fn panics_in_handler() {
    let said = only(|said| {
        let child = fork(|| {
            handle(Signal::USR1, true, |_| panic!("on purpose"));
            kill(processes::pid(), Signal::USR1);
            0
        });
        say(said, &format!("{}", wait(child)));
    });
    assert_eq!(said, "101");
}

fn killed_in_handler() {
    let said = only(|said| {
        let child = fork(|| {
            handle(Signal::USR1, true, |_| {
                let [reads, _writes] = pipe();
                read(reads);
            });
            kill(processes::pid(), Signal::USR1);
            0
        });
        kill(child, Signal::KILL);
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, "Signaled(KILL)");
}

fn inherited() {
    let said = only(|said| {
        HANDLED.store(0, Ordering::Relaxed);
        handle(Signal::USR1, true, count);
        block(Signal::USR1.into());
        kill(FIRST, Signal::USR1);
        let child = fork(|| {
            block(SignalSet::EMPTY);
            let before = handled();
            kill(processes::pid(), Signal::USR1);
            (10 * before + handled()).cast_signed()
        });
        block(SignalSet::EMPTY);
        let own = handled();
        say(said, &format!("{own} {}", wait(child)));
    });
    assert_eq!(said, "1 1");
}

fn killed_at_lock() {
    let said = only(|said| {
        let here = Location::caller();
        let handle = Handle::<Mutex>::new();
        let mutex = handle.resolve(std::ptr::null_mut(), 0);
        mutex::lock(mutex, here);
        let child = fork(|| {
            mutex::lock(mutex, here);
            0
        });
        kill(child, Signal::TERM);
        say(said, &format!("{:?}", end_of(child)));
    });
    assert_eq!(said, "Signaled(TERM)");
}

fn handled_at_end() {
    let (outcomes, _) = search(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            handle(Signal::USR1, true, |_| processes::exit(9));
            write(writes, "r");
            0
        });
        read(reads);
        kill(child, Signal::USR1);
        say(said, &format!("{}", wait(child)));
    });
    let outcomes: Vec<_> = outcomes.keys().map(String::as_str).collect();
    assert_eq!(outcomes, ["0", "9"]);
}

fn blocked() {
    let said = only(|said| {
        let child = fork(|| {
            block(Signal::USR1.into());
            let set = Signal::USR1.into();
            let taken = processes::call(SystemCall::Signal(SignalCall::Wait { set }));
            i32::from(taken == Ok(Answer::Signal(Signal::USR1)))
        });
        kill(child, Signal::USR1);
        let status = end_of(child);
        // It ends by the signal if that comes before it is blocked.
        let ended = status == WaitStatus::Exited(1) || status == WaitStatus::Signaled(Signal::USR1);
        say(said, &format!("{ended}"));
    });
    assert_eq!(said, "true");
}

fn slots() {
    let (said, executed) = execute(
        |said| {
            let [reads, _writes] = pipe();
            for _ in 0..600 {
                let child = fork(|| {
                    read(reads);
                    0
                });
                kill(child, Signal::KILL);
                assert_eq!(end_of(child), WaitStatus::Signaled(Signal::KILL));
            }
            say(said, "all killed");
        },
        interleave::Granularity::Coarse,
        &mut RandomWalk::new(1),
    );
    assert!(matches!(executed.outcome, Outcome::Completed));
    assert_eq!((said.as_str(), real_children()), ("all killed", 0));
}
