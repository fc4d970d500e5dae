//! Sending and receiving: `send(2)`, `recv(2)`, and `read(2)` and `write(2)` on a socket.

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    flags::MessageFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    signal::Signal,
    slots::Id,
    socket::{Family, Socket, State},
};

/// What a call that receives finds.
enum Incoming {
    Bytes,
    /// The end of the stream.
    End,
    /// The pending error, which the call takes.
    Error,
    NotConnected,
    /// Nothing yet.
    Nothing,
}

/// What a call that sends finds.
enum Outgoing {
    /// Room for some bytes.
    Room,
    /// The pending error, which the call takes, or else `EPIPE`.
    Error,
    /// The peer receives nothing any more: `EPIPE`, and an error stays pending.
    Broken,
    /// No room yet, or no connection yet.
    Nothing,
}

impl Kernel {
    /// Receives at most `count` bytes; none at the end of the stream. `recv(2)`
    ///
    /// Other than a read, a call for no bytes waits too and tells errors.
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `ENOTCONN`, `ECONNRESET`, `ECONNREFUSED`, `EAGAIN` instead of waiting.
    pub fn recv(&mut self, pid: Pid, fd: Fd, count: usize, flags: MessageFlags) -> Call<Vec<u8>> {
        let id = self.description(pid, fd)?;
        self.recv_description(id, count, flags)
    }

    /// Sends bytes, and says how many. With `EPIPE` comes `SIGPIPE`, unless the flags say otherwise.
    /// `send(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTSOCK`, `EPIPE`, `ECONNRESET`, `ECONNREFUSED`, `EAGAIN` instead of waiting.
    pub fn send(&mut self, pid: Pid, fd: Fd, bytes: &[u8], flags: MessageFlags) -> Call<usize> {
        let id = self.description(pid, fd)?;
        self.send_description(pid, id, bytes, flags)
    }

    /// The same as [`recv`](Self::recv) for a description.
    pub(crate) fn recv_description(
        &mut self,
        id: Id<Description>,
        count: usize,
        flags: MessageFlags,
    ) -> Call<Vec<u8>> {
        let socket = self.socket_of(id)?;
        match self.incoming(socket) {
            Incoming::Bytes if flags.has(MessageFlags::PEEK) => {
                let bytes = self.sockets.get(socket).received.peek(count);
                Ok(Reply::Done(bytes))
            }
            Incoming::Bytes => Ok(Reply::Done(self.take_received(socket, count))),
            Incoming::End => Ok(Reply::Done(Vec::new())),
            Incoming::Error => {
                let error = self.sockets.get_mut(socket).error.take();
                Err(error.unwrap_or(Errno::ENOTCONN))
            }
            Incoming::NotConnected => Err(Errno::ENOTCONN),
            Incoming::Nothing if flags.has(MessageFlags::DONTWAIT) => Err(Errno::EAGAIN),
            Incoming::Nothing => self.waits(id, WaitFor::SocketData(socket.number())),
        }
    }

    /// The same as [`send`](Self::send) for a description.
    pub(crate) fn send_description(
        &mut self,
        pid: Pid,
        id: Id<Description>,
        bytes: &[u8],
        flags: MessageFlags,
    ) -> Call<usize> {
        let sent = self.send_silently(id, bytes, flags);
        if sent == Err(Errno::EPIPE) && !flags.has(MessageFlags::NOSIGNAL) {
            self.raise(pid, Signal::PIPE);
        }
        sent
    }

    fn send_silently(
        &mut self,
        id: Id<Description>,
        bytes: &[u8],
        flags: MessageFlags,
    ) -> Call<usize> {
        let socket = self.socket_of(id)?;
        let rest = WaitFor::SocketRoom(socket.number());
        let waits = self.may_wait(id) && !flags.has(MessageFlags::DONTWAIT);
        match self.outgoing(socket, bytes.len()) {
            Outgoing::Room => {
                let done = self.transmit(socket, bytes);
                if done < bytes.len() && waits {
                    return Ok(Reply::Partly { done, rest });
                }
                Ok(Reply::Done(done))
            }
            Outgoing::Error => {
                let error = self.sockets.get_mut(socket).error.take();
                Err(error.unwrap_or(Errno::EPIPE))
            }
            Outgoing::Broken => Err(Errno::EPIPE),
            Outgoing::Nothing if waits => Ok(Reply::Waits(rest)),
            Outgoing::Nothing => Err(Errno::EAGAIN),
        }
    }

    /// What a call that receives would wait for.
    pub(crate) fn recv_waits(&self, id: Id<Description>, flags: MessageFlags) -> Option<WaitFor> {
        let socket = self.socket_of(id).ok()?;
        let waits = self.may_wait(id)
            && !flags.has(MessageFlags::DONTWAIT)
            && matches!(self.incoming(socket), Incoming::Nothing);
        waits.then_some(WaitFor::SocketData(socket.number()))
    }

    /// What a call that sends would wait for.
    pub(crate) fn send_waits(
        &self,
        id: Id<Description>,
        count: usize,
        flags: MessageFlags,
    ) -> Option<WaitFor> {
        let socket = self.socket_of(id).ok()?;
        let waits = self.may_wait(id)
            && !flags.has(MessageFlags::DONTWAIT)
            && matches!(self.outgoing(socket, count), Outgoing::Nothing);
        waits.then_some(WaitFor::SocketRoom(socket.number()))
    }

    fn incoming(&self, id: Id<Socket>) -> Incoming {
        let socket = self.sockets.get(id);
        match socket.state {
            State::Listen => Incoming::NotConnected,
            _ if !socket.received.is_empty() => Incoming::Bytes,
            // An error that came behind the end stays pending.
            _ if socket.is_done => Incoming::End,
            _ if socket.error.is_some() => Incoming::Error,
            _ if socket.ended.receiving => Incoming::End,
            State::Close => Incoming::NotConnected,
            _ => Incoming::Nothing,
        }
    }

    fn outgoing(&self, id: Id<Socket>, count: usize) -> Outgoing {
        let socket = self.sockets.get(id);
        match (socket.family, socket.state) {
            (Family::Unix, _) if socket.ended.sending => Outgoing::Broken,
            (Family::Inet, _) if socket.error.is_some() => Outgoing::Error,
            (_, State::SynSent) => Outgoing::Nothing,
            (_, State::Close | State::Listen | State::FinWait) => Outgoing::Error,
            _ if socket.ended.sending => Outgoing::Error,
            _ if count == 0 || self.has_room(id) => Outgoing::Room,
            _ => Outgoing::Nothing,
        }
    }

    /// Whether there is room for what a connected socket sends.
    pub(crate) fn has_room(&self, id: Id<Socket>) -> bool {
        let peer = self.sockets.get(id).peer;
        peer.is_none_or(|peer| self.sockets.get(peer).received.room() > 0)
    }

    fn transmit(&mut self, id: Id<Socket>, bytes: &[u8]) -> usize {
        let socket = self.sockets.get(id);
        if bytes.is_empty() {
            return 0;
        }
        let Some(peer) = socket.peer else {
            // The peer was closed. What is sent now is sent, and answered with a reset.
            let side = socket.side();
            let count = bytes.len().min(self.limits.socket_bytes);
            self.forget_closed_peer(&side);
            self.reset(id);
            return count;
        };
        self.arrive(peer, bytes)
    }

    fn take_received(&mut self, id: Id<Socket>, count: usize) -> Vec<u8> {
        let socket = self.sockets.get_mut(id);
        let taken = socket.received.take(count);
        // The sender of a pair is woken for each message, the other one when it may send again.
        let wakes = match socket.family {
            Family::Unix => taken.messages > 0,
            Family::Inet => taken.was_full,
        };
        if let Some(peer) = socket.peer
            && wakes
        {
            self.wake(Object::Socket(peer), Events::OUT);
        }
        taken.bytes
    }
}
