//! What the controller is, and what becomes of its processes.

use std::{
    hint::spin_loop,
    io::{Read as _, Write as _, pipe},
    panic::{AssertUnwindSafe, catch_unwind, set_hook},
};

use children::{Answer, Asker, Death, Event, Forked, Mailbox, Side};
use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitOptions, getrlimit, kill_process, setrlimit, wait, waitpid,
};

use crate::harness::{
    LIMIT, call, fork, fork_bare, hear, next, open_descriptors, raise, result, says, sleep,
};

fn kill(pid: Pid) {
    kill_process(pid, Signal::KILL).expect("it is there");
    waitpid(Some(pid), WaitOptions::empty()).expect("it is a child");
}

pub(crate) fn a_killed_controller_leaves_no_process() {
    let (mut reader, mut writer) = pipe().expect("a pipe");
    let controller = fork_bare(|| {
        let mut mailbox = Mailbox::new(5).expect("a mailbox");
        fork(&mut mailbox, 0, |asker| asker.ask(says(1)).result as i32);
        fork(&mut mailbox, 1, |_| {
            loop {
                spin_loop();
            }
        });
        fork(&mut mailbox, 2, |_| {
            loop {
                sleep(1000);
            }
        });
        fork(&mut mailbox, 3, |asker| {
            asker.ask(says(1));
            if matches!(asker.fork(4), Ok(Side::Child)) {
                loop {
                    spin_loop();
                }
            }
            raise(libc::SIGSTOP);
            0
        });
        assert_eq!(next(&mut mailbox, 3), Event::Asked(says(1)));
        mailbox.grant(4, 3);
        mailbox.answer(3, &result(4));
        sleep(20);
        writer.write_all(b"x").expect("there is room");
        loop {
            sleep(1000);
        }
    });
    drop(writer);
    reader.read_exact(&mut [0]).expect("the controller writes");
    kill(controller);
    // There is an end of the file when no process has the other end.
    assert_eq!(reader.read(&mut [0]).expect("there is an end"), 0);
}

/// Forks the next process without an end.
fn breed(asker: &mut Asker) -> i32 {
    loop {
        let slot = asker.ask(call(1)).result as usize;
        match asker.fork(slot) {
            Ok(Side::Parent) => return 0,
            Ok(Side::Child) => {}
            Err(_) => return 1,
        }
    }
}

pub(crate) fn a_controller_killed_while_it_forks_leaves_no_process() {
    for round in 0..100_u64 {
        let (mut reader, writer) = pipe().expect("a pipe");
        let controller = fork_bare(|| {
            let mut mailbox = Mailbox::new(20).expect("a mailbox");
            loop {
                // By itself, and by the others.
                mailbox.kill(0).expect("it ends");
                fork(&mut mailbox, 0, breed);
                for slot in 1..20 {
                    mailbox.kill(slot).expect("it ends");
                    assert_eq!(next(&mut mailbox, slot - 1), Event::Asked(call(1)));
                    mailbox.grant(slot, slot - 1);
                    mailbox.answer(slot - 1, &result(slot as i64));
                }
            }
        });
        drop(writer);
        sleep(round % 10);
        for _ in 0..round * 997 {
            spin_loop();
        }
        kill(controller);
        assert_eq!(reader.read(&mut [0]).expect("there is an end"), 0);
    }
}

pub(crate) fn a_controller_killed_before_its_child_runs_leaves_no_process() {
    extern "C" fn dawdle() {
        sleep(100);
    }
    let (mut reader, mut writer) = pipe().expect("a pipe");
    let controller = fork_bare(|| {
        let mut mailbox = Mailbox::new(1).expect("a mailbox");
        // SAFETY: has the child sleep before anything else.
        unsafe { libc::pthread_atfork(None, None, Some(dawdle)) };
        fork(&mut mailbox, 0, |_| {
            loop {
                sleep(1000);
            }
        });
        writer.write_all(b"x").expect("there is room");
        loop {
            sleep(1000);
        }
    });
    drop(writer);
    reader.read_exact(&mut [0]).expect("the controller writes");
    kill(controller);
    assert_eq!(reader.read(&mut [0]).expect("there is an end"), 0);
}

pub(crate) fn a_dropped_mailbox_leaves_no_mapping() {
    let mappings = || {
        let maps = fs_err::read_to_string("/proc/self/maps").expect("Linux has it");
        maps.matches("/dev/zero").count()
    };
    let before = mappings();
    let mailbox = Mailbox::new(3).expect("a mailbox");
    assert_eq!(mappings(), before + 1);
    drop(mailbox);
    assert_eq!(mappings(), before);
}

pub(crate) fn dropping_ends_everything() {
    let (mut reader, writer) = pipe().expect("a pipe");
    let mut mailbox = Mailbox::new(50).expect("a mailbox");
    for slot in 0..50 {
        fork(&mut mailbox, slot, |asker| {
            if slot % 2 == 0 {
                asker.ask(says(1)).result as i32
            } else {
                loop {
                    spin_loop();
                }
            }
        });
    }
    drop(writer);
    drop(mailbox);
    assert_eq!(reader.read(&mut [0]).expect("there is an end"), 0);
}

pub(crate) fn a_copy_of_the_mailbox_does_nothing() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| asker.ask(says(1)).result as i32);
    if let Forked::Child(mut asker) = mailbox.fork(1).expect("there is room for a process") {
        set_hook(Box::new(|_| ()));
        let used = catch_unwind(AssertUnwindSafe(|| mailbox.kill(0)));
        let forked = catch_unwind(AssertUnwindSafe(|| mailbox.fork(0).is_ok()));
        drop(mailbox);
        asker.ask(says(2));
        asker.exit(i32::from(used.is_ok() || forked.is_ok()));
    }
    hear(&mut mailbox, 1, 2, 0);
    assert_eq!(next(&mut mailbox, 1), Event::Exited(0));
    // A process that knows nothing of the mailbox has a copy of it as well.
    let bare = fork_bare(|| {
        // SAFETY: a bitwise copy that is dropped once; this process never returns to the other one.
        drop(unsafe { std::ptr::read(&raw const mailbox) });
        0
    });
    waitpid(Some(bare), WaitOptions::empty()).expect("it is a child");
    hear(&mut mailbox, 0, 1, 7);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(7));
}

pub(crate) fn a_process_has_no_descriptors_of_others() {
    let mut mailbox = Mailbox::new(10).expect("a mailbox");
    let before = open_descriptors();
    for slot in 0..10 {
        fork(&mut mailbox, slot, |asker| {
            asker.ask(says(open_descriptors() as u64)).result as i32
        });
    }
    for slot in 0..10 {
        hear(&mut mailbox, slot, before as u64, 0);
    }
}

pub(crate) fn a_process_blocks_and_ignores_nothing() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    // SAFETY: blocks signals, ignores one.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const all, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
    fork(&mut mailbox, 0, |_| {
        raise(libc::SIGTERM);
        0
    });
    let terminated = Event::Died(Death::Signal(libc::SIGTERM));
    assert_eq!(next(&mut mailbox, 0), terminated);
    fork(&mut mailbox, 0, |_| {
        let status = fs_err::read_to_string("/proc/self/status").expect("Linux has it");
        // The two that the C library keeps for itself are ignored where `posix_spawn(3)` has started
        // a program, and cannot be set.
        let own = 0b11 << 31;
        let set = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            let value = value.and_then(|value| u64::from_str_radix(value.trim(), 16).ok());
            value.is_none_or(|value| value & !own != 0)
        };
        i32::from(set("SigBlk:")) + i32::from(set("SigIgn:")) * 2 + i32::from(set("SigCgt:")) * 4
    });
    assert_eq!(next(&mut mailbox, 0), Event::Exited(0));
}

pub(crate) fn ends_are_known_where_children_were_ignored() {
    extern "C" fn handler(_: i32) {}
    for (disposition, flags) in [
        (libc::SIG_IGN, 0),
        (libc::SIG_DFL, libc::SA_NOCLDWAIT),
        (handler as *const () as usize, 0),
    ] {
        // SAFETY: all zero bytes are a disposition, and the handler does nothing.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = disposition;
            action.sa_flags = flags;
            libc::sigaction(libc::SIGCHLD, &raw const action, std::ptr::null_mut());
        }
        let mut mailbox = Mailbox::new(2).expect("a mailbox");
        fork(&mut mailbox, 0, |_| std::process::abort());
        fork(&mut mailbox, 1, |_| {
            sleep(30);
            std::process::abort()
        });
        for slot in [0, 1] {
            let event = mailbox.next(slot, LIMIT).expect("it can be waited for");
            assert_eq!(event, Event::Died(Death::Signal(libc::SIGABRT)));
        }
    }
}

pub(crate) fn a_fork_that_fails_leaves_the_slot_free() {
    let mut mailbox = Mailbox::new(1).expect("a mailbox");
    // The limit does not hold for the superuser.
    // SAFETY: changes who this process is, and nothing else relies on that.
    unsafe { libc::seteuid(65534) };
    let before = getrlimit(Resource::Nproc);
    let none = Rlimit {
        current: Some(0),
        maximum: before.maximum,
    };
    setrlimit(Resource::Nproc, none).expect("it may be lowered");
    // SAFETY: the same for the one that the kernel counts by; it is the last of this process.
    unsafe { libc::setresuid(65534, 65534, 65534) };
    let error = mailbox.fork(0).expect_err("there is no room");
    assert_eq!(error.raw_os_error(), Some(libc::EAGAIN));
    assert_eq!(mailbox.pid(0), None);
    setrlimit(Resource::Nproc, before).expect("it may be raised again");
    fork(&mut mailbox, 0, |_| 5);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(5));
}

pub(crate) fn a_process_without_a_descriptor_is_killed() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        let slot = asker.ask(call(1)).result as usize;
        if asker.fork(slot).expect("there is room for a process") == Side::Child {
            loop {
                sleep(1000);
            }
        }
        asker.ask(says(1)).result as i32
    });
    assert_eq!(next(&mut mailbox, 0), Event::Asked(call(1)));
    let before = getrlimit(Resource::Nofile);
    // So many are open, and poll(2) refuses to watch more than may be open.
    let full = Rlimit {
        current: Some(4),
        maximum: before.maximum,
    };
    setrlimit(Resource::Nofile, full).expect("it may be lowered");
    mailbox.grant(1, 0);
    mailbox.answer(0, &result(1));
    let refused = mailbox.next(1, LIMIT).expect_err("there is no descriptor");
    let error = mailbox.fork(1).expect_err("there is no descriptor");
    setrlimit(Resource::Nofile, before).expect("it may be raised again");
    assert_eq!(error.raw_os_error(), Some(libc::EMFILE));
    assert_eq!(refused.raw_os_error(), Some(libc::EMFILE));
    hear(&mut mailbox, 0, 1, 2);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(2));
    // The first is the last child: none is left of the others.
    let none = wait(WaitOptions::NOHANG);
    assert_eq!(none.err(), Some(rustix::io::Errno::CHILD));
}

pub(crate) fn there_is_no_mailbox_without_slots_or_with_too_many() {
    for slots in [0, usize::MAX, usize::MAX >> 17] {
        assert!(Mailbox::new(slots).is_err(), "{slots}");
    }
}

pub(crate) fn wrong_use_panics() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    let mut panics = |wrong: &mut dyn FnMut(&mut Mailbox)| {
        let hook = std::panic::take_hook();
        set_hook(Box::new(|_| ()));
        let panicked = catch_unwind(AssertUnwindSafe(|| wrong(&mut mailbox))).is_err();
        set_hook(hook);
        panicked
    };
    assert!(panics(&mut |mailbox| drop(mailbox.next(0, LIMIT))));
    assert!(panics(&mut |mailbox| drop(mailbox.next(2, LIMIT))));
    assert!(panics(&mut |mailbox| mailbox.answer(0, &Answer::default())));
    assert!(panics(&mut |mailbox| mailbox.grant(0, 1)));
    fork(&mut mailbox, 0, |asker| asker.ask(says(1)).result as i32);
    let mut panics = |wrong: &mut dyn FnMut(&mut Mailbox)| {
        let hook = std::panic::take_hook();
        set_hook(Box::new(|_| ()));
        let panicked = catch_unwind(AssertUnwindSafe(|| wrong(&mut mailbox))).is_err();
        set_hook(hook);
        panicked
    };
    assert!(panics(&mut |mailbox| drop(mailbox.fork(0))));
    assert!(panics(&mut |mailbox| mailbox.grant(0, 0)));
    assert!(panics(&mut |mailbox| mailbox.answer(0, &Answer::default())));
    hear(&mut mailbox, 0, 1, 5);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(5));
}
