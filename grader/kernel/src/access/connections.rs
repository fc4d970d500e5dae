//! What a change of a connection touches, and its end.

use super::{Access, Accesses, Part, sockets::port_accesses};
use crate::{
    descriptor::Object,
    kernel::Kernel,
    slots::Id,
    socket::{Family, Socket, State},
};

impl Kernel {
    /// Anything may become of a socket, of its connection, and of those in its backlog.
    pub(crate) fn change_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        self.state_accesses(id, Access::Write, to);
        self.wake_accesses(Object::Socket(id), to);
        port_accesses(socket.name.port(), Access::Add, to);
        port_accesses(socket.peer_name.port(), Access::Add, to);
        if let Some(peer) = socket.peer {
            self.state_accesses(peer, Access::Write, to);
            self.wake_accesses(Object::Socket(peer), to);
        }
        self.pending_connection_accesses(id, to);
    }

    pub(super) fn close_socket_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        to.push((Part::SocketEnds(id.number()), Access::Close));
        if let Some(peer) = socket.last_peer {
            to.push((Part::SocketEnds(peer.number()), Access::Open));
        }
        if let Some(peer) = socket.peer {
            self.wake_accesses(Object::Socket(peer), to);
        }
        if socket.state == State::Listen {
            to.push((Part::Listener(socket.name.port()), Access::Add));
        }
        if socket.family == Family::Inet {
            port_accesses(socket.name.port(), Access::Add, to);
            port_accesses(socket.peer_name.port(), Access::Add, to);
        }
        self.pending_connection_accesses(id, to);
    }

    /// What becomes of connections that were asked for and not accepted, when one side gives up.
    fn pending_connection_accesses(&self, id: Id<Socket>, to: &mut Accesses) {
        let socket = self.sockets.get(id);
        for waiting in &socket.backlog.waiting {
            to.push((Part::Socket(waiting.number()), Access::Write));
            let port = self.sockets.get(*waiting).name.port();
            port_accesses(port, Access::Add, to);
            self.wake_accesses(Object::Socket(*waiting), to);
        }
        for connection in &socket.backlog.established {
            self.close_socket_accesses(*connection, to);
        }
        if socket.state == State::SynSent
            && let Some(listener) = self.listener(socket.peer_name.port())
        {
            to.push((Part::Socket(listener.number()), Access::Write));
        }
    }
}
