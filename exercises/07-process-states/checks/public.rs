//! The checks of exercise 07 that you see.

use kit::prelude::*;

kit::checks![moves_legally, one_per_cpu, waits_in_line];

/// What is asked of the scheduler, one request after the other.
#[derive(Clone, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub(crate) struct Day {
    pub(crate) cpus: usize,
    pub(crate) requests: Vec<Request>,
}

#[derive(Clone, Copy, Debug, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub(crate) enum Request {
    Admit(u32, u8),
    Dispatch(usize),
    Preempt(usize),
    Block(usize),
    Wake(u32),
    Exit(usize),
}

/// What was answered, and how things stood after it.
#[derive(PartialEq, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub(crate) struct Step {
    pub(crate) answer: String,
    /// By pid, 0 to 9.
    pub(crate) states: Vec<String>,
    pub(crate) running: Vec<Option<u32>>,
    pub(crate) ready: Vec<u32>,
}

/// What your code is made to do.
#[cfg(driver)]
pub(crate) mod scenarios {
    use super::*;
    use process_states::{Refusal, Scheduler, State};

    pub use drive as moves_legally;
    pub use drive as one_per_cpu;
    pub use drive as waits_in_line;

    /// Asks for everything and records what is seen.
    pub fn drive(case: &Case) {
        let day: Day = case.get();
        let mut scheduler = Scheduler::new(day.cpus);
        for request in day.requests {
            let answer = match request {
                Request::Admit(pid, priority) => unit(scheduler.admit(pid, priority)),
                Request::Dispatch(cpu) => match scheduler.dispatch(cpu) {
                    Some(pid) => pid.to_string(),
                    None => "nothing".to_owned(),
                },
                Request::Preempt(cpu) => number(scheduler.preempt(cpu)),
                Request::Block(cpu) => number(scheduler.block(cpu)),
                Request::Wake(pid) => unit(scheduler.wake(pid)),
                Request::Exit(cpu) => number(scheduler.exit(cpu)),
            };
            let state = |pid| match scheduler.pcb(pid).map(|pcb| pcb.state) {
                Some(State::Ready) => "ready",
                Some(State::Running) => "running",
                Some(State::Blocked) => "blocked",
                None => "unknown",
            };
            let step = Step {
                answer,
                states: (0..10).map(|pid| state(pid).to_owned()).collect(),
                running: (0..day.cpus).map(|cpu| scheduler.running(cpu)).collect(),
                ready: scheduler.ready(),
            };
            mark("step", step);
        }
    }

    fn unit(result: Result<(), Refusal>) -> String {
        result.map_or_else(refusal, |()| "done".to_owned())
    }

    fn number(result: Result<u32, Refusal>) -> String {
        result.map_or_else(refusal, |pid| pid.to_string())
    }

    fn refusal(refusal: Refusal) -> String {
        match refusal {
            Refusal::AlreadyThere => "AlreadyThere",
            Refusal::NoSuchProcess => "NoSuchProcess",
            Refusal::Idle => "Idle",
            Refusal::NotBlocked => "NotBlocked",
        }
        .to_owned()
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub(crate) mod oracles {
    use super::*;
    use Request::{Admit, Block, Dispatch, Exit, Preempt, Wake};

    /// The rules of the README, as a table of processes.
    #[derive(Default)]
    struct Rules {
        /// Pid, priority, state, moment of becoming ready.
        table: Vec<(u32, u8, &'static str, usize)>,
        running: Vec<Option<u32>>,
    }

    impl Rules {
        fn ready(&self) -> Vec<u32> {
            let mut line: Vec<_> = self.table.iter().filter(|p| p.2 == "ready").collect();
            line.sort_by_key(|p| (u8::MAX - p.1, p.3));
            line.iter().map(|p| p.0).collect()
        }

        fn set(&mut self, pid: u32, state: &'static str, now: usize) {
            for process in self.table.iter_mut().filter(|p| p.0 == pid) {
                process.2 = state;
                process.3 = now;
            }
        }

        fn leave(&mut self, cpu: usize) -> Option<u32> {
            self.running.get_mut(cpu)?.take()
        }

        fn ask(&mut self, request: Request, now: usize) -> String {
            let state = |pid| self.table.iter().find(|p| p.0 == pid).map(|p| p.2);
            match request {
                Request::Admit(pid, priority) => {
                    if state(pid).is_some() {
                        return "AlreadyThere".to_owned();
                    }
                    self.table.push((pid, priority, "ready", now));
                    "done".to_owned()
                }
                Request::Dispatch(cpu) => {
                    let next = self.ready().first().copied();
                    match (self.running.get(cpu), next) {
                        (Some(None), Some(pid)) => {
                            self.running[cpu] = Some(pid);
                            self.set(pid, "running", now);
                            pid.to_string()
                        }
                        _ => "nothing".to_owned(),
                    }
                }
                Request::Wake(pid) => match state(pid) {
                    None => "NoSuchProcess".to_owned(),
                    Some("blocked") => {
                        self.set(pid, "ready", now);
                        "done".to_owned()
                    }
                    Some(_) => "NotBlocked".to_owned(),
                },
                Request::Preempt(cpu) | Request::Block(cpu) | Request::Exit(cpu) => {
                    let Some(pid) = self.leave(cpu) else {
                        return "Idle".to_owned();
                    };
                    match request {
                        Request::Preempt(_) => self.set(pid, "ready", now),
                        Request::Block(_) => self.set(pid, "blocked", now),
                        _ => self.table.retain(|p| p.0 != pid),
                    }
                    pid.to_string()
                }
            }
        }

        fn step(&mut self, request: Request, now: usize) -> Step {
            let answer = self.ask(request, now);
            let state = |pid| {
                let found = self.table.iter().find(|p| p.0 == pid);
                found.map_or("unknown", |p| p.2).to_owned()
            };
            Step {
                answer,
                states: (0..10).map(state).collect(),
                running: self.running.clone(),
                ready: self.ready(),
            }
        }
    }

    /// Compares one part of every step with the rules.
    pub(crate) fn agrees<T: PartialEq + std::fmt::Debug>(
        history: &History,
        part: impl Fn(&Step) -> T,
        what: (&str, &str),
    ) -> Result<(), Text> {
        let day: Day = history.case();
        let steps: Vec<Step> = history.values("step");
        let mut rules = Rules {
            running: vec![None; day.cpus],
            ..Rules::default()
        };
        for (now, &request) in day.requests.iter().enumerate() {
            let expected = part(&rules.step(request, now));
            let found = steps.get(now).map(&part);
            if found.as_ref() != Some(&expected) {
                // The last few requests say enough.
                let first = now.saturating_sub(7);
                let mut asked = String::from(if first > 0 { "…, " } else { "" });
                for (index, request) in day.requests[..=now].iter().enumerate().skip(first) {
                    asked += &format!("{request:?}{}", if index < now { ", " } else { "" });
                }
                let found = found.map_or("nothing".to_owned(), |found| format!("{found:?}"));
                return Err(Text::new(
                    format!(
                        "With {} CPUs, after {asked}: {} is {found}; the rules give {expected:?}.",
                        day.cpus, what.0
                    ),
                    format!(
                        "{} 个 CPU，依次执行 {asked} 之后：{}是 {found}，而规则要求 {expected:?}。",
                        day.cpus, what.1
                    ),
                ));
            }
        }
        Ok(())
    }

    pub fn moves_legally() -> Oracle {
        let requests = vec![
            Admit(1, 0),
            Admit(2, 0),
            Dispatch(0),
            Block(0),
            Dispatch(0),
            Exit(0),
            Wake(1),
            Dispatch(0),
            Preempt(0),
        ];
        Oracle::new()
            .cases(move |_| {
                vec![Day {
                    cpus: 1,
                    requests: requests.clone(),
                }]
            })
            .always(
                "A process goes ready → running → ready or blocked, and from blocked to ready only.",
                "进程从就绪到运行，再回到就绪或进入阻塞；从阻塞只能回到就绪。",
                |history| {
                    let what = ("the state of processes 0 to 9", "0 到 9 号进程的状态");
                    agrees(history, |step| step.states.clone(), what)
                },
            )
    }

    pub fn one_per_cpu() -> Oracle {
        let requests = vec![
            Admit(1, 0),
            Admit(2, 0),
            Admit(3, 0),
            Dispatch(0),
            Dispatch(0),
            Dispatch(1),
            Dispatch(1),
        ];
        Oracle::new()
            .cases(move |_| {
                vec![Day {
                    cpus: 2,
                    requests: requests.clone(),
                }]
            })
            .always(
                "A CPU that is taken is not given to another process.",
                "已被占用的 CPU 不会再分配给别的进程。",
                |history| {
                    let part = |step: &Step| (step.answer.clone(), step.running.clone());
                    let what = ("(the answer, who runs)", "（返回值，谁在运行）");
                    agrees(history, part, what)
                },
            )
    }

    pub fn waits_in_line() -> Oracle {
        let requests = vec![
            Admit(1, 1),
            Admit(2, 1),
            Admit(3, 5),
            Admit(4, 1),
            Dispatch(0),
            Preempt(0),
            Dispatch(0),
            Block(0),
            Dispatch(0),
            Wake(3),
            Preempt(0),
            Admit(5, 5),
            Dispatch(0),
            Block(0),
            Dispatch(0),
            Wake(3),
            Block(0),
            Dispatch(0),
            Block(0),
            Dispatch(0),
            Block(0),
            Wake(3),
            Wake(5),
            Dispatch(0),
            Preempt(0),
        ];
        Oracle::new()
            .cases(move |_| {
                vec![Day {
                    cpus: 1,
                    requests: requests.clone(),
                }]
            })
            .always(
                "The line is ordered by priority, and by arrival within a priority.",
                "队列按优先级排列，同一优先级内先到先得。",
                |history| {
                    let what = ("the line of ready processes", "就绪队列");
                    agrees(history, |step| step.ready.clone(), what)
                },
            )
    }
}
