//! In passes: the order first, then when each job begins, then the slices, then the sums.

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
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by(|a, b| (jobs[*a].arrival, a).cmp(&(jobs[*b].arrival, b)));
    let begins: Vec<u64> = order
        .iter()
        .scan(0, |free, &index| {
            let begin = jobs[index].arrival.max(*free);
            *free = begin + jobs[index].bursts.iter().map(length).sum::<u64>();
            Some(begin)
        })
        .collect();
    let mut slices = Vec::new();
    let mut done = Vec::new();
    for (&index, &begin) in order.iter().zip(&begins) {
        let job = &jobs[index];
        let mut start = begin;
        slices.extend(job.bursts.iter().map(|burst| {
            let slice = Slice {
                start,
                end: start + length(burst),
                job: job.id,
                what: what(burst),
            };
            start = slice.end;
            slice
        }));
        done.push(Done {
            job: job.id,
            waited: begin - job.arrival,
            turnaround: start - job.arrival,
        });
    }
    let ends = order
        .iter()
        .zip(&done)
        .map(|(&index, done)| jobs[index].arrival + done.turnaround);
    let makespan = ends.last().unwrap_or(0);
    let bursts = jobs.iter().flat_map(|job| &job.bursts);
    let work: u64 = bursts
        .filter(|burst| what(burst) == What::Cpu)
        .map(length)
        .sum();
    Timeline {
        slices,
        done,
        makespan,
        cpu_idle: makespan - work,
    }
}

fn length(burst: &Burst) -> u64 {
    match *burst {
        Burst::Cpu(length) | Burst::Io(length) => length,
    }
}

fn what(burst: &Burst) -> What {
    match burst {
        Burst::Cpu(_) => What::Cpu,
        Burst::Io(_) => What::Io,
    }
}
