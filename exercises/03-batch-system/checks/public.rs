//! The checks of exercise 03 that you see.

use kit::{
    prelude::*,
    serde::{Deserialize, Serialize},
};

kit::checks![runs_one_after_the_other, counts_idle_time];

/// A job, as it travels to your code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Job {
    pub id: u32,
    pub arrival: u64,
    /// The length of each burst, and whether it needs the CPU.
    pub bursts: Vec<(u64, bool)>,
}

/// A slice of a timeline, as it travels back.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Slice {
    pub start: u64,
    pub end: u64,
    pub job: u32,
    /// The CPU works, and not a device.
    pub cpu: bool,
}

/// A timeline, as it travels back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Timeline {
    pub slices: Vec<Slice>,
    /// Job, time on the pile, turnaround.
    pub done: Vec<(u32, u64, u64)>,
    pub makespan: u64,
    pub cpu_idle: u64,
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::{Case, Slice, Timeline, mark};
    use batch_system::{Burst, Job, What, run_batch};

    pub use run as runs_one_after_the_other;
    pub use run as counts_idle_time;

    /// Calls `run_batch` and records the timeline.
    pub fn run(case: &Case) {
        let pile: Vec<super::Job> = case.get();
        let burst = |&(length, cpu): &(u64, bool)| {
            if cpu {
                Burst::Cpu(length)
            } else {
                Burst::Io(length)
            }
        };
        let job = |job: &super::Job| Job {
            id: job.id,
            arrival: job.arrival,
            bursts: job.bursts.iter().map(burst).collect(),
        };
        let jobs: Vec<Job> = pile.iter().map(job).collect();
        let timeline = run_batch(&jobs);
        let slices = timeline.slices.iter().map(|slice| Slice {
            start: slice.start,
            end: slice.end,
            job: slice.job,
            cpu: slice.what == What::Cpu,
        });
        let done = timeline.done.iter();
        mark(
            "timeline",
            Timeline {
                slices: slices.collect(),
                done: done.map(|it| (it.job, it.waited, it.turnaround)).collect(),
                makespan: timeline.makespan,
                cpu_idle: timeline.cpu_idle,
            },
        );
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// Checks a timeline from one job to the next, without making one.
    fn order(pile: &[Job], seen: &Timeline) -> Result<(), (String, String)> {
        let mut slices = seen.slices.iter();
        let mut now = 0;
        let mut left: Vec<&Job> = pile.iter().collect();
        for &(id, waited, turnaround) in &seen.done {
            let first = left.iter().map(|job| job.arrival).min().unwrap_or(0);
            let Some(next) = left.iter().position(|job| job.arrival == first) else {
                return says(
                    format!("`done` has job {id} after all jobs"),
                    format!("所有作业之后，`done` 里还有作业 {id}"),
                );
            };
            let job = left.remove(next);
            if job.id != id {
                return says(
                    format!("job {id} comes in the place of job {}", job.id),
                    format!("作业 {id} 占了作业 {} 的位置", job.id),
                );
            }
            let begins = job.arrival.max(now);
            now = begins;
            for &(length, cpu) in &job.bursts {
                let expected = Slice {
                    start: now,
                    end: now + length,
                    job: id,
                    cpu,
                };
                match slices.next() {
                    Some(slice) if *slice == expected => {}
                    found => {
                        let (found, expected) = (shown(found), shown(Some(&expected)));
                        return says(
                            format!("{found} in the place of {expected}"),
                            format!("应为 {expected} 的地方是 {found}"),
                        );
                    }
                }
                now += length;
            }
            let expected = (begins - job.arrival, now - job.arrival);
            if (waited, turnaround) != expected {
                return says(
                    format!(
                        "job {id} has (waited, turnaround) {:?}, not {expected:?}",
                        (waited, turnaround)
                    ),
                    format!(
                        "作业 {id} 的（等待，周转）是 {:?}，而不是 {expected:?}",
                        (waited, turnaround)
                    ),
                );
            }
        }
        if let Some(job) = left.first() {
            return says(
                format!("`done` lacks job {}", job.id),
                format!("`done` 缺少作业 {}", job.id),
            );
        }
        match slices.next() {
            Some(slice) => says(
                format!("{} after all jobs", shown(Some(slice))),
                format!("所有作业之后还有 {}", shown(Some(slice))),
            ),
            None => Ok(()),
        }
    }

    fn says<T>(en: String, zh: String) -> Result<T, (String, String)> {
        Err((en, zh))
    }

    fn shown(slice: Option<&Slice>) -> String {
        let Some(slice) = slice else {
            return "-".to_owned();
        };
        let what = if slice.cpu { "Cpu" } else { "Io" };
        format!("{}-{} job {} {what}", slice.start, slice.end, slice.job)
    }

    /// The makespan and the idle time.
    fn sums(pile: &[Job]) -> (u64, u64) {
        let mut sorted: Vec<&Job> = pile.iter().collect();
        sorted.sort_by_key(|job| job.arrival);
        let lengths = |job: &Job| job.bursts.iter().map(|burst| burst.0).sum::<u64>();
        let end = sorted
            .iter()
            .fold(0, |end: u64, job| end.max(job.arrival) + lengths(job));
        let bursts = pile.iter().flat_map(|job| &job.bursts);
        let cpu: u64 = bursts.filter(|burst| burst.1).map(|burst| burst.0).sum();
        (end, end - cpu)
    }

    fn judge(
        history: &History,
        is_right: fn(&[Job], &Timeline) -> Result<(), (String, String)>,
    ) -> Result<(), Text> {
        let pile: Vec<Job> = history.case();
        let Some(seen) = history.value::<Timeline>("timeline") else {
            return Ok(());
        };
        is_right(&pile, &seen).map_err(|(en, zh)| {
            let (jobs_en, jobs_zh) = listed(&pile);
            Text::new(
                format!("{en}. Jobs: {jobs_en}."),
                format!("{zh}。作业：{jobs_zh}。"),
            )
        })
    }

    /// The jobs in words; a long list is cut.
    fn listed(pile: &[Job]) -> (String, String) {
        const MOST: usize = 6;
        let burst =
            |&(length, cpu): &(u64, bool)| format!("{}({length})", if cpu { "Cpu" } else { "Io" });
        let bursts = |job: &Job| job.bursts.iter().map(burst).collect::<Vec<_>>().join(", ");
        let few = pile.iter().take(MOST);
        let en = few
            .clone()
            .map(|job| format!("{} arrives at {}: [{}]", job.id, job.arrival, bursts(job)));
        let zh = few.map(|job| format!("{} 在 {} 到达：[{}]", job.id, job.arrival, bursts(job)));
        let (mut en, mut zh) = (
            en.collect::<Vec<_>>().join("; "),
            zh.collect::<Vec<_>>().join("；"),
        );
        if pile.len() > MOST {
            en += &format!("; {} more", pile.len() - MOST);
            zh += &format!("；另有 {} 个", pile.len() - MOST);
        }
        (en, zh)
    }

    /// A row for each job: when it needs the CPU, and when a device. `-` is time on the pile.
    fn gantt(history: &History) -> Vec<Text> {
        /// More rows tell nobody anything.
        const MOST: usize = 12;
        let pile: Vec<Job> = history.case();
        let Some(seen) = history.value::<Timeline>("timeline") else {
            return Vec::new();
        };
        let mut chart = Chart::new();
        for job in pile.iter().take(MOST) {
            let own = seen.slices.iter().filter(|slice| slice.job == job.id);
            let bars = own.map(|slice| (slice.start, slice.end, if slice.cpu { '#' } else { '.' }));
            let bars: Vec<_> = bars.collect();
            let begins = bars.first().map_or(job.arrival, |bar| bar.0);
            let bars = [vec![(job.arrival, begins, '-')], bars].concat();
            chart = chart.row(
                Text::new(format!("job {}", job.id), format!("作业 {}", job.id)),
                &bars,
            );
        }
        let mut lines = chart.lines();
        lines.push(Text::new(
            format!(
                "makespan {}, idle {}    # CPU  . IO  - on the pile",
                seen.makespan, seen.cpu_idle
            ),
            format!(
                "总时长 {}，空闲 {}    # CPU  . IO  - 排队",
                seen.makespan, seen.cpu_idle
            ),
        ));
        lines
    }

    /// Jobs run one after the other, in their order, without a gap.
    pub fn in_order(oracle: Oracle) -> Oracle {
        let oracle = oracle.always(
            "Jobs run in order of arrival, one after the other, each from its first burst to its last.",
            "作业按到达次序一个接一个执行，每个都从第一段执行到最后一段。",
            |history| judge(history, order),
        );
        oracle.drawn(gantt)
    }

    /// The makespan and the idle time are right.
    pub fn summed_up(oracle: Oracle) -> Oracle {
        let oracle = oracle.always(
            "The makespan is the end of the last job, and the CPU is idle whenever it does not work.",
            "总时长是最后一个作业完成的时刻；CPU 只要不工作就算空闲。",
            |history| {
                judge(history, |pile, seen| {
                    let (makespan, idle) = sums(pile);
                    if (seen.makespan, seen.cpu_idle) == (makespan, idle) {
                        return Ok(());
                    }
                    says(
                        format!("(makespan, cpu_idle) is {:?}, not {:?}", (seen.makespan, seen.cpu_idle), (makespan, idle)),
                        format!("（makespan，cpu_idle）是 {:?}，而不是 {:?}", (seen.makespan, seen.cpu_idle), (makespan, idle)),
                    )
                })
            },
        );
        oracle.drawn(gantt)
    }

    /// A job whose bursts begin with the CPU and alternate.
    pub fn job(id: u32, arrival: u64, lengths: &[u64]) -> Job {
        let bursts = lengths.iter().enumerate();
        Job {
            id,
            arrival,
            bursts: bursts
                .map(|(index, &length)| (length, index % 2 == 0))
                .collect(),
        }
    }

    pub fn runs_one_after_the_other() -> Oracle {
        in_order(Oracle::new().cases(|_| {
            vec![
                vec![job(1, 0, &[3, 4, 1])],
                // The second could run while the first one does IO.
                vec![job(1, 0, &[2, 5, 2]), job(2, 1, &[3])],
                // The list is in no order, and two jobs arrive together.
                vec![
                    job(7, 9, &[1]),
                    job(5, 2, &[4, 1, 1]),
                    job(6, 2, &[2]),
                    job(3, 0, &[1]),
                ],
                Vec::new(),
            ]
        }))
    }

    pub fn counts_idle_time() -> Oracle {
        summed_up(Oracle::new().cases(|_| {
            vec![
                vec![job(1, 0, &[3, 4, 1])],
                // Nobody is there from 0 to 4, and from 6 to 10.
                vec![job(1, 4, &[2]), job(2, 10, &[1, 3, 1])],
                // The second has no burst, and is the last.
                vec![job(1, 0, &[2]), job(2, 5, &[])],
                Vec::new(),
            ]
        }))
    }
}
