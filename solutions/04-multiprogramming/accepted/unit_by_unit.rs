//! One unit of time after the other, with a queue for each priority.

use std::collections::{BTreeMap, VecDeque};

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

struct State {
    /// What is left of each burst, the current one first.
    bursts: VecDeque<u64>,
    wakes: Option<u64>,
}

pub fn schedule(jobs: &[Job], policy: &Policy) -> Timeline {
    let mut states: Vec<State> = jobs
        .iter()
        .map(|job| State {
            bursts: job
                .bursts
                .iter()
                .map(|burst| match *burst {
                    Burst::Cpu(length) | Burst::Io(length) => length,
                })
                .collect(),
            wakes: Some(job.arrival),
        })
        .collect();
    let mut queues: BTreeMap<u32, VecDeque<usize>> = BTreeMap::new();
    let urgency = |job: usize| {
        if policy.priorities {
            jobs[job].priority
        } else {
            0
        }
    };
    let mut timeline = Timeline::new();
    let mut loaded = None;
    // The job that runs, and what it has used of its quantum.
    let mut running: Option<(usize, u64)> = None;
    let mut time = 0;
    let mut left = jobs.len();
    while left > 0 {
        // After a switch there may be several. Of those that are ready at the same time, later
        // entries of the list come first: nobody says that they must not.
        let mut due: Vec<usize> = (0..jobs.len()).rev().collect();
        due.retain(|&job| states[job].wakes.is_some_and(|at| at <= time));
        due.sort_by_key(|&job| states[job].wakes);
        for job in due {
            states[job].wakes = None;
            queues.entry(urgency(job)).or_default().push_back(job);
        }
        let best = queues.iter().rev().find(|(_, queue)| !queue.is_empty());
        let best = best.map(|(&rank, _)| rank);
        if let Some((job, used)) = running {
            let more_urgent = best.is_some_and(|best| best > urgency(job));
            if more_urgent || Some(used) == policy.quantum {
                queues.entry(urgency(job)).or_default().push_back(job);
                running = None;
            }
        }
        if running.is_none() {
            let Some(queue) = queues.values_mut().rev().find(|queue| !queue.is_empty()) else {
                time += 1;
                continue;
            };
            let job = queue[0];
            if loaded != Some(job) {
                loaded = Some(job);
                if policy.switch_cost > 0 {
                    timeline.push(Slice {
                        start: time,
                        end: time + policy.switch_cost,
                        what: What::Switch(jobs[job].id),
                    });
                    time += policy.switch_cost;
                    continue;
                }
            }
            queue.pop_front();
            running = Some((job, 0));
        }
        let Some((job, used)) = running else { continue };
        timeline.push(Slice {
            start: time,
            end: time + 1,
            what: What::Run(jobs[job].id),
        });
        time += 1;
        running = Some((job, used + 1));
        let bursts = &mut states[job].bursts;
        bursts[0] -= 1;
        if bursts[0] == 0 {
            bursts.pop_front();
            match bursts.pop_front() {
                Some(io) => states[job].wakes = Some(time + io),
                None => left -= 1,
            }
            running = None;
        }
    }
    timeline
}
