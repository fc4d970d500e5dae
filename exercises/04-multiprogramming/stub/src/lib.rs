//! 04 · Multiprogramming: one CPU that many jobs take turns on.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// A part of a job. Lengths are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Burst {
    /// Needs the CPU for so long.
    Cpu(u64),
    /// Waits for a device for so long, and does not need the CPU.
    Io(u64),
}

/// A program that has been read into memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name; no two jobs share one.
    pub id: u32,
    /// How urgent it is: a larger number is more urgent.
    pub priority: u32,
    /// When it becomes ready for the first time.
    pub arrival: u64,
    /// `Cpu`, `Io`, `Cpu`, …: in turns, from a first `Cpu` to a last `Cpu`.
    pub bursts: Vec<Burst>,
}

/// How the CPU is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a job may run at a stretch (at least 1); as long as it likes if `None`.
    pub quantum: Option<u64>,
    /// Whether priorities count.
    pub priorities: bool,
    /// How long a switch takes: saving one job's state and loading another's.
    pub switch_cost: u64,
}

/// What the CPU does during a slice of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Runs the job with this id.
    Run(u32),
    /// Switches to the job with this id.
    Switch(u32),
}

/// A slice of time, from `start` up to `end` and without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// When it begins.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// What the CPU does.
    pub what: What,
}

/// What the CPU does, in order of time. Where there is no slice, it does nothing.
pub type Timeline = Vec<Slice>;

/// Shares one CPU among `jobs`, until all of them are done.
pub fn schedule(jobs: &[Job], policy: &Policy) -> Timeline {
    let _ = (jobs, policy);
    todo!()
}
