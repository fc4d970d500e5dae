//! No queues: every process remembers when it became ready, and the line is sorted when
//! somebody asks.

use std::{cmp::Reverse, collections::HashMap};

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

struct Entry {
    pcb: Pcb,
    /// When it became ready last.
    since: u64,
    cpu: Option<usize>,
}

pub struct Scheduler {
    cpus: usize,
    clock: u64,
    table: HashMap<Pid, Entry>,
}

impl Scheduler {
    pub fn new(cpus: usize) -> Self {
        Self {
            cpus,
            clock: 0,
            table: HashMap::new(),
        }
    }

    pub fn admit(&mut self, pid: Pid, priority: u8) -> Result<(), Refusal> {
        if self.table.contains_key(&pid) {
            return Err(Refusal::AlreadyThere);
        }
        let pcb = Pcb {
            pid,
            priority,
            state: State::Ready,
        };
        let since = self.tick();
        let cpu = None;
        self.table.insert(pid, Entry { pcb, since, cpu });
        Ok(())
    }

    pub fn dispatch(&mut self, cpu: usize) -> Option<Pid> {
        if cpu >= self.cpus || self.running(cpu).is_some() {
            return None;
        }
        let pid = *self.ready().first()?;
        self.change(pid, State::Running, Some(cpu));
        Some(pid)
    }

    pub fn preempt(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        self.leave(cpu, State::Ready)
    }

    pub fn block(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        self.leave(cpu, State::Blocked)
    }

    pub fn wake(&mut self, pid: Pid) -> Result<(), Refusal> {
        match self.table.get(&pid).map(|entry| entry.pcb.state) {
            None => Err(Refusal::NoSuchProcess),
            Some(State::Blocked) => {
                self.change(pid, State::Ready, None);
                Ok(())
            }
            Some(_) => Err(Refusal::NotBlocked),
        }
    }

    pub fn exit(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let pid = self.running(cpu).ok_or(Refusal::Idle)?;
        self.table.remove(&pid);
        Ok(pid)
    }

    pub fn pcb(&self, pid: Pid) -> Option<Pcb> {
        self.table.get(&pid).map(|entry| entry.pcb.clone())
    }

    pub fn running(&self, cpu: usize) -> Option<Pid> {
        let here = |entry: &&Entry| entry.cpu == Some(cpu);
        self.table.values().find(here).map(|entry| entry.pcb.pid)
    }

    pub fn ready(&self) -> Vec<Pid> {
        let ready = |entry: &&Entry| entry.pcb.state == State::Ready;
        let mut line: Vec<_> = self.table.values().filter(ready).collect();
        line.sort_by_key(|entry| (Reverse(entry.pcb.priority), entry.since));
        line.iter().map(|entry| entry.pcb.pid).collect()
    }

    fn leave(&mut self, cpu: usize, state: State) -> Result<Pid, Refusal> {
        let pid = self.running(cpu).ok_or(Refusal::Idle)?;
        self.change(pid, state, None);
        Ok(pid)
    }

    fn change(&mut self, pid: Pid, state: State, cpu: Option<usize>) {
        let since = self.tick();
        if let Some(entry) = self.table.get_mut(&pid) {
            entry.pcb.state = state;
            entry.since = since;
            entry.cpu = cpu;
        }
    }

    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }
}
