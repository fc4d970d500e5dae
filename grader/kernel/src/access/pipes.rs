//! What reading from pipes and writing to them touches.

use super::{Access, Accesses, Part};
use crate::{descriptor::Object, kernel::Kernel, pipe::Pipe, process::Pid, slots::Id};

impl Kernel {
    pub(super) fn read_pipe_accesses(&self, pipe: Id<Pipe>, count: usize, to: &mut Accesses) {
        let number = pipe.number();
        to.push((Part::Reads(number), Access::Write));
        to.push((Part::Writes(number), Access::Read));
        let state = self.pipes.get(pipe);
        if state.is_empty() && count > 0 {
            // Without a writer it is the end of the file, after all of them have gone.
            let access = if state.writers > 0 {
                Access::Read
            } else {
                Access::Acquire
            };
            to.push((Part::WriteEnds(number), access));
        }
        if state.is_full() {
            self.wake_accesses(Object::WriteEnd(pipe), to);
        }
    }

    pub(super) fn write_pipe_accesses(
        &self,
        pid: Pid,
        pipe: Id<Pipe>,
        count: usize,
        to: &mut Accesses,
    ) {
        let number = pipe.number();
        let state = self.pipes.get(pipe);
        to.push((Part::Writes(number), Access::Write));
        if state.may_lack_room(count) {
            to.push((Part::Reads(number), Access::Write));
        }
        to.push((Part::ReadEnds(number), Access::Open));
        if state.readers == 0 {
            raise_accesses(pid, to);
        }
        self.wake_accesses(Object::ReadEnd(pipe), to);
    }

    /// The closing of an end is news to both.
    pub(super) fn pipe_wake_accesses(&self, pipe: Id<Pipe>, to: &mut Accesses) {
        self.wake_accesses(Object::ReadEnd(pipe), to);
        self.wake_accesses(Object::WriteEnd(pipe), to);
    }
}

/// A call raises `SIGPIPE`.
pub(super) fn raise_accesses(pid: Pid, to: &mut Accesses) {
    to.push((Part::Pending(pid), Access::Write));
    to.push((Part::Signals(pid), Access::Write));
}
