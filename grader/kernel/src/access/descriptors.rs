//! What calls with any descriptor touch, and the closing of one.

use super::{Access, Accesses, Part, locks};
use crate::{
    descriptor::{Description, Fd, Object},
    kernel::Kernel,
    process::Pid,
    slots::Id,
};

impl Kernel {
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
        if let Some(held) = description.lock {
            to.push((Part::Description(id.number()), Access::Read));
            to.push((locks::lock_part(description), locks::release(held)));
        }
    }
}
