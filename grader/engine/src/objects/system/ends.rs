//! Whether a write to a pipe could have found that all who could read it have closed it.
//!
//! That is so if no closing comes after the write. Else closings make no difference to writes, and
//! their order need not be tried: nearly all processes inherit ends that they do not use. So it is
//! looked for first, and where it is found all closings
//! [count](crate::Granularity::Releases).

use std::collections::BTreeMap;

use kernel::{Access, Accesses, Part};

use super::System;
use crate::{clock::VectorClock, execution::Execution, objects::Id};

/// What is known of the ends of pipes.
#[derive(Debug, Default)]
pub(super) struct Ends(BTreeMap<usize, Known>);

#[derive(Debug, Default)]
struct Known {
    /// What the processes know together that have written, as soon as they had.
    written: VectorClock,
    /// What those know together that have closed an end to read from it.
    closed: VectorClock,
}

impl Execution {
    /// Takes note of who writes to pipes and who closes them, and takes from the accesses what
    /// makes no difference. `fails` says that the call found that no process can read. Who could find that
    /// learns of those who have closed the pipe.
    pub(super) fn follow_ends(&mut self, system: Id<System>, accesses: &mut Accesses, fails: bool) {
        let is_end = |(part, _): &(Part, Access)| matches!(part, Part::ReadEnds(_));
        if !fails && !accesses.iter().any(is_end) {
            return;
        }
        let clock = self.tasks[self.current].clock.clone();
        let mut is_possible = fails;
        let mut learned = VectorClock::default();
        for (part, access) in accesses.iter() {
            let Part::ReadEnds(pipe) = *part else {
                continue;
            };
            let state = self.state(system);
            let known = state.ends.0.entry(pipe).or_default();
            if *access == Access::Open {
                known.written.join(&clock);
                if !state.kernel.has_readers(pipe) {
                    learned.join(&known.closed);
                }
                continue;
            }
            known.closed.join(&clock);
            // The last of them: the earlier ones are not after the write either, then.
            let is_last = !state.kernel.has_readers(pipe);
            is_possible |= is_last && !known.closed.knows(&known.written);
        }
        let current = self.current;
        self.tasks[current].clock.join(&learned);
        if is_possible {
            self.tell_releases();
        }
        if !self.shows_releases() && !fails {
            accesses.retain(|(part, _)| !matches!(part, Part::ReadEnds(_)));
        }
    }
}
