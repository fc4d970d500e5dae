//! What processes have left when the first one ends.

use std::collections::BTreeSet;

use interleave::{
    Config, Granularity,
    objects::system::Left,
    strategy::{Bounded, Dpor},
};
use kernel::{
    Children, MemoryCall, OpenFlags, SemaphoreCall, Signal, SignalCall, SystemCall, WaitOptions,
};

use crate::programs::{Action, Program, call, close, execute, open, pipe, wait};

fn unlink(path: &str) -> Action {
    let path = path.to_owned();
    call(SystemCall::Unlink { path })
}

const CREATE: OpenFlags = OpenFlags::CREATE;

/// What is left after some execution, in words, by a search of all.
fn all(program: &Program) -> BTreeSet<String> {
    let mut config = Config {
        granularity: Granularity::Coarse,
        ..Config::default()
    };
    let mut search = Dpor::new();
    let mut found = BTreeSet::new();
    loop {
        let (_, executed) = execute(program, &config, &mut search);
        if let Some(finer) = executed.finer {
            config.granularity = finer;
            (search, found) = (Dpor::new(), BTreeSet::new());
            continue;
        }
        if !search.was_pruned() {
            found.insert(format!("{:?}", executed.left));
        }
        if !search.advance() {
            assert_eq!(found, enumerated(program));
            return found;
        }
    }
}

/// The same by plain enumeration.
fn enumerated(program: &Program) -> BTreeSet<String> {
    let config = Config {
        granularity: Granularity::Releases,
        ..Config::default()
    };
    let mut search = Bounded::exhaustive();
    let mut found = BTreeSet::new();
    loop {
        let (_, executed) = execute(program, &config, &mut search);
        found.insert(format!("{:?}", executed.left));
        if !search.advance() {
            return found;
        }
    }
}

fn is(program: &Program, left: &[&[Left]]) {
    let left = left.iter().map(|left| format!("{left:?}")).collect();
    assert_eq!(all(program), left);
}

#[test]
fn a_child_that_nobody_waits_for_is_left_running_or_as_a_zombie() {
    let program = vec![Action::Fork(vec![])];
    is(&program, &[&[Left::Running(1)], &[Left::Zombie(1)]]);
    is(&vec![Action::Fork(vec![]), wait(1)], &[&[]]);
}

#[test]
fn a_child_that_was_asked_once_may_be_left() {
    let (children, options) = (Children::Any, WaitOptions::ENDS);
    let program = vec![
        Action::Fork(vec![]),
        call(SystemCall::TryWait { children, options }),
    ];
    is(&program, &[&[], &[Left::Running(1)], &[Left::Zombie(1)]]);
}

#[test]
fn an_orphan_is_left_although_its_parent_was_waited_for() {
    let program = vec![Action::Fork(vec![Action::Fork(vec![])]), wait(1)];
    is(&program, &[&[Left::Running(2)], &[Left::Zombie(2)]]);
}

#[test]
fn children_of_a_parent_that_wants_no_zombies_are_not_left_as_such() {
    let ignore = SignalCall::SetAction {
        signal: Signal::CHLD,
        action: kernel::Action::IGNORE,
    };
    let program = vec![call(SystemCall::Signal(ignore)), Action::Fork(vec![])];
    is(&program, &[&[Left::Running(1)], &[]]);
}

#[test]
fn descriptors_are_left_with_the_call_that_gave_them() {
    let program = vec![
        pipe(),
        open(CREATE | OpenFlags::WRITE),
        close(4),
        call(SystemCall::Dup { fd: 3 }),
        unlink("a"),
    ];
    let found = all(&program);
    let found = found.first().expect("there is an execution");
    for left in [
        Left::Descriptor(3, "pipe2"),
        Left::Descriptor(4, "dup"),
        Left::Descriptor(5, "open"),
    ] {
        assert!(found.contains(&format!("{left:?}")), "{found}");
    }
    assert!(!found.contains("File"), "{found}");
}

#[test]
fn descriptors_of_the_beginning_and_those_of_children_are_not_left() {
    let child = Action::Fork(vec![pipe()]);
    is(&vec![child, wait(1)], &[&[]]);
    // One of the first three that is opened anew is no longer of the beginning.
    let found = all(&vec![close(0), pipe(), close(3)]);
    assert_eq!(found.len(), 1);
    assert!(
        found
            .iter()
            .all(|left| left.contains(r#"Descriptor(0, "pipe2")"#))
    );
    // A descriptor that was closed is forgotten, also if a call fails after it.
    is(&vec![pipe(), close(3), close(4), close(4)], &[&[]]);
}

#[test]
fn names_are_left_until_they_are_taken_away() {
    let semaphore = SemaphoreCall::Open {
        name: "s".to_owned(),
        flags: CREATE,
        value: 0,
    };
    let memory = MemoryCall::Open {
        name: "m".to_owned(),
        flags: CREATE | OpenFlags::READ | OpenFlags::WRITE,
    };
    let made = vec![
        call(SystemCall::Semaphore(semaphore)),
        call(SystemCall::Memory(memory)),
        close(3),
        open(CREATE | OpenFlags::WRITE),
        close(3),
    ];
    let found = all(&made);
    let found = found.first().expect("there is an execution");
    for kind in ["SharedMemory(", "Semaphore(", r#"File("/a")"#] {
        assert!(found.contains(kind), "{found}");
    }
    let name = |name: &str| name.to_owned();
    let gone = vec![
        call(SystemCall::Semaphore(SemaphoreCall::Unlink {
            name: name("s"),
        })),
        call(SystemCall::Memory(MemoryCall::Unlink { name: name("m") })),
        unlink("a"),
    ];
    is(&[made, gone].concat(), &[&[]]);
}

#[test]
fn whether_a_child_removes_a_file_in_time_is_tried_out() {
    let program = vec![
        open(CREATE | OpenFlags::WRITE),
        close(3),
        Action::Fork(vec![unlink("a")]),
    ];
    let file = || Left::File("/a".to_owned());
    is(
        &program,
        &[
            &[Left::Running(1), file()],
            &[Left::Running(1)],
            &[Left::Zombie(1)],
        ],
    );
}
