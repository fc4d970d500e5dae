//! A machine with a clock, which is told what to do and keeps the books itself.

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

/// The computer: it does one thing at a time.
struct Machine {
    clock: u64,
    /// For how long the CPU has worked.
    worked: u64,
    log: Vec<Slice>,
}

impl Machine {
    fn sleep_until(&mut self, moment: u64) {
        if self.clock < moment {
            self.clock = moment;
        }
    }

    fn perform(&mut self, job: u32, burst: Burst) {
        let start = self.clock;
        let what = match burst {
            Burst::Cpu(length) => {
                self.clock += length;
                self.worked += length;
                What::Cpu
            }
            Burst::Io(length) => {
                self.clock += length;
                What::Io
            }
        };
        let end = self.clock;
        self.log.push(Slice {
            start,
            end,
            job,
            what,
        });
    }

    fn run(&mut self, job: &Job) -> Done {
        self.sleep_until(job.arrival);
        let begun = self.clock;
        for burst in job.bursts.iter().copied() {
            self.perform(job.id, burst);
        }
        Done {
            job: job.id,
            waited: begun - job.arrival,
            turnaround: self.clock - job.arrival,
        }
    }
}

/// Runs the jobs as a batch system does.
pub fn run_batch(jobs: &[Job]) -> Timeline {
    let mut machine = Machine {
        clock: 0,
        worked: 0,
        log: vec![],
    };
    // A map from arrival to the jobs that arrive then, each in the order of the list.
    let mut pile = std::collections::BTreeMap::<u64, Vec<&Job>>::new();
    for job in jobs {
        pile.entry(job.arrival).or_default().push(job);
    }
    let done = pile
        .into_values()
        .flatten()
        .map(|job| machine.run(job))
        .collect();
    Timeline {
        done,
        makespan: machine.clock,
        cpu_idle: machine.clock - machine.worked,
        slices: machine.log,
    }
}
