//! What operations do to the counts of an `Arc`: a function of the counts alone.

use crate::{access::Access, objects::Facts, trace::Counted};

/// What is done to the counts of a shared value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// One more `Arc`.
    Clone,
    /// One `Arc` less.
    Drop,
    /// One more `Weak`, made from an `Arc`.
    Downgrade,
    /// One more `Weak`, made from another.
    WeakClone,
    /// One `Weak` less.
    WeakDrop,
    /// The first `Arc` of a value that a `Weak` was there before.
    Complete,
    /// How many `Arc`s are there?
    StrongCount,
    /// How many `Weak`s are there?
    WeakCount,
    /// Take the value if this is the only `Arc`.
    TryUnwrap,
    /// Drop an `Arc`, and take the value if it was the last.
    IntoInner,
    /// Change the value if nobody else has or watches it.
    GetMut,
    /// Change the value if this is the only `Arc`, and a copy of it otherwise.
    MakeMut,
    /// One more `Arc`, made from a `Weak`, if there is one still.
    Upgrade,
}

impl Operation {
    /// What is to be known of it before it is done.
    pub(super) fn facts(self) -> Facts {
        match self {
            Self::Clone | Self::WeakClone | Self::WeakDrop => Facts::TELLS.adds(),
            Self::Drop | Self::Downgrade | Self::Complete => Facts::LEARNS.adds(),
            Self::StrongCount | Self::WeakCount | Self::GetMut => Facts::LEARNS.reads(),
            Self::TryUnwrap | Self::IntoInner | Self::MakeMut | Self::Upgrade => Facts::LEARNS,
        }
    }

    /// Whether the thread is told something of the counts.
    pub(super) fn asks(self) -> bool {
        !matches!(
            self,
            Self::Clone
                | Self::Drop
                | Self::Downgrade
                | Self::WeakClone
                | Self::WeakDrop
                | Self::Complete
        )
    }
}

/// How many share a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// The `Arc`s.
    pub strong: usize,
    /// The `Weak`s.
    pub weak: usize,
}

/// What an operation does to the two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touches {
    pub(super) strong: Option<Access>,
    pub(super) weak: Option<Access>,
}

impl Operation {
    /// What it does to counts that are `before`. `drops` says whether it is to be tried out
    /// which thread drops the last `Arc`.
    pub(super) fn touches(self, before: Counts, drops: bool) -> Touches {
        let alone = before.strong == 1;
        let strong = match self {
            // Two drops, neither of which can be the last, come to the same in either order.
            Self::Drop if drops && before.strong <= 2 => Some(Access::Write),
            Self::Clone | Self::Drop => Some(Access::Add),
            Self::Complete | Self::IntoInner => Some(Access::Write),
            Self::TryUnwrap if alone => Some(Access::Write),
            Self::Upgrade if before.strong > 0 => Some(Access::Write),
            // Whoever watches the value is left with nothing.
            Self::MakeMut if alone && before.weak > 0 => Some(Access::Write),
            Self::GetMut if before.weak > 0 => None,
            Self::Downgrade | Self::WeakClone | Self::WeakDrop => None,
            Self::StrongCount
            | Self::WeakCount
            | Self::TryUnwrap
            | Self::GetMut
            | Self::MakeMut
            | Self::Upgrade => Some(Access::Read),
        };
        let weak = match self {
            Self::Downgrade | Self::WeakClone | Self::WeakDrop => Some(Access::Add),
            Self::WeakCount | Self::GetMut => Some(Access::Read),
            Self::MakeMut if alone => Some(Access::Read),
            _ => None,
        };
        Touches { strong, weak }
    }

    /// What it does to counts that are `before`, or learns of them, for a trace.
    pub(super) fn counted(self, before: Counts) -> Counted {
        let Counts { strong, weak } = before;
        let alone = match self {
            Self::GetMut => strong == 1 && weak == 0,
            Self::TryUnwrap | Self::IntoInner | Self::MakeMut => strong == 1,
            _ => false,
        };
        let more = |old| Counted::Changed { old, new: old + 1 };
        let less = |old: usize| Counted::Changed {
            old,
            new: old.saturating_sub(1),
        };
        match self {
            _ if alone => Counted::Alone,
            Self::GetMut if strong == 1 => Counted::Watched,
            // Of a value that is gone nobody counts who watches it.
            Self::Upgrade | Self::WeakClone | Self::WeakDrop if strong == 0 => Counted::Gone,
            Self::Clone | Self::Upgrade | Self::Complete => more(strong),
            Self::Drop => less(strong),
            Self::Downgrade | Self::WeakClone => more(weak),
            Self::WeakDrop => less(weak),
            Self::WeakCount => Counted::Told(weak),
            Self::StrongCount
            | Self::TryUnwrap
            | Self::IntoInner
            | Self::GetMut
            | Self::MakeMut => Counted::Told(strong),
        }
    }
}
