//! What waiting for several descriptors touches, and what is news to those who do.

use super::{Access, Accesses, Part};
use crate::{
    descriptor::{Description, Object},
    epoll::Epoll,
    events::Events,
    kernel::Kernel,
    process::Pid,
    slots::Id,
    socket::Socket,
    system_call::EventCall,
};

impl Kernel {
    pub(super) fn event_call_accesses(&self, pid: Pid, call: &EventCall, to: &mut Accesses) {
        match *call {
            EventCall::Poll { ref descriptors } | EventCall::TryPoll { ref descriptors } => {
                for asked in descriptors {
                    if let Ok(id) = self.description(pid, asked.fd) {
                        self.event_accesses(id, asked.events, to);
                    }
                }
            }
            EventCall::Create => {}
            EventCall::Control { epoll, fd, .. } => {
                if let Ok(id) = self.description(pid, epoll) {
                    self.epoll_accesses(id, to);
                }
                if let Ok(id) = self.description(pid, fd) {
                    self.event_accesses(id, Events::IN | Events::OUT, to);
                }
            }
            EventCall::Wait { epoll, .. } | EventCall::TryWait { epoll, .. } => {
                if let Ok(id) = self.description(pid, epoll) {
                    self.epoll_accesses(id, to);
                }
            }
        }
    }

    /// The items of an epoll instance that are told or change.
    pub(super) fn epoll_accesses(&self, id: Id<Description>, to: &mut Accesses) {
        if let Object::Epoll(epoll) = self.descriptions.get(id).object {
            to.push((Part::Epoll(epoll.number()), Access::Write));
            self.ready_accesses(epoll, to);
        }
    }

    /// Whether what is said to be ready is so.
    fn ready_accesses(&self, epoll: Id<Epoll>, to: &mut Accesses) {
        for (description, events) in self.epolls.get(epoll).ready() {
            self.event_accesses(description, events, to);
        }
    }

    /// Which of these events there are at a description.
    pub(super) fn event_accesses(&self, id: Id<Description>, asked: Events, to: &mut Accesses) {
        match self.descriptions.get(id).object {
            Object::ReadEnd(pipe) => to.extend([
                (Part::Writes(pipe.number()), Access::Read),
                (Part::Reads(pipe.number()), Access::Read),
                (Part::WriteEnds(pipe.number()), Access::Read),
            ]),
            Object::WriteEnd(pipe) => to.extend([
                (Part::Writes(pipe.number()), Access::Read),
                (Part::Reads(pipe.number()), Access::Read),
                (Part::ReadEnds(pipe.number()), Access::Open),
            ]),
            Object::Socket(socket) => {
                self.state_accesses(socket, Access::Read, to);
                buffer_accesses(socket, to);
                if let Some(peer) = self.sockets.get(socket).peer
                    && asked.has(Events::OUT)
                {
                    buffer_accesses(peer, to);
                }
            }
            Object::Epoll(epoll) => {
                to.push((Part::Epoll(epoll.number()), Access::Read));
                self.ready_accesses(epoll, to);
            }
            Object::Ring(ring) => to.push((Part::Ring(ring.number()), Access::Read)),
            Object::Terminal
            | Object::Null
            | Object::File(_)
            | Object::Directory(_)
            | Object::Segment(_) => {}
        }
    }

    /// Something happens at an object: it may become an item that is ready, behind others.
    pub(super) fn wake_accesses(&self, object: Object, to: &mut Accesses) {
        for (id, epoll) in self.epolls.all() {
            if epoll.watches(object) {
                to.push((Part::Epoll(id.number()), Access::Write));
            }
        }
    }

    /// A description is no item any more, if it was.
    pub(super) fn forget_accesses(&self, description: Id<Description>, to: &mut Accesses) {
        for (id, epoll) in self.epolls.all() {
            if epoll.watches_by(description) {
                to.push((Part::Epoll(id.number()), Access::Close));
            }
        }
    }
}

/// Whether there are bytes, and whether there is room for more.
fn buffer_accesses(socket: Id<Socket>, to: &mut Accesses) {
    to.push((Part::Arrivals(socket.number()), Access::Read));
    to.push((Part::Receipts(socket.number()), Access::Read));
}
