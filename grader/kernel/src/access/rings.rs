//! What calls with completion rings touch, and the operations in them.

use super::{Access, Accesses, Part};
use crate::{
    descriptor::Object,
    flags::MessageFlags,
    kernel::Kernel,
    operation::Operation,
    process::Pid,
    ring::{Pending, Ring},
    slots::Id,
    system_call::{RingCall, SocketCall},
};

impl Kernel {
    pub(super) fn ring_accesses(&self, pid: Pid, call: &RingCall, to: &mut Accesses) {
        let (fd, number) = match *call {
            RingCall::Setup { .. } => return,
            RingCall::Submit { ring, .. }
            | RingCall::Wait { ring, .. }
            | RingCall::Completable { ring } => (ring, None),
            RingCall::Complete { ring, number } => (ring, Some(number)),
        };
        let Ok(id) = self.ring_behind(pid, fd) else {
            return;
        };
        to.push((Part::Ring(id.number()), Access::Write));
        let pending = &self.rings.get(id).pending;
        if matches!(call, RingCall::Completable { .. }) {
            for pending in pending.values() {
                self.operation_accesses(id, pending, to);
            }
        }
        if let Some(pending) = number.and_then(|number| pending.get(&number)) {
            self.wake_accesses(Object::Ring(id), to);
            self.operation_accesses(id, pending, to);
            self.release_accesses(pending, to);
        }
    }

    /// What an operation keeps open is given back.
    fn release_accesses(&self, pending: &Pending, to: &mut Accesses) {
        if let Ok(description) = pending.description {
            self.close_accesses(description, to);
        }
    }

    fn operation_accesses(&self, ring: Id<Ring>, pending: &Pending, to: &mut Accesses) {
        let pid = pending.pid;
        if let Operation::Cancel(user) = pending.submission.operation {
            let others = self.rings.get(ring).pending.values();
            for other in others.filter(|other| other.submission.user == user) {
                self.release_accesses(other, to);
            }
            return;
        }
        let Ok(id) = pending.description else {
            return;
        };
        to.push((Part::Description(id.number()), Access::Read));
        let call = match &pending.submission.operation {
            Operation::Read(_, count) => return self.read_accesses(id, *count, to),
            Operation::Write(_, bytes) => return self.write_accesses(pid, id, bytes.len(), to),
            Operation::Accept(fd, flags) => {
                to.push((Part::Table(pid), Access::Write));
                self.opening_accesses(pid, 1, to);
                SocketCall::Accept {
                    fd: *fd,
                    flags: *flags,
                }
            }
            Operation::Connect(fd, to) => SocketCall::Connect { fd: *fd, to: *to },
            Operation::Recv(fd, count, flags) => SocketCall::Recv {
                fd: *fd,
                count: *count,
                flags: *flags,
            },
            Operation::Send(fd, bytes, flags) => SocketCall::Send {
                fd: *fd,
                bytes: bytes.clone(),
                flags: *flags | MessageFlags::NOSIGNAL,
            },
            Operation::Cancel(_) => return,
        };
        if let Ok(socket) = self.socket_of(id) {
            self.one_socket_accesses(pid, socket, &call, to);
        }
    }

    /// A process ends: its operations are cancelled.
    pub(super) fn cancel_accesses(&self, pid: Pid, to: &mut Accesses) {
        for (id, ring) in self.rings.all() {
            for pending in ring.pending.values().filter(|pending| pending.pid == pid) {
                to.push((Part::Ring(id.number()), Access::Write));
                self.wake_accesses(Object::Ring(id), to);
                self.release_accesses(pending, to);
            }
        }
    }

    /// A ring is closed: what is pending is given up.
    pub(super) fn close_ring_accesses(&self, ring: Id<Ring>, to: &mut Accesses) {
        for pending in self.rings.get(ring).pending.values() {
            self.release_accesses(pending, to);
        }
    }
}
