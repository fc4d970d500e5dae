//! What a simulated kernel may do that programs seldom meet, and that a check asks for; and what it did
//! in a call.

use serde::{Deserialize, Serialize};

/// What a check asks for. Each choice that is made counts as a surprise, and each process has as many as
/// it has spurious wake-ups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct SystemChoices {
    /// A read or a write transfers fewer bytes than it could.
    pub short_transfers: bool,
    /// A call that waits is interrupted: `EINTR`.
    pub interrupted_calls: bool,
    /// A connection is reset: `ECONNRESET`.
    pub connection_resets: bool,
    /// Of several children that have ended, another one is waited for than the first.
    pub reaping_order: bool,
    /// How many descriptors each process may have open, if that is fewer than usual: `EMFILE`.
    pub descriptors: Option<u32>,
}

/// What a simulated kernel did in a call that programs seldom meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Surprise {
    /// It transferred fewer bytes than it could have.
    Short {
        /// How many.
        bytes: u64,
        /// How many were asked for.
        of: u64,
    },
    /// It was interrupted while it waited.
    Interrupted,
    /// The connection was reset.
    Reset,
    /// It told of the child with this number, although another one came before.
    Reaped(u32),
}
