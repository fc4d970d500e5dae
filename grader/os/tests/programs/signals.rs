//! Signals that are sent, handled, ignored and blocked.

use std::{
    io::{Read as _, Write as _, pipe},
    process,
    time::Duration,
};

use os::{
    Child, Events, Exit, PollFd, Signal, SignalPipe, block, fork, ignore, kill, process_exists,
    restore_default, sigpending, sigwait, try_wait_any, wait_any, wait_readable,
};

use super::waits::named;

/// A child that waits until it is killed, or its parent is gone.
pub(crate) fn waiting() -> Child {
    let (mut reads, writes) = pipe().expect("a pipe");
    fork(move || {
        let _held = writes;
        reads.read(&mut [0]).map_or(1, |_| 0)
    })
    .expect("a child")
}

pub(crate) fn to_oneself() -> String {
    let signals = SignalPipe::new(&[Signal::USR1, Signal::USR2, Signal::HUP]).expect("a pipe");
    kill(process::id(), Signal::USR1).expect("it is there");
    let first = signals.read().expect("it came");
    kill(process::id(), Signal::HUP).expect("it is there");
    kill(process::id(), Signal::USR2).expect("it is there");
    let others = [
        signals.read().expect("it came"),
        signals.read().expect("it came"),
    ];
    format!("{first} {others:?}")
}

pub(crate) fn from_child() -> String {
    let signals = SignalPipe::new(&[Signal::USR1]).expect("a pipe");
    let parent = process::id();
    let mut child = fork(|| i32::from(kill(parent, Signal::USR1).is_err())).expect("a child");
    let signal = signals.read().expect("it came");
    format!("{signal} {:?}", child.wait())
}

pub(crate) fn ends() -> String {
    let signals = SignalPipe::new(&[Signal::CHLD]).expect("a pipe");
    let mut child = fork(|| 3).expect("a child");
    let signal = signals.read().expect("it came");
    format!(
        "{signal} {:?}",
        child
            .try_wait()
            .expect("it is there")
            .map_or_else(|| child.wait(), Ok)
    )
}

pub(crate) fn reaper() -> String {
    let signals = SignalPipe::new(&[Signal::CHLD]).expect("a pipe");
    for code in 1..=3 {
        fork(|| code).expect("a child");
    }
    let (mut count, mut sum) = (0, 0);
    while count < 3 {
        signals.read().expect("it came");
        while let Ok(Some((_, Exit::Code(code)))) = try_wait_any() {
            count += 1;
            sum += code;
        }
    }
    format!("{count} {sum}")
}

pub(crate) fn restores() -> String {
    let mut child = fork(|| {
        let signals = SignalPipe::new(&[Signal::TERM]).expect("a pipe");
        kill(process::id(), Signal::TERM).expect("it is there");
        let is_taken = signals.read().is_ok_and(|signal| signal == Signal::TERM);
        drop(signals);
        kill(process::id(), Signal::TERM).expect("it is there");
        i32::from(is_taken)
    })
    .expect("a child");
    format!("{} {:?}", Signal::TERM, child.wait())
}

pub(crate) fn nested() -> String {
    let outer = SignalPipe::new(&[Signal::USR1]).expect("a pipe");
    let inner = SignalPipe::new(&[Signal::USR1]).expect("a pipe");
    kill(process::id(), Signal::USR1).expect("it is there");
    let to_inner = inner.read().expect("it came");
    drop(inner);
    kill(process::id(), Signal::USR1).expect("it is there");
    let to_outer = outer.read().expect("it came");
    format!("inner {to_inner}, outer {to_outer}")
}

pub(crate) fn own_pipe() -> String {
    let signals = SignalPipe::new(&[Signal::USR2]).expect("a pipe");
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let mut child = fork(|| {
        let own = SignalPipe::new(&[Signal::USR2]).expect("a pipe");
        writes.write_all(b"x").expect("it is read");
        own.read().map_or(1, Signal::number)
    })
    .expect("a child");
    reads.read_exact(&mut [0]).expect("it is written");
    child.signal(Signal::USR2).expect("it is there");
    let exit = child.wait();
    let mut own = [PollFd::new(&signals, Events::READABLE)];
    let count = os::poll(&mut own, Some(Duration::ZERO)).expect("nothing interrupts it");
    let what = if count == 0 { "nothing" } else { "something" };
    format!("{exit:?} and the parent {what}")
}

pub(crate) fn unhandled() -> String {
    let errors = [
        named(SignalPipe::new(&[Signal::KILL])),
        named(SignalPipe::new(&[Signal::USR1, Signal::STOP])),
        named(ignore(Signal::KILL)),
        named(restore_default(Signal::STOP)),
    ];
    // What was set before the error is as it was.
    let mut child = fork(|| {
        kill(process::id(), Signal::USR1).expect("it is there");
        0
    })
    .expect("a child");
    format!("{errors:?} {:?}", child.wait())
}

pub(crate) fn ignored() -> String {
    ignore(Signal::TERM).expect("it can be");
    let terminate = || {
        kill(process::id(), Signal::TERM).expect("it is there");
        1
    };
    let first = fork(terminate).expect("a child").wait();
    restore_default(Signal::TERM).expect("it can be");
    let second = fork(terminate).expect("a child").wait();
    format!("{first:?} {second:?}")
}

pub(crate) fn no_zombies() -> String {
    ignore(Signal::CHLD).expect("it can be");
    let child = fork(|| 1).expect("a child").pid();
    // It waits until there are no children any more.
    let waited = named(wait_any());
    format!("{waited} {}", process_exists(child).expect("it is allowed"))
}

pub(crate) fn blocked() -> String {
    let signals = SignalPipe::new(&[Signal::USR1, Signal::USR2]).expect("a pipe");
    let pending = || sigpending().expect("a set");
    let outer = block(&[Signal::USR1]).expect("a set");
    let none = pending();
    kill(process::id(), Signal::USR1).expect("it is there");
    kill(process::id(), Signal::USR1).expect("it is there");
    let one = pending();
    let inner = block(&[Signal::USR2]).expect("a set");
    kill(process::id(), Signal::USR2).expect("it is there");
    let two = pending();
    let taken = sigwait(&[Signal::USR1]).expect("it is pending");
    let left = pending();
    drop(inner);
    drop(outer);
    let handled = signals.read().expect("it came");
    format!("{none:?} {one:?} {two:?} {taken} {left:?} {handled}")
}

pub(crate) fn inherited() -> String {
    let _blocked = block(&[Signal::USR2]).expect("a set");
    kill(process::id(), Signal::USR2).expect("it is there");
    let mut child = fork(|| {
        let is_new = sigpending().expect("a set").is_empty();
        kill(process::id(), Signal::USR2).expect("it is there");
        let is_blocked = sigwait(&[Signal::USR2]).is_ok();
        i32::from(is_new) + 2 * i32::from(is_blocked)
    })
    .expect("a child");
    let exit = child.wait();
    let pending = sigpending().expect("a set");
    // It would end this process when it is no longer blocked.
    sigwait(&pending).expect("it is pending");
    format!("{pending:?} {exit:?}")
}

pub(crate) fn wait_for_nothing() -> String {
    named(sigwait(&[])).to_owned()
}

pub(crate) fn alarm() -> String {
    let signals = SignalPipe::new(&[Signal::ALRM]).expect("a pipe");
    let before = os::alarm(Duration::from_millis(1));
    wait_readable(&[&signals]).expect("it comes");
    let signal = signals.read().expect("it came");
    format!("{before:?} {signal} {:?}", os::alarm(Duration::ZERO))
}

pub(crate) fn alarms() -> String {
    // A process may be slow enough for any of them.
    ignore(Signal::ALRM).expect("it can be");
    let all = [9, 5, 0, 0].map(|seconds| os::alarm(Duration::from_secs(seconds)));
    let [first, second, third, fourth] = all;
    format!("{first:?} {second:?} {third:?} {fourth:?}")
}

pub(crate) fn alarm_ends() -> String {
    let (mut reads, writes) = pipe().expect("a pipe");
    let mut child = fork(move || {
        let _held = writes;
        os::alarm(Duration::from_secs(1));
        reads.read(&mut [0]).map_or(1, |_| 0)
    })
    .expect("a child");
    format!("{:?}", child.wait())
}

pub(crate) fn existence() -> String {
    let mut child = waiting();
    let pid = child.pid();
    let before = process_exists(pid).expect("it is allowed");
    let killed = kill(pid, Signal::KILL);
    let exit = child.wait();
    let after = process_exists(pid).expect("it is allowed");
    let errors = [
        named(kill(pid, Signal::TERM)),
        named(kill(0, Signal::TERM)),
        named(kill(u32::MAX, Signal::TERM)),
    ];
    format!("{before} {killed:?} {exit:?} {after} {errors:?}")
}
