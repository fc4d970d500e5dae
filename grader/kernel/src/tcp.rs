//! What arrives at a socket of TCP, and what becomes of its state: `tcp(7)`.
//!
//! A segment arrives in the moment in which it is sent. The end of a stream stands behind the bytes
//! before it; on Linux it may come later than here, if the buffer of the peer is full.

use std::net::Ipv4Addr;

use crate::{
    descriptor::Object,
    errno::Errno,
    events::Events,
    kernel::Kernel,
    port::TimeWait,
    slots::Id,
    socket::{Ended, Socket, State},
};

/// One side of a connection.
pub(crate) struct Side {
    port: u16,
    peer_port: u16,
    peer: Option<Id<Socket>>,
    reuses_address: bool,
}

impl Side {
    /// What is left of this side without a socket.
    pub(crate) fn time_wait(&self) -> TimeWait {
        TimeWait {
            port: self.port,
            peer_port: self.peer_port,
            reuses_address: self.reuses_address,
        }
    }

    /// Whether this is left of the peer.
    fn is_peer(&self, left: &TimeWait) -> bool {
        left.port == self.peer_port && left.peer_port == self.port
    }
}

impl Socket {
    /// Its side of its connection.
    pub(crate) fn side(&self) -> Side {
        Side {
            port: self.name.port(),
            peer_port: self.peer_name.port(),
            peer: self.peer,
            reuses_address: self.reuses_address,
        }
    }
}

impl Kernel {
    /// Bytes arrive: how many are taken.
    pub(crate) fn arrive(&mut self, id: Id<Socket>, bytes: &[u8]) -> usize {
        let socket = self.sockets.get_mut(id);
        let count = bytes.len().min(socket.received.room());
        if socket.state == State::FinWait && socket.ended.receiving {
            // No call could read them any more, and the sender must learn of that.
            let peer = socket.peer;
            self.reset(id);
            if let Some(peer) = peer {
                self.reset(peer);
            }
            return count;
        }
        socket.received.put(bytes);
        self.wake(Object::Socket(id), Events::IN);
        count
    }

    /// The end of the stream is sent to the peer of a socket that is open for sending, and the
    /// socket goes over to its next state.
    pub(crate) fn send_end(&mut self, id: Id<Socket>) {
        let socket = self.sockets.get_mut(id);
        let is_last = socket.state == State::CloseWait;
        if !is_last {
            socket.state = State::FinWait;
        }
        let side = socket.side();
        self.deliver_end(&side);
        if is_last {
            self.done(id);
        }
    }

    /// The end of the stream arrives at the peer, if that has a socket still.
    pub(crate) fn deliver_end(&mut self, from: &Side) {
        let Some(peer) = from.peer else {
            return;
        };
        let socket = self.sockets.get_mut(peer);
        socket.is_done = true;
        socket.ended.receiving = true;
        if socket.state == State::FinWait {
            let side = socket.side();
            self.keep_port(side.time_wait());
            self.done(peer);
        } else {
            socket.state = State::CloseWait;
            self.wake_all(Object::Socket(peer));
        }
    }

    /// A reset arrives: the connection is gone, and one call is told so.
    pub(crate) fn reset(&mut self, id: Id<Socket>) {
        let socket = self.sockets.get_mut(id);
        socket.error = Some(match socket.state {
            State::Close => return,
            State::SynSent => Errno::ECONNREFUSED,
            State::CloseWait => Errno::EPIPE,
            State::Listen | State::Established | State::FinWait => Errno::ECONNRESET,
        });
        self.done(id);
    }

    /// A socket that is closed throws its connection away, and its peer is reset.
    pub(crate) fn abort(&mut self, closed: &Socket) {
        let side = closed.side();
        match (closed.state, side.peer) {
            (State::Close | State::Listen | State::SynSent, _) => {}
            (_, Some(peer)) => {
                self.sockets.get_mut(peer).peer = None;
                self.reset(peer);
            }
            (_, None) => self.forget_closed_peer(&side),
        }
    }

    /// The peer, which was closed, is reset.
    pub(crate) fn forget_closed_peer(&mut self, from: &Side) {
        let mut left = self.time_wait.iter();
        if let Some(place) = left.position(|left| from.is_peer(left)) {
            let left = self.time_wait.remove(place);
            self.held_ports.release(left.port);
        }
    }

    /// A connection has ended in both directions.
    pub(crate) fn done(&mut self, id: Id<Socket>) {
        self.set_closed(id);
        let socket = self.sockets.get_mut(id);
        socket.ended = Ended::BOTH;
        if let Some(peer) = socket.peer.take() {
            self.sockets.get_mut(peer).peer = None;
        }
        self.wake_all(Object::Socket(id));
    }

    /// The state of the connection is `Close`: a port that was not asked for is free again.
    pub(crate) fn set_closed(&mut self, id: Id<Socket>) {
        let socket = self.sockets.get_mut(id);
        socket.state = State::Close;
        if socket.is_bound && !socket.asked_for.port {
            socket.is_bound = false;
            self.held_ports.release(socket.name.port());
        }
    }

    /// Makes a socket one that was never connected: `tcp_disconnect` of Linux.
    pub(crate) fn disconnect(&mut self, id: Id<Socket>) {
        let mut socket = self.sockets.get(id).clone();
        let was_closed = socket.state == State::Close;
        match socket.state {
            State::Listen => self.end_backlog(&mut socket),
            State::SynSent => {
                self.stop_waiting(id, &socket);
                socket.error = Some(Errno::ECONNRESET);
            }
            _ => {}
        }
        socket.received.clear();
        socket.ended = Ended::default();
        socket.is_done = false;
        if !socket.asked_for.address {
            socket.name.set_ip(Ipv4Addr::UNSPECIFIED);
        }
        *self.sockets.get_mut(id) = socket;
        if !was_closed {
            self.set_closed(id);
        }
        self.wake(Object::Socket(id), Events::ERR);
    }

    /// A socket does not ask for a connection any more.
    pub(crate) fn stop_waiting(&mut self, id: Id<Socket>, socket: &Socket) {
        if let Some(listener) = self.listener(socket.peer_name.port()) {
            let backlog = &mut self.sockets.get_mut(listener).backlog;
            backlog.waiting.retain(|waiting| *waiting != id);
        }
    }
}
