//! wrong: a woken process runs at once if a CPU is free
//! page: moves_legally
//! fails: moves_legally property
//! fails: waits_in_line property
//! fails: refuses_what_is_illegal property
//! fails: long_days property

use std::collections::{BTreeMap, VecDeque};

/// The number of a process.
pub type Pid = u32;

/// The state of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It could run, and waits for a CPU.
    Ready,
    /// It runs on a CPU.
    Running,
    /// It waits for something else than a CPU: input, output, another process.
    Blocked,
}

/// What the system keeps about a process: its *process control block*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcb {
    /// Its number.
    pub pid: Pid,
    /// How urgent it is; a higher number is more urgent.
    pub priority: u8,
    /// Its state.
    pub state: State,
}

/// Why a request cannot be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is a process with this number already.
    AlreadyThere,
    /// There is no process with this number.
    NoSuchProcess,
    /// No process runs on this CPU, or there is no such CPU.
    Idle,
    /// The process is not blocked.
    NotBlocked,
}

/// The part of an operating system that decides who runs.
pub struct Scheduler {
    processes: BTreeMap<Pid, Pcb>,
    cpus: Vec<Option<Pid>>,
    /// For each priority, who waits for a CPU.
    lines: BTreeMap<u8, VecDeque<Pid>>,
}

impl Scheduler {
    pub fn new(cpus: usize) -> Self {
        Self {
            processes: BTreeMap::new(),
            cpus: vec![None; cpus],
            lines: BTreeMap::new(),
        }
    }

    pub fn admit(&mut self, pid: Pid, priority: u8) -> Result<(), Refusal> {
        if self.processes.contains_key(&pid) {
            return Err(Refusal::AlreadyThere);
        }
        let state = State::Ready;
        self.processes.insert(
            pid,
            Pcb {
                pid,
                priority,
                state,
            },
        );
        self.line_up(pid);
        Ok(())
    }

    pub fn dispatch(&mut self, cpu: usize) -> Option<Pid> {
        let slot = self.cpus.get_mut(cpu).filter(|slot| slot.is_none())?;
        let mut lines = self.lines.values_mut().rev();
        let pid = lines.find_map(VecDeque::pop_front)?;
        *slot = Some(pid);
        self.set(pid, State::Running);
        Some(pid)
    }

    pub fn preempt(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let pid = self.leave(cpu)?;
        self.line_up(pid);
        Ok(pid)
    }

    pub fn block(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let pid = self.leave(cpu)?;
        self.set(pid, State::Blocked);
        Ok(pid)
    }

    pub fn wake(&mut self, pid: Pid) -> Result<(), Refusal> {
        let pcb = self.processes.get(&pid).ok_or(Refusal::NoSuchProcess)?;
        if pcb.state != State::Blocked {
            return Err(Refusal::NotBlocked);
        }
        if let Some(slot) = self.cpus.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(pid);
            self.set(pid, State::Running);
        } else {
            self.line_up(pid);
        }
        Ok(())
    }

    pub fn exit(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let pid = self.leave(cpu)?;
        self.processes.remove(&pid);
        Ok(pid)
    }

    pub fn pcb(&self, pid: Pid) -> Option<Pcb> {
        self.processes.get(&pid).cloned()
    }

    pub fn running(&self, cpu: usize) -> Option<Pid> {
        self.cpus.get(cpu).copied().flatten()
    }

    pub fn ready(&self) -> Vec<Pid> {
        self.lines.values().rev().flatten().copied().collect()
    }

    /// Makes a process ready, behind all others of its priority.
    fn line_up(&mut self, pid: Pid) {
        self.set(pid, State::Ready);
        let priority = self.processes[&pid].priority;
        self.lines.entry(priority).or_default().push_back(pid);
    }

    /// Takes the process that runs on `cpu` off it.
    fn leave(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let slot = self.cpus.get_mut(cpu).ok_or(Refusal::Idle)?;
        slot.take().ok_or(Refusal::Idle)
    }

    fn set(&mut self, pid: Pid, state: State) {
        if let Some(pcb) = self.processes.get_mut(&pid) {
            pcb.state = state;
        }
    }
}
