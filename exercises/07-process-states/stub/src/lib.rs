//! 07 · The three states of a process, and how it moves between them.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

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
    // Choose your own fields.
    _cpus: usize,
}

impl Scheduler {
    /// A scheduler for CPUs 0, 1, … `cpus` - 1, without processes.
    pub fn new(cpus: usize) -> Self {
        let _ = cpus;
        todo!()
    }

    /// Takes a new process in. It is ready, behind all others of its priority.
    pub fn admit(&mut self, pid: Pid, priority: u8) -> Result<(), Refusal> {
        let _ = (pid, priority);
        todo!()
    }

    /// Ready → running: the ready process that is first in line runs on `cpu` from now
    /// on. Nothing if nobody is ready, the CPU is taken, or there is no such CPU.
    pub fn dispatch(&mut self, cpu: usize) -> Option<Pid> {
        let _ = cpu;
        todo!()
    }

    /// Running → ready: the process on `cpu` has run long enough and goes to the end of
    /// the line of its priority.
    pub fn preempt(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let _ = cpu;
        todo!()
    }

    /// Running → blocked: the process on `cpu` has to wait for something.
    pub fn block(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let _ = cpu;
        todo!()
    }

    /// Blocked → ready: what `pid` waited for has come. It goes to the end of the line of
    /// its priority.
    pub fn wake(&mut self, pid: Pid) -> Result<(), Refusal> {
        let _ = pid;
        todo!()
    }

    /// The process on `cpu` has ended; the system forgets it.
    pub fn exit(&mut self, cpu: usize) -> Result<Pid, Refusal> {
        let _ = cpu;
        todo!()
    }

    /// What the system keeps about `pid`.
    pub fn pcb(&self, pid: Pid) -> Option<Pcb> {
        let _ = pid;
        todo!()
    }

    /// The process that runs on `cpu`.
    pub fn running(&self, cpu: usize) -> Option<Pid> {
        let _ = cpu;
        todo!()
    }

    /// The ready processes, in the order in which they would be dispatched.
    pub fn ready(&self) -> Vec<Pid> {
        todo!()
    }
}
