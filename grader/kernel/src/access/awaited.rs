//! What a call touches that waits.

use super::{Access, Accesses, Part};
use crate::{
    descriptor::{Fd, Object},
    flags::{MessageFlags, OpenFlags},
    kernel::Kernel,
    lock::Locking,
    process::Pid,
    system_call::{EventCall, MutexCall, RingCall, SemaphoreCall, SocketCall},
    waiting::Request,
};

impl Kernel {
    /// What a process touches that waits with a call, and would go on if that part were different.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn awaited(&self, pid: Pid, request: &Request) -> Accesses {
        let mut accesses = vec![(Part::Signals(pid), Access::Read)];
        let to = &mut accesses;
        // Another thread of the process may close one meanwhile.
        let descriptors = request.descriptors().into_iter();
        to.extend(descriptors.map(|fd| (Part::Descriptor(pid, fd), Access::Read)));
        match *request {
            Request::Read { fd, .. } => self.awaited_read(pid, fd, to),
            Request::Write { fd, count } | Request::Send { fd, count, .. } => {
                self.awaited_write(pid, fd, count, to);
            }
            Request::Lock { fd, kind } => self.lock_accesses(pid, fd, Locking::Lock(kind), to),
            Request::Wait(children, options) => self.wait_accesses(pid, children, options, to),
            Request::Signal(_) => to.push((Part::Pending(pid), Access::Write)),
            Request::Sleep(_) => to.push((Part::Clock, Access::Read)),
            Request::Semaphore(id, until) => {
                to.push((Part::Mappings(pid), Access::Read));
                self.semaphore_accesses(&SemaphoreCall::Wait { id, until }, to);
            }
            Request::Mutex(id) => self.mutex_accesses(pid, MutexCall::Lock { id }, to),
            Request::Recv { fd, flags, count } => {
                self.socket_accesses(pid, &SocketCall::Recv { fd, count, flags }, to);
            }
            Request::Accept(fd) => {
                let flags = OpenFlags::EMPTY;
                self.socket_accesses(pid, &SocketCall::Accept { fd, flags }, to);
            }
            Request::Connect { fd, to: address } => {
                self.socket_accesses(pid, &SocketCall::Connect { fd, to: address }, to);
            }
            Request::Poll(ref descriptors) => {
                let descriptors = descriptors.clone();
                self.event_call_accesses(pid, &EventCall::Poll { descriptors }, to);
            }
            Request::EpollWait { epoll, most } => {
                self.event_call_accesses(pid, &EventCall::Wait { epoll, most }, to);
            }
            Request::RingWait { ring, at_least } => {
                self.ring_accesses(pid, &RingCall::Wait { ring, at_least }, to);
            }
        }
        accesses
    }

    fn awaited_read(&self, pid: Pid, fd: Fd, to: &mut Accesses) {
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        to.push((Part::Description(id.number()), Access::Read));
        match self.descriptions.get(id).object {
            Object::ReadEnd(pipe) => to.extend([
                (Part::Writes(pipe.number()), Access::Read),
                (Part::Reads(pipe.number()), Access::Write),
                (Part::WriteEnds(pipe.number()), Access::Acquire),
            ]),
            Object::Socket(socket) => self.recv_accesses(socket, MessageFlags::EMPTY, to),
            _ => {}
        }
    }

    fn awaited_write(&self, pid: Pid, fd: Fd, count: usize, to: &mut Accesses) {
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        to.push((Part::Description(id.number()), Access::Read));
        match self.descriptions.get(id).object {
            Object::WriteEnd(pipe) => to.extend([
                (Part::Writes(pipe.number()), Access::Write),
                (Part::Reads(pipe.number()), Access::Write),
                (Part::ReadEnds(pipe.number()), Access::Open),
            ]),
            Object::Socket(socket) => {
                self.send_accesses(pid, socket, count, MessageFlags::EMPTY, to);
            }
            _ => {}
        }
    }
}
