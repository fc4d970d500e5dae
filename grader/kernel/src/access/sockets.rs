//! What calls with sockets touch.
//!
//! Calls with one socket of a connection depend on whether the other one is still open. Everything
//! that a call may do to other sockets by the way is counted as a change of them.

use super::{Access, Accesses, Part, pipes::raise_accesses};
use crate::{
    descriptor::{Fd, Object},
    flags::MessageFlags,
    kernel::Kernel,
    port::FIRST_EPHEMERAL,
    process::Pid,
    slots::Id,
    socket::{Socket, State},
    system_call::SocketCall,
    time_limit::limit_accesses,
};

impl Kernel {
    pub(super) fn socket_accesses(&self, pid: Pid, call: &SocketCall, to: &mut Accesses) {
        let fd = match *call {
            SocketCall::Socket { .. } | SocketCall::Pair { .. } => return,
            SocketCall::Bind { fd, .. }
            | SocketCall::SetReuseAddress { fd, .. }
            | SocketCall::Listen { fd, .. }
            | SocketCall::Accept { fd, .. }
            | SocketCall::Connect { fd, .. }
            | SocketCall::Shutdown { fd, .. }
            | SocketCall::Recv { fd, .. }
            | SocketCall::Send { fd, .. }
            | SocketCall::Name { fd }
            | SocketCall::PeerName { fd }
            | SocketCall::TakeError { fd }
            | SocketCall::SetTimeLimit { fd, .. }
            | SocketCall::TimeLimit { fd, .. } => fd,
        };
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        to.push((Part::Description(id.number()), Access::Read));
        if let Ok(socket) = self.socket_of(id) {
            self.one_socket_accesses(pid, socket, call, to);
        }
    }

    /// The same for a socket without its descriptor.
    pub(super) fn one_socket_accesses(
        &self,
        pid: Pid,
        socket: Id<Socket>,
        call: &SocketCall,
        to: &mut Accesses,
    ) {
        let port = self.sockets.get(socket).name.port();
        match *call {
            SocketCall::Socket { .. } | SocketCall::Pair { .. } => {}
            SocketCall::Bind { address, .. } => {
                self.state_accesses(socket, Access::Write, to);
                match address.port() {
                    0 => self.free_port_accesses(to),
                    port => port_accesses(port, Access::Write, to),
                }
            }
            SocketCall::SetReuseAddress { .. } => {
                self.state_accesses(socket, Access::Write, to);
                port_accesses(port, Access::Write, to);
            }
            SocketCall::Listen { .. } => self.listen_accesses(socket, to),
            SocketCall::Accept { .. } => self.accept_accesses(socket, to),
            SocketCall::Connect { to: address, .. } => {
                self.connect_accesses(socket, address.port(), to);
            }
            SocketCall::Shutdown { .. } => {
                self.change_accesses(socket, to);
                to.push((Part::Listener(port), Access::Write));
            }
            SocketCall::Recv { flags, .. } => self.recv_accesses(socket, flags, to),
            SocketCall::Send {
                ref bytes, flags, ..
            } => self.send_accesses(pid, socket, bytes.len(), flags, to),
            SocketCall::Name { .. } | SocketCall::PeerName { .. } => {
                self.state_accesses(socket, Access::Read, to);
            }
            SocketCall::TakeError { .. } => self.state_accesses(socket, Access::Write, to),
            SocketCall::SetTimeLimit { .. } => limit_accesses(socket, Access::Write, to),
            SocketCall::TimeLimit { .. } => limit_accesses(socket, Access::Read, to),
        }
    }

    /// What a call touches that looks at the state of the socket behind a descriptor.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn own_socket(&self, pid: Pid, fd: Fd) -> Accesses {
        let mut accesses = Vec::new();
        if let Ok(socket) = self.socket_behind(pid, fd) {
            self.state_accesses(socket, Access::Read, &mut accesses);
        }
        accesses
    }

    /// The state of a socket, which the closing of its peer changes too.
    pub(crate) fn state_accesses(&self, id: Id<Socket>, access: Access, to: &mut Accesses) {
        to.push((Part::Socket(id.number()), access));
        if let Some(peer) = self.sockets.get(id).last_peer {
            to.push((Part::SocketEnds(peer.number()), Access::Open));
        }
    }

    pub(super) fn recv_accesses(&self, id: Id<Socket>, flags: MessageFlags, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        to.push((Part::Arrivals(id.number()), Access::Read));
        let is_peek = flags.has(MessageFlags::PEEK);
        let receipt = if is_peek { Access::Read } else { Access::Write };
        to.push((Part::Receipts(id.number()), receipt));
        if socket.received.is_empty() {
            // It may take the pending error.
            let takes = socket.error.is_some();
            let access = if takes { Access::Write } else { Access::Read };
            self.state_accesses(id, access, to);
            return;
        }
        to.push((Part::Socket(id.number()), Access::Read));
        if let Some(peer) = socket.peer
            && !is_peek
        {
            self.wake_accesses(Object::Socket(peer), to);
        }
    }

    pub(super) fn send_accesses(
        &self,
        pid: Pid,
        id: Id<Socket>,
        count: usize,
        flags: MessageFlags,
        to: &mut Accesses,
    ) {
        let socket = self.sockets.get(id);
        self.state_accesses(id, Access::Read, to);
        let is_open = matches!(
            socket.state,
            State::Established | State::CloseWait | State::SynSent
        );
        if socket.error.is_some() || socket.ended.sending || !is_open {
            to.push((Part::Socket(id.number()), Access::Write));
            if !flags.has(MessageFlags::NOSIGNAL) {
                raise_accesses(pid, to);
            }
            return;
        }
        let Some(peer) = socket.peer else {
            if count > 0 {
                self.change_accesses(id, to);
            }
            return;
        };
        let other = self.sockets.get(peer);
        to.push((Part::Socket(peer.number()), Access::Read));
        to.push((Part::Arrivals(peer.number()), Access::Write));
        if other.received.may_lack_room(count) || other.received.room() == 0 {
            to.push((Part::Receipts(peer.number()), Access::Write));
        }
        self.wake_accesses(Object::Socket(peer), to);
        if other.state == State::FinWait && other.ended.receiving {
            self.change_accesses(id, to);
        }
    }

    fn listen_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        self.state_accesses(id, Access::Write, to);
        if socket.state == State::Listen {
            self.backlog_accesses(id, to);
        } else if socket.is_bound {
            port_accesses(socket.name.port(), Access::Write, to);
            to.push((Part::Listener(socket.name.port()), Access::Write));
        } else {
            self.free_port_accesses(to);
        }
    }

    fn accept_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        self.state_accesses(id, Access::Write, to);
        self.backlog_accesses(id, to);
    }

    /// There may be room in the backlog of a listener for those who wait for it.
    fn backlog_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        for waiting in &socket.backlog.waiting {
            to.push((Part::Socket(waiting.number()), Access::Write));
            self.wake_accesses(Object::Socket(*waiting), to);
            port_accesses(socket.name.port(), Access::Add, to);
        }
        if !socket.backlog.waiting.is_empty() {
            limit_accesses(id, Access::Read, to);
            self.wake_accesses(Object::Socket(id), to);
        }
    }

    fn connect_accesses(&self, id: Id<Socket>, port: u16, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        self.state_accesses(id, Access::Write, to);
        if socket.is_bound {
            port_accesses(socket.name.port(), Access::Write, to);
        } else {
            self.free_port_accesses(to);
        }
        for port in [port, socket.peer_name.port()] {
            to.push((Part::Listener(port), Access::Read));
            if port >= FIRST_EPHEMERAL {
                to.push((Part::FreePorts, Access::Read));
            }
            if let Some(listener) = self.listener(port) {
                self.state_accesses(listener, Access::Write, to);
                to.push((Part::SocketEnds(listener.number()), Access::Open));
                limit_accesses(listener, Access::Read, to);
                port_accesses(port, Access::Add, to);
                self.wake_accesses(Object::Socket(listener), to);
            }
        }
        self.wake_accesses(Object::Socket(id), to);
    }

    /// A port is found for a socket that asks for none.
    fn free_port_accesses(&self, to: &mut Accesses) {
        to.push((Part::FreePorts, Access::Write));
        if let Some(port) = self.free_port() {
            to.push((Part::Port(port), Access::Write));
            to.push((Part::Listener(port), Access::Write));
        }
    }
}

/// Which sockets have a port. No socket has the port 0.
pub(super) fn port_accesses(port: u16, access: Access, to: &mut Accesses) {
    if port != 0 {
        to.push((Part::Port(port), access));
    }
    if port >= FIRST_EPHEMERAL {
        to.push((Part::FreePorts, access));
    }
}
