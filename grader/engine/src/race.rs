//! Data races on plain memory: two threads use one `UnsafeCell`, one of them writes, and
//! nothing orders the two.
//!
//! `UnsafeCell::get` gives a pointer away and cannot see what is done with it. So a cell
//! is looked at when its pointer is given and once more when the thread gives way to the
//! others or hands on what it knows: if the bytes have changed, the thread has written,
//! for nobody else ran. If they have not, it is taken to have read, unless its next
//! operation may make it wait or learn something: then it could have fetched the pointer
//! for later. What is not certain is not called an access, so that a right program is
//! never accused: a pointer that is kept for longer is not followed.
//!
//! Source: C. Flanagan and S. Freund, "`FastTrack`: Efficient and Precise Dynamic Race
//! Detection" (PLDI 2009), for the epochs.

use std::{backtrace::Backtrace, panic::Location};

use crate::{
    access::Access,
    clock::VectorClock,
    execution::Execution,
    object::{ObjectId, State},
    op::{Op, OpKind, TaskId},
    outcome::Outcome,
    trace::StepResult,
};

/// Cells are compared as far as this, in bytes.
const COMPARED: usize = 4096;

/// One access that takes part in a data race.
#[derive(Debug, Clone, Copy)]
pub struct Racing {
    /// The thread.
    pub task: TaskId,
    /// Where it got the pointer.
    pub location: &'static Location<'static>,
    /// Whether it wrote.
    pub wrote: bool,
}

/// The last accesses to a cell, at most one read and one write of each thread.
#[derive(Debug, Default)]
pub(crate) struct Accesses {
    /// Where the cell is. One that has moved is another cell: nobody else had it then.
    pub(crate) address: usize,
    list: Vec<(Racing, u32)>,
}

impl Accesses {
    /// An access that conflicts with one of `task`, and that `task`, which knows
    /// `clock`, knows nothing of.
    fn unordered(&self, task: TaskId, wrote: bool, clock: &VectorClock) -> Option<Racing> {
        let unknown = |(access, count): &&(Racing, u32)| {
            access.task != task && (wrote || access.wrote) && *count > clock.count(access.task)
        };
        self.list.iter().find(unknown).map(|(access, _)| *access)
    }

    fn note(&mut self, access: Racing, count: u32) {
        let same = |(a, _): &&mut (Racing, u32)| a.task == access.task && a.wrote == access.wrote;
        match self.list.iter_mut().find(same) {
            Some(old) => *old = (access, count),
            None => self.list.push((access, count)),
        }
    }
}

/// A pointer into a cell that the running thread was given since it last gave way.
#[derive(Debug)]
pub(crate) struct Pointer {
    cell: ObjectId,
    location: &'static Location<'static>,
    address: usize,
    bytes: Vec<u8>,
    /// Whether the bytes have been seen to change already.
    wrote: bool,
}

impl Execution {
    /// The current thread is given a pointer to the `size` bytes of a cell.
    pub(crate) fn give_pointer(
        &mut self,
        cell: ObjectId,
        address: usize,
        size: usize,
        location: &'static Location<'static>,
    ) {
        let task = self.current;
        if self.over || size == 0 {
            return;
        }
        let bytes = read(address, size.min(COMPARED)).unwrap_or_default();
        let State::Cell(accesses) = &mut self.objects[cell.0 as usize].state else {
            unreachable!("a cell has accesses")
        };
        let clock = &self.tasks[task].clock;
        if accesses.unordered(task, true, clock).is_some() && drops_last_arc() {
            // Whoever drops the last `Arc` knows of all that was done through the others,
            // by the counter in it, which the model does not see.
            accesses.list.clear();
        }
        let pointers = &mut self.tasks[task].pointers;
        match pointers.iter_mut().find(|pointer| pointer.cell == cell) {
            Some(pointer) => {
                pointer.wrote |= pointer.bytes != bytes;
                pointer.bytes = bytes;
                pointer.location = location;
            }
            None => pointers.push(Pointer {
                cell,
                location,
                address,
                bytes,
                wrote: false,
            }),
        }
    }

    /// The current thread gives way to the others, to do `next`, or hands on what it
    /// knows: what has it done with its pointers?
    #[inline]
    pub(crate) fn settle_pointers(&mut self, next: Option<OpKind>) {
        if !self.tasks[self.current].pointers.is_empty() {
            self.settle_some_pointers(next);
        }
    }

    fn settle_some_pointers(&mut self, next: Option<OpKind>) {
        let task = self.current;
        let pointers = std::mem::take(&mut self.tasks[task].pointers);
        if self.over || self.tasks[task].panicking {
            return;
        }
        // The accesses come after what the thread has handed on so far.
        self.tasks[task].clock.tick(task);
        for pointer in pointers {
            let now = read(pointer.address, pointer.bytes.len());
            let wrote = pointer.wrote || now.is_some_and(|now| now != pointer.bytes);
            if wrote || !next.is_some_and(OpKind::may_learn) {
                self.use_pointer(&pointer, wrote);
            }
        }
    }

    fn use_pointer(&mut self, pointer: &Pointer, wrote: bool) {
        let task = self.current;
        let access = Racing {
            task,
            location: pointer.location,
            wrote,
        };
        let (kind, touched) = if wrote {
            (OpKind::CellWrite, Access::Write)
        } else {
            (OpKind::CellRead, Access::Read)
        };
        let op = Op {
            kind,
            object: Some(pointer.cell),
            location: pointer.location,
        };
        self.touch(pointer.cell, touched);
        self.record(op, StepResult::Done);
        let State::Cell(accesses) = &mut self.objects[pointer.cell.0 as usize].state else {
            unreachable!("a cell has accesses")
        };
        let clock = &self.tasks[task].clock;
        if let Some(other) = accesses.unordered(task, wrote, clock) {
            self.outcome.get_or_insert(Outcome::DataRace(other, access));
        }
        accesses.note(access, clock.count(task));
    }
}

/// Copies bytes of this process; nothing if they are not mapped any more, for the
/// thread may have freed the cell since it was given the pointer.
fn read(address: usize, size: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; size];
    let local = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: size,
    };
    let remote = libc::iovec {
        iov_base: address as *mut libc::c_void,
        iov_len: size,
    };
    // SAFETY: the kernel writes at most `size` bytes to `bytes`, which has as many, and
    // fails where it cannot read.
    let read = unsafe {
        libc::process_vm_readv(libc::getpid(), &raw const local, 1, &raw const remote, 1, 0)
    };
    (usize::try_from(read) == Ok(size)).then_some(bytes)
}

/// Whether the caller runs inside of the drop of the last `Arc` to something.
fn drops_last_arc() -> bool {
    Backtrace::force_capture().to_string().contains("drop_slow")
}
