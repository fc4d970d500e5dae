//! Asking for a connection: `connect(2)`.

use std::net::{Ipv4Addr, SocketAddrV4};

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    kernel::{Call, Kernel, Reply, WaitFor},
    port::is_loopback,
    process::Pid,
    slots::Id,
    socket::{Family, Progress, Socket, State},
};

/// What a call of `connect(2)` has to do.
enum Attempt {
    /// To ask for a connection, from this port.
    Begin(u16),
    /// To tell what became of an earlier one.
    Finish,
}

impl Kernel {
    /// Connects a socket with the listener at an address. `connect(2)`
    ///
    /// It is done when the connection is in the backlog of the listener, which need not have
    /// accepted it, and waits as long as the backlog is full. A socket that must not wait fails
    /// with `EINPROGRESS` each time, as on Linux: then the connection is established as soon as
    /// there is room, and the next call tells how it went. A socket that has the port of the listener
    /// itself, by `SO_REUSEADDR`, is refused; on Linux it connects with itself.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `ECONNREFUSED`, `ENETUNREACH`, `EADDRNOTAVAIL`, `EISCONN`,
    /// `EINPROGRESS`, `EALREADY`, `ECONNABORTED`, `EINVAL` for a socket of a pair, and for one that
    /// was shut down after it had failed.
    pub fn connect(&mut self, pid: Pid, fd: Fd, to: SocketAddrV4) -> Call<()> {
        let id = self.description(pid, fd)?;
        self.connect_description(id, to)
    }

    /// The same for a description.
    pub(crate) fn connect_description(
        &mut self,
        id: Id<Description>,
        to: SocketAddrV4,
    ) -> Call<()> {
        let socket = self.socket_of(id)?;
        let may_wait = self.may_wait(id);
        let attempt = self.attempt(socket, to)?;
        if may_wait && let Some(waits) = self.attempt_waits(socket, &attempt, to) {
            return Ok(Reply::Waits(waits));
        }
        if let Attempt::Begin(port) = attempt {
            self.begin_to_connect(socket, port, to);
            if !may_wait {
                return Err(Errno::EINPROGRESS);
            }
        }
        match self.sockets.get(socket).state {
            State::SynSent => Err(Errno::EALREADY),
            State::Close => {
                let failed = self.sockets.get_mut(socket);
                failed.progress = Progress::Unconnected;
                let error = failed.error.take();
                self.disconnect(socket);
                Err(error.unwrap_or(Errno::ECONNABORTED))
            }
            _ => {
                self.sockets.get_mut(socket).progress = Progress::Connected;
                Ok(Reply::Done(()))
            }
        }
    }

    /// What the call would wait for.
    pub(crate) fn connect_waits(&self, id: Id<Description>, to: SocketAddrV4) -> Option<WaitFor> {
        let socket = self.socket_of(id).ok()?;
        let attempt = self.attempt(socket, to).ok()?;
        let waits = self.attempt_waits(socket, &attempt, to);
        waits.filter(|_| self.may_wait(id))
    }

    /// Whether a call that asks for a connection waits if, and only if, the backlog of the listener is
    /// [full](Self::is_backlog_full): so it is as long as nobody else uses the socket, and
    /// [a port is free](Self::has_free_port).
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn is_decided_by_backlog(&self, pid: Pid, fd: Fd, to: SocketAddrV4) -> bool {
        let Ok(id) = self.description(pid, fd) else {
            return false;
        };
        let Ok(socket) = self.socket_of(id) else {
            return false;
        };
        let is_bound = self.sockets.get(socket).is_bound;
        let begins = matches!(self.attempt(socket, to), Ok(Attempt::Begin(_)));
        self.may_wait(id) && !is_bound && begins && self.listener(to.port()).is_some()
    }

    /// Whether a socket listens at this port and has no room for another connection.
    pub fn is_backlog_full(&self, port: u16) -> bool {
        let listener = self.listener(port);
        listener.is_some_and(|listener| self.sockets.get(listener).backlog.is_full())
    }

    /// Whether there is a port for a socket that asks for none.
    pub fn has_free_port(&self) -> bool {
        self.free_port().is_some()
    }

    fn attempt(&self, id: Id<Socket>, to: SocketAddrV4) -> Result<Attempt, Errno> {
        let socket = self.sockets.get(id);
        match (socket.family, socket.progress) {
            (Family::Unix, _) | (_, Progress::Disconnecting) => return Err(Errno::EINVAL),
            (_, Progress::Connected) => return Err(Errno::EISCONN),
            (_, Progress::Connecting) => return Ok(Attempt::Finish),
            (_, Progress::Unconnected) => {}
        }
        if socket.state != State::Close {
            return Err(Errno::EISCONN);
        }
        if !is_loopback(to) {
            return Err(Errno::ENETUNREACH);
        }
        let port = if socket.is_bound {
            let port = socket.name.port();
            (!self.is_connected(port, to.port())).then_some(port)
        } else {
            self.free_port()
        };
        port.map(Attempt::Begin).ok_or(Errno::EADDRNOTAVAIL)
    }

    fn attempt_waits(
        &self,
        id: Id<Socket>,
        attempt: &Attempt,
        to: SocketAddrV4,
    ) -> Option<WaitFor> {
        let socket = self.sockets.get(id);
        let listener = match attempt {
            Attempt::Begin(port) if *port == to.port() => return None,
            Attempt::Begin(_) => self.listener(to.port())?,
            Attempt::Finish if socket.state == State::SynSent => {
                self.listener(socket.peer_name.port())?
            }
            Attempt::Finish => return None,
        };
        let is_full = self.sockets.get(listener).backlog.is_full();
        is_full.then_some(WaitFor::Backlog(listener.number()))
    }

    /// Asks for a connection: it is established, refused, or waits for room in the backlog.
    fn begin_to_connect(&mut self, id: Id<Socket>, port: u16, to: SocketAddrV4) {
        let socket = self.sockets.get_mut(id);
        socket.progress = Progress::Connecting;
        socket.state = State::SynSent;
        socket.error = None;
        socket.name = SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        socket.peer_name = SocketAddrV4::new(Ipv4Addr::LOCALHOST, to.port());
        self.hold_port(id);
        let listener = self.listener(to.port());
        let Some(listener) = listener.filter(|_| port != to.port()) else {
            self.reset(id);
            return;
        };
        let backlog = &mut self.sockets.get_mut(listener).backlog;
        backlog.waiting.push_back(id);
        self.fill_backlog(listener);
    }

    /// Establishes the connections for which there is room in the backlog of a listener, in the
    /// order in which they were asked for.
    pub(crate) fn fill_backlog(&mut self, listener: Id<Socket>) {
        loop {
            let backlog = &mut self.sockets.get_mut(listener).backlog;
            if backlog.is_full() {
                return;
            }
            let Some(client) = backlog.waiting.pop_front() else {
                return;
            };
            self.establish(listener, client);
        }
    }

    fn establish(&mut self, listener: Id<Socket>, client: Id<Socket>) {
        let listens = self.sockets.get(listener);
        let asks = self.sockets.get(client);
        let mut accepted = Socket::new(Family::Inet, self.limits.socket_bytes);
        accepted.state = State::Established;
        accepted.progress = Progress::Connected;
        // What a socket had shut down before it listened is handed on, in Linux as well.
        accepted.ended = listens.ended;
        let sends_nothing = accepted.ended.sending;
        accepted.reuses_address = listens.reuses_address;
        accepted.time_limits = listens.time_limits;
        accepted.peer = Some(client);
        accepted.last_peer = Some(client);
        accepted.name = asks.peer_name;
        accepted.peer_name = asks.name;
        let accepted = self.sockets.add(accepted);
        self.hold_port(accepted);
        let asks = self.sockets.get_mut(client);
        asks.state = State::Established;
        asks.peer = Some(accepted);
        asks.last_peer = Some(accepted);
        let backlog = &mut self.sockets.get_mut(listener).backlog;
        backlog.established.push_back(accepted);
        self.wake_all(Object::Socket(client));
        self.wake(Object::Socket(listener), Events::IN);
        if sends_nothing {
            self.send_end(accepted);
        }
    }
}
