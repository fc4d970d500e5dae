//! The memory and the descriptor that all processes have in common.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    ptr::{self, NonNull},
};

use rustix::{
    event::{EventfdFlags, eventfd},
    mm::{MapFlags, ProtFlags, mmap_anonymous, munmap},
    process::{Pid, getpid},
};

use crate::slot::Slot;

/// All slots, and how to wake the controller.
#[derive(Debug)]
pub(crate) struct Shared {
    first: NonNull<Slot>,
    slots: usize,
    /// The controller sleeps in `poll(2)`, because it waits for the end of a process as well.
    doorbell: OwnedFd,
    /// The process that made this.
    pub(crate) controller: Pid,
}

impl Shared {
    pub(crate) fn new(slots: usize) -> io::Result<Self> {
        let size = slots.checked_mul(size_of::<Slot>());
        let size = size.ok_or(io::ErrorKind::OutOfMemory)?;
        let flags = MapFlags::SHARED | MapFlags::NORESERVE;
        let doorbell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        // SAFETY: a new mapping touches nothing that is there.
        let start = unsafe {
            mmap_anonymous(
                ptr::null_mut(),
                size,
                ProtFlags::READ | ProtFlags::WRITE,
                flags,
            )
        }?;
        Ok(Self {
            first: NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?,
            slots,
            doorbell,
            controller: getpid(),
        })
    }

    /// # Panics
    ///
    /// Panics if there is no such slot.
    pub(crate) fn slot(&self, slot: usize) -> &Slot {
        let slots = self.slots;
        assert!(slot < slots, "slot {slot} of {slots}");
        // SAFETY: it lies in the mapping, which is aligned to a page, begins as zero bytes, which
        // are a slot, and stays as long as `self`. A slot is nothing but atomics and an `UnsafeCell`.
        unsafe { self.first.add(slot).as_ref() }
    }

    pub(crate) fn doorbell(&self) -> BorrowedFd<'_> {
        self.doorbell.as_fd()
    }

    /// Wakes the controller, if it sleeps until something comes of this slot.
    pub(crate) fn wake_controller(&self, slot: &Slot) {
        if slot.asked.is_awaited() {
            // If this fails, then because it was told often enough, or because the program has
            // closed a descriptor that is not its own. The controller looks again before long.
            let _ = rustix::io::write(&self.doorbell, &1_u64.to_ne_bytes());
        }
    }

    /// Forgets what has woken the controller.
    pub(crate) fn quieten(&self) {
        // If this fails, then because there is nothing to forget.
        let _ = rustix::io::read(&self.doorbell, &mut [0; 8]);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let size = self.slots * size_of::<Slot>();
        // SAFETY: the mapping is that of `new`, and no slot outlives `self`. It cannot fail for a
        // whole mapping.
        let _ = unsafe { munmap(self.first.as_ptr().cast(), size) };
    }
}
