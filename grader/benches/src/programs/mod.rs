//! The programs, each written once in plain Rust.
//!
//! Every backend includes this directory below a module that has its own `sync` and
//! `thread`, so that all of them run the same text.

use super::{sync, thread};
use crate::program::Program;

mod counter;
mod deque;
mod philosophers;
mod queue;
mod readers_writers;
mod reorder;
mod stack;
mod two_stage;
mod wake_up;

/// All programs. `threads` counts the main thread.
pub(crate) const PROGRAMS: &[Program] = &[
    Program {
        name: "racy-inc",
        threads: 3,
        right: counter::atomic,
        wrong: counter::load_then_store,
    },
    Program {
        name: "queue 1",
        threads: 5,
        right: queue::two_condvars::<1>,
        wrong: queue::shared_condvar::<1>,
    },
    Program {
        name: "queue 2",
        threads: 5,
        right: queue::two_condvars::<2>,
        wrong: queue::shared_condvar::<2>,
    },
    Program {
        name: "queue 3",
        threads: 5,
        right: queue::two_condvars::<3>,
        wrong: queue::shared_condvar::<3>,
    },
    Program {
        name: "phil 3",
        threads: 4,
        right: philosophers::ordered::<3>,
        wrong: philosophers::naive::<3>,
    },
    Program {
        name: "phil 5",
        threads: 6,
        right: philosophers::ordered::<5>,
        wrong: philosophers::naive::<5>,
    },
    Program {
        name: "phil 8",
        threads: 9,
        right: philosophers::ordered::<8>,
        wrong: philosophers::naive::<8>,
    },
    Program {
        name: "reorder 3",
        threads: 4,
        right: reorder::locked::<3>,
        wrong: reorder::unlocked::<3>,
    },
    Program {
        name: "reorder 5",
        threads: 6,
        right: reorder::locked::<5>,
        wrong: reorder::unlocked::<5>,
    },
    Program {
        name: "reorder 10",
        threads: 11,
        right: reorder::locked::<10>,
        wrong: reorder::unlocked::<10>,
    },
    Program {
        name: "two-stage",
        threads: 3,
        right: two_stage::one_stage,
        wrong: two_stage::two_stages,
    },
    Program {
        name: "ABA stack",
        threads: 3,
        right: stack::tagged,
        wrong: stack::untagged,
    },
    Program {
        name: "WSQ",
        threads: 3,
        right: deque::announces_first,
        wrong: deque::checks_first,
    },
    Program {
        name: "lost wake-up",
        threads: 3,
        right: wake_up::checked_inside,
        wrong: wake_up::checked_outside,
    },
    Program {
        name: "readers-writers",
        threads: 4,
        right: readers_writers::waits_while,
        wrong: readers_writers::waits_once,
    },
];
