//! Programs that show one thing each, on both kernels.

use std::cell::RefCell;

use kernel::{Action, ActionFlags, OpenFlags, Signal, SignalSet, WaitOptions};

use crate::{
    compare,
    program::{Call, Hang, Mutex, Semaphore, Step, Whom},
    real::Server,
};

/// Runs a program of steps, none of which is left out. A step names its process by its place among
/// those that make no call and are not stopped.
#[track_caller]
fn same(server: &RefCell<Server>, steps: Vec<(usize, Call)>) {
    let steps = steps.into_iter().map(|(who, call)| Step { who, call });
    let steps: Vec<Step> = steps.collect();
    assert_eq!(compare(server, &steps), steps.len(), "{steps:?}");
}

const ALL: WaitOptions = WaitOptions {
    stopped: true,
    continued: true,
};

fn kill(pid: u32, signal: Signal) -> Call {
    Call::Kill(Whom::One(pid), signal.number())
}

fn wait(hang: Hang) -> Call {
    Call::Wait(Whom::Any, ALL, hang)
}

#[test]
fn each_signal_does_the_same_by_default() {
    let server = RefCell::new(Server::start());
    for signal in Signal::ALL {
        // The child has a group of its own, so that a stop of a terminal stops it.
        let steps = vec![
            (0, Call::Fork),
            (0, Call::Setpgid(2, 2)),
            (0, kill(2, signal)),
            (0, wait(Hang::No)),
            (0, kill(2, Signal::STOP)),
            (0, kill(2, signal)),
            (0, wait(Hang::No)),
            (0, kill(2, Signal::CONT)),
            (0, wait(Hang::No)),
            (0, kill(2, Signal::KILL)),
            (0, wait(Hang::No)),
            (0, wait(Hang::May)),
        ];
        same(&server, steps);
    }
}

#[test]
fn each_signal_is_ignored_blocked_and_handled_the_same() {
    let server = RefCell::new(Server::start());
    for signal in Signal::ALL {
        let steps = vec![
            (0, Call::Fork),
            (1, Call::Sigaction(signal, Action::IGNORE)),
            (1, Call::SetMask(signal.into())),
            (0, kill(2, signal)),
        ];
        let rest = vec![
            (1, Call::Pending),
            (1, Call::Fork),
            (2, Call::Pending),
            (1, Call::Sigaction(signal, Action::HANDLE)),
            (1, Call::SetMask(SignalSet::EMPTY)),
            (0, kill(2, signal)),
            (1, Call::Sigaction(signal, Action::DEFAULT)),
        ];
        let unblockable = [Signal::KILL, Signal::STOP].contains(&signal);
        let rest = if unblockable { vec![] } else { rest };
        same(&server, steps.into_iter().chain(rest).collect());
    }
}

#[test]
fn what_a_call_has_raised_comes_before_what_was_sent() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Fork),
        (1, Call::SetMask(SignalSet::FULL)),
        (1, Call::Pipe),
        (1, Call::Close(0)),
        (0, kill(2, Signal::HUP)),
        (1, Call::Write(0)),
        (1, Call::Fork),
        (1, Call::SetMask(SignalSet::EMPTY)),
        (0, wait(Hang::May)),
    ];
    same(&server, steps);
}

#[test]
fn children_are_told_of_in_the_order_in_which_they_became_children() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Fork),
        (0, Call::Fork),
        (1, Call::Fork),
        (0, Call::Fork),
        // The fifth, then the third, then the second, whose child comes last then.
        (4, Call::Exit(5)),
        (2, Call::Exit(3)),
        (1, Call::Exit(2)),
        (1, Call::Exit(4)),
        (0, wait(Hang::May)),
        (0, wait(Hang::May)),
        (0, wait(Hang::May)),
        (0, wait(Hang::May)),
        (0, wait(Hang::May)),
    ];
    same(&server, steps);
}

#[test]
fn a_parent_that_ignores_its_children_waits_for_all_and_gets_none() {
    let server = RefCell::new(Server::start());
    for flags in [
        ActionFlags::default(),
        ActionFlags {
            nocldwait: true,
            ..ActionFlags::default()
        },
    ] {
        for action in [Action::IGNORE, Action::HANDLE] {
            let action = Action { flags, ..action };
            let steps = vec![
                (0, Call::Fork),
                (0, Call::Fork),
                (0, Call::Fork),
                (1, Call::Exit(0)),
                (0, Call::Sigaction(Signal::CHLD, action)),
                (1, Call::Exit(0)),
                (0, wait(Hang::May)),
                (0, wait(Hang::May)),
                // The last one of those that make no call is the child.
                (9, Call::Exit(0)),
            ];
            same(&server, steps);
        }
    }
}

#[test]
fn a_parent_is_told_of_its_children_as_it_has_said() {
    let server = RefCell::new(Server::start());
    for nocldstop in [true, false] {
        for action in [Action::IGNORE, Action::DEFAULT, Action::HANDLE] {
            let flags = ActionFlags {
                nocldstop,
                ..ActionFlags::default()
            };
            let action = Action { flags, ..action };
            let mut steps = vec![
                (0, Call::SetMask(Signal::CHLD.into())),
                (0, Call::Sigaction(Signal::CHLD, action)),
                (0, Call::Fork),
            ];
            for signal in [Signal::STOP, Signal::CONT, Signal::TERM] {
                steps.push((0, kill(2, signal)));
                steps.push((0, Call::Pending));
                // What is pending is gone.
                steps.push((0, Call::Sigaction(Signal::CHLD, Action::IGNORE)));
                steps.push((0, Call::Sigaction(Signal::CHLD, action)));
            }
            same(&server, steps);
        }
    }
}

#[test]
fn a_zombie_can_be_sent_signals_and_put_into_a_group() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Fork),
        (1, Call::Exit(0)),
        (0, Call::Setpgid(2, 0)),
        (0, kill(2, Signal::TERM)),
        (0, Call::Kill(Whom::Group(2), 15)),
        (0, Call::Getpgid(2)),
        (0, Call::Getsid(2)),
        (0, Call::Kill(Whom::Group(3), 0)),
        (0, Call::Wait(Whom::Group(2), ALL, Hang::May)),
        (0, Call::Kill(Whom::Group(2), 0)),
    ];
    same(&server, steps);
}

#[test]
fn a_group_whose_last_parent_outside_ends_is_hung_up_if_one_is_stopped() {
    let server = RefCell::new(Server::start());
    for stop in [Signal::STOP, Signal::TSTP] {
        for handles in [Action::HANDLE, Action::IGNORE, Action::DEFAULT] {
            let steps = vec![
                (0, Call::Fork),
                // Who adopts the child is in another session then.
                (1, Call::Setsid),
                (1, Call::Fork),
                (2, Call::Setpgid(0, 0)),
                (2, Call::Sigaction(Signal::HUP, handles)),
                (0, kill(3, stop)),
                (1, Call::Exit(0)),
                (0, wait(Hang::No)),
                (0, wait(Hang::No)),
            ];
            same(&server, steps);
        }
    }
}

#[test]
fn a_group_is_hung_up_by_the_end_of_its_last_member_with_a_parent_outside() {
    let server = RefCell::new(Server::start());
    for is_stopped in [true, false] {
        let mut steps = vec![
            (0, Call::Fork),
            (1, Call::Setsid),
            (1, Call::Fork),
            (2, Call::Setpgid(0, 0)),
            (2, Call::Fork),
            (1, Call::Fork),
            (1, Call::Setpgid(5, 3)),
            // A zombie with a parent outside does not count.
            (4, Call::Exit(0)),
        ];
        if is_stopped {
            steps.push((0, kill(4, Signal::STOP)));
        }
        steps.push((2, Call::Exit(0)));
        steps.push((0, wait(Hang::No)));
        same(&server, steps);
    }
}

#[test]
fn an_orphaned_group_is_not_hung_up_again() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Fork),
        (1, Call::Setsid),
        (1, Call::Fork),
        (1, Call::Fork),
        (0, kill(3, Signal::STOP)),
        (2, Call::Exit(0)),
    ];
    same(&server, steps);
}

#[test]
fn groups_of_other_sessions_are_out_of_reach() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Fork),
        (1, Call::Setsid),
        (1, Call::Fork),
        (2, Call::Setpgid(0, 1)),
        (1, Call::Exit(0)),
        (0, Call::Setpgid(3, 3)),
        (1, Call::Setpgid(0, 0)),
    ];
    same(&server, steps);
}

#[test]
fn orphans_are_adopted_in_their_order_and_zombies_as_the_new_parent_wants() {
    let server = RefCell::new(Server::start());
    for action in [Action::IGNORE, Action::DEFAULT] {
        let steps = vec![
            (0, Call::Sigaction(Signal::CHLD, action)),
            (0, Call::Fork),
            (1, Call::Sigaction(Signal::CHLD, Action::DEFAULT)),
            (1, Call::Fork),
            (1, Call::Fork),
            (1, Call::Fork),
            (4, Call::Exit(5)),
            (1, Call::Exit(2)),
            (0, Call::Sigaction(Signal::CHLD, Action::DEFAULT)),
            (2, Call::Exit(4)),
            (1, Call::Exit(3)),
            (0, wait(Hang::No)),
            (0, wait(Hang::No)),
            (0, wait(Hang::No)),
            (0, wait(Hang::No)),
        ];
        same(&server, steps);
    }
}

#[test]
fn a_stop_interrupts_sigwaitinfo_and_no_other_call() {
    let server = RefCell::new(Server::start());
    for call in [
        Call::Sigwait(Signal::USR1.into()),
        Call::Read(0),
        wait(Hang::May),
        Call::Mutex(Mutex::Lock, 0),
        Call::Sem(Semaphore::Wait, 0),
    ] {
        let steps = vec![
            (0, Call::SetMask(Signal::USR1.into())),
            (0, Call::Mutex(Mutex::Lock, 0)),
            (0, Call::SemOpen("a", OpenFlags::CREATE, 0)),
            (0, Call::Pipe),
            (0, Call::Fork),
            (1, Call::Fork),
            (1, call),
            (0, kill(2, Signal::STOP)),
            (0, kill(2, Signal::CONT)),
        ];
        same(&server, steps);
    }
}

#[test]
fn a_handler_interrupts_or_restarts_as_it_was_said() {
    let server = RefCell::new(Server::start());
    for call in [
        Call::Sigwait(Signal::USR1.into()),
        Call::Read(0),
        wait(Hang::May),
        Call::Mutex(Mutex::Lock, 0),
        Call::Sem(Semaphore::Wait, 0),
    ] {
        for restart in [true, false] {
            let flags = ActionFlags {
                restart,
                ..ActionFlags::default()
            };
            let action = Action {
                flags,
                ..Action::HANDLE
            };
            let steps = vec![
                (0, Call::SetMask(Signal::USR1.into())),
                (0, Call::Mutex(Mutex::Lock, 0)),
                (0, Call::SemOpen("a", OpenFlags::CREATE, 0)),
                (0, Call::Pipe),
                (0, Call::Fork),
                (1, Call::Sigaction(Signal::USR2, action)),
                (1, Call::Fork),
                (1, call.clone()),
                (0, kill(2, Signal::USR2)),
                (0, kill(2, Signal::STOP)),
                (0, kill(2, Signal::USR2)),
                (0, kill(2, Signal::CONT)),
                (0, kill(2, Signal::TERM)),
            ];
            same(&server, steps);
        }
    }
}

#[test]
fn a_leader_of_a_group_that_others_are_in_cannot_lead_a_session() {
    let server = RefCell::new(Server::start());
    let steps = vec![
        (0, Call::Setsid),
        (0, Call::Fork),
        (0, Call::Setpgid(2, 2)),
        (1, Call::Setsid),
        (1, Call::Fork),
        (1, Call::Setpgid(0, 1)),
        // It leads no group any more, but there is one of its number.
        (1, Call::Setsid),
        (2, Call::Setsid),
        (1, Call::Setsid),
        (0, Call::Setpgid(2, 1)),
        (0, Call::Setpgid(3, 1)),
        (0, Call::Setpgid(0, 0)),
    ];
    same(&server, steps);
}

#[test]
fn a_robust_mutex_tells_that_its_owner_has_ended() {
    let server = RefCell::new(Server::start());
    for (place, repairs) in [(0, true), (0, false), (1, false)] {
        let mut steps = vec![
            (0, Call::Fork),
            (1, Call::Mutex(Mutex::Lock, place)),
            (0, Call::Mutex(Mutex::Trylock, place)),
            (1, Call::Exit(0)),
            (0, Call::Mutex(Mutex::Trylock, place)),
        ];
        if repairs {
            steps.push((0, Call::Mutex(Mutex::Consistent, place)));
        }
        if place == 0 {
            steps.push((0, Call::Mutex(Mutex::Unlock, place)));
            steps.push((0, Call::Mutex(Mutex::Trylock, place)));
        } else {
            steps.push((0, Call::Mutex(Mutex::Lock, place)));
        }
        same(&server, steps);
    }
}

#[test]
fn a_semaphore_without_a_name_lives_as_long_as_it_is_open() {
    let server = RefCell::new(Server::start());
    let largest = i32::MAX as u32;
    let new = OpenFlags::CREATE | OpenFlags::NEW;
    let steps = vec![
        (0, Call::SemOpen("a", OpenFlags::EMPTY, 0)),
        (0, Call::SemOpen("a", OpenFlags::CREATE, largest + 1)),
        (0, Call::SemOpen("a", OpenFlags::CREATE, largest)),
        (0, Call::SemOpen("a", OpenFlags::CREATE, largest + 1)),
        (0, Call::SemOpen("a", new, largest + 1)),
        (0, Call::SemOpen("a", new, 0)),
        (0, Call::Sem(Semaphore::Post, 1)),
        (0, Call::SemUnlink("a")),
        (0, Call::SemUnlink("a")),
        (0, Call::SemOpen("a", OpenFlags::EMPTY, 0)),
        (0, Call::SemOpen("a", new, 0)),
        (0, Call::Sem(Semaphore::Trywait, 2)),
        (0, Call::Sem(Semaphore::Trywait, 0)),
        (0, Call::Sem(Semaphore::Close, 0)),
        (0, Call::Sem(Semaphore::Getvalue, 0)),
        (0, Call::Fork),
        (0, Call::Sem(Semaphore::Wait, 1)),
        (0, Call::Sem(Semaphore::Post, 1)),
        (0, Call::Sem(Semaphore::Getvalue, 1)),
    ];
    same(&server, steps);
}
