//! What else a call may come to on a real system: fewer bytes, another child, a connection that is
//! reset. Nothing here is a call. Who explores schedules makes these choices, and all else is the
//! business of the calls.

use crate::{
    access::Accesses,
    descriptor::Object,
    flags::MessageFlags,
    kernel::Kernel,
    pipe::PAGE,
    process::Pid,
    slots::Id,
    socket::{Family, Socket, State},
    system_call::{SocketCall, SystemCall},
    wait::Children,
};

impl Kernel {
    /// How many bytes a call could transfer instead of what it would now, fewer and at least one: one
    /// byte, and half of them.
    ///
    /// A read from a pipe or from a socket may give less than is there, and so may a write to a socket
    /// take less than there is room for. A write to a pipe of up to 4096 bytes is never torn apart
    /// (`PIPE_BUF` of `pipe(7)`), and files transfer all that they can.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn short_transfers(&self, pid: Pid, call: &SystemCall) -> Vec<usize> {
        let (most, asked) = self.transferable(pid, call).unwrap_or_default();
        let mut shorter = vec![1, most / 2];
        shorter.retain(|&bytes| bytes > 0 && bytes <= most && bytes < asked);
        shorter.dedup();
        shorter
    }

    /// How many bytes a call could transfer without waiting, and how many at most if it waits.
    fn transferable(&self, pid: Pid, call: &SystemCall) -> Option<(usize, usize)> {
        let id = self.description(pid, call.fd()?).ok()?;
        let object = self.descriptions.get(id).object;
        match (plain(call), object) {
            (SystemCall::Read { count, .. }, Object::ReadEnd(pipe)) => {
                let most = self.pipes.get(pipe).len().min(*count);
                Some((most, most))
            }
            (SystemCall::Write { bytes, .. }, Object::WriteEnd(pipe)) => {
                let most = self.pipes.get(pipe).free_pages() * PAGE;
                let is_atomic = bytes.len() <= PAGE;
                (!is_atomic).then_some((most.min(bytes.len()), bytes.len()))
            }
            (SystemCall::Read { count, .. }, Object::Socket(socket)) => {
                Some(self.receivable(socket, *count))
            }
            (SystemCall::Socket(SocketCall::Recv { count, flags, .. }), Object::Socket(socket)) => {
                let takes = !flags.has(MessageFlags::PEEK);
                takes.then(|| self.receivable(socket, *count))
            }
            (
                SystemCall::Write { bytes, .. }
                | SystemCall::Socket(SocketCall::Send { bytes, .. }),
                Object::Socket(socket),
            ) => {
                let peer = self.sockets.get(socket).peer?;
                let most = self.sockets.get(peer).received.room().min(bytes.len());
                Some((most, bytes.len()))
            }
            _ => None,
        }
    }

    fn receivable(&self, socket: Id<Socket>, count: usize) -> (usize, usize) {
        let most = self.sockets.get(socket).received.len().min(count);
        (most, most)
    }

    /// The children that a call could tell of, in their order: the call tells of the first, and a real
    /// system may have come to know of another one before.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn reapable(&self, pid: Pid, call: &SystemCall) -> Vec<Pid> {
        let (SystemCall::Wait { children, options } | SystemCall::TryWait { children, options }) =
            *plain(call)
        else {
            return Vec::new();
        };
        if matches!(children, Children::One(_)) {
            return Vec::new();
        }
        self.changed_children(pid, children, options)
            .unwrap_or_default()
            .into_iter()
            .map(|waited| waited.pid)
            .collect()
    }

    /// Whether the connection of a socket can be reset on its way, before a call that transfers bytes:
    /// it is one between hosts, and both ends are open.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn may_be_reset(&self, pid: Pid, call: &SystemCall) -> bool {
        self.resettable(pid, call).is_some()
    }

    fn resettable(&self, pid: Pid, call: &SystemCall) -> Option<(Id<Socket>, Id<Socket>)> {
        let socket = self.transferring(pid, call)?;
        let state = self.sockets.get(socket);
        let peer = state.peer?;
        let is_established = |id| self.sockets.get(id).state == State::Established;
        (is_established(socket) && is_established(peer)).then_some((socket, peer))
    }

    /// The socket of the Internet with which a call transfers bytes.
    fn transferring(&self, pid: Pid, call: &SystemCall) -> Option<Id<Socket>> {
        let transfers = matches!(
            plain(call),
            SystemCall::Read { .. }
                | SystemCall::Write { .. }
                | SystemCall::Socket(SocketCall::Recv { .. } | SocketCall::Send { .. })
        );
        let id = self
            .description(pid, call.fd().filter(|_| transfers)?)
            .ok()?;
        let socket = self.socket_of(id).ok()?;
        (self.sockets.get(socket).family == Family::Inet).then_some(socket)
    }

    /// Resets the connection with which a call transfers bytes, if that [can be](Self::may_be_reset):
    /// each end has `ECONNRESET` for its next call, behind what has arrived.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn reset_connection(&mut self, pid: Pid, call: &SystemCall) {
        if let Some((socket, peer)) = self.resettable(pid, call) {
            self.reset(socket);
            self.reset(peer);
        }
    }

    /// What the question touches whether the connection [may be reset](Self::may_be_reset), and what the
    /// reset does if it is.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn reset_accesses(&self, pid: Pid, call: &SystemCall, resets: bool) -> Accesses {
        let mut accesses = Accesses::new();
        let Some(socket) = self.transferring(pid, call) else {
            return accesses;
        };
        let peer = self.sockets.get(socket).peer;
        for end in [Some(socket), peer].into_iter().flatten() {
            if resets {
                self.change_accesses(end, &mut accesses);
            } else {
                self.state_accesses(end, crate::Access::Read, &mut accesses);
            }
        }
        accesses
    }
}

impl SystemCall {
    /// How many bytes it asks to transfer, if it transfers bytes; else none.
    pub fn asked_bytes(&self) -> usize {
        match plain(self) {
            Self::Read { count, .. } | Self::Socket(SocketCall::Recv { count, .. }) => *count,
            Self::Write { bytes, .. } | Self::Socket(SocketCall::Send { bytes, .. }) => bytes.len(),
            _ => 0,
        }
    }

    /// The same call for so many bytes, if it transfers bytes.
    #[must_use]
    pub fn shortened(&self, bytes: usize) -> Self {
        let mut shorter = self.clone();
        let plain = match &mut shorter {
            Self::Within { call, .. } => &mut **call,
            call => call,
        };
        match plain {
            Self::Read { count, .. } | Self::Socket(SocketCall::Recv { count, .. }) => {
                *count = bytes;
            }
            Self::Write { bytes: all, .. } | Self::Socket(SocketCall::Send { bytes: all, .. }) => {
                all.truncate(bytes);
            }
            _ => {}
        }
        shorter
    }

    /// The same call for one child, if it waits for children.
    #[must_use]
    pub fn of_child(&self, child: Pid) -> Self {
        let mut one = self.clone();
        let plain = match &mut one {
            Self::Within { call, .. } => &mut **call,
            call => call,
        };
        if let Self::Wait { children, .. } | Self::TryWait { children, .. } = plain {
            *children = Children::One(child);
        }
        one
    }
}

/// The call itself, be it one with a time limit.
fn plain(call: &SystemCall) -> &SystemCall {
    match call {
        SystemCall::Within { call, .. } => call,
        call => call,
    }
}
