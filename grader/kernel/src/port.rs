//! Ports, and which socket has one: `bind(2)`, `SO_REUSEADDR` of `socket(7)`.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, SocketAddrV4},
};

use crate::{
    descriptor::Fd,
    errno::Errno,
    kernel::Kernel,
    lowest_free::LowestFree,
    process::Pid,
    slots::Id,
    socket::{Asked, Family, Socket, State},
};

/// No address, and no port.
pub(crate) const UNSPECIFIED: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

/// The first port that a socket is given which has asked for none.
pub(crate) const FIRST_EPHEMERAL: u16 = 49152;

/// One side of a connection that has no socket any more, and holds its port: `TIME_WAIT`, or before
/// the peer has ended its direction as well `FIN_WAIT2`.
///
/// On Linux it is gone after a minute. Here there is no time, and it stays.
#[derive(Debug, Clone)]
pub(crate) struct TimeWait {
    pub(crate) port: u16,
    pub(crate) peer_port: u16,
    pub(crate) reuses_address: bool,
}

/// How many hold each port: sockets, and what is left of connections.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldPorts {
    counts: BTreeMap<u16, usize>,
    /// Of those that a socket can be given, counted from the first one.
    ephemeral: LowestFree,
}

impl HeldPorts {
    pub(crate) fn hold(&mut self, port: u16) {
        *self.counts.entry(port).or_default() += 1;
        if let Some(place) = port.checked_sub(FIRST_EPHEMERAL) {
            self.ephemeral.take(place.into());
        }
    }

    pub(crate) fn release(&mut self, port: u16) {
        let count = self.counts.get_mut(&port).expect("it is held");
        *count -= 1;
        if *count == 0 {
            self.counts.remove(&port);
            if let Some(place) = port.checked_sub(FIRST_EPHEMERAL) {
                self.ephemeral.give_back(place.into());
            }
        }
    }

    /// The lowest port that nobody holds, for a socket that has asked for none.
    fn lowest_free(&self) -> Option<u16> {
        let place = u16::try_from(self.ephemeral.from(0)).ok()?;
        FIRST_EPHEMERAL.checked_add(place)
    }
}

impl Kernel {
    /// Gives a socket a name: 127.0.0.1, or 0.0.0.0 for all addresses, and a port. For port 0 it is
    /// the lowest from 49152 on that is free. `bind(2)`
    ///
    /// Other addresses, also the rest of 127.0.0.0/8, are none of this system.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `EADDRNOTAVAIL`, `EADDRINUSE`, `EINVAL` if it has a name already.
    pub fn bind(&mut self, pid: Pid, fd: Fd, address: SocketAddrV4) -> Result<(), Errno> {
        let id = self.socket_behind(pid, fd)?;
        let socket = self.sockets.get(id);
        if socket.family == Family::Unix {
            return Err(Errno::EINVAL);
        }
        if !is_loopback(address) {
            return Err(Errno::EADDRNOTAVAIL);
        }
        if socket.state != State::Close || socket.is_bound {
            return Err(Errno::EINVAL);
        }
        let port = match address.port() {
            0 => self.free_port(),
            port => (!self.is_port_refused(id, port)).then_some(port),
        };
        let socket = self.sockets.get_mut(id);
        let Some(port) = port else {
            socket.name.set_ip(Ipv4Addr::UNSPECIFIED);
            return Err(Errno::EADDRINUSE);
        };
        socket.name = SocketAddrV4::new(*address.ip(), port);
        socket.asked_for = Asked {
            port: address.port() != 0,
            address: !address.ip().is_unspecified(),
        };
        self.hold_port(id);
        Ok(())
    }

    /// Says whether a port may be bound that a connection still has which is no listener:
    /// `SO_REUSEADDR` of `setsockopt(2)`. Both sockets have to say so.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`.
    pub fn set_reuse_address(&mut self, pid: Pid, fd: Fd, is: bool) -> Result<(), Errno> {
        let id = self.socket_behind(pid, fd)?;
        self.sockets.get_mut(id).reuses_address = is;
        Ok(())
    }

    /// Whether another socket has this port and does not share it.
    pub(crate) fn is_port_refused(&self, id: Id<Socket>, port: u16) -> bool {
        let reuses = self.sockets.get(id).reuses_address;
        let mut sockets = self.sockets.all();
        let by_socket = sockets.any(|(other, socket)| {
            let shares = reuses && socket.reuses_address && socket.state != State::Listen;
            other != id && socket.is_bound && socket.name.port() == port && !shares
        });
        let mut ended = self.time_wait.iter();
        by_socket || ended.any(|ended| ended.port == port && !(reuses && ended.reuses_address))
    }

    /// The lowest port for a socket that has asked for none.
    pub(crate) fn free_port(&self) -> Option<u16> {
        let free = self.held_ports.lowest_free();
        debug_assert_eq!(free, self.lowest_unheld());
        free
    }

    /// The same, looked up anew.
    fn lowest_unheld(&self) -> Option<u16> {
        let sockets = self.sockets.all();
        let bound = sockets.filter(|(_, socket)| socket.is_bound);
        let mut held: BTreeSet<u16> = bound.map(|(_, socket)| socket.name.port()).collect();
        held.extend(self.time_wait.iter().map(|ended| ended.port));
        (FIRST_EPHEMERAL..=u16::MAX).find(|port| !held.contains(port))
    }

    /// A socket holds the port of its name from now on, if it did not before.
    pub(crate) fn hold_port(&mut self, id: Id<Socket>) {
        let socket = self.sockets.get_mut(id);
        if !std::mem::replace(&mut socket.is_bound, true) {
            self.held_ports.hold(socket.name.port());
        }
    }

    /// A socket holds its port no more.
    pub(crate) fn release_port(&mut self, socket: &Socket) {
        if socket.is_bound {
            self.held_ports.release(socket.name.port());
        }
    }

    /// One side of a connection keeps its port without a socket.
    pub(crate) fn keep_port(&mut self, ended: TimeWait) {
        self.held_ports.hold(ended.port);
        self.time_wait.push(ended);
    }

    /// Whether there is or was a connection of these ports, so that there cannot be a second one.
    pub(crate) fn is_connected(&self, port: u16, peer_port: u16) -> bool {
        let mut sockets = self.sockets.all();
        let mut ended = self.time_wait.iter();
        sockets.any(|(_, socket)| {
            let is_open = !matches!(socket.state, State::Close | State::Listen);
            is_open && socket.name.port() == port && socket.peer_name.port() == peer_port
        }) || ended.any(|ended| ended.port == port && ended.peer_port == peer_port)
    }

    /// The socket that listens at this port.
    pub(crate) fn listener(&self, port: u16) -> Option<Id<Socket>> {
        let mut listeners = self.listeners.iter().copied();
        listeners.find(|id| {
            let socket = self.sockets.get(*id);
            socket.state == State::Listen && socket.name.port() == port
        })
    }
}

/// Whether an address is one of this system: 127.0.0.1, or 0.0.0.0, which stands for all of them.
pub(crate) fn is_loopback(address: SocketAddrV4) -> bool {
    *address.ip() == Ipv4Addr::LOCALHOST || address.ip().is_unspecified()
}
