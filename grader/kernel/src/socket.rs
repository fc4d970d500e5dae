//! Sockets: `socket(2)`, `socketpair(2)`, `getsockname(2)`, `getpeername(2)`, `socket(7)`.

use serde::{Deserialize, Serialize};

use std::{collections::VecDeque, net::SocketAddrV4};

use crate::{
    buffer::Buffer,
    descriptor::{Description, Fd, Object},
    errno::Errno,
    flags::OpenFlags,
    kernel::Kernel,
    port::UNSPECIFIED,
    process::Pid,
    slots::Id,
    time_limit::TimeLimits,
};

/// The name of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Address {
    /// An address and a port: `ip(7)`.
    Inet(SocketAddrV4),
    /// A socket of a pair has no name: `unix(7)`.
    Unnamed,
}

/// What kind of socket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// A stream of TCP: `AF_INET`.
    Inet,
    /// One of a pair: `AF_UNIX`.
    Unix,
}

/// The state of a connection, as `netstat(8)` shows it. Segments arrive at once, so that those
/// which only wait for an acknowledgement do not occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Close,
    Listen,
    /// The backlog of the listener was full when the connection was asked for.
    SynSent,
    Established,
    /// This side will send nothing more: `FIN_WAIT2`.
    FinWait,
    /// The peer will send nothing more.
    CloseWait,
}

/// How far `connect(2)` has come: `enum socket_state` of Linux, which is not the state of the
/// connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Unconnected,
    /// It was begun, and its result was not told yet.
    Connecting,
    Connected,
    /// It had failed, and then the socket was shut down: no further attempt is allowed.
    Disconnecting,
}

/// What is shut down of a socket: `sk_shutdown` of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Ended {
    pub(crate) receiving: bool,
    pub(crate) sending: bool,
}

impl Ended {
    pub(crate) const BOTH: Self = Self {
        receiving: true,
        sending: true,
    };

    pub(crate) fn add(&mut self, other: Self) {
        self.receiving |= other.receiving;
        self.sending |= other.sending;
    }
}

/// Which parts of its name `bind(2)` asked for: `sk_userlocks` of Linux.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Asked {
    /// The port is held until the socket is closed.
    pub(crate) port: bool,
    /// The address stays when a connection has failed.
    pub(crate) address: bool,
}

/// A socket. Fields have the meaning of those of `struct sock` in Linux.
#[derive(Debug, Clone)]
pub(crate) struct Socket {
    pub(crate) family: Family,
    pub(crate) state: State,
    pub(crate) progress: Progress,
    pub(crate) ended: Ended,
    /// Whether the end of the stream has arrived: `SOCK_DONE`.
    pub(crate) is_done: bool,
    /// The pending error, which one call is told: `SO_ERROR`.
    pub(crate) error: Option<Errno>,
    pub(crate) received: Buffer,
    /// The other side, until it is closed.
    pub(crate) peer: Option<Id<Socket>>,
    /// The same, and it stays: what was done by way of the connection is remembered by that.
    pub(crate) last_peer: Option<Id<Socket>>,
    /// What `getsockname(2)` says. The port is still there when it is not held any more.
    pub(crate) name: SocketAddrV4,
    /// With whom it is connected, or was at last.
    pub(crate) peer_name: SocketAddrV4,
    /// Whether it holds the port of its name.
    pub(crate) is_bound: bool,
    pub(crate) asked_for: Asked,
    /// `SO_REUSEADDR`.
    pub(crate) reuses_address: bool,
    pub(crate) backlog: Backlog,
    pub(crate) time_limits: TimeLimits,
}

/// The connections that a listener has and that were not accepted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backlog {
    /// What `listen(2)` asked for. There is room for one more, as in Linux.
    pub(crate) most: usize,
    /// Sockets of established connections.
    pub(crate) established: VecDeque<Id<Socket>>,
    /// Sockets that ask for a connection, which are to become established when there is room.
    pub(crate) waiting: VecDeque<Id<Socket>>,
}

impl Backlog {
    pub(crate) fn is_full(&self) -> bool {
        self.established.len() > self.most
    }
}

impl Socket {
    pub(crate) fn new(family: Family, most: usize) -> Self {
        Self {
            family,
            state: State::Close,
            progress: Progress::Unconnected,
            ended: Ended::default(),
            is_done: false,
            error: None,
            received: Buffer::new(most),
            peer: None,
            last_peer: None,
            name: UNSPECIFIED,
            peer_name: UNSPECIFIED,
            is_bound: false,
            asked_for: Asked::default(),
            reuses_address: false,
            backlog: Backlog::default(),
            time_limits: TimeLimits::default(),
        }
    }
}

impl Kernel {
    /// A stream socket of the loopback address: `AF_INET` and `SOCK_STREAM`. Of the flags,
    /// [`OpenFlags::NONBLOCK`] counts. `socket(2)`
    ///
    /// # Errors
    ///
    /// `EMFILE`.
    pub fn socket(&mut self, pid: Pid, flags: OpenFlags) -> Result<Fd, Errno> {
        let fd = self.free(pid)?;
        let socket = Socket::new(Family::Inet, self.limits.socket_bytes);
        let socket = self.sockets.add(socket);
        self.open_socket(pid, fd, socket, flags);
        Ok(fd)
    }

    /// Two sockets that are connected with each other: `AF_UNIX` and `SOCK_STREAM`.
    /// `socketpair(2)`
    ///
    /// # Errors
    ///
    /// `EMFILE`.
    pub fn socketpair(&mut self, pid: Pid, flags: OpenFlags) -> Result<[Fd; 2], Errno> {
        let first = self.free(pid)?;
        let second = self.free_from(pid, first + 1)?;
        let mut socket = Socket::new(Family::Unix, self.limits.socket_bytes);
        socket.state = State::Established;
        socket.progress = Progress::Connected;
        let one = self.sockets.add(socket.clone());
        socket.peer = Some(one);
        socket.last_peer = Some(one);
        let other = self.sockets.add(socket);
        let first_socket = self.sockets.get_mut(one);
        first_socket.peer = Some(other);
        first_socket.last_peer = Some(other);
        self.open_socket(pid, first, one, flags);
        self.open_socket(pid, second, other, flags);
        Ok([first, second])
    }

    /// A descriptor of a socket.
    pub(crate) fn open_socket(&mut self, pid: Pid, fd: Fd, socket: Id<Socket>, flags: OpenFlags) {
        let kept = OpenFlags::READ | OpenFlags::WRITE | flags.among(OpenFlags::NONBLOCK);
        self.open_as(pid, fd, Description::new(Object::Socket(socket), kept));
    }

    /// The name of a socket. `getsockname(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`.
    pub fn getsockname(&self, pid: Pid, fd: Fd) -> Result<Address, Errno> {
        let socket = self.sockets.get(self.socket_behind(pid, fd)?);
        Ok(match socket.family {
            Family::Inet => Address::Inet(socket.name),
            Family::Unix => Address::Unnamed,
        })
    }

    /// The name of the socket with which this one is connected. `getpeername(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `ENOTCONN`.
    pub fn getpeername(&self, pid: Pid, fd: Fd) -> Result<Address, Errno> {
        let socket = self.sockets.get(self.socket_behind(pid, fd)?);
        match (socket.family, socket.state) {
            (Family::Unix, _) => Ok(Address::Unnamed),
            (Family::Inet, State::Close | State::Listen | State::SynSent) => Err(Errno::ENOTCONN),
            (Family::Inet, _) => Ok(Address::Inet(socket.peer_name)),
        }
    }

    /// Takes the pending error of a socket: `SO_ERROR` of `getsockopt(2)`.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`.
    pub fn take_error(&mut self, pid: Pid, fd: Fd) -> Result<Option<Errno>, Errno> {
        let socket = self.socket_behind(pid, fd)?;
        Ok(self.sockets.get_mut(socket).error.take())
    }

    /// The socket behind a descriptor.
    pub(crate) fn socket_behind(&self, pid: Pid, fd: Fd) -> Result<Id<Socket>, Errno> {
        self.socket_of(self.description(pid, fd)?)
    }

    /// The socket that a description is open on.
    pub(crate) fn socket_of(&self, id: Id<Description>) -> Result<Id<Socket>, Errno> {
        match self.descriptions.get(id).object {
            Object::Socket(socket) => Ok(socket),
            _ => Err(Errno::ENOTSOCK),
        }
    }
}
