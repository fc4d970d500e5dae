//! wrong: waits for the mutex while it has the GIL, which the thread with the mutex needs
//! page: the_mutex_loses_none
//! fails: the_mutex_loses_none deadlock
//! fails: a_mutex_of_its_own deadlock
//! fails: three_threads_two_mutexes deadlock

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

/// The code of `variable += 1`.
pub fn increment(variable: &'static str) -> Vec<Instruction> {
    vec![
        Instruction::Load(variable),
        Instruction::Const(1),
        Instruction::Add,
        Instruction::Store(variable),
    ]
}

/// The code of `with mutex: variable += 1`.
pub fn guarded_increment(variable: &'static str, mutex: &'static str) -> Vec<Instruction> {
    let mut code = vec![Instruction::Acquire(mutex)];
    code.extend(increment(variable));
    code.push(Instruction::Release(mutex));
    code
}

/// A mutex of the program that is interpreted.
pub struct VmMutex {
    held: Mutex<bool>,
    released: Condvar,
}

impl VmMutex {
    /// A mutex that nobody holds.
    #[expect(clippy::new_without_default, reason = "a lock has no natural default")]
    pub fn new() -> Self {
        Self {
            held: Mutex::new(false),
            released: Condvar::new(),
        }
    }

    /// Takes the mutex; waits while another thread holds it.
    ///
    /// `guard` says that the caller has the GIL, and it has it again when this returns.
    pub fn acquire<'a>(&self, gil: &'a Gil, guard: GilGuard<'a>) -> GilGuard<'a> {
        let _ = gil;
        let mut held = self.held.lock().unwrap();
        while *held {
            held = self.released.wait(held).unwrap();
        }
        *held = true;
        guard
    }

    /// Gives the mutex back. The caller has the GIL.
    pub fn release(&self) {
        *self.held.lock().unwrap() = false;
        self.released.notify_one();
    }
}

/// What the jobs of an interpreted program are run by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    /// Threads, which share one interpreter and its GIL.
    Threads,
    /// Processes: each has an interpreter and a GIL of its own, and costs more.
    Processes,
}

/// Which workers suit many equal jobs on many cores, if each job computes for `cpu` and
/// waits for IO for `io`.
pub fn choose(cpu: Duration, io: Duration) -> Workers {
    if cpu > io {
        Workers::Processes
    } else {
        Workers::Threads
    }
}

// ---- given: the interpreter; nothing to write below ----

/// An instruction of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instruction {
    /// Puts a number on the stack.
    Const(i64),
    /// Puts the value of a global variable on the stack.
    Load(&'static str),
    /// Takes the top of the stack into a global variable.
    Store(&'static str),
    /// Takes two numbers from the stack and puts their sum there.
    Add,
    /// Takes a mutex.
    Acquire(&'static str),
    /// Gives a mutex back.
    Release(&'static str),
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Const(number) => write!(f, "CONST {number}"),
            Self::Load(name) => write!(f, "LOAD {name}"),
            Self::Store(name) => write!(f, "STORE {name}"),
            Self::Add => write!(f, "ADD"),
            Self::Acquire(name) => write!(f, "ACQUIRE {name}"),
            Self::Release(name) => write!(f, "RELEASE {name}"),
        }
    }
}

/// The global interpreter lock: it guards the data of the interpreter.
pub type Gil = Mutex<Machine>;

/// Whoever has the guard has the GIL; whoever drops it gives the GIL up.
pub type GilGuard<'a> = MutexGuard<'a, Machine>;

/// What all threads of the interpreter share.
#[derive(Debug, Default)]
pub struct Machine {
    globals: BTreeMap<&'static str, i64>,
}

/// Runs the code of any number of threads, one instruction at a time.
pub struct Interpreter {
    gil: Gil,
    interval: usize,
    mutexes: BTreeMap<&'static str, VmMutex>,
}

impl Interpreter {
    /// An interpreter whose threads give way after `interval` instructions, with
    /// mutexes of these names.
    pub fn new(interval: usize, mutexes: &[&'static str]) -> Self {
        let mutexes = mutexes.iter().map(|&name| (name, VmMutex::new()));
        Self {
            gil: Gil::default(),
            interval,
            mutexes: mutexes.collect(),
        }
    }

    /// Runs `code` in the calling thread; `see` is told of each instruction when the
    /// thread comes to it.
    pub fn run(&self, code: &[Instruction], mut see: impl FnMut(&Instruction)) {
        let mut stack = Vec::new();
        let mut guard = self.gil.lock().unwrap();
        for (index, instruction) in code.iter().enumerate() {
            if index > 0 && index % self.interval == 0 {
                // Another thread may come first now.
                drop(guard);
                guard = self.gil.lock().unwrap();
            }
            see(instruction);
            match *instruction {
                Instruction::Acquire(name) => guard = self.mutexes[name].acquire(&self.gil, guard),
                Instruction::Release(name) => self.mutexes[name].release(),
                ref other => guard.execute(&mut stack, other),
            }
        }
    }

    /// The value of a global variable.
    pub fn global(&self, name: &str) -> i64 {
        self.gil.lock().unwrap().value(name)
    }
}

impl Machine {
    fn value(&self, name: &str) -> i64 {
        self.globals.get(name).copied().unwrap_or(0)
    }

    /// Executes an instruction that has to do with no mutex.
    fn execute(&mut self, stack: &mut Vec<i64>, instruction: &Instruction) {
        let pop = |stack: &mut Vec<i64>| stack.pop().expect("the code has put a number here");
        match *instruction {
            Instruction::Const(number) => stack.push(number),
            Instruction::Load(name) => stack.push(self.value(name)),
            Instruction::Store(name) => {
                self.globals.insert(name, pop(stack));
            }
            Instruction::Add => {
                let sum = pop(stack) + pop(stack);
                stack.push(sum);
            }
            Instruction::Acquire(_) | Instruction::Release(_) => unreachable!(),
        }
    }
}
