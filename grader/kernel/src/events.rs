//! What can be waited for at a descriptor: the events of `poll(2)` and `epoll_ctl(2)`.

use serde::{Deserialize, Serialize};

use std::ops::BitOr;

/// Events, and the flags of an item of `epoll(7)`.
///
/// ```
/// use kernel::Events;
///
/// let events = Events::IN | Events::HUP;
/// assert!(events.has(Events::IN) && !events.has(Events::IN | Events::OUT));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Events(u32);

impl Events {
    /// None of them.
    pub const EMPTY: Self = Self(0);
    /// Reading does not wait: `POLLIN`, `EPOLLIN`.
    pub const IN: Self = Self(1);
    /// Writing does not wait: `POLLOUT`, `EPOLLOUT`.
    pub const OUT: Self = Self(1 << 2);
    /// An error is pending, or the other end of a pipe is closed. It is always told: `POLLERR`,
    /// `EPOLLERR`.
    pub const ERR: Self = Self(1 << 3);
    /// The other side has ended both directions. It is always told: `POLLHUP`, `EPOLLHUP`.
    pub const HUP: Self = Self(1 << 4);
    /// The descriptor is not open. It is told by `poll(2)` only: `POLLNVAL`.
    pub const NVAL: Self = Self(1 << 5);
    /// The peer of a socket will send nothing more: `POLLRDHUP`, `EPOLLRDHUP`.
    pub const RDHUP: Self = Self(1 << 13);
    /// An item is told once, and then not until it is modified: `EPOLLONESHOT`.
    pub const ONESHOT: Self = Self(1 << 30);
    /// An item is told again only after something has happened there, also if it is still ready:
    /// edge-triggered, `EPOLLET`.
    pub const ET: Self = Self(1 << 31);

    /// Those that are told although nothing asks for them.
    pub(crate) const ALWAYS: Self = Self(Self::ERR.0 | Self::HUP.0);

    /// Whether all of `others` are among these.
    #[must_use]
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Those that are also in `others`.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The bits, as Linux has them.
    ///
    /// ```
    /// assert_eq!(kernel::Events::RDHUP.bits(), 0x2000);
    /// ```
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// These, if the condition holds, and else none.
    pub(crate) const fn when(self, holds: bool) -> Self {
        if holds { self } else { Self::EMPTY }
    }
}

impl BitOr for Events {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}
