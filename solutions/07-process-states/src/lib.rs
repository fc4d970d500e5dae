//! 07 · The three states of a process, and how it moves between them.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
use std::collections::{BTreeMap, VecDeque};
// END SOLUTION

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
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _cpus: usize,
    processes: BTreeMap<Pid, Pcb>,
    cpus: Vec<Option<Pid>>,
    /// For each priority, who waits for a CPU.
    lines: BTreeMap<u8, VecDeque<Pid>>,
    // END SOLUTION
}

impl Scheduler {
    /// A scheduler for CPUs 0, 1, … `cpus` - 1, without processes.
    pub fn new(cpus: usize) -> Self {
        // BEGIN SOLUTION
        // | let _ = cpus;
        // | todo!()
        Self {
            processes: BTreeMap::new(),
            cpus: vec![None; cpus],
            lines: BTreeMap::new(),
        }
        // END SOLUTION
    }

    /// Takes a new process in. It is ready, behind all others of its priority.
    pub fn admit(&mut self, pid: Pid, priority: u8) -> Result<(), Refusal> {
        // BEGIN SOLUTION
        // | let _ = (pid, priority);
        // | todo!()
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
        // END SOLUTION
    }

    /// Ready → running: the ready process that is first in line runs on `cpu` from now
    /// on. Nothing if nobody is ready, the CPU is taken, or there is no such CPU.
    pub fn dispatch(&mut self, cpu: usize) -> Option<Pid> {
        // BEGIN SOLUTION
        // | let _ = cpu;
        // | todo!()
        let slot = self.cpus.get_mut(cpu).filter(|slot| slot.is_none())?;
        let mut lines = self.lines.values_mut().rev();
        let pid = lines.find_map(VecDeque::pop_front)?;
        *slot = Some(pid);
        self.set(pid, State::Running);
        Some(pid)
        // END SOLUTION
    }

    /// Running → ready: the process on `cpu` has run long enough and goes to the end of
    /// the line of its priority.
    pub fn preempt(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        // BEGIN SOLUTION
        // | let _ = cpu;
        // | todo!()
        let pid = self.leave(cpu)?;
        self.line_up(pid);
        Ok(pid)
        // END SOLUTION
    }

    /// Running → blocked: the process on `cpu` has to wait for something.
    pub fn block(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        // BEGIN SOLUTION
        // | let _ = cpu;
        // | todo!()
        let pid = self.leave(cpu)?;
        self.set(pid, State::Blocked);
        Ok(pid)
        // END SOLUTION
    }

    /// Blocked → ready: what `pid` waited for has come. It goes to the end of the line of
    /// its priority.
    pub fn wake(&mut self, pid: Pid) -> Result<(), Refusal> {
        // BEGIN SOLUTION
        // | let _ = pid;
        // | todo!()
        let pcb = self.processes.get(&pid).ok_or(Refusal::NoSuchProcess)?;
        if pcb.state != State::Blocked {
            return Err(Refusal::NotBlocked);
        }
        self.line_up(pid);
        Ok(())
        // END SOLUTION
    }

    /// The process on `cpu` has ended; the system forgets it.
    pub fn exit(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        // BEGIN SOLUTION
        // | let _ = cpu;
        // | todo!()
        let pid = self.leave(cpu)?;
        self.processes.remove(&pid);
        Ok(pid)
        // END SOLUTION
    }

    /// What the system keeps about `pid`.
    pub fn pcb(&self, pid: Pid) -> Option<Pcb> {
        // BEGIN SOLUTION
        // | let _ = pid;
        // | todo!()
        self.processes.get(&pid).cloned()
        // END SOLUTION
    }

    /// The process that runs on `cpu`.
    pub fn running(&self, cpu: usize) -> Option<Pid> {
        // BEGIN SOLUTION
        // | let _ = cpu;
        // | todo!()
        self.cpus.get(cpu).copied().flatten()
        // END SOLUTION
    }

    /// The ready processes, in the order in which they would be dispatched.
    pub fn ready(&self) -> Vec<Pid> {
        // BEGIN SOLUTION
        // | todo!()
        self.lines.values().rev().flatten().copied().collect()
        // END SOLUTION
    }

    // BEGIN SOLUTION
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
    // END SOLUTION
}
