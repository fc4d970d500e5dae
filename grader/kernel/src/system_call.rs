//! Every call of the kernel as a value: what a process that lives elsewhere asks for.

use crate::{
    descriptor::Fd,
    flags::{OpenFlags, Whence},
    kernel::{Call, Kernel, Reply},
    lock::Locking,
    process::Pid,
    wait::{Children, WaitOptions, Waited},
    waiting::Request,
};
use serde::{Deserialize, Serialize};

/// A system call with its arguments. `fork(2)` and `_exit(2)` are no such values: what becomes of
/// the program that makes them is not the business of the kernel alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the arguments are those of the functions")]
pub enum SystemCall {
    /// [`Kernel::open`].
    Open { path: String, flags: OpenFlags },
    /// [`Kernel::pipe`].
    Pipe { flags: OpenFlags },
    /// [`Kernel::dup`].
    Dup { fd: Fd },
    /// [`Kernel::dup2`].
    Dup2 { fd: Fd, to: Fd },
    /// [`Kernel::close`].
    Close { fd: Fd },
    /// [`Kernel::read`].
    Read { fd: Fd, count: usize },
    /// [`Kernel::write`].
    Write { fd: Fd, bytes: Vec<u8> },
    /// [`Kernel::pread`].
    Pread { fd: Fd, count: usize, at: u64 },
    /// [`Kernel::pwrite`].
    Pwrite { fd: Fd, bytes: Vec<u8>, at: u64 },
    /// [`Kernel::seek`].
    Seek { fd: Fd, offset: i64, whence: Whence },
    /// [`Kernel::truncate`].
    Truncate { fd: Fd, size: u64 },
    /// [`Kernel::flock`].
    Flock { fd: Fd, locking: Locking },
    /// [`Kernel::is_nonblocking`].
    IsNonblocking { fd: Fd },
    /// [`Kernel::set_nonblocking`].
    SetNonblocking { fd: Fd, is: bool },
    /// [`Kernel::mkdir`].
    Mkdir { path: String },
    /// [`Kernel::rmdir`].
    Rmdir { path: String },
    /// [`Kernel::unlink`].
    Unlink { path: String },
    /// [`Kernel::rename`].
    Rename { from: String, to: String },
    /// [`Kernel::wait`].
    Wait {
        children: Children,
        options: WaitOptions,
    },
    /// [`Kernel::try_wait`].
    TryWait {
        children: Children,
        options: WaitOptions,
    },
    /// [`Kernel::parent`].
    Parent,
    /// [`Kernel::set_subreaper`].
    SetSubreaper { is: bool },
}

/// What a call gives that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing but that it is done.
    Nothing,
    /// A number: of bytes, a place, a process; or whether something is so.
    Number(u64),
    /// A new descriptor.
    Descriptor(Fd),
    /// Both ends of a pipe.
    Ends([Fd; 2]),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A child that was waited for, if there was one.
    Waited(Option<Waited>),
}

impl SystemCall {
    /// What its page of the manual is called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Pipe { .. } => "pipe2",
            Self::Dup { .. } => "dup",
            Self::Dup2 { .. } => "dup2",
            Self::Close { .. } => "close",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Pread { .. } => "pread",
            Self::Pwrite { .. } => "pwrite",
            Self::Seek { .. } => "lseek",
            Self::Truncate { .. } => "ftruncate",
            Self::Flock { .. } => "flock",
            Self::IsNonblocking { .. } | Self::SetNonblocking { .. } => "fcntl",
            Self::Mkdir { .. } => "mkdir",
            Self::Rmdir { .. } => "rmdir",
            Self::Unlink { .. } => "unlink",
            Self::Rename { .. } => "rename",
            Self::Wait { .. } | Self::TryWait { .. } => "waitpid",
            Self::Parent => "getppid",
            Self::SetSubreaper { .. } => "prctl",
        }
    }

    /// The descriptor that it is about, if it is about one.
    pub fn fd(&self) -> Option<Fd> {
        Some(match *self {
            Self::Dup { fd }
            | Self::Dup2 { fd, .. }
            | Self::Close { fd }
            | Self::Read { fd, .. }
            | Self::Write { fd, .. }
            | Self::Pread { fd, .. }
            | Self::Pwrite { fd, .. }
            | Self::Seek { fd, .. }
            | Self::Truncate { fd, .. }
            | Self::Flock { fd, .. }
            | Self::IsNonblocking { fd }
            | Self::SetNonblocking { fd, .. } => fd,
            Self::Open { .. }
            | Self::Pipe { .. }
            | Self::Mkdir { .. }
            | Self::Rmdir { .. }
            | Self::Unlink { .. }
            | Self::Rename { .. }
            | Self::Wait { .. }
            | Self::TryWait { .. }
            | Self::Parent
            | Self::SetSubreaper { .. } => return None,
        })
    }

    /// Whether its result depends on the order in which processes have ended, or on whether one
    /// has ended yet.
    pub fn tells_ends(&self) -> bool {
        match self {
            Self::TryWait { .. } => true,
            // One that need not end has other news of it too.
            Self::Wait { children, options } => {
                !matches!(children, Children::One(_)) || *options != WaitOptions::ENDS
            }
            _ => false,
        }
    }

    /// The call as one that may have to wait; nothing if it never does.
    pub fn request(&self) -> Option<Request> {
        Some(match *self {
            Self::Read { fd, count } => Request::Read { fd, count },
            Self::Write { fd, ref bytes } => Request::Write {
                fd,
                count: bytes.len(),
            },
            Self::Flock {
                fd,
                locking: Locking::Lock(kind),
            } => Request::Lock { fd, kind },
            Self::Wait { children, options } => Request::Wait(children, options),
            _ => return None,
        })
    }
}

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
            SystemCall::Wait { children, options } => {
                let reply = self.wait(pid, children, options)?;
                Ok(reply.map(|waited| Answer::Waited(Some(waited))))
            }
            SystemCall::TryWait { children, options } => {
                let waited = self.try_wait(pid, children, options)?;
                done(Answer::Waited(waited))
            }
            SystemCall::Parent => done(Answer::Number(self.parent(pid).into())),
            SystemCall::SetSubreaper { is } => {
                self.set_subreaper(pid, is);
                done(Answer::Nothing)
            }
        }
    }
}
