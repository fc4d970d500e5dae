//! The calls with sockets: `socket(7)`.

use serde::{Deserialize, Serialize};

use std::net::{Shutdown, SocketAddrV4};

use super::Answer;
use crate::{
    clock::Nanos,
    descriptor::Fd,
    flags::{MessageFlags, OpenFlags},
    kernel::{Call, Kernel, Reply},
    process::Pid,
    time_limit::Direction,
    waiting::Request,
};

/// How [`Shutdown`] is sent.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Shutdown")]
enum Directions {
    Read,
    Write,
    Both,
}

/// A call with a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum SocketCall {
    /// [`Kernel::socket`].
    Socket { flags: OpenFlags },
    /// [`Kernel::socketpair`].
    Pair { flags: OpenFlags },
    /// [`Kernel::bind`].
    Bind { fd: Fd, address: SocketAddrV4 },
    /// [`Kernel::set_reuse_address`].
    SetReuseAddress { fd: Fd, is: bool },
    /// [`Kernel::listen`].
    Listen { fd: Fd, backlog: i32 },
    /// [`Kernel::accept`].
    Accept { fd: Fd, flags: OpenFlags },
    /// [`Kernel::connect`].
    Connect { fd: Fd, to: SocketAddrV4 },
    /// [`Kernel::shutdown`].
    Shutdown {
        fd: Fd,
        #[serde(with = "Directions")]
        how: Shutdown,
    },
    /// [`Kernel::recv`].
    Recv {
        fd: Fd,
        count: usize,
        flags: MessageFlags,
    },
    /// [`Kernel::send`].
    Send {
        fd: Fd,
        bytes: Vec<u8>,
        flags: MessageFlags,
    },
    /// [`Kernel::getsockname`].
    Name { fd: Fd },
    /// [`Kernel::getpeername`].
    PeerName { fd: Fd },
    /// [`Kernel::take_error`].
    TakeError { fd: Fd },
    /// [`Kernel::set_time_limit`].
    SetTimeLimit {
        fd: Fd,
        direction: Direction,
        limit: Option<Nanos>,
    },
    /// [`Kernel::time_limit`]. The answer is 0 where there is none.
    TimeLimit { fd: Fd, direction: Direction },
}

impl SocketCall {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "socket",
            Self::Pair { .. } => "socketpair",
            Self::Bind { .. } => "bind",
            Self::SetReuseAddress { .. } | Self::SetTimeLimit { .. } => "setsockopt",
            Self::Listen { .. } => "listen",
            Self::Accept { .. } => "accept4",
            Self::Connect { .. } => "connect",
            Self::Shutdown { .. } => "shutdown",
            Self::Recv { .. } => "recv",
            Self::Send { .. } => "send",
            Self::Name { .. } => "getsockname",
            Self::PeerName { .. } => "getpeername",
            Self::TakeError { .. } | Self::TimeLimit { .. } => "getsockopt",
        }
    }

    pub(super) fn fd(&self) -> Option<Fd> {
        match *self {
            Self::Socket { .. } | Self::Pair { .. } => None,
            Self::Bind { fd, .. }
            | Self::SetReuseAddress { fd, .. }
            | Self::Listen { fd, .. }
            | Self::Accept { fd, .. }
            | Self::Connect { fd, .. }
            | Self::Shutdown { fd, .. }
            | Self::Recv { fd, .. }
            | Self::Send { fd, .. }
            | Self::Name { fd }
            | Self::PeerName { fd }
            | Self::TakeError { fd }
            | Self::SetTimeLimit { fd, .. }
            | Self::TimeLimit { fd, .. } => Some(fd),
        }
    }

    pub(super) fn request(&self) -> Option<Request> {
        Some(match *self {
            Self::Accept { fd, .. } => Request::Accept(fd),
            Self::Connect { fd, to } => Request::Connect { fd, to },
            Self::Recv { fd, count, flags } => Request::Recv { fd, count, flags },
            Self::Send {
                fd,
                ref bytes,
                flags,
            } => Request::Send {
                fd,
                count: bytes.len(),
                flags,
            },
            _ => return None,
        })
    }
}

impl Kernel {
    pub(super) fn call_with_socket(&mut self, pid: Pid, call: &SocketCall) -> Call<Answer> {
        let nothing = |()| Reply::Done(Answer::Nothing);
        match *call {
            SocketCall::Socket { flags } => {
                let fd = self.socket(pid, flags)?;
                Ok(Reply::Done(Answer::Descriptor(fd)))
            }
            SocketCall::Pair { flags } => {
                let pair = self.socketpair(pid, flags)?;
                Ok(Reply::Done(Answer::Ends(pair)))
            }
            SocketCall::Bind { fd, address } => self.bind(pid, fd, address).map(nothing),
            SocketCall::SetReuseAddress { fd, is } => {
                self.set_reuse_address(pid, fd, is).map(nothing)
            }
            SocketCall::Listen { fd, backlog } => self.listen(pid, fd, backlog).map(nothing),
            SocketCall::Accept { fd, flags } => {
                Ok(self.accept(pid, fd, flags)?.map(Answer::Accepted))
            }
            SocketCall::Connect { fd, to } => {
                Ok(self.connect(pid, fd, to)?.map(|()| Answer::Nothing))
            }
            SocketCall::Shutdown { fd, how } => self.shutdown(pid, fd, how).map(nothing),
            SocketCall::Recv { fd, count, flags } => {
                Ok(self.recv(pid, fd, count, flags)?.map(Answer::Bytes))
            }
            SocketCall::Send {
                fd,
                ref bytes,
                flags,
            } => {
                let reply = self.send(pid, fd, bytes, flags)?;
                Ok(reply.map(|count| Answer::Number(count as u64)))
            }
            SocketCall::Name { fd } => {
                let name = self.getsockname(pid, fd)?;
                Ok(Reply::Done(Answer::Address(name)))
            }
            SocketCall::PeerName { fd } => {
                let name = self.getpeername(pid, fd)?;
                Ok(Reply::Done(Answer::Address(name)))
            }
            SocketCall::TakeError { fd } => {
                let error = self.take_error(pid, fd)?;
                Ok(Reply::Done(Answer::Error(error)))
            }
            SocketCall::SetTimeLimit {
                fd,
                direction,
                limit,
            } => self.set_time_limit(pid, fd, direction, limit).map(nothing),
            SocketCall::TimeLimit { fd, direction } => {
                let limit = self.time_limit(pid, fd, direction)?;
                Ok(Reply::Done(Answer::Number(limit.unwrap_or(0))))
            }
        }
    }
}
