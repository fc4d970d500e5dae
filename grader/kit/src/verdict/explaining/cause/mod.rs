//! The cause of a failure in one sentence, made of facts of the shortest interleaving found.
//! A cause that is not certain is not stated.

mod endless;
mod facts;
mod interference;
mod poisoned;
mod stuck;
mod surprised;

use grader_schema::{
    Text,
    protocol::{Ending, Replayed},
};

use super::names::Names;

/// The sentence, if there is one.
pub(crate) fn cause(replayed: &Replayed, names: &Names<'_>) -> Option<Text> {
    match &replayed.observation.ending {
        Ending::Deadlock(threads) => stuck::reason(threads, &replayed.trace, names)
            .or_else(|| surprised::reason(replayed, names))
            .or_else(|| interference::reason(replayed, names)),
        Ending::NoProgress { .. } => endless::reason(&replayed.trace, names),
        Ending::Panicked { .. } => poisoned::reason(replayed, names)
            .or_else(|| surprised::reason(replayed, names))
            .or_else(|| interference::reason(replayed, names)),
        Ending::Completed => {
            surprised::reason(replayed, names).or_else(|| interference::reason(replayed, names))
        }
        Ending::DataRace { .. }
        | Ending::OutputLimit
        | Ending::Killed { .. }
        | Ending::Diverged { .. } => None,
    }
}
