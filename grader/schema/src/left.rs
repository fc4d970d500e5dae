//! What processes have left when a scenario ends.

use serde::{Deserialize, Serialize};

/// Something that was there when the first process ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// A process that had not ended, by the index of its thread.
    Running(usize),
    /// A process that had ended, and for which nobody had waited.
    Zombie(usize),
    /// A descriptor of the first process, and the call that gave it.
    Descriptor {
        /// Its number.
        fd: i32,
        /// The name of the call.
        call: String,
    },
    /// The name of a segment of shared memory.
    SharedMemory(String),
    /// The name of a semaphore.
    Semaphore(String),
    /// The path of a file.
    File(String),
}

/// A kind of what processes can leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftKind {
    /// Processes, running or ended.
    Processes,
    /// Descriptors of the first process.
    Descriptors,
    /// Names of what processes share, and files.
    Names,
}

/// Which kinds properties observe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftKinds {
    /// Processes.
    pub processes: bool,
    /// Descriptors.
    pub descriptors: bool,
    /// Names.
    pub names: bool,
}

impl Left {
    /// Of which kind it is.
    pub fn kind(&self) -> LeftKind {
        match self {
            Self::Running(_) | Self::Zombie(_) => LeftKind::Processes,
            Self::Descriptor { .. } => LeftKind::Descriptors,
            Self::SharedMemory(_) | Self::Semaphore(_) | Self::File(_) => LeftKind::Names,
        }
    }
}

impl LeftKinds {
    /// This one alone.
    #[must_use]
    pub fn only(kind: LeftKind) -> Self {
        Self {
            processes: kind == LeftKind::Processes,
            descriptors: kind == LeftKind::Descriptors,
            names: kind == LeftKind::Names,
        }
    }

    /// Those of either.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            processes: self.processes || other.processes,
            descriptors: self.descriptors || other.descriptors,
            names: self.names || other.names,
        }
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn has(self, kind: LeftKind) -> bool {
        match kind {
            LeftKind::Processes => self.processes,
            LeftKind::Descriptors => self.descriptors,
            LeftKind::Names => self.names,
        }
    }
}
