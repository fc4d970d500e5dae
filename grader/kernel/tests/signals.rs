//! What signals do to processes, and to calls that wait.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{
    Action, ActionFlags, Children, Effect, Errno, FIRST, Interruption, Kernel, Limits, LockKind,
    MessageFlags, OpenFlags, Pid, Reply, Request, Signal, SignalSet, Taken, Target, WaitOptions,
    WaitStatus, Waited,
};

fn kernel() -> (Kernel, Pid) {
    let mut kernel = Kernel::new(Limits::default());
    let child = kernel.fork(FIRST).unwrap();
    (kernel, child)
}

fn send(kernel: &mut Kernel, to: Pid, signal: Signal) {
    let sent = kernel.kill(FIRST, Target::One(to), signal.number());
    assert_eq!(sent, Ok(()));
}

fn handle(kernel: &mut Kernel, pid: Pid, signal: Signal) {
    kernel.sigaction(pid, signal, Action::HANDLE).unwrap();
}

fn effect(taken: Option<Taken>) -> Option<(Signal, Effect)> {
    taken.map(|taken| (taken.signal, taken.effect))
}

fn handled(before: SignalSet) -> Effect {
    let restarts = false;
    Effect::Handled { before, restarts }
}

fn set<const N: usize>(signals: [Signal; N]) -> SignalSet {
    SignalSet::from_iter(signals)
}

fn ended_by(kernel: &mut Kernel, pid: Pid) -> WaitStatus {
    let waited = kernel.try_wait(FIRST, Children::One(pid), WaitOptions::ENDS);
    waited.unwrap().expect("it has ended").status
}

#[test]
fn the_macros_read_what_became_of_a_child() {
    let statuses: Vec<WaitStatus> = (0..=255)
        .map(WaitStatus::Exited)
        .chain(Signal::ALL.map(WaitStatus::Signaled))
        .chain(Signal::ALL.map(WaitStatus::Stopped))
        .chain([WaitStatus::Continued])
        .collect();
    assert_eq!(statuses.len(), 256 + 31 + 31 + 1);
    for status in statuses {
        let raw = status.raw();
        let read = if libc::WIFEXITED(raw) {
            WaitStatus::Exited(u8::try_from(libc::WEXITSTATUS(raw)).unwrap())
        } else if libc::WIFSIGNALED(raw) {
            WaitStatus::Signaled(Signal::from_number(libc::WTERMSIG(raw)).unwrap())
        } else if libc::WIFSTOPPED(raw) {
            WaitStatus::Stopped(Signal::from_number(libc::WSTOPSIG(raw)).unwrap())
        } else {
            assert!(libc::WIFCONTINUED(raw), "{status:?}");
            WaitStatus::Continued
        };
        assert_eq!(read, status);
    }
}

#[test]
fn a_fatal_signal_decides_before_it_is_taken() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::TERM);
    send(&mut kernel, child, Signal::HUP);
    send(&mut kernel, child, Signal::KILL);
    send(&mut kernel, child, Signal::STOP);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::TERM, Effect::Ends)));
    assert_eq!(kernel.next_signal(child), None);
    kernel.finish_exit(child);
    assert_eq!(
        ended_by(&mut kernel, child),
        WaitStatus::Signaled(Signal::TERM)
    );
}

#[test]
fn a_process_that_is_about_to_die_cannot_exit_with_a_status() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::KILL);
    kernel.exit(child, 3);
    assert_eq!(
        ended_by(&mut kernel, child),
        WaitStatus::Signaled(Signal::KILL)
    );
}

#[test]
fn behind_a_handled_signal_the_lowest_number_is_next() {
    let (mut kernel, child) = kernel();
    handle(&mut kernel, child, Signal::USR1);
    send(&mut kernel, child, Signal::USR1);
    send(&mut kernel, child, Signal::TERM);
    send(&mut kernel, child, Signal::HUP);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::HUP, Effect::Ends)));
}

#[test]
fn what_a_process_sends_to_itself_is_decided_at_once() {
    let (mut kernel, child) = kernel();
    handle(&mut kernel, child, Signal::USR1);
    send(&mut kernel, child, Signal::USR1);
    for signal in [Signal::TERM, Signal::HUP] {
        let sent = kernel.kill(child, Target::One(child), signal.number());
        assert_eq!(sent, Ok(()));
    }
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::TERM, Effect::Ends)));
}

#[test]
fn a_stopped_process_takes_a_fatal_signal_when_it_goes_on() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::STOP);
    kernel.take_signal(child);
    send(&mut kernel, child, Signal::TERM);
    assert_eq!(kernel.take_signal(child), None);
    assert!(kernel.is_stopped(child));
    send(&mut kernel, child, Signal::CONT);
    let next = effect(kernel.next_signal(child));
    assert_eq!(next, Some((Signal::TERM, Effect::Ends)));
}

#[test]
fn a_stopped_process_that_is_to_die_is_stopped_no_more() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::STOP);
    kernel.take_signal(child);
    send(&mut kernel, child, Signal::KILL);
    assert!(!kernel.is_stopped(child));
    let options = WaitOptions {
        stopped: true,
        continued: true,
    };
    let waited = kernel.try_wait(FIRST, Children::Any, options);
    assert_eq!(waited, Ok(None));
}

#[test]
fn a_core_signal_does_not_decide_at_once() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::QUIT);
    send(&mut kernel, child, Signal::HUP);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::HUP, Effect::Ends)));
}

#[test]
fn kill_and_segv_come_before_lower_numbers() {
    let (mut kernel, child) = kernel();
    kernel.set_mask(child, SignalSet::FULL);
    for signal in [Signal::HUP, Signal::SEGV] {
        handle(&mut kernel, child, signal);
        send(&mut kernel, child, signal);
    }
    kernel.set_mask(child, SignalSet::EMPTY);
    let first = effect(kernel.take_signal(child));
    assert_eq!(first, Some((Signal::SEGV, handled(SignalSet::EMPTY))));
    send(&mut kernel, child, Signal::KILL);
    let second = effect(kernel.take_signal(child));
    assert_eq!(second, Some((Signal::KILL, Effect::Ends)));
}

#[test]
fn handlers_nest_and_give_their_masks_back() {
    let (mut kernel, child) = kernel();
    let action = Action {
        mask: set([Signal::USR2, Signal::KILL, Signal::STOP]),
        ..Action::HANDLE
    };
    kernel.sigaction(child, Signal::USR1, action).unwrap();
    for signal in [Signal::USR2, Signal::TERM] {
        handle(&mut kernel, child, signal);
    }
    for signal in [Signal::USR1, Signal::USR2, Signal::TERM, Signal::USR1] {
        send(&mut kernel, child, signal);
    }
    let first = effect(kernel.take_signal(child));
    assert_eq!(first, Some((Signal::USR1, handled(SignalSet::EMPTY))));
    let within = set([Signal::USR1, Signal::USR2]);
    assert_eq!(kernel.mask(child), within, "KILL and STOP are not blocked");
    let second = effect(kernel.take_signal(child));
    assert_eq!(second, Some((Signal::TERM, handled(within))));
    assert_eq!(kernel.take_signal(child), None);
    kernel.set_mask(child, within);
    assert_eq!(kernel.take_signal(child), None);
    kernel.set_mask(child, SignalSet::EMPTY);
    let third = effect(kernel.take_signal(child));
    assert_eq!(third, Some((Signal::USR2, handled(SignalSet::EMPTY))));
    kernel.set_mask(child, SignalSet::EMPTY);
    assert_eq!(kernel.take_signal(child), None, "a signal does not queue");
}

#[test]
fn a_handler_may_be_entered_again_and_may_be_for_once() {
    let (mut kernel, child) = kernel();
    let flags = ActionFlags {
        nodefer: true,
        resethand: true,
        restart: true,
        ..ActionFlags::default()
    };
    let action = Action {
        flags,
        ..Action::HANDLE
    };
    assert_eq!(
        kernel.sigaction(child, Signal::INT, action),
        Ok(Action::DEFAULT)
    );
    send(&mut kernel, child, Signal::INT);
    let effect_of_first = Effect::Handled {
        before: SignalSet::EMPTY,
        restarts: true,
    };
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::INT, effect_of_first)));
    assert_eq!(kernel.mask(child), SignalSet::EMPTY);
    send(&mut kernel, child, Signal::INT);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::INT, Effect::Ends)));
}

#[test]
fn kill_and_stop_cannot_be_handled_ignored_or_blocked() {
    let (mut kernel, child) = kernel();
    for signal in [Signal::KILL, Signal::STOP] {
        for action in [Action::HANDLE, Action::IGNORE, Action::DEFAULT] {
            let result = kernel.sigaction(child, signal, action);
            assert_eq!(result, Err(Errno::EINVAL));
        }
    }
    kernel.set_mask(child, SignalSet::FULL);
    send(&mut kernel, child, Signal::STOP);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::STOP, Effect::Stops)));
    assert_eq!(kernel.take_signal(child), None);
    send(&mut kernel, child, Signal::KILL);
    let taken = kernel.take_signal(child);
    assert_eq!(effect(taken), Some((Signal::KILL, Effect::Ends)));
}

#[test]
fn a_blocked_signal_that_is_ignored_is_pending_until_it_is_said_again() {
    let (mut kernel, child) = kernel();
    kernel
        .sigaction(child, Signal::USR1, Action::IGNORE)
        .unwrap();
    send(&mut kernel, child, Signal::USR1);
    kernel.set_mask(child, SignalSet::FULL);
    assert_eq!(kernel.pending(child), SignalSet::EMPTY);
    send(&mut kernel, child, Signal::USR1);
    assert_eq!(kernel.pending(child), Signal::USR1.into());
    handle(&mut kernel, child, Signal::USR1);
    assert_eq!(kernel.pending(child), Signal::USR1.into());
    kernel
        .sigaction(child, Signal::USR1, Action::IGNORE)
        .unwrap();
    assert_eq!(kernel.pending(child), SignalSet::EMPTY);
    send(&mut kernel, child, Signal::USR1);
    kernel.set_mask(child, SignalSet::EMPTY);
    handle(&mut kernel, child, Signal::USR1);
    assert_eq!(kernel.take_signal(child), None);
}

#[test]
fn a_child_has_the_actions_and_the_mask_and_nothing_pending() {
    let (mut kernel, parent) = kernel();
    handle(&mut kernel, parent, Signal::USR2);
    kernel.set_mask(parent, set([Signal::TERM]));
    send(&mut kernel, parent, Signal::TERM);
    let child = kernel.fork(parent).unwrap();
    assert_eq!(kernel.action(child, Signal::USR2), Action::HANDLE);
    assert_eq!(kernel.mask(child), Signal::TERM.into());
    assert_eq!(kernel.pending(child), SignalSet::EMPTY);
    assert_eq!(kernel.pending(parent), Signal::TERM.into());
    send(&mut kernel, parent, Signal::KILL);
    let other = kernel.fork(parent).unwrap();
    assert_eq!(kernel.next_signal(other), None);
}

#[test]
fn all_but_the_sender_get_what_is_sent_to_all() {
    let (mut kernel, child) = kernel();
    let grandchild = kernel.fork(child).unwrap();
    let number = Signal::TERM.number();
    assert_eq!(kernel.kill(child, Target::All, number), Ok(()));
    assert_eq!(kernel.next_signal(child), None);
    for pid in [FIRST, grandchild] {
        let next = effect(kernel.next_signal(pid));
        assert_eq!(next, Some((Signal::TERM, Effect::Ends)));
    }
    let mut alone = Kernel::new(Limits::default());
    assert_eq!(alone.kill(FIRST, Target::All, number), Err(Errno::ESRCH));
}

#[test]
fn who_is_not_there_matters_more_than_which_signal() {
    let (mut kernel, child) = kernel();
    let missing = Target::One(99);
    assert_eq!(kernel.kill(FIRST, missing, 1000), Err(Errno::ESRCH));
    assert_eq!(kernel.kill(FIRST, missing, 0), Err(Errno::ESRCH));
    let existing = Target::One(child);
    assert_eq!(kernel.kill(FIRST, existing, 1000), Err(Errno::EINVAL));
    assert_eq!(kernel.kill(FIRST, existing, -1), Err(Errno::EINVAL));
    kernel.exit(child, 0);
    assert_eq!(kernel.kill(FIRST, existing, 0), Ok(()));
    assert_eq!(kernel.kill(FIRST, existing, 9), Ok(()));
    assert_eq!(ended_by(&mut kernel, child), WaitStatus::Exited(0));
    assert_eq!(kernel.kill(FIRST, existing, 0), Err(Errno::ESRCH));
}

#[test]
fn a_stop_is_told_once_and_ends_with_the_next_change() {
    let (mut kernel, child) = kernel();
    let any = Children::Any;
    let both = WaitOptions {
        stopped: true,
        continued: true,
    };
    let tell = |kernel: &mut Kernel, options| {
        let waited = kernel.try_wait(FIRST, any, options).unwrap();
        waited.map(|Waited { status, .. }| status)
    };
    send(&mut kernel, child, Signal::STOP);
    kernel.take_signal(child);
    assert_eq!(tell(&mut kernel, WaitOptions::ENDS), None);
    let stopped = Some(WaitStatus::Stopped(Signal::STOP));
    assert_eq!(tell(&mut kernel, both), stopped);
    assert_eq!(tell(&mut kernel, both), None);
    send(&mut kernel, child, Signal::CONT);
    assert_eq!(tell(&mut kernel, both), Some(WaitStatus::Continued));
    assert_eq!(tell(&mut kernel, both), None);
    // That it was continued is forgotten when it stops again.
    send(&mut kernel, child, Signal::STOP);
    kernel.take_signal(child);
    send(&mut kernel, child, Signal::CONT);
    send(&mut kernel, child, Signal::STOP);
    kernel.take_signal(child);
    assert_eq!(tell(&mut kernel, both), stopped);
}

#[test]
fn to_continue_takes_a_stop_back_that_has_not_happened() {
    let (mut kernel, child) = kernel();
    send(&mut kernel, child, Signal::STOP);
    send(&mut kernel, child, Signal::CONT);
    assert_eq!(kernel.take_signal(child), None);
    assert!(!kernel.is_stopped(child));
    kernel.set_mask(child, Signal::CONT.into());
    send(&mut kernel, child, Signal::CONT);
    assert_eq!(kernel.pending(child), Signal::CONT.into());
    send(&mut kernel, child, Signal::STOP);
    assert_eq!(kernel.pending(child), SignalSet::EMPTY);
}

#[test]
fn a_broken_pipe_is_an_error_and_a_signal() {
    let (mut kernel, child) = kernel();
    let [reads, writes] = kernel.pipe(child, OpenFlags::EMPTY).unwrap();
    kernel.close(child, reads).unwrap();
    assert_eq!(kernel.write(child, writes, b""), Ok(Reply::Done(0)));
    assert_eq!(kernel.next_signal(child), None);
    assert_eq!(kernel.write(child, writes, b"x"), Err(Errno::EPIPE));
    assert_eq!(
        effect(kernel.next_signal(child)),
        Some((Signal::PIPE, Effect::Ends))
    );
    let other = kernel.fork(FIRST).unwrap();
    assert_eq!(kernel.next_signal(other), None);
}

#[test]
fn signals_interrupt_calls_as_the_manual_says() {
    let (mut kernel, child) = kernel();
    let semaphore = kernel.sem_init(0).unwrap();
    let mutex = kernel.mutex_init(kernel::Robustness::Robust);
    let restarted = [
        Request::Read { fd: 3, count: 1 },
        Request::Write { fd: 3, count: 1 },
        Request::Lock {
            fd: 3,
            kind: LockKind::Shared,
        },
        Request::Wait(Children::Any, WaitOptions::ENDS),
        Request::Semaphore(semaphore, None),
        Request::Recv {
            fd: 3,
            count: 1,
            flags: MessageFlags::EMPTY,
        },
        Request::Send {
            fd: 3,
            count: 1,
            flags: MessageFlags::EMPTY,
        },
        Request::Accept(3),
        Request::Connect {
            fd: 3,
            to: SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7),
        },
    ];
    let failing_without_handlers = [
        Request::Signal(Signal::USR2.into()),
        Request::EpollWait { epoll: 3, most: 1 },
        Request::RingWait {
            ring: 3,
            at_least: 1,
        },
    ];
    let failing = [
        Request::Sleep(9),
        Request::Semaphore(semaphore, Some(9)),
        Request::Poll(Vec::new()),
    ];
    let failing = || failing.iter().chain(&failing_without_handlers);
    let requests = || restarted.iter().chain(failing());
    let [fails, restarts] = [Some(Interruption::Fails), Some(Interruption::Restarts)];
    for request in requests() {
        assert_eq!(kernel.interruption(child, request), None);
    }
    handle(&mut kernel, child, Signal::USR1);
    send(&mut kernel, child, Signal::USR1);
    for request in requests() {
        assert_eq!(kernel.interruption(child, request), fails, "{request:?}");
    }
    assert_eq!(kernel.interruption(child, &Request::Mutex(mutex)), restarts);
    let flags = ActionFlags {
        restart: true,
        ..ActionFlags::default()
    };
    let action = Action {
        flags,
        ..Action::HANDLE
    };
    kernel.sigaction(child, Signal::USR1, action).unwrap();
    for request in &restarted {
        assert_eq!(kernel.interruption(child, request), restarts, "{request:?}");
    }
    for request in failing() {
        assert_eq!(kernel.interruption(child, request), fails, "{request:?}");
    }
    kernel.take_signal(child);
    send(&mut kernel, child, Signal::STOP);
    for request in requests() {
        let fails_without = failing_without_handlers.contains(request);
        let expected = if fails_without { fails } else { restarts };
        assert_eq!(kernel.interruption(child, request), expected, "{request:?}");
    }
    send(&mut kernel, child, Signal::KILL);
    for request in requests().chain([&Request::Mutex(mutex)]) {
        let ends = Some(Interruption::Ends);
        assert_eq!(kernel.interruption(child, request), ends, "{request:?}");
    }
}

#[test]
fn the_first_process_is_no_init() {
    let (mut kernel, child) = kernel();
    let sent = kernel.kill(child, Target::One(FIRST), Signal::TERM.number());
    assert_eq!(sent, Ok(()));
    let taken = kernel.take_signal(FIRST);
    assert_eq!(effect(taken), Some((Signal::TERM, Effect::Ends)));
    kernel.finish_exit(FIRST);
    assert_eq!(kernel.living(), [child]);
    assert_eq!(kernel.parent(child), FIRST);
}
