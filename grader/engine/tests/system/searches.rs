//! How many interleavings programs have.

use kernel::{LockKind, Locking, OpenFlags, SystemCall};

use crate::programs::{Action, Program, call, enumerated, look, open, reduced, wait};

const FILE: i32 = 3;

fn write(fd: i32, text: &str) -> Action {
    let bytes = text.as_bytes().to_vec();
    call(SystemCall::Write { fd, bytes })
}

fn flock(locking: Locking) -> Action {
    call(SystemCall::Flock { fd: FILE, locking })
}

fn forked(children: Vec<Program>) -> Program {
    let count = children.len() as u32;
    let mut program: Program = children.into_iter().map(Action::Fork).collect();
    program.extend((1..=count).map(wait));
    program
}

/// Children that sell a ticket each, of those that the file says are left.
fn office(children: usize, tickets: u32, locks: bool) -> Program {
    let mut sells = vec![open(OpenFlags::READ | OpenFlags::WRITE)];
    if locks {
        sells.push(flock(Locking::Lock(LockKind::Exclusive)));
    }
    sells.push(call(SystemCall::Read { fd: FILE, count: 9 }));
    sells.push(Action::WriteOneLess(FILE));
    if locks {
        sells.push(flock(Locking::Unlock));
    }
    let mut program = vec![
        open(OpenFlags::WRITE | OpenFlags::CREATE),
        write(FILE, &format!("{tickets}\n")),
        call(SystemCall::Close { fd: FILE }),
    ];
    program.extend(forked(vec![sells; children]));
    program.extend(look(FILE));
    program
}

/// Children that write to a pipe, each so many times, and children that read all of it.
fn pipeline(writers: usize, readers: usize, times: usize) -> Program {
    let mut program = vec![call(SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    })];
    let written = vec![write(4, "x"); times];
    let read = call(SystemCall::Read { fd: 3, count: 1 });
    let all_read = vec![read; writers * times / readers];
    let mut children = vec![written; writers];
    children.extend(vec![all_read; readers]);
    program.extend(forked(children));
    program
}

fn count(program: &Program) -> u64 {
    reduced(program, 1_000_000).expect("the search ends").1
}

#[test]
fn a_locked_office_has_an_interleaving_for_each_order_of_the_children() {
    assert_eq!(count(&office(2, 5, true)), 2);
    assert_eq!(count(&office(3, 5, true)), 6);
    assert_eq!(count(&office(5, 2, true)), 120);
}

#[test]
fn an_office_without_a_lock_sells_a_ticket_twice() {
    let (outcomes, executions) = reduced(&office(2, 5, false), 1_000).unwrap();
    let left = |text: &str| outcomes.keys().any(|outcome| outcome.contains(text));
    assert!(left(r"3\\n") && left(r"4\\n"), "{outcomes:#?}");
    assert_eq!(executions, 4);
}

#[test]
fn a_pipe_has_an_interleaving_for_each_order_that_its_ends_can_tell() {
    assert_eq!(count(&pipeline(1, 1, 3)), 1);
    // The orders of the writes, times those of the reads.
    assert_eq!(count(&pipeline(2, 1, 2)), 6);
    assert_eq!(count(&pipeline(2, 2, 1)), 2 * 2);
    assert_eq!(count(&pipeline(2, 2, 2)), 6 * 6);
}

/// Found among random programs: that a lock of the other kind is given back first was decided before
/// the call was announced.
#[test]
fn a_lock_that_is_exchanged_is_given_back_whenever_another_process_took_it() {
    let lock = |fd, locking| call(SystemCall::Flock { fd, locking });
    let child = vec![
        lock(4, Locking::Lock(LockKind::Exclusive)),
        lock(3, Locking::TryLock(LockKind::Exclusive)),
    ];
    let program = vec![
        call(SystemCall::Pipe {
            flags: OpenFlags::EMPTY,
        }),
        Action::Fork(child),
        Action::Fork(vec![call(SystemCall::Read { fd: 3, count: 1 })]),
        lock(4, Locking::TryLock(LockKind::Shared)),
    ];
    let (all, _) = enumerated(&program, 5_000).expect("there are not so many");
    let (found, _) = reduced(&program, 5_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
}
