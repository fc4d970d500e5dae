//! wrong: a more urgent job that becomes ready during a switch is noticed only after the other one has run
//! page: obeys_priorities
//! fails: preempts_at_once property
//! fails: keeps_every_rule property
//! fails: obeys_priorities property

use std::cmp::Reverse;

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

struct Task<'a> {
    job: &'a Job,
    burst: usize,
    left: u64,
    ready: u64,
}
pub fn schedule(jobs: &[Job], policy: &Policy) -> Timeline {
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
}

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
