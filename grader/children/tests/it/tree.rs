//! Processes that fork others.

use std::io::{Read as _, Write as _, pipe};

use children::{Answer, Asker, Death, Event, Mailbox, Side};
use rustix::process::{Resource, Rlimit, getpid, getppid, setrlimit};

use crate::harness::{call, end, fork, hear, next, result, says, sleep};

/// The call by which a process asks for a slot.
const FORK: u16 = 100;

/// Forks a process that does this and exits with the result.
fn fork_in(asker: &mut Asker, body: impl FnOnce(&mut Asker) -> i32) {
    let slot = asker.ask(call(FORK)).result;
    let slot = usize::try_from(slot).expect("a slot was granted");
    if asker.fork(slot).expect("there is room for a process") == Side::Child {
        let status = body(asker);
        asker.exit(status);
    }
}

/// Hears that a process asks for a slot, and grants it one.
#[track_caller]
fn grant(mailbox: &mut Mailbox, parent: usize, slot: usize) {
    assert_eq!(next(mailbox, parent), Event::Asked(call(FORK)));
    mailbox.grant(slot, parent);
    mailbox.answer(parent, &result(slot as i64));
}

/// The numbers 0, 1 and 2 in every order.
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

pub(crate) fn three_levels_talk_and_end_in_any_order() {
    let mut mailbox = Mailbox::new(3).expect("a mailbox");
    for order in ORDERS {
        let mut level = vec![0];
        fork(&mut mailbox, 0, |asker| {
            fork_in(asker, |asker| {
                level.push(1);
                fork_in(asker, |asker| {
                    level.push(2);
                    asker.ask(says(level.iter().sum())).result as i32
                });
                asker.ask(says(10 + level.len() as u64)).result as i32
            });
            asker.ask(says(20 + level.len() as u64)).result as i32
        });
        grant(&mut mailbox, 0, 1);
        grant(&mut mailbox, 1, 2);
        for slot in order {
            hear(&mut mailbox, slot, [21, 12, 3][slot], slot as i64 + 40);
            assert_eq!(next(&mut mailbox, slot), Event::Exited(slot as u8 + 40));
        }
    }
}

pub(crate) fn each_process_is_a_child_of_the_controller() {
    let mut mailbox = Mailbox::new(3).expect("a mailbox");
    let controller = getpid();
    let right =
        move || i32::from(getppid() == Some(controller)) + i32::from(getpid() != controller);
    fork(&mut mailbox, 0, |asker| {
        fork_in(asker, |asker| {
            fork_in(asker, |_| right());
            right()
        });
        right()
    });
    grant(&mut mailbox, 0, 1);
    grant(&mut mailbox, 1, 2);
    for slot in 0..3 {
        assert_eq!(next(&mut mailbox, slot), Event::Exited(2));
    }
}

pub(crate) fn a_process_survives_its_parent() {
    let mut mailbox = Mailbox::new(3).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        fork_in(asker, |asker| {
            fork_in(asker, |asker| {
                asker.ask(says(1));
                std::process::abort()
            });
            asker.ask(says(2)).result as i32
        });
        end(9)
    });
    grant(&mut mailbox, 0, 1);
    grant(&mut mailbox, 1, 2);
    assert_eq!(next(&mut mailbox, 0), Event::Died(Death::Exit(9)));
    assert_eq!(next(&mut mailbox, 2), Event::Asked(says(1)));
    mailbox.kill(1).expect("it ends");
    sleep(20);
    mailbox.answer(2, &Answer::default());
    assert_eq!(
        next(&mut mailbox, 2),
        Event::Died(Death::Signal(libc::SIGABRT))
    );
}

pub(crate) fn instances_survive_their_template() {
    const INSTANCES: usize = 5;
    let mut mailbox = Mailbox::new(1 + INSTANCES).expect("a mailbox");
    let mut told = 0;
    fork(&mut mailbox, 0, |asker| {
        loop {
            let slot = asker.ask(call(FORK)).result as usize;
            if asker.fork(slot).expect("there is room for a process") == Side::Child {
                told += asker.ask(says(asker.slot() as u64)).result;
                return told as i32;
            }
        }
    });
    for slot in 1..=INSTANCES {
        grant(&mut mailbox, 0, slot);
    }
    assert_eq!(next(&mut mailbox, 0), Event::Asked(call(FORK)));
    mailbox.kill(0).expect("it ends");
    for slot in 1..=INSTANCES {
        hear(&mut mailbox, slot, slot as u64, 10 + slot as i64);
        assert_eq!(next(&mut mailbox, slot), Event::Exited(10 + slot as u8));
    }
}

pub(crate) fn a_parent_that_dies_first_forks_nothing() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    for wait in [0, 30] {
        fork(&mut mailbox, 0, |asker| {
            asker.ask(call(FORK));
            sleep(wait);
            end(3)
        });
        grant(&mut mailbox, 0, 1);
        assert_eq!(next(&mut mailbox, 1), Event::NotForked(None));
        assert_eq!(next(&mut mailbox, 0), Event::Died(Death::Exit(3)));
    }
    // The same, and another process has the slot of the parent already.
    fork(&mut mailbox, 0, |asker| {
        asker.ask(call(FORK));
        end(3)
    });
    grant(&mut mailbox, 0, 1);
    assert_eq!(next(&mut mailbox, 0), Event::Died(Death::Exit(3)));
    fork(&mut mailbox, 0, |_| {
        loop {
            sleep(1000);
        }
    });
    assert_eq!(next(&mut mailbox, 1), Event::NotForked(None));
}

pub(crate) fn a_parent_that_asks_first_forks_nothing() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    for wait in [0, 30] {
        fork(&mut mailbox, 0, |asker| {
            asker.ask(call(FORK));
            sleep(wait);
            asker.ask(says(1)).result as i32
        });
        grant(&mut mailbox, 0, 1);
        assert_eq!(next(&mut mailbox, 1), Event::NotForked(None));
        hear(&mut mailbox, 0, 1, 2);
        assert_eq!(next(&mut mailbox, 0), Event::Exited(2));
    }
}

pub(crate) fn a_fork_that_fails_is_told() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    for wait in [0, 30] {
        fork(&mut mailbox, 0, |asker| {
            // The limit does not hold for the superuser.
            // SAFETY: changes who this process is, and nothing else relies on that.
            unsafe { libc::setuid(65534) };
            let none = Rlimit {
                current: Some(0),
                maximum: Some(0),
            };
            setrlimit(Resource::Nproc, none).expect("it may be lowered");
            let slot = asker.ask(call(FORK)).result as usize;
            sleep(wait);
            let error = asker.fork(slot).expect_err("there is no room");
            asker.ask(says(1));
            error.raw_os_error().unwrap_or_default()
        });
        grant(&mut mailbox, 0, 1);
        assert_eq!(next(&mut mailbox, 1), Event::NotForked(Some(libc::EAGAIN)));
        hear(&mut mailbox, 0, 1, 0);
        assert_eq!(next(&mut mailbox, 0), Event::Exited(libc::EAGAIN as u8));
    }
}

pub(crate) fn only_a_granted_slot_is_forked_into() {
    let mut mailbox = Mailbox::new(3).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        assert!(asker.fork(1).is_err() && asker.fork(0).is_err());
        fork_in(asker, |_| 7);
        assert!(asker.fork(1).is_err() && asker.fork(2).is_err());
        8
    });
    grant(&mut mailbox, 0, 1);
    assert_eq!(next(&mut mailbox, 0), Event::Exited(8));
    assert_eq!(next(&mut mailbox, 1), Event::Exited(7));
}

pub(crate) fn a_grant_can_be_taken_back() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    // Before the fork, and after it.
    for before in [true, false] {
        fork(&mut mailbox, 0, |asker| {
            let slot = asker.ask(call(FORK)).result as usize;
            match asker.fork(slot) {
                Ok(Side::Child) => loop {
                    asker.ask(says(1));
                },
                Ok(Side::Parent) => 1,
                Err(_) => 2,
            }
        });
        assert_eq!(next(&mut mailbox, 0), Event::Asked(call(FORK)));
        mailbox.grant(1, 0);
        if before {
            mailbox.kill(1).expect("there is nothing to wait for");
        }
        mailbox.answer(0, &result(1));
        assert_eq!(next(&mut mailbox, 0), Event::Exited(1 + u8::from(before)));
        mailbox.kill(1).expect("it ends");
        assert_eq!(mailbox.pid(1), None);
    }
}

pub(crate) fn a_parent_killed_at_any_moment_leaves_nothing_unknown() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    let (mut forked, mut not) = (0, 0);
    for round in 0..300 {
        fork(&mut mailbox, 0, |asker| {
            fork_in(asker, |asker| asker.ask(says(1)).result as i32);
            asker.ask(says(2)).result as i32
        });
        grant(&mut mailbox, 0, 1);
        for _ in 0..round * 37 % 3001 * 10 {
            std::hint::spin_loop();
        }
        mailbox.kill(0).expect("it ends");
        match next(&mut mailbox, 1) {
            Event::NotForked(None) => not += 1,
            Event::Asked(request) => {
                assert_eq!(request, says(1));
                forked += 1;
                mailbox.answer(1, &result(3));
                assert_eq!(next(&mut mailbox, 1), Event::Exited(3));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(forked + not, 300);
}

pub(crate) fn dropping_finds_what_was_just_forked() {
    for wait in [0, 0, 0, 20] {
        let (mut reader, writer) = pipe().expect("a pipe");
        let mut mailbox = Mailbox::new(2).expect("a mailbox");
        fork(&mut mailbox, 0, |asker| {
            fork_in(asker, |asker| {
                (&writer).write_all(b"x").expect("there is room");
                asker.ask(says(1)).result as i32
            });
            asker.ask(says(2)).result as i32
        });
        drop(writer);
        grant(&mut mailbox, 0, 1);
        sleep(wait);
        drop(mailbox);
        // There is an end of the file when no process has the other end.
        let mut text = Vec::new();
        reader.read_to_end(&mut text).expect("there is an end");
        assert!(text.len() <= 1);
    }
}

pub(crate) fn a_sibling_has_a_thread_number_of_its_own() {
    let mut mailbox = Mailbox::new(2).expect("a mailbox");
    fork(&mut mailbox, 0, |asker| {
        fork_in(asker, |_| {
            // A thread of its own ends and is waited for by the word that the kernel clears.
            let thread = std::thread::spawn(|| 5);
            let joined = thread.join().expect("it does not panic");
            // The clock of a thread goes by the number that the C library keeps.
            let mut clock = 0;
            // SAFETY: writes to a variable.
            let error =
                unsafe { libc::pthread_getcpuclockid(libc::pthread_self(), &raw mut clock) };
            let own = !rustix::process::getpid().as_raw_nonzero().get();
            // The number is in the clock's own, inverted above three bits.
            joined + error + i32::from(clock >> 3 != own)
        });
        0
    });
    grant(&mut mailbox, 0, 1);
    assert_eq!(next(&mut mailbox, 1), Event::Exited(5));
    assert_eq!(next(&mut mailbox, 0), Event::Exited(0));
}
