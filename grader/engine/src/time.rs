//! Virtual time: for each thread, the earliest moment at which it can have come where
//! it is. Only sleeping, timing out and looking at the clock take time, and whoever
//! learns from another thread by synchronisation is no earlier than that one was.
//!
//! Time is thereby a function of what happened before what. Every execution has an
//! equivalent one, the same steps sorted by time, in which all threads look at one
//! clock; so nothing here is impossible on a real machine, where any thread may be
//! slow, and a sleep is no step that others have to wait for.
//!
//! What one thread reads from its clock means nothing beside what another reads, unless the
//! program orders the two: any thread may be slow. A program that compares them all the same gets
//! every order, in either order of the readings: the later one is as early as it can be, or just
//! before, at, or just after one of the others.

use std::panic::Location;

use crate::{
    access::{Access, Resource},
    config::Granularity,
    execution::Execution,
    objects::thread::{self, Operation},
    op::TaskId,
    runtime::{point, try_with, with},
    solo::{self, Outlet},
    strategy::Pick,
    trace::Effect,
};

/// Nanoseconds since the start of the execution, as the current thread knows them.
pub fn now() -> u64 {
    try_with(|execution| execution.tasks[execution.current].clock.time()).unwrap_or(0)
}

/// A look at the clock by the program under test.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    task: TaskId,
    /// The thread's own count of steps.
    count: u32,
    /// What it saw, in nanoseconds.
    time: u64,
}

/// Like [`now`], for the program under test: a program that looks at the clock again
/// and again sees it move, so that waiting for a moment in a loop comes to an end.
pub fn read_clock() -> u64 {
    if let Some(outlet) = solo::outlet() {
        return read_clock_of_system(outlet);
    }
    try_with(Execution::read_clock).unwrap_or(0)
}

/// What two threads read from their clocks is compared. Unless the program orders the
/// readings, either may be the earlier one, or neither.
pub fn compare_clocks() {
    try_with(|execution| execution.need(Granularity::Clocks));
}

/// Like [`read_clock`], of a clock whose readings may be compared in any way.
pub fn read_system_clock() -> u64 {
    if let Some(outlet) = solo::outlet() {
        return read_clock_of_system(outlet);
    }
    try_with(|execution| {
        let current = execution.current;
        let mut others = execution.tasks.iter().enumerate();
        if others.any(|(task, state)| task != current && state.clock_reads > 0) {
            execution.need(Granularity::Clocks);
        }
        execution.read_clock()
    })
    .unwrap_or(0)
}

/// The clock of a forked process is that of the thread which stands for it. The copy knows of it
/// what the process has read last.
fn read_clock_of_system(outlet: Outlet) -> u64 {
    let now = (outlet.reads_clock)();
    with(|execution| {
        let current = execution.current;
        execution.tasks[current].clock.advance_to(now);
    });
    now
}

impl Execution {
    pub(crate) fn read_clock(&mut self) -> u64 {
        /// The readings of each thread that others are told apart from, so that two loops that
        /// wait for a moment do not multiply.
        const TOLD_APART: u32 = 8;
        let current = self.current;
        let task = &mut self.tasks[current];
        task.clock_reads += 1;
        let reads = task.clock_reads;
        let doublings = (reads / 16).min(20);
        let mut now = task.clock.time().saturating_add(1_000 << doublings);
        if self.config.granularity.has(Granularity::Clocks) && !self.over && reads <= TOLD_APART {
            self.access(Resource::CLOCKS, Access::Write);
            let moments = self.moments_from(now);
            now = moments[self.pick(moments.len(), Pick::Policy)];
            let clock = &mut self.tasks[current].clock;
            // Who has learned of this step may not have learned of the reading.
            clock.tick(current);
            self.readings.push(Reading {
                task: current,
                count: clock.count(current),
                time: now,
            });
        }
        let task = &mut self.tasks[current];
        task.clock.advance_to(now);
        task.told.read_clock(now);
        now
    }

    /// The moments that the current thread could read, which is at `now` at the earliest or just
    /// before: each that another thread has read without an order between the two, and those
    /// just before and after it. The usual one comes first.
    fn moments_from(&self, now: u64) -> Vec<u64> {
        /// More readings are not told apart, or there would be too many choices.
        const MOST: usize = 3;
        let clock = &self.tasks[self.current].clock;
        let unordered = self.readings.iter().filter(|reading| {
            reading.task != self.current
                && reading.time >= now
                && reading.count > clock.count(reading.task)
        });
        let mut others: Vec<u64> = unordered.map(|reading| reading.time).collect();
        others.sort_unstable();
        others.dedup();
        // Less for each reading, so that those just before and after one differ as well.
        let little = 400 / (self.readings.len() as u64 + 1);
        let mut moments = vec![now];
        for other in others.into_iter().take(MOST) {
            let around = [other, other + little, other - little];
            moments.extend(around.into_iter().filter(|&time| time >= now - little));
        }
        let mut seen = Vec::new();
        moments.retain(|time| {
            !seen.contains(time) && {
                seen.push(*time);
                true
            }
        });
        moments
    }
}

/// The moment at which a wait of `duration` nanoseconds by the current thread is over:
/// a little later than asked for, as on every real machine.
pub(crate) fn deadline(execution: &Execution, duration: u64) -> u64 {
    let now = execution.tasks[execution.current].clock.time();
    now.saturating_add(duration).saturating_add(1)
}

/// Sleeps for `duration` nanoseconds, or for ever.
pub fn sleep(duration: Option<u64>, location: &'static Location<'static>) {
    if let Some(outlet) = solo::outlet() {
        (outlet.sleeps)(duration, location);
        return;
    }
    let operation = if duration.is_some() {
        Operation::Sleep
    } else {
        Operation::SleepForever
    };
    let op = thread::op(operation, location);
    point(op, None);
    let duration = duration.unwrap_or(u64::MAX);
    with(|execution| {
        let over = deadline(execution, duration);
        let current = execution.current;
        execution.tasks[current].clock.advance_to(over);
        execution.record(op, Effect::Done);
    });
}
