//! 04 · Multiprogramming: one CPU that many jobs take turns on.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! Jumps from event to event. A job's place in the queue is the time since which it is
//! ready, so that there is no queue to keep.
// END SOLUTION

// BEGIN SOLUTION
use std::cmp::Reverse;
// END SOLUTION

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

// BEGIN SOLUTION
/// A job with what must be kept of it while it does not run.
struct Task<'a> {
    job: &'a Job,
    /// Index of the CPU burst that it is in.
    burst: usize,
    /// What is left of that burst.
    left: u64,
    /// From when on it is ready: its arrival, the end of its IO, or when it lost the CPU.
    ready: u64,
}
// END SOLUTION

/// Shares one CPU among `jobs`, until all of them are done.
pub fn schedule(jobs: &[Job], policy: &Policy) -> Timeline {
    // BEGIN SOLUTION
    // | let _ = (jobs, policy);
    // | todo!()
    let mut timeline = Timeline::new();
    let mut tasks: Vec<Task<'_>> = jobs.iter().map(Task::new).collect();
    let mut now = 0;
    let mut loaded = None;
    while let Some(next) = tasks.iter().map(|task| task.ready).min() {
        now = now.max(next);
        let urgency = |task: &Task<'_>| {
            if policy.priorities {
                task.job.priority
            } else {
                0
            }
        };
        let ready = (0..tasks.len()).filter(|&index| tasks[index].ready <= now);
        let picked =
            ready.min_by_key(|&index| (Reverse(urgency(&tasks[index])), tasks[index].ready));
        let picked = picked.expect("one is ready by now");
        let id = tasks[picked].job.id;
        if loaded != Some(id) {
            loaded = Some(id);
            if policy.switch_cost > 0 {
                push(
                    &mut timeline,
                    &mut now,
                    policy.switch_cost,
                    What::Switch(id),
                );
            }
            // A more urgent job may have become ready during the switch: look again.
            continue;
        }
        let more_urgent = tasks
            .iter()
            .filter(|task| task.ready > now && urgency(task) > urgency(&tasks[picked]));
        let interrupted = more_urgent.map(|task| task.ready - now).min();
        let mut length = tasks[picked].left;
        length = length.min(policy.quantum.unwrap_or(length));
        length = length.min(interrupted.unwrap_or(length));
        push(&mut timeline, &mut now, length, What::Run(id));
        if tasks[picked].ran(length, now) {
            tasks.remove(picked);
        }
    }
    timeline
    // END SOLUTION
}

// BEGIN SOLUTION
fn push(timeline: &mut Timeline, now: &mut u64, length: u64, what: What) {
    let start = *now;
    *now += length;
    timeline.push(Slice {
        start,
        end: *now,
        what,
    });
}

impl<'a> Task<'a> {
    fn new(job: &'a Job) -> Self {
        Self {
            job,
            burst: 0,
            left: length(job.bursts[0]),
            ready: job.arrival,
        }
    }

    /// It has run for so long, until `now`. Says whether it is done.
    fn ran(&mut self, ran: u64, now: u64) -> bool {
        self.left -= ran;
        self.ready = now;
        if self.left > 0 {
            return false;
        }
        let Some(io) = self.job.bursts.get(self.burst + 1) else {
            return true;
        };
        self.burst += 2;
        self.left = length(self.job.bursts[self.burst]);
        self.ready += length(*io);
        false
    }
}

fn length(burst: Burst) -> u64 {
    match burst {
        Burst::Cpu(length) | Burst::Io(length) => length,
    }
}
// END SOLUTION
