//! A heap of indices, and the idle time read off the slices at the end.

use std::{cmp::Reverse, collections::BinaryHeap};

/// A part of a job. Lengths are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Burst {
    /// Needs the CPU for so long.
    Cpu(u64),
    /// Needs a device for so long: a tape is read, a line is printed.
    Io(u64),
}

/// A program on the pile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name; no two jobs share one.
    pub id: u32,
    /// When it is put on the pile.
    pub arrival: u64,
    /// What it does, in this order. There may be none, and they may follow each other in any way.
    pub bursts: Vec<Burst>,
}

/// Which part of the computer works during a slice of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The CPU.
    Cpu,
    /// A device.
    Io,
}

/// A slice of time, from `start` up to `end` and without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// When it begins.
    pub start: u64,
    /// When it ends.
    pub end: u64,
    /// The job that runs.
    pub job: u32,
    /// What works for it.
    pub what: What,
}

/// What happened to one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// The job.
    pub job: u32,
    /// For how long it lay on the pile: from its arrival until its turn.
    pub waited: u64,
    /// For how long its author waited: from its arrival until it was done.
    pub turnaround: u64,
}

/// What a batch came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// One slice for each burst, in order of time.
    pub slices: Vec<Slice>,
    /// One entry for each job, in the order in which they ran.
    pub done: Vec<Done>,
    /// The moment at which the last job was done.
    pub makespan: u64,
    /// For how long, from moment 0 to the makespan, the CPU did nothing.
    pub cpu_idle: u64,
}

/// Runs the jobs as a batch system does.
pub fn run_batch(jobs: &[Job]) -> Timeline {
    let mut heap: BinaryHeap<Reverse<(u64, usize)>> = jobs
        .iter()
        .enumerate()
        .map(|(at, job)| Reverse((job.arrival, at)))
        .collect();
    let (mut slices, mut done): (Vec<Slice>, Vec<Done>) = (vec![], vec![]);
    let mut free_at = 0;
    while let Some(Reverse((arrival, at))) = heap.pop() {
        let job = &jobs[at];
        let begin = std::cmp::max(free_at, arrival);
        free_at = job.bursts.iter().fold(begin, |start, burst| {
            let (what, end) = match burst {
                Burst::Cpu(n) => (What::Cpu, start + n),
                Burst::Io(n) => (What::Io, start + n),
            };
            slices.push(Slice {
                start,
                end,
                job: job.id,
                what,
            });
            end
        });
        done.push(Done {
            job: job.id,
            waited: begin - arrival,
            turnaround: free_at - arrival,
        });
    }
    let cpu = slices
        .iter()
        .filter(|slice| slice.what == What::Cpu)
        .map(|slice| slice.end - slice.start);
    let cpu_idle = free_at - cpu.sum::<u64>();
    Timeline {
        slices,
        done,
        makespan: free_at,
        cpu_idle,
    }
}
