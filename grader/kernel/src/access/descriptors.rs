//! What calls with any descriptor touch, and the closing of one.

use super::{Access, Accesses, Part, locks};
use crate::{
    descriptor::{Description, Fd, Object},
    kernel::Kernel,
    process::Pid,
    slots::Id,
    system_call::{EventCall, MemoryCall, SocketCall, SystemCall},
};

impl Kernel {
    /// What a call does to the descriptors of its process. Which number a new one has depends on all that
    /// are open; what one leads to, on nothing else.
    pub(super) fn table_accesses(&self, pid: Pid, call: &SystemCall, to: &mut Accesses) {
        let (closed, opened) = match *call {
            SystemCall::Close { fd } => (Some(fd), 0),
            SystemCall::Dup2 { to, .. } => (Some(to), 0),
            SystemCall::Pipe { .. } | SystemCall::Socket(SocketCall::Pair { .. }) => (None, 2),
            SystemCall::Open { .. }
            | SystemCall::Dup { .. }
            | SystemCall::Memory(MemoryCall::Open { .. })
            | SystemCall::Socket(SocketCall::Socket { .. } | SocketCall::Accept { .. })
            | SystemCall::Event(EventCall::Create)
            | SystemCall::Ring(_) => (None, 1),
            SystemCall::Exec { .. } => (None, 0),
            _ => {
                use_accesses(pid, call, to);
                return;
            }
        };
        to.push((Part::Table(pid), Access::Write));
        to.extend(closed.map(|fd| (Part::Descriptor(pid, fd), Access::Write)));
        self.opening_accesses(pid, opened, to);
        use_accesses(pid, call, to);
    }

    /// So many descriptors are opened: those of the lowest numbers that are free.
    pub(super) fn opening_accesses(&self, pid: Pid, count: usize, to: &mut Accesses) {
        let mut next = 0;
        for _ in 0..count {
            let Ok(fd) = self.free_from(pid, next) else {
                return;
            };
            to.push((Part::Descriptor(pid, fd), Access::Write));
            next = fd + 1;
        }
    }

    pub(super) fn description_access(&self, pid: Pid, fd: Fd, access: Access, to: &mut Accesses) {
        if let Ok(id) = self.description(pid, fd) {
            to.push((Part::Description(id.number()), access));
        }
    }

    /// One descriptor of it less.
    pub(super) fn close_accesses(&self, id: Id<Description>, to: &mut Accesses) {
        let description = self.descriptions.get(id);
        self.forget_accesses(id, to);
        match description.object {
            Object::ReadEnd(pipe) => {
                to.push((Part::ReadEnds(pipe.number()), Access::Close));
                self.pipe_wake_accesses(pipe, to);
            }
            Object::WriteEnd(pipe) => {
                to.push((Part::WriteEnds(pipe.number()), Access::ReleaseShared));
                self.pipe_wake_accesses(pipe, to);
            }
            Object::Socket(socket) => self.close_socket_accesses(socket, to),
            Object::Ring(ring) => self.close_ring_accesses(ring, to),
            Object::Terminal
            | Object::Null
            | Object::File(_)
            | Object::Directory(_)
            | Object::Segment(_)
            | Object::Epoll(_) => {}
        }
        // Whether it has a lock, which goes with it.
        to.push((Part::Description(id.number()), Access::Read));
        if let Some(held) = description.lock {
            to.push((locks::lock_part(description), locks::release(held)));
        }
    }
}

/// The descriptors that a call names are used.
fn use_accesses(pid: Pid, call: &SystemCall, to: &mut Accesses) {
    let mut uses = |fd| to.push((Part::Descriptor(pid, fd), Access::Read));
    if let SystemCall::Event(EventCall::Poll { descriptors } | EventCall::TryPoll { descriptors }) =
        call
    {
        for polled in descriptors {
            uses(polled.fd);
        }
    }
    if let SystemCall::Event(EventCall::Control { fd, .. }) = *call {
        uses(fd);
    }
    if let Some(fd) = call.fd() {
        uses(fd);
    }
}
