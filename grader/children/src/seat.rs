//! A slot as the controller sees it.

use crate::process::Process;

/// What is in a slot.
#[derive(Debug, Default)]
pub(crate) struct Seat {
    pub(crate) occupant: Occupant,
    /// How many messages were heard.
    pub(crate) heard: u32,
    /// Which process it is, counted from the first one.
    pub(crate) serial: u64,
}

#[derive(Debug, Default)]
pub(crate) enum Occupant {
    #[default]
    None,
    /// A process that is to be forked by the one in this slot, if that is still the same one.
    Granted { parent: usize, serial: u64 },
    /// A process that works.
    Works(Process),
    /// A process that waits for an answer.
    Waits(Process),
}

impl Seat {
    /// The process, if one is known to be there.
    pub(crate) fn process(&self) -> Option<&Process> {
        match &self.occupant {
            Occupant::Works(process) | Occupant::Waits(process) => Some(process),
            Occupant::None | Occupant::Granted { .. } => None,
        }
    }
}
