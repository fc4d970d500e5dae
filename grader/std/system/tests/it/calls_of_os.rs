//! The crate `os` on the simulated kernel: the programs that its own tests run on the real system.

#[path = "../../../../os/tests/programs/mod.rs"]
mod programs;

use std::collections::BTreeSet;

use crate::{
    harness::Test,
    search::{say, search},
};

macro_rules! tests {
    ($($name:ident: $module:ident::$program:ident => [$($outcome:literal),*];)*) => {
        $(
            fn $name() {
                let (outcomes, _) = search(|said| say(said, &programs::$module::$program()));
                let found: BTreeSet<&str> = outcomes.keys().map(|outcome| &**outcome).collect();
                assert_eq!(found, BTreeSet::from([$($outcome),*]));
            }
        )*

        pub(crate) const TESTS: &[Test] = &[$((stringify!($name), $name)),*];
    };
}
programs::with_programs! { tests }
