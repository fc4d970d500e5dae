//! Random programs, under every schedule in two ways and on real threads.
//!
//! Partial-order reduction must see the same results as plain enumeration of all schedules, and
//! real threads none that enumeration does not see. A program that shows otherwise is cut down
//! and printed as Rust. Each kind of program has a test of its own, so that
//! `cargo test -p interleave-std differential::reduction::readers` is about one; [`budget`] says
//! how to ask for more programs.

mod budget;
mod compare;
mod real;
mod search;

use crate::random::program::Kind;

macro_rules! for_each_kind {
    ($($name:ident $kind:ident)*) => {
        mod reduction {
            use super::{Kind, compare::compare};

            $(#[test]
            fn $name() {
                compare(Kind::$kind, 0);
            })*
        }

        mod real_in_model {
            use super::{Kind, real::compare};

            $(#[test]
            fn $name() {
                compare(Kind::$kind);
            })*
        }
    };
}

for_each_kind! {
    atomics Atomics
    mutexes Mutexes
    monitors Monitors
    condvars Condvars
    readers Readers
    tries Tries
    channels Channels
    rendezvous Rendezvous
    shared_receivers Shared
    parking Parking
    barriers Barriers
    onces Onces
    cells Cells
    locals Locals
    poison Poison
    trees Trees
    time Time
    counts Counts
    mixed Mixed
}

mod reduction_with_spurious_wake_ups {
    use super::{Kind, compare::compare};

    #[test]
    fn monitors() {
        compare(Kind::Monitors, 1);
    }

    #[test]
    fn condvars() {
        compare(Kind::Condvars, 1);
    }

    #[test]
    fn parking() {
        compare(Kind::Parking, 1);
    }

    #[test]
    fn atomics() {
        compare(Kind::Atomics, 1);
    }

    #[test]
    fn mixed() {
        compare(Kind::Mixed, 1);
    }
}
