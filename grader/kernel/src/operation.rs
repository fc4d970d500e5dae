//! The operations of a completion ring: which can complete, and what they do.

use serde::{Deserialize, Serialize};

use std::net::SocketAddrV4;

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    flags::{MessageFlags, OpenFlags},
    kernel::{Call, Kernel, Reply, WaitFor},
    process::Pid,
    ring::{Completion, Pending, Ring},
    slots::Id,
};

/// An operation, with the descriptor that it is for: `io_uring_enter(2)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// [`Kernel::read`] of so many bytes.
    Read(Fd, usize),
    /// [`Kernel::write`] of these bytes.
    Write(Fd, Vec<u8>),
    /// [`Kernel::accept`].
    Accept(Fd, OpenFlags),
    /// [`Kernel::connect`].
    Connect(Fd, SocketAddrV4),
    /// [`Kernel::recv`] of so many bytes.
    Recv(Fd, usize, MessageFlags),
    /// [`Kernel::send`] of these bytes.
    Send(Fd, Vec<u8>, MessageFlags),
    /// Cancels the oldest operation of the process with this `user` number that is not complete.
    Cancel(u64),
}

impl Kernel {
    /// The numbers of the operations that could complete now, from the oldest on. The first one that
    /// was submitted to a ring has the number 0, and each further one the next.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no ring.
    pub fn ring_completable(&self, pid: Pid, ring: Fd) -> Result<Vec<u64>, Errno> {
        let ring = self.rings.get(self.ring_behind(pid, ring)?);
        let able = ring.pending.iter();
        let able = able.filter(|(_, pending)| self.pending_waits(pending).is_none());
        Ok(able.map(|(number, _)| *number).collect())
    }

    /// Completes an operation that need not wait any more. Its completion is behind those before.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no ring, `ENOENT` if there is no such operation, `EAGAIN` if it
    /// has to wait still.
    pub fn ring_complete(&mut self, pid: Pid, ring: Fd, number: u64) -> Result<(), Errno> {
        let id = self.ring_behind(pid, ring)?;
        let found = self.rings.get(id).pending.get(&number);
        let pending = found.ok_or(Errno::ENOENT)?.clone();
        let Some(completion) = self.perform(id, &pending) else {
            return Err(Errno::EAGAIN);
        };
        self.rings.get_mut(id).pending.remove(&number);
        self.add_completion(id, completion);
        if let Ok(description) = pending.description {
            self.release(description);
        }
        Ok(())
    }

    /// What an operation is for, which is open as long as it is pending. A ring is not kept open by
    /// an operation, as that would be its own.
    pub(crate) fn description_to_keep(
        &mut self,
        pid: Pid,
        operation: &Operation,
    ) -> Result<Id<Description>, Errno> {
        let (fd, access) = match operation {
            Operation::Read(fd, _) => (*fd, OpenFlags::READ),
            Operation::Write(fd, _) => (*fd, OpenFlags::WRITE),
            Operation::Accept(fd, _)
            | Operation::Connect(fd, _)
            | Operation::Recv(fd, ..)
            | Operation::Send(fd, ..) => (*fd, OpenFlags::EMPTY),
            // It needs none, so that this is no error.
            Operation::Cancel(_) => return Err(Errno::EBADF),
        };
        let id = self.description_for(pid, fd, access)?;
        let is_transfer = access != OpenFlags::EMPTY;
        match self.descriptions.get(id).object {
            Object::Ring(_) if is_transfer => Err(Errno::EINVAL),
            Object::Ring(_) => Err(Errno::ENOTSOCK),
            _ => Ok(self.descriptions.share(id)),
        }
    }

    fn pending_waits(&self, pending: &Pending) -> Option<WaitFor> {
        let id = pending.description.ok()?;
        match &pending.submission.operation {
            Operation::Read(_, count) => self.read_waits(id, *count),
            Operation::Write(_, bytes) => self.write_waits(id, bytes.len()),
            Operation::Accept(..) => self.accept_waits(pending.pid, id),
            Operation::Connect(_, to) => self.connect_waits(id, *to),
            Operation::Recv(_, _, flags) => self.recv_waits(id, *flags),
            Operation::Send(_, bytes, flags) => self.send_waits(id, bytes.len(), *flags),
            Operation::Cancel(_) => None,
        }
    }

    /// Does an operation; nothing if it has to wait.
    fn perform(&mut self, ring: Id<Ring>, pending: &Pending) -> Option<Completion> {
        let user = pending.submission.user;
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let number = |reply| result(reply, |done| (count(done), Vec::new()));
        let bytes = |reply| result(reply, |bytes: Vec<u8>| (count(bytes.len()), bytes));
        let (result, bytes) = match (&pending.submission.operation, pending.description) {
            (Operation::Cancel(user), _) => number(self.cancel(ring, pending.pid, *user)),
            (_, Err(errno)) => number(Err(errno)),
            (Operation::Read(_, count), Ok(id)) => bytes(self.read_description(id, *count)),
            (Operation::Write(_, text), Ok(id)) => {
                number(self.write_description(pending.pid, id, text))
            }
            (Operation::Accept(_, flags), Ok(id)) => {
                let reply = self.accept_description(pending.pid, id, *flags);
                result(reply, |accepted| (i64::from(accepted.fd), Vec::new()))
            }
            (Operation::Connect(_, to), Ok(id)) => {
                result(self.connect_description(id, *to), |()| (0, Vec::new()))
            }
            (Operation::Recv(_, count, flags), Ok(id)) => {
                bytes(self.recv_description(id, *count, *flags))
            }
            (Operation::Send(_, text, flags), Ok(id)) => {
                // A ring never raises `SIGPIPE` for a message.
                let flags = *flags | MessageFlags::NOSIGNAL;
                number(self.send_description(pending.pid, id, text, flags))
            }
        }?;
        Some(Completion {
            user,
            result,
            bytes,
        })
    }

    fn cancel(&mut self, ring: Id<Ring>, pid: Pid, user: u64) -> Call<usize> {
        let mut pending = self.rings.get(ring).pending.iter();
        let found = pending.find(|(_, pending)| {
            let is_cancel = matches!(pending.submission.operation, Operation::Cancel(_));
            pending.pid == pid && pending.submission.user == user && !is_cancel
        });
        let number = *found.ok_or(Errno::ENOENT)?.0;
        self.cancel_one(ring, number);
        Ok(Reply::Done(0))
    }
}

/// The result of a completion; nothing if the call has to wait.
fn result<T>(reply: Call<T>, words: impl FnOnce(T) -> (i64, Vec<u8>)) -> Option<(i64, Vec<u8>)> {
    match reply {
        Ok(Reply::Done(done) | Reply::Partly { done, .. }) => Some(words(done)),
        Ok(Reply::Waits(_)) => None,
        Err(errno) => Some((-i64::from(errno.number()), Vec::new())),
    }
}
