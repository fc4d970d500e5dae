//! Makes the calls.

use super::{Answer, SystemCall};
use crate::{
    kernel::{Call, Kernel, Reply},
    process::Pid,
};

impl Kernel {
    /// Makes a call.
    ///
    /// # Errors
    ///
    /// Those of the call.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn call(&mut self, pid: Pid, call: &SystemCall) -> Call<Answer> {
        let done = |answer| Ok(Reply::Done(answer));
        let nothing = |()| Reply::Done(Answer::Nothing);
        let descriptor = |fd| Reply::Done(Answer::Descriptor(fd));
        let number = |number| Reply::Done(Answer::Number(number));
        match *call {
            SystemCall::Open { ref path, flags } => self.open(pid, path, flags).map(descriptor),
            SystemCall::Pipe { flags } => {
                let ends = self.pipe(pid, flags)?;
                done(Answer::Ends(ends))
            }
            SystemCall::Dup { fd } => self.dup(pid, fd).map(descriptor),
            SystemCall::Dup2 { fd, to } => self.dup2(pid, fd, to).map(descriptor),
            SystemCall::Close { fd } => self.close(pid, fd).map(nothing),
            SystemCall::Read { fd, count } => Ok(self.read(pid, fd, count)?.map(Answer::Bytes)),
            SystemCall::Write { fd, ref bytes } => {
                let reply = self.write(pid, fd, bytes)?;
                Ok(reply.map(|count| Answer::Number(count as u64)))
            }
            SystemCall::Pread { fd, count, at } => {
                let bytes = self.pread(pid, fd, count, at)?;
                done(Answer::Bytes(bytes))
            }
            SystemCall::Pwrite { fd, ref bytes, at } => {
                let count = self.pwrite(pid, fd, bytes, at)?;
                done(Answer::Number(count as u64))
            }
            SystemCall::Seek { fd, offset, whence } => {
                self.seek(pid, fd, offset, whence).map(number)
            }
            SystemCall::Truncate { fd, size } => self.truncate(pid, fd, size).map(nothing),
            SystemCall::Flock { fd, locking } => {
                Ok(self.flock(pid, fd, locking)?.map(|()| Answer::Nothing))
            }
            SystemCall::IsNonblocking { fd } => {
                self.is_nonblocking(pid, fd).map(|is| number(is.into()))
            }
            SystemCall::SetNonblocking { fd, is } => self.set_nonblocking(pid, fd, is).map(nothing),
            SystemCall::Mkdir { ref path } => self.mkdir(path).map(nothing),
            SystemCall::Rmdir { ref path } => self.rmdir(path).map(nothing),
            SystemCall::Unlink { ref path } => self.unlink(path).map(nothing),
            SystemCall::Rename { ref from, ref to } => self.rename(from, to).map(nothing),
            SystemCall::Stat { ref path } => done(Answer::Metadata(self.stat(path)?)),
            SystemCall::Fstat { fd } => done(Answer::Metadata(self.fstat(pid, fd)?)),
            SystemCall::Entries { fd } => done(Answer::Entries(self.entries(pid, fd)?)),
            SystemCall::Wait { children, options } => {
                let reply = self.wait(pid, children, options)?;
                Ok(reply.map(|waited| Answer::Waited(Some(waited))))
            }
            SystemCall::TryWait { children, options } => {
                let waited = self.try_wait(pid, children, options)?;
                done(Answer::Waited(waited))
            }
            SystemCall::Parent => done(Answer::Number(self.parent(pid).into())),
            SystemCall::Exec { .. } => {
                self.exec(pid);
                done(Answer::Nothing)
            }
            SystemCall::SetSubreaper { is } => {
                self.set_subreaper(pid, is);
                done(Answer::Nothing)
            }
            SystemCall::Signal(ref call) => self.call_with_signals(pid, call),
            SystemCall::Group(call) => self.call_with_groups(pid, call),
            SystemCall::Time(call) => Ok(self.call_with_time(pid, call)),
            SystemCall::Semaphore(ref call) => self.call_with_semaphore(pid, call),
            SystemCall::Mutex(call) => self.call_with_mutex(pid, call),
            SystemCall::Memory(ref call) => self.call_with_memory(pid, call),
            SystemCall::Socket(ref call) => self.call_with_socket(pid, call),
            SystemCall::Event(ref call) => self.call_with_events(pid, call),
            SystemCall::Ring(ref call) => self.call_with_ring(pid, call),
            SystemCall::Within { ref call, limit } => match self.call(pid, call)? {
                Reply::Waits(_) if limit == 0 => call.timed_out().map(Reply::Done),
                reply => Ok(reply),
            },
        }
    }
}
