//! How long calls with a socket wait at most: `SO_RCVTIMEO` and `SO_SNDTIMEO` of `socket(7)`.
//!
//! As with [`Within`](SystemCall::Within), how long a call waits is up to those who make it.

use serde::{Deserialize, Serialize};

use crate::{
    access::{Access, Accesses, Part},
    clock::Nanos,
    descriptor::{Fd, Object},
    errno::Errno,
    kernel::Kernel,
    process::Pid,
    slots::Id,
    socket::Socket,
    system_call::{SocketCall, SystemCall},
};

/// In which direction bytes, or connections, are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// To receive, or to accept: `SO_RCVTIMEO`.
    Receiving,
    /// To send, or to connect: `SO_SNDTIMEO`.
    Sending,
}

/// The limits of a socket, if it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TimeLimits {
    receiving: Option<Nanos>,
    sending: Option<Nanos>,
}

impl TimeLimits {
    fn of(self, direction: Direction) -> Option<Nanos> {
        match direction {
            Direction::Receiving => self.receiving,
            Direction::Sending => self.sending,
        }
    }
}

impl Kernel {
    /// Says how long calls with a socket wait at most in one direction; without a limit they wait
    /// as long as they have to. Sockets that a listener accepts have its limits.
    /// `setsockopt(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`.
    pub fn set_time_limit(
        &mut self,
        pid: Pid,
        fd: Fd,
        direction: Direction,
        limit: Option<Nanos>,
    ) -> Result<(), Errno> {
        let id = self.socket_behind(pid, fd)?;
        let limits = &mut self.sockets.get_mut(id).time_limits;
        match direction {
            Direction::Receiving => limits.receiving = limit,
            Direction::Sending => limits.sending = limit,
        }
        Ok(())
    }

    /// How long calls with a socket wait at most in one direction. `getsockopt(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`.
    pub fn time_limit(
        &self,
        pid: Pid,
        fd: Fd,
        direction: Direction,
    ) -> Result<Option<Nanos>, Errno> {
        let id = self.socket_behind(pid, fd)?;
        Ok(self.sockets.get(id).time_limits.of(direction))
    }

    /// How long this call waits at most by the limits of its socket, if it is one that they are for,
    /// and what it touches to look at them: nothing where there is no socket. To be asked when the
    /// process comes to the call: that another one sets a limit between that and the call changes
    /// nothing.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn limit_of_call(&self, pid: Pid, call: &SystemCall) -> (Option<Nanos>, Accesses) {
        let found = direction_of(call).and_then(|(fd, direction)| {
            let description = self.description(pid, fd).ok()?;
            match self.descriptions.get(description).object {
                Object::Socket(socket) => Some((socket, direction)),
                _ => None,
            }
        });
        let Some((socket, direction)) = found else {
            return (None, Accesses::new());
        };
        let mut accesses = Accesses::new();
        limit_accesses(socket, Access::Read, &mut accesses);
        (self.sockets.get(socket).time_limits.of(direction), accesses)
    }
}

/// The limits of a socket.
pub(crate) fn limit_accesses(socket: Id<Socket>, access: Access, to: &mut Accesses) {
    to.push((Part::TimeLimits(socket.number()), access));
}

/// The descriptor of a call that may wait by a socket, and the direction in which it does.
fn direction_of(call: &SystemCall) -> Option<(Fd, Direction)> {
    Some(match *call {
        SystemCall::Read { fd, .. }
        | SystemCall::Socket(SocketCall::Recv { fd, .. } | SocketCall::Accept { fd, .. }) => {
            (fd, Direction::Receiving)
        }
        SystemCall::Write { fd, .. }
        | SystemCall::Socket(SocketCall::Send { fd, .. } | SocketCall::Connect { fd, .. }) => {
            (fd, Direction::Sending)
        }
        _ => return None,
    })
}
