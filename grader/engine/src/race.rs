//! Data races on plain memory: two threads access one `UnsafeCell`, at least one access is a
//! write, and neither happens before the other.
//!
//! `UnsafeCell::get` returns a pointer, and the engine does not see the accesses through it. It
//! therefore compares the bytes of the cell when the pointer is given and again when the thread
//! gives way to others or releases what it knows. Changed bytes count as a write, because no
//! other thread ran in between. Unchanged bytes count as a read, unless the next operation of the
//! thread may block or synchronise: the thread may then have fetched the pointer for later use.
//! An uncertain access is no access, so a correct program is never accused; the engine does not
//! follow a pointer that is kept for longer.
//!
//! Source: C. Flanagan and S. Freund, "`FastTrack`: Efficient and Precise Dynamic Race
//! Detection" (PLDI 2009), for the epochs.

use std::panic::Location;

use crate::{
    access::Access,
    clock::VectorClock,
    execution::Execution,
    objects::{
        self, Id, Listed, OpKind,
        cell::{Cell, Operation},
    },
    op::TaskId,
    outcome::Outcome,
    trace::Effect,
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
    /// Where the cell is. One that has moved is another cell: no other thread had it then.
    address: usize,
    list: Vec<(Racing, u32)>,
}

impl Accesses {
    /// Where the cell is: at `address` if it was nowhere so far.
    pub(crate) fn begin_at(&mut self, address: usize) -> usize {
        if self.address == 0 {
            self.address = address;
        }
        self.address
    }

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
    cell: Id<Cell>,
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
        cell: Id<Cell>,
        address: usize,
        size: usize,
        location: &'static Location<'static>,
    ) {
        let task = self.current;
        if self.over || size == 0 {
            return;
        }
        // SAFETY: the caller that asks for the pointer has a reference to the cell.
        let bytes = unsafe { copy(address, size.min(COMPARED)) };
        let accesses = &mut Cell::table_mut(&mut self.objects)[cell.index()]
            .state
            .accesses;
        let clock = &self.tasks[task].clock;
        if accesses.unordered(task, true, clock).is_some() && self.tasks[task].last_drops > 0 {
            // Whoever drops the last `Arc` knows of all that was done through the others by
            // its count, which is followed only where a program asks for one.
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

    /// The current thread gives way to the others, to do its pending operation.
    #[inline]
    pub(crate) fn settle_pending_pointers(&mut self) {
        let task = &self.tasks[self.current];
        if !task.pointers.is_empty() {
            self.settle_some_pointers(Some(task.pending.kind));
        }
    }

    #[cold]
    fn settle_some_pointers(&mut self, next: Option<OpKind>) {
        let task = self.current;
        let pointers = std::mem::take(&mut self.tasks[task].pointers);
        if self.over || self.tasks[task].is_panicking() {
            return;
        }
        // The accesses come after what the thread has handed on so far.
        self.tasks[task].clock.tick(task);
        for pointer in pointers {
            let now = read(pointer.address, pointer.bytes.len());
            let wrote = pointer.wrote || now.is_some_and(|now| now != pointer.bytes);
            if wrote || !next.is_some_and(|next| next.facts().may_learn) {
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
        let (operation, touched) = if wrote {
            (Operation::Write, Access::Write)
        } else {
            (Operation::Read, Access::Read)
        };
        if wrote {
            self.progress();
        }
        self.touch(pointer.cell, touched);
        self.record(
            objects::op(operation, pointer.cell, pointer.location),
            Effect::Done,
        );
        let accesses = &mut Cell::table_mut(&mut self.objects)[pointer.cell.index()]
            .state
            .accesses;
        let clock = &self.tasks[task].clock;
        let race = accesses.unordered(task, wrote, clock);
        accesses.note(access, clock.count(task));
        if let Some(other) = race {
            self.outcome.get_or_insert(Outcome::DataRace(other, access));
            self.doubt_drops();
        }
    }
}

/// Copies bytes of this process; nothing if they are not mapped any more, for the
/// thread may have freed the cell since it was given the pointer.
pub(crate) fn read(address: usize, size: usize) -> Option<Vec<u8>> {
    // SAFETY: they are mapped, and no other operating-system thread changes or unmaps what
    // belongs to the program under test.
    is_mapped(address, size).then(|| unsafe { copy(address, size) })
}

/// Whether these bytes of this process can be read.
///
/// The kernel looks at a new signal mask before it finds that it is not told what to do with
/// it, and cannot where nothing is mapped. No other call is as quick; copying the bytes with
/// `process_vm_readv` takes several times as long. Source: Abseil, `AddressIsReadable`.
pub fn is_mapped(address: usize, size: usize) -> bool {
    /// The size of a signal mask, which all pages hold a whole number of.
    const MASK: usize = 8;
    const PAGE: usize = 4096;
    const NO_SUCH_WAY: libc::c_int = -1;
    if address < PAGE {
        // Nothing is ever there, and the kernel takes the first place for no mask at all.
        return false;
    }
    let end = address.saturating_add(size);
    let first = address / PAGE * PAGE;
    (first..end).step_by(PAGE).all(|page| {
        let mask = page.max(address) / MASK * MASK;
        // SAFETY: the kernel only reads, and fails where it cannot.
        let failed = unsafe {
            let nowhere = std::ptr::null_mut::<libc::c_void>();
            libc::syscall(libc::SYS_rt_sigprocmask, NO_SUCH_WAY, mask, nowhere, MASK)
        };
        debug_assert_eq!(failed, -1, "there is no such way to change the mask");
        std::io::Error::last_os_error().raw_os_error() != Some(libc::EFAULT)
    })
}

/// Copies bytes of this process.
///
/// # Safety
///
/// They are mapped, and no thread changes them meanwhile.
unsafe fn copy(address: usize, size: usize) -> Vec<u8> {
    let start = std::ptr::with_exposed_provenance::<u8>(address);
    let byte = |index| {
        // SAFETY: the caller promises it. Some bytes may be padding, which a volatile read
        // finds as it is in memory.
        unsafe { start.add(index).read_volatile() }
    };
    (0..size).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_been_unmapped_is_not_read() {
        const PAGE: usize = 4096;
        // SAFETY: a new mapping of two pages, the second of which is given back.
        let start = unsafe {
            let start = libc::mmap(
                std::ptr::null_mut(),
                2 * PAGE,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            );
            assert_ne!(start, libc::MAP_FAILED);
            libc::munmap(start.byte_add(PAGE), PAGE);
            start.cast::<u8>().add(PAGE - 3).write(7);
            start.expose_provenance()
        };
        assert_eq!(read(start + PAGE - 3, 3), Some(vec![7, 0, 0]));
        assert_eq!(read(start + PAGE - 3, 4), None);
        assert_eq!(read(start + PAGE, 1), None);
        assert_eq!(read(start, PAGE).map(|bytes| bytes.len()), Some(PAGE));
        assert_eq!(read(8, 8), None);
        assert_eq!(read(0, 8), None);
    }
}
