//! What is told of processes that wait forever.

use interleave::{CallHolder, Config, Outcome, WaitingCall, strategy::RandomWalk};
use kernel::{
    Fd, LockKind, Locking, OpenFlags, Request, Signal, SignalCall, SystemCall, Target, WaitFor,
};

use crate::programs::{Action, PARENT, Program, call, close, execute, open, pipe, wait};

/// The calls in which processes wait at the end of a program, by task.
fn waiting(program: &Program) -> Vec<(usize, WaitingCall)> {
    let mut strategy = RandomWalk::new(1);
    let (said, executed) = execute(program, &Config::default(), &mut strategy);
    let Outcome::Deadlock(blocked) = executed.outcome else {
        panic!("{said}");
    };
    let calls = blocked.into_iter().filter_map(|blocked| {
        let call = blocked.call?;
        Some((blocked.task, call))
    });
    calls.collect()
}

fn read(fd: Fd) -> Action {
    call(SystemCall::Read { fd, count: 1 })
}

fn holders(call: &WaitingCall) -> Vec<(usize, Option<Fd>)> {
    let holders = call.holders.iter();
    holders
        .map(|CallHolder { task, fd, .. }| (*task, *fd))
        .collect()
}

#[test]
fn a_reader_that_keeps_its_write_end_open_waits_for_itself() {
    let program = vec![pipe(), Action::Fork(vec![read(3)]), close(4), wait(1)];
    let waiting = waiting(&program);
    let (first, child) = (&waiting[0].1, &waiting[1].1);
    assert_eq!((waiting[0].0, waiting[1].0), (0, 1));
    assert_eq!(child.waits_for, Some(WaitFor::PipeData(0)));
    assert_eq!(child.request, Some(Request::Read { fd: 3, count: 1 }));
    assert_eq!(holders(child), [(1, Some(4))]);
    assert_eq!(child.holders[0].process, child.process);
    // The first process waits for the child.
    assert!(matches!(first.waits_for, Some(WaitFor::Child(_))));
    assert_eq!(holders(first), [(1, None)]);
}

#[test]
fn two_processes_that_read_from_each_other_hold_each_other() {
    let child = vec![close(6), close(3), read(5)];
    let program = vec![
        pipe(),
        pipe(),
        Action::Fork(child),
        close(4),
        close(5),
        read(3),
    ];
    let waiting = waiting(&program);
    assert_eq!(holders(&waiting[0].1), [(1, Some(4))]);
    assert_eq!(holders(&waiting[1].1), [(0, Some(6))]);
}

#[test]
fn a_lock_is_held_by_the_process_that_does_not_give_it_back() {
    let lock = |fd| {
        let locking = Locking::Lock(LockKind::Exclusive);
        call(SystemCall::Flock { fd, locking })
    };
    let child = vec![open(OpenFlags::WRITE), lock(4)];
    let program = vec![
        open(OpenFlags::WRITE | OpenFlags::CREATE),
        lock(3),
        Action::Fork(child),
        wait(1),
    ];
    let waiting = waiting(&program);
    let child = &waiting[1].1;
    assert_eq!(child.waits_for, Some(WaitFor::Lock));
    // It has inherited the description that has the lock, and could give it back itself.
    assert_eq!(holders(child), [(1, Some(3)), (0, Some(3))]);
}

#[test]
fn a_process_that_is_stopped_is_said_to_be() {
    let stop = SignalCall::Kill {
        target: Target::One(1),
        number: Signal::STOP.number(),
    };
    let unstopped = SignalCall::Kill {
        target: Target::One(PARENT),
        number: 0,
    };
    let program = vec![
        pipe(),
        Action::Fork(vec![read(3), call(SystemCall::Signal(unstopped))]),
        call(SystemCall::Signal(stop)),
        wait(1),
    ];
    let waiting = waiting(&program);
    let child = &waiting[1].1;
    assert!(child.is_stopped, "{child:?}");
}
