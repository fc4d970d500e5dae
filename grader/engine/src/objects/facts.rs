//! What is to be known of an operation before a thread does it.

use crate::{access::Access, readiness::BlockOn};

/// What a thread may have to wait for before it can do an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Nothing.
    Never,
    /// Something of which it is [noted](crate::readiness) whether it blocks.
    While(BlockOn),
    /// That another thread wakes it.
    Asleep,
    /// What the state of the object or of a thread tells whenever it is asked.
    Until,
}

/// Which other operations on the same object have the same effect before and after an operation, as
/// far as that is known before they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commutes {
    /// None.
    Nothing,
    /// Those that only read as well.
    Reads,
    /// Those that only add as well.
    Additions,
}

/// What is to be known of an operation before a thread does it. What the step did to which resource
/// is in its [footprint](crate::access::Footprint).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    /// What the thread may have to wait for.
    pub(crate) wait: Wait,
    /// Whether the thread may have to wait, or learns what others did.
    pub(crate) may_learn: bool,
    /// How the thread would take the object, if it waits for its turn.
    pub(crate) awaits: Option<Access>,
    /// Which other operations on the object it commutes with.
    pub(crate) commutes: Commutes,
    /// Whether it makes no difference which thread does it, unless its footprint says so.
    pub(crate) by_anyone: bool,
    /// Whether the wait may end for no reason.
    pub(crate) may_be_spurious: bool,
}

impl Facts {
    /// The thread does not wait, and learns nothing of the others.
    pub(crate) const TELLS: Self = Self {
        wait: Wait::Never,
        may_learn: false,
        awaits: None,
        commutes: Commutes::Nothing,
        by_anyone: false,
        may_be_spurious: false,
    };

    /// The thread does not wait, and may learn what others did.
    pub(crate) const LEARNS: Self = Self {
        may_learn: true,
        ..Self::TELLS
    };

    /// The thread may have to wait.
    pub(crate) const fn waits(wait: Wait) -> Self {
        Self {
            wait,
            ..Self::LEARNS
        }
    }

    /// The thread waits for its turn, and then takes the object as `access` says.
    pub(crate) const fn takes(wait: Wait, access: Access) -> Self {
        Self {
            awaits: Some(access),
            ..Self::waits(wait)
        }
    }

    /// The same for an operation that only reads.
    pub(crate) const fn reads(self) -> Self {
        Self {
            commutes: Commutes::Reads,
            ..self
        }
    }

    /// The same for an operation that only adds.
    pub(crate) const fn adds(self) -> Self {
        Self {
            commutes: Commutes::Additions,
            ..self
        }
    }

    /// The same for an operation of which it makes no difference which thread does it.
    pub(crate) const fn by_anyone(self) -> Self {
        Self {
            by_anyone: true,
            ..self
        }
    }

    /// The same for a wait that may end for no reason.
    pub(crate) const fn spurious(self) -> Self {
        Self {
            may_be_spurious: true,
            ..self
        }
    }

    /// Whether the thread may have to wait.
    pub(crate) fn may_wait(self) -> bool {
        self.wait != Wait::Never
    }
}
