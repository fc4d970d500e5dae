//! wrong: a job that the CPU switched to, and then did not run because of an urgent one, goes to the end of the line
//! page: obeys_priorities
//! fails: obeys_priorities property
//! fails: keeps_every_rule property

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Burst {
    Cpu(u64),
    Io(u64),
}
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: u32,
    pub priority: u32,
    pub arrival: u64,
    pub bursts: Vec<Burst>,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub quantum: Option<u64>,
    pub priorities: bool,
    pub switch_cost: u64,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Run(u32),
    Switch(u32),
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub start: u64,
    pub end: u64,
    pub what: What,
}
pub type Timeline = Vec<Slice>;

/// Ready jobs: urgency, since when, id, and index.
type Ready = BTreeSet<(Reverse<u32>, u64, Reverse<u32>, usize)>;

struct Machine<'a> {
    jobs: &'a [Job],
    policy: &'a Policy,
    remaining: Vec<Vec<Burst>>,
    events: BinaryHeap<Reverse<(u64, usize)>>,
    ready: Ready,
    now: u64,
    timeline: Timeline,
}

pub fn schedule(jobs: &[Job], policy: &Policy) -> Timeline {
    let mut machine = Machine {
        jobs,
        policy,
        remaining: jobs
            .iter()
            .map(|job| job.bursts.iter().rev().copied().collect())
            .collect(),
        events: jobs
            .iter()
            .enumerate()
            .map(|(i, job)| Reverse((job.arrival, i)))
            .collect(),
        ready: Ready::new(),
        now: 0,
        timeline: Vec::new(),
    };
    let mut loaded = usize::MAX;
    loop {
        machine.admit();
        let Some((.., job)) = machine.ready.pop_first() else {
            match machine.events.peek() {
                Some(&Reverse((at, _))) => machine.now = at,
                None => return machine.timeline,
            }
            continue;
        };
        if loaded != job {
            // A switch for nothing leaves an empty slice, which is none.
            machine.spend(policy.switch_cost, What::Switch(jobs[job].id));
            loaded = job;
            machine.admit();
            if machine.is_beaten(job) {
                machine.enqueue(job, machine.now);
                continue;
            }
        }
        machine.run(job);
    }
}

impl Machine<'_> {
    fn urgency(&self, job: usize) -> u32 {
        if self.policy.priorities {
            self.jobs[job].priority
        } else {
            0
        }
    }

    fn enqueue(&mut self, job: usize, since: u64) {
        let id = Reverse(self.jobs[job].id);
        self.ready
            .insert((Reverse(self.urgency(job)), since, id, job));
    }

    fn admit(&mut self) {
        while let Some(&Reverse((at, job))) = self.events.peek()
            && at <= self.now
        {
            self.events.pop();
            self.enqueue(job, at);
        }
    }

    fn is_beaten(&self, job: usize) -> bool {
        self.ready
            .first()
            .is_some_and(|&(Reverse(rank), ..)| rank > self.urgency(job))
    }

    fn spend(&mut self, length: u64, what: What) {
        let start = self.now;
        self.now += length;
        self.timeline.push(Slice {
            start,
            end: self.now,
            what,
        });
    }

    fn run(&mut self, job: usize) {
        let Some(Burst::Cpu(mut left)) = self.remaining[job].pop() else {
            panic!("a ready job needs the CPU");
        };
        let mut quantum = self.policy.quantum.unwrap_or(u64::MAX);
        // Runs from event to event.
        while left > 0 && quantum > 0 && !self.is_beaten(job) {
            let event = self
                .events
                .peek()
                .map_or(u64::MAX, |Reverse((at, _))| *at - self.now);
            let length = left.min(quantum).min(event);
            self.spend(length, What::Run(self.jobs[job].id));
            left -= length;
            quantum -= length;
            self.admit();
        }
        if left > 0 {
            self.remaining[job].push(Burst::Cpu(left));
            self.enqueue(job, self.now);
        } else if let Some(Burst::Io(length)) = self.remaining[job].pop() {
            self.events.push(Reverse((self.now + length, job)));
        }
    }
}
