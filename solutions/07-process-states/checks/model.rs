// canary: 7618c1adbf7ec4c0feb99bdbb581bf88
//! What the scheduler promises: its requests, and what becomes of the processes.

use kit::serde::{Deserialize, Serialize};

/// A request, or several of them at once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Wake(u32),
    Admit(u32, u8),
    Exit(usize),
    Block(usize),
    Dispatch(usize),
    Preempt(usize),
    /// Admits many processes of two priorities.
    AdmitCrowd,
    /// Preempts and dispatches on CPU 0, many times.
    TakeTurns,
    /// Dispatches on CPU 0, and lets the process exit, until nobody is ready.
    RunAll,
}

/// How a program begins: with so many CPUs, and after these calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Beginning {
    pub cpus: usize,
    pub calls: Vec<Call>,
}

/// The numbers of a crowd.
pub const CROWD: std::ops::Range<u32> = 1_000..1_300;

/// How often processes take turns: a byte cannot count it.
pub const TURNS: usize = 300;

/// The priority of a process of a crowd.
pub fn crowd_priority(pid: u32) -> u8 {
    if pid % 3 == 0 { 9 } else { 8 }
}

/// The numbers of processes that programs ask for.
pub fn numbers() -> impl Iterator<Item = u32> {
    [0, 1, 2, 3, 4, 70_000].into_iter().chain(CROWD)
}

/// An answer, and how things stand after it: the line, who runs where, and all processes, each
/// with its priority and state.
pub fn told(
    answer: &str,
    line: &[u32],
    running: &[(usize, u32)],
    all: &[(u32, u8, &str)],
) -> String {
    let all: Vec<String> = all
        .iter()
        .map(|(pid, priority, state)| format!("{pid} of {priority} {state}"))
        .collect();
    format!(
        "{answer}; ready() {line:?}; (cpu, pid) {running:?}; pcb(): {}",
        all.join(", ")
    )
}

#[cfg(verdict)]
pub use verdict::Processes;

#[cfg(verdict)]
mod verdict {
    use std::collections::BTreeMap;

    use kit::{
        programs::{Allowed, Model, Words, before},
        serde_json::Value,
    };

    use super::{Beginning, CROWD, Call, TURNS, crowd_priority, told};

    /// A scheduler with so many CPUs.
    #[derive(Clone, Copy)]
    pub struct Processes;

    /// All processes by number, who runs, and the line.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        table: BTreeMap<u32, (u8, &'static str)>,
        cpus: Vec<Option<u32>>,
        line: Vec<u32>,
    }

    impl State {
        /// Behind all whose priority is as high or higher.
        fn lines_up(&mut self, pid: u32, priority: u8) {
            let behind = |other: &u32| self.table[other].0 >= priority;
            let place = self.line.iter().take_while(|pid| behind(pid)).count();
            self.line.insert(place, pid);
            self.table.insert(pid, (priority, "Ready"));
        }

        fn admit(&mut self, pid: u32, priority: u8) -> String {
            if self.table.contains_key(&pid) {
                return "Err(AlreadyThere)".to_owned();
            }
            self.lines_up(pid, priority);
            "Ok(())".to_owned()
        }

        fn dispatch(&mut self, cpu: usize) -> Option<u32> {
            if self.cpus.get(cpu) != Some(&None) || self.line.is_empty() {
                return None;
            }
            let pid = self.line.remove(0);
            self.cpus[cpu] = Some(pid);
            if let Some(process) = self.table.get_mut(&pid) {
                process.1 = "Running";
            }
            Some(pid)
        }

        fn wake(&mut self, pid: u32) -> String {
            match self.table.get(&pid) {
                None => "Err(NoSuchProcess)".to_owned(),
                Some(&(priority, "Blocked")) => {
                    self.lines_up(pid, priority);
                    "Ok(())".to_owned()
                }
                Some(_) => "Err(NotBlocked)".to_owned(),
            }
        }

        /// Takes the process off its CPU; `then` says what becomes of it.
        fn leave(&mut self, cpu: usize, then: &Call) -> String {
            let Some(pid) = self.cpus.get_mut(cpu).and_then(Option::take) else {
                return "Err(Idle)".to_owned();
            };
            let (priority, _) = self.table[&pid];
            match then {
                Call::Preempt(_) => self.lines_up(pid, priority),
                Call::Block(_) => drop(self.table.insert(pid, (priority, "Blocked"))),
                _ => drop(self.table.remove(&pid)),
            }
            format!("Ok({pid})")
        }

        fn answer(&mut self, call: &Call) -> String {
            match call {
                Call::Admit(pid, priority) => self.admit(*pid, *priority),
                Call::Dispatch(cpu) => format!("{:?}", self.dispatch(*cpu)),
                Call::Preempt(cpu) | Call::Block(cpu) | Call::Exit(cpu) => self.leave(*cpu, call),
                Call::Wake(pid) => self.wake(*pid),
                Call::AdmitCrowd => {
                    let all = CROWD.map(|pid| self.admit(pid, crowd_priority(pid)));
                    let done = all.filter(|answer| answer == "Ok(())").count();
                    format!("{done} done")
                }
                Call::TakeTurns => {
                    let turn = |_| {
                        self.leave(0, &Call::Preempt(0));
                        self.dispatch(0)
                    };
                    format!("{:?}", (0..TURNS).map(turn).collect::<Vec<_>>())
                }
                Call::RunAll => {
                    let mut all = Vec::new();
                    while let Some(pid) = self.dispatch(0) {
                        self.leave(0, &Call::Exit(0));
                        all.push(pid);
                    }
                    format!("{all:?}")
                }
            }
        }
    }

    /// The line is 2, 3; 1 runs on CPU 0, and 0, which is more urgent, is blocked.
    fn busy(cpus: usize) -> Beginning {
        let calls = vec![
            Call::Admit(1, 0),
            Call::Admit(2, 0),
            Call::Admit(0, 5),
            Call::Admit(3, 0),
            Call::Dispatch(0),
            Call::Block(0),
            Call::Dispatch(0),
        ];
        Beginning { cpus, calls }
    }

    fn idle(cpus: usize) -> Beginning {
        let calls = Vec::new();
        Beginning { cpus, calls }
    }

    impl Model for Processes {
        type Object = Beginning;
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 3;
        const LARGER: usize = 80;
        const LONGEST: usize = 48;

        fn objects(&self) -> Vec<Beginning> {
            vec![idle(1), busy(1)]
        }

        fn more_objects(&self) -> Vec<Beginning> {
            vec![idle(0), idle(2), busy(2), busy(3), busy(300)]
        }

        fn calls(&self) -> Vec<Call> {
            vec![
                Call::Admit(1, 0),
                Call::Dispatch(0),
                Call::Preempt(0),
                Call::Block(0),
                Call::Wake(1),
                Call::Exit(0),
                Call::Wake(0),
                Call::Admit(4, 0),
            ]
        }

        fn more_calls(&self) -> Vec<Call> {
            let mut all = vec![Call::AdmitCrowd, Call::TakeTurns, Call::RunAll];
            for (pid, priority) in [
                (0, 5),
                (0, 255),
                (1, 128),
                (2, 0),
                (3, 0),
                (3, 127),
                (70_000, 0),
                (70_000, 254),
            ] {
                all.push(Call::Admit(pid, priority));
            }
            for pid in [2, 3, 4, 70_000] {
                all.extend([Call::Wake(pid), Call::Wake(pid)]);
            }
            // What moves processes comes more often than what is refused.
            for cpu in [0, 0, 1, 1, 256, 299] {
                all.extend([Call::Dispatch(cpu), Call::Block(cpu), Call::Preempt(cpu)]);
            }
            all.extend([Call::Dispatch(0), Call::Exit(1), Call::Exit(256)]);
            all
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let crowd = vec![
                Call::Admit(1, 0),
                Call::AdmitCrowd,
                Call::Dispatch(0),
                Call::TakeTurns,
                Call::Block(0),
                Call::RunAll,
            ];
            let turns = vec![
                Call::Admit(4, 0),
                Call::Admit(2, 0),
                Call::Admit(3, 0),
                Call::Dispatch(0),
                Call::TakeTurns,
                Call::Preempt(0),
                Call::RunAll,
            ];
            vec![vec![crowd], vec![turns]]
        }

        /// A crowd makes each call that follows expensive.
        fn allows(&self, _: &Beginning, threads: &[Vec<Call>]) -> bool {
            threads
                .iter()
                .all(|calls| calls.len() <= 8 || !calls.contains(&Call::AdmitCrowd))
        }

        fn initial(&self, beginning: &Beginning) -> State {
            let mut state = State {
                table: BTreeMap::new(),
                cpus: vec![None; beginning.cpus],
                line: Vec::new(),
            };
            for call in &beginning.calls {
                state.answer(call);
            }
            state
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let answer = next.answer(call);
            let running = next.cpus.iter().enumerate();
            let running: Vec<(usize, u32)> = running
                .filter_map(|(cpu, pid)| Some((cpu, (*pid)?)))
                .collect();
            let all: Vec<_> = next
                .table
                .iter()
                .map(|(pid, (priority, state))| (*pid, *priority, *state))
                .collect();
            vec![Allowed::new(
                told(&answer, &next.line, &running, &all),
                next,
            )]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use process_states::Scheduler;",
                name: "mut scheduler",
            }
        }

        fn made(&self, beginning: &Beginning) -> String {
            let made = format!("Scheduler::new({})", beginning.cpus);
            if beginning.calls.is_empty() {
                return made;
            }
            let calls = beginning.calls.iter();
            let calls: String = calls
                .map(|call| format!("let _ = {}; ", self.written(call)))
                .collect();
            format!("{{ let mut scheduler = {made}; {calls}scheduler }}")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Admit(pid, priority) => format!("scheduler.admit({pid}, {priority})"),
                Call::Dispatch(cpu) => format!("scheduler.dispatch({cpu})"),
                Call::Preempt(cpu) => format!("scheduler.preempt({cpu})"),
                Call::Block(cpu) => format!("scheduler.block({cpu})"),
                Call::Wake(pid) => format!("scheduler.wake({pid})"),
                Call::Exit(cpu) => format!("scheduler.exit({cpu})"),
                Call::AdmitCrowd => format!(
                    "for pid in {CROWD:?} {{ scheduler.admit(pid, if pid % 3 == 0 {{ 9 }} else {{ 8 }}); }}"
                ),
                Call::TakeTurns => format!(
                    "for _ in 0..{TURNS} {{ scheduler.preempt(0); scheduler.dispatch(0); }}"
                ),
                Call::RunAll => {
                    "while scheduler.dispatch(0).is_some() { scheduler.exit(0); }".to_owned()
                }
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::AdmitCrowd | Call::TakeTurns | Call::RunAll => None,
                // What stands behind the answer is asked by other calls.
                _ => Some(|told| before(told, "; ready()")),
            }
        }
    }
}
