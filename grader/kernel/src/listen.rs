//! Listening for connections: `listen(2)`, `accept(2)`.

use serde::{Deserialize, Serialize};

use std::net::SocketAddrV4;

use crate::{
    descriptor::{Description, Fd},
    errno::Errno,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    slots::Id,
    socket::{Family, Progress, Socket, State},
};

/// A connection that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The descriptor of its socket.
    pub fd: Fd,
    /// The name of the socket that had asked for it.
    pub peer: SocketAddrV4,
}

impl Kernel {
    /// Makes a socket a listener, or gives it another backlog. `listen(2)`
    ///
    /// A backlog of `n` has room for `n + 1` connections, as in Linux, and is no larger than
    /// [`Limits::backlog`](crate::Limits::backlog); a negative one is as large as possible.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `EADDRINUSE` if another socket listens at this port, `EINVAL` if it is
    /// connected or was to be.
    pub fn listen(&mut self, pid: Pid, fd: Fd, backlog: i32) -> Result<(), Errno> {
        let id = self.socket_behind(pid, fd)?;
        let most = usize::try_from(backlog).unwrap_or(usize::MAX);
        let most = most.min(self.limits.backlog);
        let free = self.free_port();
        let socket = self.sockets.get_mut(id);
        if socket.family == Family::Unix
            || socket.progress != Progress::Unconnected
            || !matches!(socket.state, State::Close | State::Listen)
        {
            return Err(Errno::EINVAL);
        }
        socket.backlog.most = most;
        if socket.state == State::Listen {
            self.fill_backlog(id);
            return Ok(());
        }
        if socket.is_bound {
            let port = socket.name.port();
            if self.is_port_refused(id, port) {
                return Err(Errno::EADDRINUSE);
            }
        } else {
            socket.name.set_port(free.ok_or(Errno::EADDRINUSE)?);
            self.hold_port(id);
        }
        self.sockets.get_mut(id).state = State::Listen;
        self.listeners.retain(|listener| *listener != id);
        self.listeners.push(id);
        Ok(())
    }

    /// Takes the oldest connection out of the backlog of a listener. Of the flags,
    /// [`OpenFlags::NONBLOCK`] counts, for the new socket. `accept4(2)`
    ///
    /// A connection that its peer has thrown away meanwhile is accepted nevertheless, as in Linux.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EMFILE`, `ENOTSOCK`, `EINVAL` if it is no listener, `EAGAIN` instead of waiting.
    pub fn accept(&mut self, pid: Pid, fd: Fd, flags: OpenFlags) -> Call<Accepted> {
        let id = self.description(pid, fd)?;
        self.accept_description(pid, id, flags)
    }

    /// The same for a description.
    pub(crate) fn accept_description(
        &mut self,
        pid: Pid,
        id: Id<Description>,
        flags: OpenFlags,
    ) -> Call<Accepted> {
        let fd = self.free(pid)?;
        let listener = self.socket_of(id)?;
        let socket = self.sockets.get_mut(listener);
        if socket.state != State::Listen {
            return Err(Errno::EINVAL);
        }
        let Some(accepted) = socket.backlog.established.pop_front() else {
            return self.waits(id, WaitFor::Connection(listener.number()));
        };
        self.fill_backlog(listener);
        self.open_socket(pid, fd, accepted, flags);
        let peer = self.sockets.get(accepted).peer_name;
        Ok(Reply::Done(Accepted { fd, peer }))
    }

    /// What the call would wait for.
    pub(crate) fn accept_waits(&self, pid: Pid, id: Id<Description>) -> Option<WaitFor> {
        self.free(pid).ok()?;
        let listener = self.socket_of(id).ok()?;
        let socket = self.sockets.get(listener);
        let is_idle = socket.state == State::Listen && socket.backlog.established.is_empty();
        let waits = is_idle && self.may_wait(id);
        waits.then_some(WaitFor::Connection(listener.number()))
    }

    /// Ends the listening: connections that were not accepted are reset, and those that were asked
    /// for are refused.
    pub(crate) fn end_backlog(&mut self, socket: &mut Socket) {
        let backlog = std::mem::take(&mut socket.backlog);
        for waiting in backlog.waiting {
            self.reset(waiting);
        }
        for connection in backlog.established {
            if let Some(last) = self.sockets.release(connection) {
                self.release_port(&last);
                self.abort(&last);
            }
        }
    }
}
