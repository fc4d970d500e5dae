//! The hidden checks of exercise 07.

use kit::prelude::*;

kit::checks![refuses_what_is_illegal, long_days];

/// What is asked of the scheduler, one request after the other.
#[derive(Clone, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Day {
    cpus: usize,
    requests: Vec<Request>,
}

#[derive(Clone, Copy, Debug, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
enum Request {
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
struct Step {
    answer: String,
    /// By pid, 0 to 9.
    states: Vec<String>,
    running: Vec<Option<u32>>,
    ready: Vec<u32>,
}

#[cfg(driver)]
mod scenarios {
    use super::*;
    use process_states::{Refusal, Scheduler, State};

    pub use drive as long_days;
    pub use drive as refuses_what_is_illegal;

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

#[cfg(verdict)]
mod oracles {
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
    fn agrees<T: PartialEq + std::fmt::Debug>(
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

    pub fn refuses_what_is_illegal() -> Oracle {
        let requests = vec![
            Preempt(0),
            Block(1),
            Exit(7),
            Dispatch(0),
            Wake(4),
            Admit(4, 3),
            Admit(4, 9),
            Wake(4),
            Dispatch(5),
            Dispatch(1),
            Wake(4),
            Admit(4, 0),
            Block(1),
            Block(1),
            Wake(4),
            Wake(4),
            Dispatch(0),
            Exit(0),
            Wake(4),
            Exit(0),
        ];
        Oracle::new()
            .cases(move |_| {
                vec![Day {
                    cpus: 2,
                    requests: requests.clone(),
                }]
            })
            .always(
                "A request that the rules do not allow gives its `Refusal` and changes nothing.",
                "规则不允许的请求会得到相应的 `Refusal`，并且什么都不改变。",
                |history| {
                    let part = |step: &Step| {
                        let Step {
                            answer,
                            states,
                            running,
                            ready,
                        } = step;
                        (
                            answer.clone(),
                            states.clone(),
                            running.clone(),
                            ready.clone(),
                        )
                    };
                    let what = (
                        "(the answer, the states, who runs, the line)",
                        "(返回值，状态，谁在运行，就绪队列)",
                    );
                    agrees(history, part, what)
                },
            )
    }

    pub fn long_days() -> Oracle {
        Oracle::new()
            .cases(|seed| (0..20).map(|day| generate(seed * 100 + day)).collect())
            .always(
                "All rules hold, whatever is asked, for as long as it is asked.",
                "无论提出什么请求、持续多久，所有规则都成立。",
                |history| {
                    let part = |step: &Step| {
                        let Step {
                            answer,
                            states,
                            running,
                            ready,
                        } = step;
                        (
                            answer.clone(),
                            states.clone(),
                            running.clone(),
                            ready.clone(),
                        )
                    };
                    let what = (
                        "(the answer, the states, who runs, the line)",
                        "(返回值，状态，谁在运行，就绪队列)",
                    );
                    agrees(history, part, what)
                },
            )
    }

    /// A day of random requests.
    fn generate(seed: u64) -> Day {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut random = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) % below
        };
        let cpus = 1 + random(3) as usize;
        let request = |_| {
            let cpu = random(cpus as u64 + 1) as usize;
            let pid = random(10) as u32;
            match random(12) {
                0..3 => Admit(pid, random(3) as u8),
                3..6 => Dispatch(cpu),
                6..8 => Preempt(cpu),
                8..10 => Block(cpu),
                10 => Wake(pid),
                _ if pid < 3 => Exit(cpu),
                _ => Wake(pid),
            }
        };
        Day {
            cpus,
            requests: (0..60).map(request).collect(),
        }
    }
}
