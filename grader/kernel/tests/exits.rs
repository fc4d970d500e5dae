//! What is between the two steps of the end of a process.

use kernel::{
    Action, Children, Errno, FIRST, IntervalTimer, Kernel, Limits, LockKind, Locking, OpenFlags,
    Part, Pid, Reply, Robustness, Signal, SignalSet, Target, WaitFor, WaitOptions, WaitStatus,
    Waited,
};

fn kernel() -> (Kernel, Pid) {
    let mut kernel = Kernel::new(Limits::default());
    let child = kernel.fork(FIRST).unwrap();
    (kernel, child)
}

fn try_wait(kernel: &mut Kernel, child: Pid) -> Result<Option<WaitStatus>, Errno> {
    let waited = kernel.try_wait(FIRST, Children::One(child), WaitOptions::ENDS)?;
    Ok(waited.map(|waited| waited.status))
}

fn send(kernel: &mut Kernel, to: Pid, number: i32) -> Result<(), Errno> {
    kernel.kill(FIRST, Target::One(to), number)
}

#[test]
fn the_end_of_its_pipe_is_seen_while_the_process_counts_as_running() {
    let (mut kernel, _) = kernel();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.close(FIRST, writes).unwrap();
    kernel.begin_exit(child, 3);
    let waits = kernel.wait(FIRST, Children::One(child), WaitOptions::ENDS);
    assert_eq!(
        waits,
        Ok(Reply::Waits(WaitFor::Child(Children::One(child))))
    );
    assert_eq!(kernel.read(FIRST, reads, 1), Ok(Reply::Done(Vec::new())));
    assert_eq!(try_wait(&mut kernel, child), Ok(None));
    assert_eq!(kernel.finish_exit(child), WaitStatus::Exited(3));
    assert_eq!(
        try_wait(&mut kernel, child),
        Ok(Some(WaitStatus::Exited(3)))
    );
}

#[test]
fn no_signal_changes_how_it_ends() {
    for signal in Signal::ALL {
        let (mut kernel, child) = kernel();
        kernel.set_mask(child, SignalSet::FULL);
        send(&mut kernel, child, Signal::USR1.number()).unwrap();
        kernel.begin_exit(child, 4);
        assert_eq!(
            send(&mut kernel, child, signal.number()),
            Ok(()),
            "{signal}"
        );
        assert_eq!(kernel.next_signal(child), None, "{signal}");
        assert!(!kernel.is_stopped(child), "{signal}");
        assert_eq!(kernel.finish_exit(child), WaitStatus::Exited(4), "{signal}");
    }
}

#[test]
fn a_process_that_a_signal_ends_has_the_same_two_steps() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::KILL.number()).unwrap();
    kernel.take_signal(child);
    assert!(kernel.is_exiting(child) && !kernel.has_ended(child));
    assert_eq!(try_wait(&mut kernel, child), Ok(None));
    let killed = WaitStatus::Signaled(Signal::KILL);
    assert_eq!(kernel.finish_exit(child), killed);
    assert_eq!(try_wait(&mut kernel, child), Ok(Some(killed)));
}

#[test]
fn a_fatal_signal_decides_the_status_at_the_first_step() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::TERM.number()).unwrap();
    kernel.begin_exit(child, 5);
    send(&mut kernel, child, Signal::KILL.number()).unwrap();
    assert_eq!(
        kernel.finish_exit(child),
        WaitStatus::Signaled(Signal::TERM)
    );
}

#[test]
fn the_parent_hears_of_it_at_the_second_step() {
    let (mut kernel, child) = kernel();
    kernel.set_mask(FIRST, Signal::CHLD.into());
    kernel.begin_death(child, Signal::SEGV);
    assert!(!kernel.pending(FIRST).has(Signal::CHLD));
    kernel.finish_exit(child);
    assert!(kernel.pending(FIRST).has(Signal::CHLD));
}

#[test]
fn a_parent_that_wants_no_zombies_has_the_child_until_the_second_step() {
    let (mut kernel, child) = kernel();
    kernel
        .sigaction(FIRST, Signal::CHLD, Action::IGNORE)
        .unwrap();
    kernel.begin_exit(child, 0);
    assert_eq!(send(&mut kernel, child, 0), Ok(()));
    assert_eq!(try_wait(&mut kernel, child), Ok(None));
    kernel.finish_exit(child);
    assert_eq!(send(&mut kernel, child, 0), Err(Errno::ESRCH));
    assert_eq!(try_wait(&mut kernel, child), Err(Errno::ECHILD));
}

#[test]
fn its_children_find_another_parent_at_the_second_step() {
    let (mut kernel, child) = kernel();
    let grandchild = kernel.fork(child).unwrap();
    kernel.begin_exit(child, 0);
    assert_eq!(kernel.parent(grandchild), child);
    // Its own child ends meanwhile, and becomes a zombie of somebody else.
    kernel.exit(grandchild, 6);
    assert_eq!(try_wait(&mut kernel, grandchild), Err(Errno::ECHILD));
    kernel.finish_exit(child);
    assert_eq!(
        try_wait(&mut kernel, grandchild),
        Ok(Some(WaitStatus::Exited(6)))
    );
}

#[test]
fn a_process_that_exits_adopts_no_orphans() {
    let (mut kernel, reaper) = kernel();
    kernel.set_subreaper(reaper, true);
    let child = kernel.fork(reaper).unwrap();
    let orphan = kernel.fork(child).unwrap();
    let accesses = kernel.begin_exit_accesses(reaper);
    assert!(accesses.iter().any(|(part, _)| *part == Part::Subreapers));
    kernel.begin_exit(reaper, 0);
    kernel.exit(child, 0);
    assert_eq!(kernel.parent(orphan), FIRST);
}

#[test]
fn locks_and_robust_mutexes_are_free_after_the_first_step() {
    let (mut kernel, _) = kernel();
    let mutex = kernel.mutex_init(Robustness::Robust);
    let flags = OpenFlags::READ | OpenFlags::CREATE;
    let child = kernel.fork(FIRST).unwrap();
    let theirs = kernel.open(child, "lock", flags).unwrap();
    let own = kernel.open(FIRST, "lock", flags).unwrap();
    kernel
        .flock(child, theirs, Locking::Lock(LockKind::Exclusive))
        .unwrap();
    kernel.mutex_lock(child, mutex).unwrap();
    kernel.begin_exit(child, 0);
    let locked = kernel.flock(FIRST, own, Locking::Lock(LockKind::Exclusive));
    assert_eq!(locked, Ok(Reply::Done(())));
    assert_eq!(kernel.mutex_trylock(FIRST, mutex), Err(Errno::EOWNERDEAD));
    assert!(!kernel.has_ended(child));
}

#[test]
fn that_it_went_on_after_a_stop_is_not_told_any_more() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::STOP.number()).unwrap();
    kernel.take_signal(child);
    send(&mut kernel, child, Signal::CONT.number()).unwrap();
    let accesses = kernel.begin_exit_accesses(child);
    assert!(
        accesses
            .iter()
            .any(|(part, _)| *part == Part::Process(child))
    );
    kernel.begin_exit(child, 0);
    let options = WaitOptions {
        stopped: true,
        continued: true,
    };
    let waited = kernel.try_wait(FIRST, Children::Any, options);
    assert_eq!(waited, Ok(None));
    let status = kernel.finish_exit(child);
    let waited = kernel.try_wait(FIRST, Children::Any, options);
    assert_eq!(waited, Ok(Some(Waited { pid: child, status })));
}

#[test]
fn its_timer_does_not_expire_any_more() {
    let (mut kernel, child) = kernel();
    let timer = IntervalTimer {
        value: 5,
        interval: 5,
    };
    kernel.setitimer(child, timer);
    kernel.begin_exit(child, 0);
    assert_eq!(kernel.timer(child), None);
    kernel.advance_to(50);
    assert_eq!(kernel.finish_exit(child), WaitStatus::Exited(0));
}

#[test]
fn it_takes_the_place_of_a_process_until_it_was_waited_for() {
    let limits = Limits {
        processes: 2,
        ..Limits::default()
    };
    let mut kernel = Kernel::new(limits);
    let child = kernel.fork(FIRST).unwrap();
    kernel.begin_exit(child, 0);
    assert_eq!(kernel.fork(FIRST), Err(Errno::EAGAIN));
    kernel.finish_exit(child);
    assert_eq!(kernel.fork(FIRST), Err(Errno::EAGAIN));
    try_wait(&mut kernel, child).unwrap();
    assert!(kernel.fork(FIRST).is_ok());
}

#[test]
fn of_two_children_the_one_that_is_a_zombie_first_is_waited_for() {
    let (mut kernel, elder) = kernel();
    let younger = kernel.fork(FIRST).unwrap();
    kernel.begin_exit(elder, 1);
    kernel.exit(younger, 2);
    let waited = kernel.try_wait(FIRST, Children::Any, WaitOptions::ENDS);
    assert_eq!(waited.unwrap().map(|waited| waited.pid), Some(younger));
}

#[test]
fn what_a_signal_does_depends_on_the_first_step_alone() {
    let (mut kernel, child) = kernel();
    let kill = |number| {
        kernel::SystemCall::Signal(kernel::SignalCall::Kill {
            target: Target::One(child),
            number,
        })
    };
    let depend = |kernel: &Kernel, number, step: &kernel::Accesses| {
        let kill = kernel.accesses(FIRST, &kill(number));
        kill.iter().any(|(part, access)| {
            let mut same = step.iter().filter(|(other, _)| other == part);
            same.any(|(_, other)| access.depends_on(*other))
        })
    };
    let first = kernel.begin_exit_accesses(child);
    assert!(depend(&kernel, 9, &first) && !depend(&kernel, 0, &first));
    kernel.begin_exit(child, 0);
    assert!(depend(&kernel, 9, &first) && !depend(&kernel, 0, &first));
    let second = kernel.finish_exit_accesses(child);
    assert!(!depend(&kernel, 9, &second) && !depend(&kernel, 0, &second));
    // One that is sent too late depends on the first step still.
    kernel.finish_exit(child);
    assert!(depend(&kernel, 9, &first));
}

#[test]
#[should_panic(expected = "it has not begun to exit yet")]
fn it_does_not_begin_to_exit_twice() {
    let (mut kernel, child) = kernel();
    kernel.begin_exit(child, 0);
    kernel.begin_death(child, Signal::KILL);
}

#[test]
#[should_panic(expected = "it has begun to exit")]
fn it_is_no_zombie_before_it_has_begun_to_exit() {
    let (mut kernel, child) = kernel();
    kernel.finish_exit(child);
}
