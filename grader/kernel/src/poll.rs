//! Waiting for one of several descriptors: `poll(2)`.

use serde::{Deserialize, Serialize};

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    slots::Id,
    socket::{Ended, Family, Socket, State},
};

/// A descriptor, and what is to be waited for there: `struct pollfd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollFd {
    /// The descriptor; a negative one is left out.
    pub fd: Fd,
    /// The events. `ERR`, `HUP` and `NVAL` are told in any case.
    pub events: Events,
}

impl Kernel {
    /// Waits for an event at one of these descriptors, and says for each which there are. `poll(2)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if there are more than a process may have descriptors.
    pub fn poll(&self, pid: Pid, descriptors: &[PollFd]) -> Call<Vec<Events>> {
        let events = self.try_poll(pid, descriptors)?;
        Ok(match self.poll_waits(pid, descriptors) {
            Some(waits) => Reply::Waits(waits),
            None => Reply::Done(events),
        })
    }

    /// The same without waiting: a time-out of zero.
    ///
    /// # Errors
    ///
    /// `EINVAL` if there are more than a process may have descriptors.
    pub fn try_poll(&self, pid: Pid, descriptors: &[PollFd]) -> Result<Vec<Events>, Errno> {
        if descriptors.len() > self.limits.descriptors {
            return Err(Errno::EINVAL);
        }
        let asked = descriptors.iter();
        Ok(asked.map(|asked| self.poll_one(pid, *asked)).collect())
    }

    /// What the call would wait for.
    pub(crate) fn poll_waits(&self, pid: Pid, descriptors: &[PollFd]) -> Option<WaitFor> {
        let events = self.try_poll(pid, descriptors).ok()?;
        let is_idle = events.iter().all(|events| events.is_empty());
        is_idle.then_some(WaitFor::Poll)
    }

    fn poll_one(&self, pid: Pid, asked: PollFd) -> Events {
        if asked.fd < 0 {
            return Events::EMPTY;
        }
        match self.description(pid, asked.fd) {
            Ok(id) => self.events(id).among(asked.events | Events::ALWAYS),
            Err(_) => Events::NVAL,
        }
    }

    /// All events that there are at a description.
    pub(crate) fn events(&self, id: Id<Description>) -> Events {
        let description = self.descriptions.get(id);
        match description.object {
            Object::File(_) | Object::Directory(_) | Object::Segment(_) => Events::IN | Events::OUT,
            // The input is at its end, and the output never full.
            Object::Terminal | Object::Null => {
                let reads = description.flags.has(OpenFlags::READ);
                let writes = description.flags.has(OpenFlags::WRITE);
                Events::IN.when(reads) | Events::OUT.when(writes)
            }
            Object::ReadEnd(pipe) => {
                let pipe = self.pipes.get(pipe);
                Events::IN.when(!pipe.is_empty()) | Events::HUP.when(pipe.writers == 0)
            }
            Object::WriteEnd(pipe) => {
                let pipe = self.pipes.get(pipe);
                Events::OUT.when(!pipe.is_full()) | Events::ERR.when(pipe.readers == 0)
            }
            Object::Socket(socket) => self.socket_events(socket),
            Object::Epoll(epoll) => Events::IN.when(self.has_ready(epoll)),
            Object::Ring(ring) => self.rings.get(ring).events(),
        }
    }

    fn socket_events(&self, id: Id<Socket>) -> Events {
        let socket = self.sockets.get(id);
        if socket.state == State::Listen {
            return Events::IN.when(!socket.backlog.established.is_empty());
        }
        let at_end = (Events::IN | Events::RDHUP).when(socket.ended.receiving);
        let is_over = socket.ended == Ended::BOTH || socket.state == State::Close;
        let always = at_end
            | Events::HUP.when(is_over)
            | Events::ERR.when(socket.error.is_some())
            | Events::IN.when(!socket.received.is_empty());
        let can_send = match (socket.family, socket.state) {
            (_, State::SynSent) => false,
            // A call would fail, and that is no waiting.
            (Family::Inet, State::Close) => true,
            (Family::Inet, _) if socket.ended.sending => true,
            _ => self.has_room(id),
        };
        always | Events::OUT.when(can_send)
    }
}
