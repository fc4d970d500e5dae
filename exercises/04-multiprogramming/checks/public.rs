//! The checks of exercise 04 that you see.

use kit::{
    prelude::*,
    serde::{Deserialize, Serialize},
};

kit::checks![
    restores_saved_state,
    switches_on_io,
    shares_by_quantum,
    charges_switches,
    obeys_priorities,
];

/// A job, as it travels to your code.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Job {
    pub id: u32,
    pub priority: u32,
    pub arrival: u64,
    /// CPU, IO, CPU, … in turns.
    pub bursts: Vec<u64>,
}

/// What `schedule` is called with.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Load {
    pub jobs: Vec<Job>,
    pub quantum: Option<u64>,
    pub priorities: bool,
    pub switch_cost: u64,
}

/// A slice of a timeline, as it travels back.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Slice {
    pub start: u64,
    pub end: u64,
    pub job: u32,
    /// A switch to the job, not a run of it.
    pub switch: bool,
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::{Case, Load, Slice, mark};
    use multiprogramming::{Burst, Job, Policy, What, schedule};

    /// Calls `schedule` and records the timeline.
    pub fn run(case: &Case) {
        let load: Load = case.get();
        let jobs: Vec<Job> = load
            .jobs
            .iter()
            .map(|job| Job {
                id: job.id,
                priority: job.priority,
                arrival: job.arrival,
                bursts: job
                    .bursts
                    .iter()
                    .enumerate()
                    .map(|(index, &length)| match index % 2 {
                        0 => Burst::Cpu(length),
                        _ => Burst::Io(length),
                    })
                    .collect(),
            })
            .collect();
        let policy = Policy {
            quantum: load.quantum,
            priorities: load.priorities,
            switch_cost: load.switch_cost,
        };
        let slices: Vec<Slice> = schedule(&jobs, &policy)
            .into_iter()
            .map(|slice| {
                let (job, switch) = match slice.what {
                    What::Run(job) => (job, false),
                    What::Switch(job) => (job, true),
                };
                Slice {
                    start: slice.start,
                    end: slice.end,
                    job,
                    switch,
                }
            })
            .collect();
        mark("timeline", slices);
    }

    /// Long jobs and a short quantum.
    pub fn restores_saved_state(case: &Case) {
        run(case);
    }

    /// Jobs with IO; no quantum, no priorities, switches for nothing.
    pub fn switches_on_io(case: &Case) {
        run(case);
    }

    /// Jobs with and without IO, and a quantum.
    pub fn shares_by_quantum(case: &Case) {
        run(case);
    }

    /// A switch takes time.
    pub fn charges_switches(case: &Case) {
        run(case);
    }

    /// Priorities count; there is no quantum, and nearly all switches cost nothing.
    pub fn obeys_priorities(case: &Case) {
        run(case);
    }
}

/// The rules of the task, looked for in a timeline.
#[cfg(verdict)]
pub mod rules {
    use super::{Job, Load, Slice};
    use kit::{Chart, History, Oracle, Text};

    /// A rule of the task.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Rule {
        Shape,
        Work,
        Io,
        Batch,
        Idle,
        Switch,
        Urgent,
        Quantum,
        Response,
        Queue,
        Kept,
    }

    /// What every answer needs.
    pub const BASE: [Rule; 3] = [Rule::Shape, Rule::Work, Rule::Io];

    /// An oracle that holds timelines to [`BASE`] and to `rules`.
    pub fn oracle(cases: fn(u64) -> Vec<Load>, rules: &[Rule]) -> Oracle {
        let oracle = Oracle::new().cases(cases).completes(
            "`schedule` returns a timeline for every list of jobs.",
            "对任何一组作业，`schedule` 都会返回一条时间线。",
        );
        let oracle = BASE.iter().chain(rules).fold(oracle, |oracle, &rule| {
            let (en, zh) = promise(rule);
            oracle.always(en, zh, move |history| judge(history, rule))
        });
        oracle.drawn(gantt)
    }

    /// A row for each job: when it runs, and when the CPU switches to it. Time without a bar is IO, or
    /// time in which the job waits.
    fn gantt(history: &History) -> Vec<Text> {
        /// More rows tell nobody anything.
        const MOST: usize = 12;
        let load: Load = history.case();
        let timeline: Vec<Slice> = history.value("timeline").unwrap_or_default();
        if timeline.is_empty() {
            return Vec::new();
        }
        let mut chart = Chart::new();
        for job in load.jobs.iter().take(MOST) {
            let own = timeline.iter().filter(|slice| slice.job == job.id);
            let bar =
                |slice: &Slice| (slice.start, slice.end, if slice.switch { 's' } else { '#' });
            let bars: Vec<_> = own.map(bar).collect();
            let label = Text::new(format!("job {}", job.id), format!("作业 {}", job.id));
            chart = chart.row(label, &bars);
        }
        let mut lines = chart.lines();
        lines.push(Text::new("# run  s switch", "# 运行  s 切换"));
        lines
    }

    fn promise(rule: Rule) -> (&'static str, &'static str) {
        match rule {
            Rule::Shape => (
                "Slices are in order of time, do not overlap, and name jobs that exist.",
                "时间段按时间排列，互不重叠，并且只涉及存在的作业。",
            ),
            Rule::Work => (
                "Every job gets the CPU for as long as its bursts ask, and no longer: after a switch it goes on where it stopped.",
                "每个作业得到的 CPU 时间不多不少，正好是它所要求的：切换之后从停下的地方继续（切换+保存状态）。",
            ),
            Rule::Io => (
                "A job runs only after its arrival, and not while its IO is under way.",
                "作业到达之后才能运行，IO 进行期间不能运行。",
            ),
            Rule::Batch => (
                "When switches cost nothing, the last job is done no later than in a batch system.",
                "切换没有开销时，全部作业完成的时刻不晚于批处理系统。",
            ),
            Rule::Idle => (
                "The CPU never does nothing while a job is ready.",
                "只要有作业处于就绪态，CPU 就不会空闲。",
            ),
            Rule::Switch => (
                "The CPU switches, for the full cost, exactly when it is to run another job than the one whose state it holds.",
                "当且仅当要运行的作业不是 CPU 当前装着其状态的那一个时，才进行一次切换，并付出完整的开销。",
            ),
            Rule::Urgent => (
                "With priorities, no job gets or keeps the CPU while a more urgent one is ready.",
                "启用优先级时，只要有优先级更高的作业就绪，别的作业就不能得到或继续占用 CPU。",
            ),
            Rule::Quantum => (
                "When its quantum is over, a job gives the CPU to one that has been waiting.",
                "时间片用完时，作业要把 CPU 让给正在等待的作业。",
            ),
            Rule::Response => (
                "With a quantum q, a switch cost c and n jobs of equal rights, a ready job runs after at most (n - 1)(q + c) + c.",
                "时间片为 q、切换开销为 c、n 个作业地位相同时，就绪的作业最多等待 (n - 1)(q + c) + c 就能运行。",
            ),
            Rule::Queue => (
                "Among jobs of equal rights, the one that has been ready for the longest time gets the CPU.",
                "地位相同的作业中，就绪最久的先得到 CPU。",
            ),
            Rule::Kept => (
                "A job loses the CPU for three reasons only: its burst is over, its quantum is over, or a more urgent job is ready.",
                "作业只会因三种原因失去 CPU：这一段计算结束、时间片用完，或者有优先级更高的作业就绪。",
            ),
        }
    }

    fn judge(history: &History, rule: Rule) -> Result<(), Text> {
        let load: Load = history.case();
        let timeline: Vec<Slice> = history.value("timeline").unwrap_or_default();
        let breaches = breaches(&load, &timeline);
        let first = breaches
            .into_iter()
            .filter(|breach| breach.rule == rule)
            .min_by_key(|breach| breach.at);
        let Some(breach) = first else {
            return Ok(());
        };
        let (asked_en, asked_zh) = shown_load(&load);
        let (seen_en, seen_zh) = shown_timeline(&timeline, breach.at);
        Err(Text::new(
            format!("{} {asked_en} Your timeline: {seen_en}.", breach.en),
            format!("{}{asked_zh}你的时间线：{seen_zh}。", breach.zh),
        ))
    }

    /// Something that breaks a rule, and when.
    struct Breach {
        rule: Rule,
        at: u64,
        en: String,
        zh: String,
    }

    fn breach(rule: Rule, at: u64, en: String, zh: String) -> Breach {
        Breach { rule, at, en, zh }
    }

    /// A time in which a job is ready and does not run.
    struct Wait {
        /// Index of the job.
        job: usize,
        since: u64,
        /// When it runs; a timeline that is judged further than its base has such a time.
        until: u64,
    }

    /// A slice in which neighbours that say the same are one.
    struct Stretch {
        /// Index of the job.
        job: usize,
        start: u64,
        end: u64,
        switch: bool,
        /// The burst is not over when it ends.
        unfinished: bool,
    }

    struct Seen<'a> {
        load: &'a Load,
        stretches: Vec<Stretch>,
        waits: Vec<Wait>,
    }

    fn breaches(load: &Load, timeline: &[Slice]) -> Vec<Breach> {
        let seen = match follow(load, timeline) {
            Ok(seen) => seen,
            // What comes after it cannot be understood.
            Err(breach) => return vec![breach],
        };
        let mut found = Vec::new();
        seen.batch(&mut found);
        seen.response(&mut found);
        let mut loaded = None;
        let mut before = 0;
        for (index, stretch) in seen.stretches.iter().enumerate() {
            seen.idle(before, stretch.start, &mut found);
            before = stretch.end;
            if stretch.switch {
                seen.switch(index, loaded, &mut found);
            } else {
                seen.run(index, loaded, &mut found);
            }
            loaded = Some(stretch.job);
        }
        found
    }

    /// Follows every job through its bursts; fails at the first thing that no CPU could do.
    fn follow<'a>(load: &'a Load, timeline: &[Slice]) -> Result<Seen<'a>, Breach> {
        let stretches = stretches(load, timeline)?;
        let mut seen = Seen {
            load,
            stretches,
            waits: Vec::new(),
        };
        // For each job: index of the burst, what is left of it, and since when it is ready.
        let start = |job: &Job| (0, job.bursts[0], job.arrival);
        let mut places: Vec<(usize, u64, u64)> = load.jobs.iter().map(start).collect();
        for stretch in seen.stretches.iter_mut().filter(|stretch| !stretch.switch) {
            let job = &load.jobs[stretch.job];
            let (id, from) = (job.id, stretch.start);
            let (burst, left, ready) = &mut places[stretch.job];
            if *burst >= job.bursts.len() {
                return Err(breach(
                    Rule::Work,
                    from,
                    format!("Job {id} runs at {from}, after all its work is done."),
                    format!("作业 {id} 的工作已经全部完成，却在 {from} 又运行了。"),
                ));
            }
            if from < *ready {
                let (en, zh) = match *burst {
                    0 => ("arrives", "到达"),
                    _ => ("has done its IO", "完成 IO"),
                };
                return Err(breach(
                    Rule::Io,
                    from,
                    format!("Job {id} runs at {from}, and only {en} at {ready}."),
                    format!("作业 {id} 在 {from} 就运行了，而它到 {ready} 才{zh}。"),
                ));
            }
            seen.waits.push(Wait {
                job: stretch.job,
                since: *ready,
                until: from,
            });
            let ran = stretch.end - from;
            if ran > *left {
                let (over, last) = (from + *left, *burst + 1 == job.bursts.len());
                let (rule, en, zh) = match last {
                    true => (Rule::Work, "all its work is done", "它的工作已经全部完成"),
                    false => (Rule::Io, "its IO begins", "它的 IO 已经开始"),
                };
                return Err(breach(
                    rule,
                    over,
                    format!("At {over}, {en}, and yet job {id} runs on."),
                    format!("在 {over} 时{zh}，作业 {id} 却还在运行。"),
                ));
            }
            *left -= ran;
            *ready = stretch.end;
            stretch.unfinished = *left > 0;
            if *left == 0 {
                let io = job.bursts.get(*burst + 1).copied().unwrap_or(0);
                *burst += 2;
                *left = job.bursts.get(*burst).copied().unwrap_or(0);
                *ready = stretch.end.saturating_add(io);
            }
        }
        for (job, (burst, left, _)) in load.jobs.iter().zip(places) {
            if burst >= job.bursts.len() {
                continue;
            }
            let (id, wanted) = (job.id, job.bursts.iter().step_by(2).sum::<u64>());
            let later = job.bursts.iter().skip(burst).step_by(2).skip(1);
            let got = wanted - left - later.sum::<u64>();
            return Err(breach(
                Rule::Work,
                u64::MAX,
                format!("Job {id} needs the CPU for {wanted} in all, and got it for {got}."),
                format!("作业 {id} 总共需要 {wanted} 的 CPU 时间，只得到了 {got}。"),
            ));
        }
        Ok(seen)
    }

    fn stretches(load: &Load, timeline: &[Slice]) -> Result<Vec<Stretch>, Breach> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut now = 0;
        for slice in timeline {
            let (start, end) = (slice.start, slice.end);
            if end < start {
                return Err(breach(
                    Rule::Shape,
                    start,
                    format!("A slice goes from {start} to {end}."),
                    format!("有一个时间段从 {start} 到 {end}。"),
                ));
            }
            if start < now {
                return Err(breach(
                    Rule::Shape,
                    start,
                    format!("A slice begins at {start}, and the one before it ends at {now}."),
                    format!("有一个时间段从 {start} 开始，而它前面的那个到 {now} 才结束。"),
                ));
            }
            let Some(job) = load.jobs.iter().position(|job| job.id == slice.job) else {
                return Err(breach(
                    Rule::Shape,
                    start,
                    format!("There is no job {}.", slice.job),
                    format!("并没有作业 {}。", slice.job),
                ));
            };
            now = end;
            if start == end {
                continue;
            }
            match stretches.last_mut() {
                Some(last) if (last.job, last.switch, last.end) == (job, slice.switch, start) => {
                    last.end = end;
                }
                _ => stretches.push(Stretch {
                    job,
                    start,
                    end,
                    switch: slice.switch,
                    unfinished: false,
                }),
            }
        }
        Ok(stretches)
    }

    impl Seen<'_> {
        fn id(&self, job: usize) -> u32 {
            self.load.jobs[job].id
        }

        fn rank(&self, job: usize) -> u32 {
            match self.load.priorities {
                true => self.load.jobs[job].priority,
                false => 0,
            }
        }

        /// Those that are ready at `time` and do not begin to run just then.
        fn waiting(&self, time: u64) -> impl Iterator<Item = &Wait> {
            let ready = move |wait: &&Wait| wait.since <= time && time < wait.until;
            self.waits.iter().filter(ready)
        }

        fn batch(&self, found: &mut Vec<Breach>) {
            if self.load.switch_cost > 0 {
                return;
            }
            let mut jobs: Vec<&Job> = self.load.jobs.iter().collect();
            jobs.sort_by_key(|job| job.arrival);
            let one_after_the_other =
                |now: u64, job: &&Job| now.max(job.arrival) + job.bursts.iter().sum::<u64>();
            let batch = jobs.iter().fold(0, one_after_the_other);
            let end = self.stretches.last().map_or(0, |stretch| stretch.end);
            if end > batch {
                found.push(breach(
                    Rule::Batch,
                    end,
                    format!("All jobs are done at {end}; a batch system is done at {batch}."),
                    format!("全部作业在 {end} 才完成，而批处理系统在 {batch} 就完成了。"),
                ));
            }
        }

        fn response(&self, found: &mut Vec<Breach>) {
            let (Some(quantum), false) = (self.load.quantum, self.load.priorities) else {
                return;
            };
            let (others, cost) = (self.load.jobs.len() as u64, self.load.switch_cost);
            let bound = others.saturating_sub(1) * (quantum + cost) + cost;
            for wait in &self.waits {
                let (id, since, took) = (self.id(wait.job), wait.since, wait.until - wait.since);
                if took > bound {
                    found.push(breach(
                        Rule::Response,
                        wait.until,
                        format!("Job {id} was ready at {since} and waited for {took}, more than {bound}."),
                        format!("作业 {id} 在 {since} 就绪，等待了 {took}，超过了 {bound}。"),
                    ));
                }
            }
        }

        fn idle(&self, from: u64, to: u64, found: &mut Vec<Breach>) {
            let during = |wait: &&Wait| wait.since < to && from < wait.until;
            if from == to {
                return;
            }
            if let Some(wait) = self.waits.iter().find(during) {
                let (id, since) = (self.id(wait.job), wait.since);
                found.push(breach(
                    Rule::Idle,
                    from.max(since),
                    format!("The CPU does nothing from {from} to {to}, although job {id} is ready from {since} on."),
                    format!("CPU 从 {from} 到 {to} 空闲，而作业 {id} 从 {since} 起就处于就绪态。"),
                ));
            }
        }

        /// Whether it was the job's turn at `time`.
        fn turn(&self, job: usize, since: u64, time: u64, found: &mut Vec<Breach>) {
            let (id, rank) = (self.id(job), self.rank(job));
            for wait in self.waiting(time).filter(|wait| wait.job != job) {
                let (other, theirs) = (self.id(wait.job), self.rank(wait.job));
                if theirs > rank {
                    found.push(breach(
                        Rule::Urgent,
                        time,
                        format!("Job {id} gets the CPU at {time}, although job {other} is ready and more urgent."),
                        format!("作业 {id} 在 {time} 得到 CPU，而优先级更高的作业 {other} 已经就绪。"),
                    ));
                }
                let waiting = wait.since;
                if theirs == rank && waiting < since {
                    found.push(breach(
                        Rule::Queue,
                        time,
                        format!("Job {id}, ready since {since}, gets the CPU at {time}, before job {other}, ready since {waiting}."),
                        format!("作业 {id} 从 {since} 起就绪，在 {time} 得到 CPU，排在它前面的作业 {other} 却从 {waiting} 起就已就绪。"),
                    ));
                }
            }
        }

        /// A more urgent job that waits in a time.
        fn more_urgent(&self, job: usize, from: u64, to: u64) -> Option<&Wait> {
            let during = |wait: &&Wait| wait.since < to && from < wait.until;
            let mut during = self.waits.iter().filter(during);
            during.find(|wait| self.rank(wait.job) > self.rank(job))
        }

        /// Whether a more urgent job waits at `time`, or runs from then on.
        fn is_beaten(&self, job: usize, time: u64) -> bool {
            let then = |wait: &&Wait| wait.since <= time && time <= wait.until;
            let mut then = self.waits.iter().filter(then);
            then.any(|wait| self.rank(wait.job) > self.rank(job))
        }

        fn switch(&self, index: usize, loaded: Option<usize>, found: &mut Vec<Breach>) {
            let stretch = &self.stretches[index];
            let (job, start, end) = (stretch.job, stretch.start, stretch.end);
            let (id, took, cost) = (self.id(job), end - start, self.load.switch_cost);
            let mut wrong = |at, en, zh| found.push(breach(Rule::Switch, at, en, zh));
            if took != cost {
                wrong(
                    start,
                    format!(
                        "The switch to job {id} at {start} takes {took}; a switch takes {cost}."
                    ),
                    format!("{start} 处切换到作业 {id} 用了 {took}，而一次切换应为 {cost}。"),
                );
            }
            if loaded == Some(job) {
                wrong(
                    start,
                    format!("At {start} the CPU switches to job {id}, whose state it still holds."),
                    format!("CPU 里还装着作业 {id} 的状态，却在 {start} 又切换到它。"),
                );
            }
            let mine = self.waiting(start).find(|wait| wait.job == job);
            let Some(mine) = mine else {
                wrong(
                    start,
                    format!("At {start} the CPU switches to job {id}, which is not ready."),
                    format!("CPU 在 {start} 切换到作业 {id}，而它并不处于就绪态。"),
                );
                return;
            };
            if let Some(next) = self.stretches.get(index + 1)
                && next.start == end
                && next.job != job
                && !self.is_beaten(job, end)
            {
                wrong(
                    end,
                    format!("The CPU has switched to job {id} by {end}, and then does not run it."),
                    format!("CPU 在 {end} 已经切换到作业 {id}，却没有运行它。"),
                );
            }
            self.turn(job, mine.since, start, found);
        }

        fn run(&self, index: usize, loaded: Option<usize>, found: &mut Vec<Breach>) {
            let stretch = &self.stretches[index];
            let (job, start, end) = (stretch.job, stretch.start, stretch.end);
            let id = self.id(job);
            if loaded != Some(job) && self.load.switch_cost > 0 {
                found.push(breach(
                    Rule::Switch,
                    start,
                    format!("Job {id} runs at {start}, and the CPU has not switched to it."),
                    format!("作业 {id} 在 {start} 运行，CPU 却没有先切换到它。"),
                ));
            }
            let chosen = index.checked_sub(1).map(|before| &self.stretches[before]);
            let chosen = chosen.is_some_and(|before| before.switch && before.end == start);
            let mine = self.waits.iter().find(|w| w.job == job && w.until == start);
            if let Some(mine) = mine
                && !chosen
            {
                self.turn(job, mine.since, start, found);
            }
            if let Some(wait) = self.more_urgent(job, start, end) {
                let (other, since) = (self.id(wait.job), wait.since.max(start));
                found.push(breach(
                    Rule::Urgent,
                    since,
                    format!(
                        "Job {id} runs at {since}, although job {other} is ready and more urgent."
                    ),
                    format!("{since} 时优先级更高的作业 {other} 已经就绪，作业 {id} 却仍在运行。"),
                ));
            }
            let quantum = self.load.quantum.unwrap_or(u64::MAX);
            let mut over = start.saturating_add(quantum);
            while over < end {
                let entitled =
                    |wait: &&Wait| self.rank(wait.job) == self.rank(job) && wait.since < over;
                if let Some(wait) = self.waiting(over).find(entitled) {
                    let other = self.id(wait.job);
                    found.push(breach(
                        Rule::Quantum,
                        over,
                        format!("Job {id} runs from {start} to {end}; its quantum is over at {over}, and job {other} waits."),
                        format!("作业 {id} 从 {start} 运行到 {end}；它的时间片在 {over} 就用完了，而作业 {other} 正在等待。"),
                    ));
                }
                over = over.saturating_add(quantum);
            }
            let in_time = (end - start).is_multiple_of(quantum);
            if stretch.unfinished && !in_time && !self.is_beaten(job, end) {
                found.push(breach(
                    Rule::Kept,
                    end,
                    format!("Job {id} loses the CPU at {end}, in the middle of a burst and of its quantum, and no more urgent job is ready."),
                    format!("作业 {id} 在 {end} 失去 CPU，而它这一段计算和时间片都没有结束，也没有优先级更高的作业就绪。"),
                ));
            }
        }
    }

    fn shown_load(load: &Load) -> (String, String) {
        let (quantum_en, quantum_zh) = match load.quantum {
            Some(quantum) => (format!("quantum {quantum}"), format!("时间片 {quantum}")),
            None => ("no quantum".to_owned(), "没有时间片".to_owned()),
        };
        let (with_en, with_zh) = match load.priorities {
            true => ("priorities", "启用优先级"),
            false => ("no priorities", "不用优先级"),
        };
        let cost = load.switch_cost;
        let (mut en, mut zh) = (Vec::new(), Vec::new());
        for job in &load.jobs {
            let parts = job.bursts.iter().enumerate().map(|(index, length)| {
                let kind = ["CPU", "IO"][index % 2];
                format!("{kind} {length}")
            });
            let parts = parts.collect::<Vec<_>>().join(", ");
            let (id, at, priority) = (job.id, job.arrival, job.priority);
            let (rank_en, rank_zh) = match load.priorities {
                true => (
                    format!(", priority {priority}"),
                    format!("，优先级 {priority}"),
                ),
                false => (String::new(), String::new()),
            };
            en.push(format!("job {id} (arrives at {at}{rank_en}): {parts}"));
            zh.push(format!("作业 {id}（{at} 到达{rank_zh}）：{parts}"));
        }
        let (en, zh) = (en.join("; "), zh.join(";"));
        (
            format!("Policy: {quantum_en}, {with_en}, switch cost {cost}. Input: {en}."),
            format!("策略：{quantum_zh}，{with_zh}，切换开销 {cost}。输入：{zh}。"),
        )
    }

    /// The slices around `at`.
    fn shown_timeline(timeline: &[Slice], at: u64) -> (String, String) {
        const BEFORE: usize = 8;
        const AFTER: usize = 2;
        if timeline.is_empty() {
            return ("empty".to_owned(), "空".to_owned());
        }
        let position = timeline.iter().position(|slice| slice.end > at);
        let position = position.unwrap_or(timeline.len() - 1);
        let first = position.saturating_sub(BEFORE);
        let last = (position + AFTER).min(timeline.len() - 1);
        let (mut en, mut zh) = (Vec::new(), Vec::new());
        if first > 0 {
            en.push("…".to_owned());
            zh.push("…".to_owned());
        }
        for slice in &timeline[first..=last] {
            let (from, to, job) = (slice.start, slice.end, slice.job);
            let (what_en, what_zh) = match slice.switch {
                true => ("switch to", "切换到"),
                false => ("run", "运行"),
            };
            en.push(format!("{from}-{to} {what_en} {job}"));
            zh.push(format!("{from}-{to} {what_zh} {job}"));
        }
        if last + 1 < timeline.len() {
            en.push("…".to_owned());
            zh.push("…".to_owned());
        }
        (en.join(", "), zh.join("、"))
    }
}

/// Makes inputs.
#[cfg(verdict)]
pub mod inputs {
    use super::{Job, Load};

    /// Numbers that follow from a seed.
    pub struct Dice(u64);

    impl Dice {
        pub fn new(seed: u64) -> Self {
            Self(seed)
        }

        /// A number from `low` to `high`, both included (splitmix64).
        pub fn roll(&mut self, low: u64, high: u64) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            low + (mixed ^ (mixed >> 31)) % (high - low + 1)
        }
    }

    /// A job without priority.
    pub fn job(id: u32, arrival: u64, bursts: &[u64]) -> Job {
        ranked(id, 0, arrival, bursts)
    }

    /// A job with a priority.
    pub fn ranked(id: u32, priority: u32, arrival: u64, bursts: &[u64]) -> Job {
        Job {
            id,
            priority,
            arrival,
            bursts: bursts.to_vec(),
        }
    }

    /// A load without quantum, priorities and switch cost.
    pub fn load(jobs: Vec<Job>) -> Load {
        Load {
            jobs,
            quantum: None,
            priorities: false,
            switch_cost: 0,
        }
    }

    /// Some jobs, in no order of arrival.
    pub fn jobs(dice: &mut Dice, count: u64, ios: u64, longest: u64) -> Vec<Job> {
        let one = |index| {
            let bursts = 2 * dice.roll(0, ios) + 1;
            Job {
                id: index as u32 * 3 + 7,
                priority: dice.roll(1, 3) as u32,
                arrival: dice.roll(0, 3 * longest),
                bursts: (0..bursts).map(|_| dice.roll(1, longest)).collect(),
            }
        };
        (0..count).map(one).collect()
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::{Load, Oracle, inputs::*, rules::*};

    pub fn restores_saved_state() -> Oracle {
        let cases = |seed| {
            let quantum = |load: Load, quantum| Load {
                quantum: Some(quantum),
                ..load
            };
            let first = load(vec![job(1, 0, &[4]), job(2, 0, &[4])]);
            let later = load(vec![job(1, 0, &[9]), job(2, 2, &[3])]);
            let mut cases = vec![quantum(first, 2), quantum(later, 3)];
            let mut dice = Dice::new(seed);
            for _ in 0..20 {
                let mut jobs = jobs(&mut dice, 3, 1, 6);
                jobs.push(job(1, 0, &[9, 2, 9]));
                jobs.push(job(2, 0, &[9]));
                cases.push(quantum(load(jobs), dice.roll(1, 3)));
            }
            cases
        };
        oracle(cases, &[Rule::Quantum])
    }

    pub fn switches_on_io() -> Oracle {
        let cases = |seed| {
            let mut cases = vec![
                load(vec![job(1, 0, &[3])]),
                load(vec![job(1, 0, &[1, 4, 1]), job(2, 0, &[3])]),
                load(vec![job(1, 0, &[2, 6, 1]), job(2, 1, &[2, 3, 2])]),
            ];
            let mut dice = Dice::new(seed);
            for _ in 0..20 {
                let count = dice.roll(2, 4);
                cases.push(load(jobs(&mut dice, count, 3, 6)));
            }
            cases
        };
        oracle(cases, &[Rule::Batch, Rule::Idle, Rule::Switch, Rule::Kept])
    }

    pub fn shares_by_quantum() -> Oracle {
        let cases = |seed| {
            let three = || vec![job(1, 0, &[5]), job(2, 0, &[5]), job(3, 1, &[5])];
            let mut cases = vec![Load {
                quantum: Some(2),
                ..load(three())
            }];
            let mut dice = Dice::new(seed);
            for _ in 0..25 {
                let count = dice.roll(3, 4);
                let jobs = jobs(&mut dice, count, 2, 7);
                cases.push(Load {
                    quantum: Some(dice.roll(1, 4)),
                    ..load(jobs)
                });
            }
            cases
        };
        let rules = [
            Rule::Idle,
            Rule::Switch,
            Rule::Quantum,
            Rule::Response,
            Rule::Queue,
            Rule::Kept,
        ];
        oracle(cases, &rules)
    }

    pub fn charges_switches() -> Oracle {
        let cases = |seed| {
            let mut cases = vec![
                Load {
                    switch_cost: 2,
                    ..load(vec![job(1, 0, &[3])])
                },
                Load {
                    switch_cost: 1,
                    ..load(vec![job(1, 0, &[2, 3, 2])])
                },
                Load {
                    switch_cost: 1,
                    ..load(vec![job(1, 0, &[2, 3, 2]), job(2, 0, &[2])])
                },
                Load {
                    switch_cost: 1,
                    ..load(vec![job(1, 0, &[1, 8, 1]), job(2, 0, &[1, 8, 1])])
                },
                Load {
                    switch_cost: 1,
                    quantum: Some(2),
                    ..load(vec![job(1, 0, &[5]), job(2, 8, &[3])])
                },
            ];
            let mut dice = Dice::new(seed);
            for _ in 0..20 {
                let count = dice.roll(2, 4);
                let jobs = jobs(&mut dice, count, 2, 6);
                cases.push(Load {
                    switch_cost: dice.roll(1, 3),
                    quantum: [None, Some(3)][dice.roll(0, 1) as usize],
                    ..load(jobs)
                });
            }
            cases
        };
        oracle(cases, &[Rule::Idle, Rule::Switch])
    }

    pub fn obeys_priorities() -> Oracle {
        let cases = |seed| {
            let ranked_load = |jobs| Load {
                priorities: true,
                ..load(jobs)
            };
            let mut cases = vec![
                ranked_load(vec![ranked(1, 1, 0, &[2]), ranked(2, 5, 0, &[2])]),
                ranked_load(vec![ranked(1, 1, 0, &[6]), ranked(2, 5, 2, &[2])]),
                ranked_load(vec![ranked(1, 1, 0, &[9]), ranked(2, 5, 1, &[1, 3, 2])]),
                // The urgent one becomes ready during the switch to the first, which keeps its place.
                Load {
                    switch_cost: 4,
                    ..ranked_load(vec![
                        ranked(1, 1, 0, &[5]),
                        ranked(2, 2, 2, &[6]),
                        ranked(3, 1, 1, &[3]),
                    ])
                },
            ];
            let mut dice = Dice::new(seed);
            for _ in 0..25 {
                let count = dice.roll(3, 4);
                cases.push(ranked_load(jobs(&mut dice, count, 2, 7)));
            }
            cases
        };
        let rules = [
            Rule::Idle,
            Rule::Switch,
            Rule::Urgent,
            Rule::Queue,
            Rule::Kept,
        ];
        oracle(cases, &rules)
    }
}
