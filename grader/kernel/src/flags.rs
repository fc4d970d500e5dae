//! Arguments of calls.

use serde::{Deserialize, Serialize};
use std::ops::BitOr;

/// How something is opened: `open(2)`, `pipe2(2)`, `fcntl(2)`.
///
/// ```
/// use kernel::OpenFlags;
///
/// let flags = OpenFlags::READ | OpenFlags::CREATE;
/// assert!(flags.has(OpenFlags::CREATE) && !flags.has(OpenFlags::WRITE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OpenFlags(u16);

impl OpenFlags {
    /// None of them.
    pub const EMPTY: Self = Self(0);
    /// For reading; with [`WRITE`](Self::WRITE), for both: `O_RDONLY`, `O_RDWR`.
    pub const READ: Self = Self(1);
    /// For writing: `O_WRONLY`.
    pub const WRITE: Self = Self(1 << 1);
    /// Each write goes to the end: `O_APPEND`.
    pub const APPEND: Self = Self(1 << 2);
    /// A file that is not there is made: `O_CREAT`.
    pub const CREATE: Self = Self(1 << 3);
    /// With [`CREATE`](Self::CREATE): it must not be there yet. `O_EXCL`
    pub const NEW: Self = Self(1 << 4);
    /// What the file holds is thrown away: `O_TRUNC`.
    pub const TRUNCATE: Self = Self(1 << 5);
    /// Calls fail with `EAGAIN` instead of waiting: `O_NONBLOCK`.
    pub const NONBLOCK: Self = Self(1 << 6);
    /// It must be a directory: `O_DIRECTORY`.
    pub const DIRECTORY: Self = Self(1 << 7);

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

    /// These without `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }
}

impl BitOr for OpenFlags {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// How a message is sent or received: `send(2)`, `recv(2)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageFlags(u8);

impl MessageFlags {
    /// None of them: as `read(2)` and `write(2)`.
    pub const EMPTY: Self = Self(0);
    /// What is received stays where it is: `MSG_PEEK`.
    pub const PEEK: Self = Self(1);
    /// This call fails with `EAGAIN` instead of waiting: `MSG_DONTWAIT`.
    pub const DONTWAIT: Self = Self(1 << 1);
    /// `EPIPE` comes without `SIGPIPE`: `MSG_NOSIGNAL`.
    pub const NOSIGNAL: Self = Self(1 << 2);

    /// Whether all of `others` are among these.
    #[must_use]
    pub const fn has(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl BitOr for MessageFlags {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

/// From where an offset counts: `lseek(2)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whence {
    /// From the beginning: `SEEK_SET`.
    Start,
    /// From where the description is: `SEEK_CUR`.
    Current,
    /// From the end of the file: `SEEK_END`.
    End,
}
