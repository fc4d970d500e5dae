//! 03 · Batch system: jobs that run one after the other, and what that costs.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

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

/// Runs the jobs as a batch system does: one after the other, each to its end.
pub fn run_batch(jobs: &[Job]) -> Timeline {
    // BEGIN SOLUTION
    // | let _ = jobs;
    // | todo!()
    let mut pile: Vec<&Job> = jobs.iter().collect();
    // Jobs of one arrival stay in the order of the list.
    pile.sort_by_key(|job| job.arrival);
    let mut slices = Vec::new();
    let mut done = Vec::new();
    let mut now = 0;
    let mut cpu_work = 0;
    for job in pile {
        now = now.max(job.arrival);
        let waited = now - job.arrival;
        for &burst in &job.bursts {
            let (length, what) = match burst {
                Burst::Cpu(length) => (length, What::Cpu),
                Burst::Io(length) => (length, What::Io),
            };
            if what == What::Cpu {
                cpu_work += length;
            }
            slices.push(Slice {
                start: now,
                end: now + length,
                job: job.id,
                what,
            });
            now += length;
        }
        done.push(Done {
            job: job.id,
            waited,
            turnaround: now - job.arrival,
        });
    }
    Timeline {
        slices,
        done,
        makespan: now,
        cpu_idle: now - cpu_work,
    }
    // END SOLUTION
}
