//! How processes begin and end.

use std::{cell::Cell, panic::Location, rc::Rc};

use interleave::{Config, strategy::RandomWalk};
use kernel::{OpenFlags, SystemCall};
use processes::Side;

use crate::{
    calls::{close, end_of, fork, has_children, open, pipe, read, wait, write},
    harness::Test,
    search::{Said, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("every_way_to_end_is_a_status", ends),
    ("children_of_children_talk_over_a_pipe", trees),
    (
        "a_reader_with_a_write_end_of_its_own_waits_forever",
        own_end,
    ),
    (
        "a_process_that_waits_when_all_is_over_is_killed",
        left_behind,
    ),
    (
        "a_fork_returns_in_both_and_the_end_of_the_thread_is_that_of_the_child",
        returns_twice,
    ),
    (
        "what_the_program_does_is_told_from_what_the_driver_does",
        told_apart,
    ),
];

fn ends() {
    let said = only(|said: &Said| {
        let statuses = [
            wait(fork(|| 7)),
            wait(fork(|| processes::exit(256 + 9))),
            wait(fork(|| panic!("on purpose"))),
        ];
        let aborted = end_of(fork(|| std::process::abort()));
        *said.borrow_mut() = format!("{statuses:?} {aborted:?} {}", has_children());
    });
    assert_eq!(said, "[7, 9, 101] Signaled(ABRT) false");
}

fn trees() {
    let (outcomes, executions) = search(|said| {
        let [reads, writes] = pipe();
        let child = fork(|| {
            let grandchild = fork(|| {
                write(writes, "grandchild ");
                1
            });
            let status = wait(grandchild);
            write(writes, "child");
            i32::from(status) + 1
        });
        close(writes);
        let mut text = String::new();
        loop {
            let more = read(reads);
            if more.is_empty() {
                break;
            }
            text += &more;
        }
        *said.borrow_mut() = format!("{text} {}", wait(child));
    });
    assert_eq!(outcomes.keys().collect::<Vec<_>>(), ["grandchild child 2"]);
    assert!(executions <= 4, "{executions}");
}

fn own_end() {
    let said = only(|said| {
        let [reads, _writes] = pipe();
        let child = fork(|| {
            read(reads);
            0
        });
        say(said, "forked");
        wait(child);
    });
    assert_eq!(said, "forked 2 wait");
}

fn left_behind() {
    let said = only(|said| {
        let [reads, _] = pipe();
        fork(|| {
            read(reads);
            0
        });
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let path = "a".to_owned();
        processes::call(SystemCall::Open { path, flags }).expect("it is made");
        close(open("a", OpenFlags::READ));
        say(said, "ended");
    });
    assert_eq!(said, "ended");
}

/// Forks, and does this in the child before that goes on.
fn fork_here(in_child: impl FnOnce()) -> Side {
    let side = processes::fork_at(Location::caller()).expect("there is room");
    if side == Side::Child {
        in_child();
    }
    side
}

fn returns_twice() {
    let said = only(|said| {
        // The grandchild, too, returns from here and then from the whole program.
        let tree = || {
            if let Side::Parent(child) = fork_here(|| ()) {
                return Some(wait(child));
            }
            None
        };
        let Side::Parent(parent) = fork_here(|| {
            tree();
        }) else {
            return;
        };
        let Side::Parent(panics) = fork_here(|| panic!("on purpose")) else {
            return;
        };
        let statuses = [wait(parent), wait(panics)];
        say(said, &format!("{statuses:?} {}", has_children()));
    });
    assert_eq!(said, "[0, 101] false");
}

fn told_apart() {
    assert!(!processes::is_program());
    let said = only(|said| {
        let child = fork(|| i32::from(processes::is_program()));
        say(
            said,
            &format!("{} {}", processes::is_program(), wait(child)),
        );
    });
    assert_eq!(said, "true 1");
    // The next execution has no processes.
    let seen = Rc::new(Cell::new(true));
    let told = Rc::clone(&seen);
    let program = move || told.set(processes::is_program());
    interleave::run(Config::default(), &mut RandomWalk::new(1), program);
    assert!(!seen.get() && !processes::is_program());
}
