//! A completion ring: operations that are submitted, and told when they are complete.
//!
//! It is `io_uring(7)` in small: one call submits any number of operations, each may wait without
//! making the process wait, and they complete in any order. Which of those that could complete does
//! so next is a step of its own here ([`Kernel::ring_complete`]), so that an explorer can choose it;
//! Linux promises no order either.

use serde::{Deserialize, Serialize};

use std::collections::{BTreeMap, VecDeque};

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    flags::OpenFlags,
    kernel::{Call, Kernel, Reply, WaitFor},
    operation::Operation,
    process::Pid,
    slots::Id,
};

/// What is submitted: `struct io_uring_sqe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// What is to be done.
    pub operation: Operation,
    /// By what the caller knows it. Several may have the same.
    pub user: u64,
}

/// What became of an operation: `struct io_uring_cqe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The number that was given with the operation.
    pub user: u64,
    /// What the call gives: bytes, or a descriptor, or 0; or the negative error number.
    pub result: i64,
    /// What was read or received.
    pub bytes: Vec<u8>,
}

/// A ring. Processes that share its description share what is in it.
#[derive(Debug, Clone)]
pub(crate) struct Ring {
    /// The most operations that are pending or whose completion was not taken.
    pub(crate) most: usize,
    /// By the numbers of the operations, which count up.
    pub(crate) pending: BTreeMap<u64, Pending>,
    /// The number of the next operation.
    pub(crate) next: u64,
    pub(crate) completions: VecDeque<Completion>,
}

/// An operation that is not complete.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) pid: Pid,
    pub(crate) submission: Submission,
    /// What the descriptor stood for when it was submitted, which it keeps open.
    pub(crate) description: Result<Id<Description>, Errno>,
}

impl Ring {
    pub(crate) fn events(&self) -> Events {
        let is_full = self.in_flight() >= self.most;
        Events::IN.when(!self.completions.is_empty()) | Events::OUT.when(!is_full)
    }

    fn in_flight(&self) -> usize {
        self.pending.len() + self.completions.len()
    }
}

impl Kernel {
    /// A ring with room for so many operations. `io_uring_setup(2)`
    ///
    /// # Errors
    ///
    /// `EINVAL` for no room, `EMFILE`.
    pub fn ring_setup(&mut self, pid: Pid, most: usize) -> Result<Fd, Errno> {
        if most == 0 {
            return Err(Errno::EINVAL);
        }
        let fd = self.free(pid)?;
        let ring = self.rings.add(Ring {
            most,
            pending: BTreeMap::new(),
            next: 0,
            completions: VecDeque::new(),
        });
        let flags = OpenFlags::READ | OpenFlags::WRITE;
        self.open_as(pid, fd, Description::new(Object::Ring(ring), flags));
        Ok(fd)
    }

    /// Submits operations, as far as there is room in the ring, and says how many. None of them is
    /// done by that. A descriptor may be closed at once: the operation keeps what it stands for.
    /// `io_uring_enter(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no ring, `EBUSY` if there is no room for the first one.
    pub fn ring_submit(
        &mut self,
        pid: Pid,
        ring: Fd,
        submissions: Vec<Submission>,
    ) -> Result<usize, Errno> {
        let id = self.ring_behind(pid, ring)?;
        let ring = self.rings.get(id);
        let count = submissions.len().min(ring.most - ring.in_flight());
        if count == 0 && !submissions.is_empty() {
            return Err(Errno::EBUSY);
        }
        for submission in submissions.into_iter().take(count) {
            let description = self.description_to_keep(pid, &submission.operation);
            let ring = self.rings.get_mut(id);
            ring.pending.insert(
                ring.next,
                Pending {
                    pid,
                    submission,
                    description,
                },
            );
            ring.next += 1;
        }
        Ok(count)
    }

    /// Waits until there are so many completions, and takes all. `io_uring_enter(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no ring.
    pub fn ring_wait(&mut self, pid: Pid, ring: Fd, at_least: usize) -> Call<Vec<Completion>> {
        let id = self.ring_behind(pid, ring)?;
        if let Some(waits) = self.ring_waits(id, at_least) {
            return Ok(Reply::Waits(waits));
        }
        let taken = std::mem::take(&mut self.rings.get_mut(id).completions);
        Ok(Reply::Done(taken.into()))
    }

    /// What the call would wait for.
    pub(crate) fn ring_waits(&self, id: Id<Ring>, at_least: usize) -> Option<WaitFor> {
        let waits = self.rings.get(id).completions.len() < at_least;
        waits.then_some(WaitFor::Completions {
            ring: id.number(),
            at_least,
        })
    }

    pub(crate) fn ring_behind(&self, pid: Pid, ring: Fd) -> Result<Id<Ring>, Errno> {
        match self.descriptions.get(self.description(pid, ring)?).object {
            Object::Ring(ring) => Ok(ring),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Takes a pending operation out, which completes without being done.
    pub(crate) fn cancel_one(&mut self, ring: Id<Ring>, number: u64) {
        let Some(cancelled) = self.rings.get_mut(ring).pending.remove(&number) else {
            return;
        };
        let completion = Completion {
            user: cancelled.submission.user,
            result: -i64::from(Errno::ECANCELED.number()),
            bytes: Vec::new(),
        };
        self.add_completion(ring, completion);
        if let Ok(description) = cancelled.description {
            self.release(description);
        }
    }

    /// A process ends: its operations are cancelled in all rings.
    pub(crate) fn cancel_all_of(&mut self, pid: Pid) {
        let rings: Vec<Id<Ring>> = self.rings.all().map(|(id, _)| id).collect();
        for ring in rings {
            let pending = self.rings.get(ring).pending.iter();
            let own = pending.filter(|(_, pending)| pending.pid == pid);
            let own: Vec<u64> = own.map(|(number, _)| *number).collect();
            for number in own {
                self.cancel_one(ring, number);
            }
        }
    }

    pub(crate) fn add_completion(&mut self, ring: Id<Ring>, completion: Completion) {
        self.rings.get_mut(ring).completions.push_back(completion);
        self.wake(Object::Ring(ring), Events::IN);
    }

    /// The last descriptor of a ring is closed: what is pending is given up.
    pub(crate) fn close_ring(&mut self, ring: Id<Ring>) {
        let closed = self.rings.release(ring);
        for pending in closed
            .into_iter()
            .flat_map(|ring| ring.pending.into_values())
        {
            if let Ok(description) = pending.description {
                self.release(description);
            }
        }
    }
}
