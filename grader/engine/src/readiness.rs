//! Whether a thread can go on, in a form that is quick to look at: it is asked of every
//! thread at every step. What decides it is noted where it changes, which is less often,
//! and is a few flags that can be combined without a branch, which the processor could
//! not foresee.

use crate::{
    object::ObjectId,
    op::{Op, OpKind, TaskId},
};

/// Which mutexes are held, and which threads have not ended: what keeps others from going
/// on. The first gate leads nowhere and is open for ever.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    closed: Vec<bool>,
}

/// What must be open for a thread to go on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gate(u32);

impl Gate {
    /// Open while nobody has the mutex.
    #[inline]
    pub(crate) fn mutex(mutex: ObjectId) -> Self {
        Self(2 * mutex.0 + 1)
    }

    /// Open once the thread has ended.
    #[inline]
    pub(crate) fn end(task: TaskId) -> Self {
        Self(2 * task as u32 + 2)
    }
}

impl Gates {
    /// Leaves the gates as they are at the beginning of an execution.
    pub(crate) fn reset(&mut self) {
        self.closed.clear();
        self.add(Gate::default());
    }

    /// Adds a gate, which is open.
    pub(crate) fn add(&mut self, gate: Gate) {
        let count = self.closed.len().max(gate.0 as usize + 1);
        self.closed.resize(count, false);
    }

    #[inline]
    pub(crate) fn close(&mut self, gate: Gate) {
        self.closed[gate.0 as usize] = true;
    }

    #[inline]
    pub(crate) fn open(&mut self, gate: Gate) {
        self.closed[gate.0 as usize] = false;
    }
}

/// What the state of one thread says about whether it can go on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Readiness {
    /// What must be open for its announced operation.
    gate: Gate,
    flags: u32,
}

// The flags leave the lowest bit free, which stands for a closed gate where both are looked at.

/// More must be known, which is not noted here.
const ASKS: u32 = 1 << 1;
/// The thread waits to be woken, and has not been.
const ASLEEP: u32 = 1 << 2;
/// It waited, and has been woken.
const WOKEN: u32 = 1 << 3;
const FINISHED: u32 = 1 << 4;
/// It gives up at some moment.
const TIMED: u32 = 1 << 5;
/// It may go on for no reason.
const FICKLE: u32 = 1 << 6;

/// `flag` if `set`.
#[inline]
fn flag(set: bool, flag: u32) -> u32 {
    u32::from(set) * flag
}

impl Readiness {
    /// The thread is about to do `op`; `timed` says whether it gives up at some moment, and
    /// `lucky` whether it may have one more spurious wake-up.
    #[inline]
    pub(crate) fn announce(&mut self, op: &Op, timed: bool, lucky: bool) {
        let locks = matches!(op.kind, OpKind::Lock | OpKind::Reacquire);
        self.gate = match (op.kind, op.object) {
            (OpKind::Join(other), _) => Gate::end(other),
            (_, Some(mutex)) if locks => Gate::mutex(mutex),
            _ => Gate::default(),
        };
        // A barrier's wait is over when the thread has been woken.
        let asks =
            op.kind.may_wait() && !locks && !matches!(op.kind, OpKind::Join(_) | OpKind::Pass);
        let fickle = lucky && matches!(op.kind, OpKind::Reacquire | OpKind::Park);
        self.flags = self.flags & (ASLEEP | WOKEN)
            | flag(asks, ASKS)
            | flag(timed, TIMED)
            | flag(fickle, FICKLE);
    }

    /// The thread waits to be woken.
    pub(crate) fn fall_asleep(&mut self) {
        self.flags = self.flags & !WOKEN | ASLEEP;
    }

    /// The thread has been woken.
    pub(crate) fn wake(&mut self) {
        self.flags = self.flags & !ASLEEP | WOKEN;
    }

    /// The thread waits no more.
    pub(crate) fn go_on(&mut self) {
        self.flags &= !(ASLEEP | WOKEN);
    }

    /// The thread has ended.
    pub(crate) fn finish(&mut self) {
        self.flags |= FINISHED;
    }

    /// Whether the thread has ended.
    #[inline]
    pub(crate) fn is_finished(self) -> bool {
        self.flags & FINISHED != 0
    }

    /// Whether nothing of what is noted here keeps the thread from its operation.
    #[inline]
    pub(crate) fn is_open(self, gates: &Gates) -> bool {
        let closed = u32::from(gates.closed[self.gate.0 as usize]);
        self.flags & (ASLEEP | FINISHED) | closed == 0
    }

    /// Whether more must be known, which is not noted here.
    #[inline]
    pub(crate) fn asks(self) -> bool {
        self.flags & ASKS != 0
    }

    /// What lets the thread go on though it is not ready, if it is not.
    #[inline]
    pub(crate) fn otherwise(self, ready: bool) -> Otherwise {
        let barred = self.flags & (FINISHED | WOKEN) | u32::from(ready);
        let flags = if barred == 0 { self.flags } else { 0 };
        Otherwise {
            timed: flags & TIMED != 0,
            fickle: flags & FICKLE != 0,
        }
    }
}

/// What lets a thread go on that is not ready.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Otherwise {
    /// It gives up at some moment.
    pub(crate) timed: bool,
    /// It may go on for no reason.
    pub(crate) fickle: bool,
}
