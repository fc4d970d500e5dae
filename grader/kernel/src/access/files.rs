//! What calls with files touch, and reading and writing of whatever it is.

use super::{Access, Accesses, Part};
use crate::{
    descriptor::{Description, Fd, Object},
    flags::MessageFlags,
    kernel::Kernel,
    process::Pid,
    slots::Id,
    system_call::SystemCall,
    tree::Node,
};

impl Kernel {
    /// What the file or the segment behind a descriptor holds, or its size.
    pub(super) fn file_access(&self, pid: Pid, fd: Fd, access: Access, to: &mut Accesses) {
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        match self.descriptions.get(id).object {
            Object::File(file) => to.push((Part::File(file.number()), access)),
            Object::Segment(segment) => to.push((Part::Segment(segment.number()), access)),
            _ => {}
        }
    }

    pub(super) fn name_accesses(&self, call: &SystemCall, to: &mut Accesses) {
        let SystemCall::Open { path, flags } = call else {
            to.push((Part::Names, Access::Write));
            return;
        };
        let access = if self.would_create(path, *flags) {
            Access::Write
        } else {
            Access::Read
        };
        to.push((Part::Names, access));
        if let Some(file) = self.would_truncate(path, *flags) {
            to.push((Part::File(file.number()), Access::Write));
        }
    }

    pub(super) fn stat_accesses(&self, path: &str, to: &mut Accesses) {
        to.push((Part::Names, Access::Read));
        if let Ok(Node::File(file)) = self.find(path) {
            to.push((Part::File(file.number()), Access::Read));
        }
    }

    pub(super) fn read_accesses(&self, id: Id<Description>, count: usize, to: &mut Accesses) {
        let part = Part::Description(id.number());
        match self.descriptions.get(id).object {
            Object::File(file) => {
                to.push((part, Access::Write));
                to.push((Part::File(file.number()), Access::Read));
            }
            Object::ReadEnd(pipe) => {
                to.push((part, Access::Read));
                self.read_pipe_accesses(pipe, count, to);
            }
            Object::Socket(socket) => {
                to.push((part, Access::Read));
                self.recv_accesses(socket, MessageFlags::EMPTY, to);
            }
            _ => {}
        }
    }

    pub(super) fn write_accesses(
        &self,
        pid: Pid,
        id: Id<Description>,
        count: usize,
        to: &mut Accesses,
    ) {
        let part = Part::Description(id.number());
        match self.descriptions.get(id).object {
            Object::File(file) => {
                to.push((part, Access::Write));
                to.push((Part::File(file.number()), Access::Write));
            }
            Object::WriteEnd(pipe) if count > 0 => {
                to.push((part, Access::Read));
                self.write_pipe_accesses(pid, pipe, count, to);
            }
            Object::Socket(socket) => {
                to.push((part, Access::Read));
                self.send_accesses(pid, socket, count, MessageFlags::EMPTY, to);
            }
            // The order in which processes print is not looked at.
            _ => {}
        }
    }
}
