//! How the controller learns of a process that another one forks.

use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// Whether the process of a slot is there, if another process than the controller forks it.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Birth {
    stage: AtomicU32,
    /// Its number, or zero. The kernel writes it before the process runs.
    pid: AtomicU32,
    errno: AtomicU32,
}

/// No process may fork into the slot.
const VACANT: u32 = 0;
/// One may.
const GRANTED: u32 = 1;
/// It has begun to.
const FORKING: u32 = 2;
/// It could not.
const FAILED: u32 = 3;

/// What is known of a birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Born {
    NotYet,
    /// The number of the process.
    Is(u32),
    /// The error number.
    Failed(i32),
}

impl Birth {
    pub(crate) fn reset(&self) {
        self.stage.store(VACANT, Relaxed);
        self.pid.store(0, Relaxed);
    }

    /// Lets one process fork into the slot.
    pub(crate) fn grant(&self) {
        self.stage.store(GRANTED, Relaxed);
    }

    /// Takes that back; whether none had begun.
    pub(crate) fn revoke(&self) -> bool {
        self.moves(GRANTED, VACANT)
    }

    /// The calling process begins to fork; whether it may.
    pub(crate) fn begin(&self) -> bool {
        self.moves(GRANTED, FORKING)
    }

    fn moves(&self, from: u32, to: u32) -> bool {
        let moved = self.stage.compare_exchange(from, to, Relaxed, Relaxed);
        moved.is_ok()
    }

    /// Where the kernel has to write the number of the process.
    pub(crate) fn pid(&self) -> &AtomicU32 {
        &self.pid
    }

    /// It could not fork.
    pub(crate) fn fail(&self, errno: i32) {
        self.errno.store(errno.cast_unsigned(), Relaxed);
        self.stage.store(FAILED, Release);
    }

    pub(crate) fn state(&self) -> Born {
        // The number is looked at last: what the kernel wrote for a process that has ended is there
        // by now.
        let failed = self.stage.load(Acquire) == FAILED;
        match self.pid.load(Acquire) {
            0 if failed => Born::Failed(self.errno.load(Relaxed).cast_signed()),
            0 => Born::NotYet,
            pid => Born::Is(pid),
        }
    }
}
