//! Looks for the next job again and again; idle time is summed up gap by gap.

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
    let mut waiting: Vec<bool> = vec![true; jobs.len()];
    let mut line = Timeline {
        slices: vec![],
        done: vec![],
        makespan: 0,
        cpu_idle: 0,
    };
    loop {
        let next = (0..jobs.len())
            .filter(|&at| waiting[at])
            .min_by_key(|&at| (jobs[at].arrival, at));
        let Some(next) = next else {
            return line;
        };
        waiting[next] = false;
        let job = &jobs[next];
        if job.arrival > line.makespan {
            line.cpu_idle += job.arrival - line.makespan;
            line.makespan = job.arrival;
        }
        let waited = line.makespan - job.arrival;
        job.bursts.iter().for_each(|burst| {
            let start = line.makespan;
            let what = match burst {
                Burst::Cpu(length) => {
                    line.makespan += length;
                    What::Cpu
                }
                Burst::Io(length) => {
                    line.makespan += length;
                    line.cpu_idle += length;
                    What::Io
                }
            };
            line.slices.push(Slice {
                start,
                end: line.makespan,
                job: job.id,
                what,
            });
        });
        line.done.push(Done {
            job: job.id,
            waited,
            turnaround: line.makespan - job.arrival,
        });
    }
}
