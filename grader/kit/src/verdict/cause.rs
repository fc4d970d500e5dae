//! What in an interleaving brought the failure about: one sentence, made of facts of
//! the shortest interleaving found. Where nothing can be said for certain, nothing is.

use grader_schema::{
    Text,
    protocol::{Ending, Replayed},
};

use super::{endless, explain::Reader, interference, poisoned, stuck};

/// The sentence, if there is one.
pub(super) fn cause(replayed: &Replayed, reader: &Reader<'_>) -> Option<Text> {
    match &replayed.observation.ending {
        Ending::Deadlock(threads) => stuck::reason(threads, &replayed.trace, reader)
            .or_else(|| interference::reason(replayed, reader)),
        Ending::NoProgress { .. } => endless::reason(&replayed.trace, reader),
        Ending::Panicked { .. } => {
            poisoned::reason(replayed, reader).or_else(|| interference::reason(replayed, reader))
        }
        Ending::Completed => interference::reason(replayed, reader),
        Ending::DataRace { .. } | Ending::OutputLimit | Ending::Diverged { .. } => None,
    }
}
