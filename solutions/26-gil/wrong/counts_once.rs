//! wrong: does not begin to count anew after it has given way
//! page: gives_way_after_the_interval
//! fails: three_take_turns property
//! fails: gives_way_after_the_interval property

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Condvar, Mutex},
};

/// The global interpreter lock: first come, first served.
pub struct Gil {
    tickets: Mutex<Tickets>,
    served: Condvar,
}

struct Tickets {
    /// The next one to be drawn.
    next: u64,
    /// The one whose owner has the lock; `next` if nobody has it.
    serving: u64,
}

impl Gil {
    /// A lock that nobody holds.
    #[expect(clippy::new_without_default, reason = "a lock has no natural default")]
    pub fn new() -> Self {
        Self {
            tickets: Mutex::new(Tickets {
                next: 0,
                serving: 0,
            }),
            served: Condvar::new(),
        }
    }

    /// Takes the lock; waits while another thread has it, or waited before.
    pub fn acquire(&self) {
        let mut tickets = self.tickets.lock().unwrap();
        let mine = tickets.next;
        tickets.next += 1;
        while tickets.serving != mine {
            tickets = self.served.wait(tickets).unwrap();
        }
    }

    /// Gives the lock to the thread that has waited longest, if one waits.
    pub fn release(&self) {
        self.tickets.lock().unwrap().serving += 1;
        // Only one of them has the ticket, and it may be any.
        self.served.notify_all();
    }

    /// Called by the thread that has the lock: if others wait, gives it to them, and
    /// takes it again when its turn has come behind them.
    pub fn switch(&self) {
        let mut tickets = self.tickets.lock().unwrap();
        if tickets.next - tickets.serving < 2 {
            return;
        }
        let mine = tickets.next;
        tickets.next += 1;
        tickets.serving += 1;
        self.served.notify_all();
        while tickets.serving != mine {
            tickets = self.served.wait(tickets).unwrap();
        }
    }

    /// How many threads wait for the lock, while another has it.
    pub fn waiting(&self) -> usize {
        let tickets = self.tickets.lock().unwrap();
        (tickets.next - tickets.serving).saturating_sub(1) as usize
    }
}

/// Runs the code of any number of threads, one instruction at a time.
pub struct Interpreter {
    gil: Gil,
    interval: usize,
    machine: Machine,
}

impl Interpreter {
    /// An interpreter whose threads give way after `interval` instructions; at least 1.
    pub fn new(interval: usize) -> Self {
        Self {
            gil: Gil::new(),
            interval,
            machine: Machine::default(),
        }
    }

    /// The lock, for those who want to look at it.
    pub fn gil(&self) -> &Gil {
        &self.gil
    }

    /// Runs `code` in the calling thread; returns what is on top of its stack then.
    ///
    /// Bytecode runs by `observer.bytecode(&instruction, &mut || step)`, and IO by
    /// `observer.io(operation)`.
    pub fn run(&self, code: &[Instruction], observer: &mut impl Observer) -> Option<i64> {
        let mut frame = Frame::default();
        self.gil.acquire();
        let mut executed = 0;
        for instruction in code {
            if let Instruction::Io(operation) = instruction {
                self.gil.release();
                observer.io(operation);
                self.gil.acquire();
                executed = 0;
                continue;
            }
            if executed == self.interval {
                self.gil.switch();
            }
            let mut step = || self.machine.step(&mut frame, instruction);
            observer.bytecode(instruction, &mut step);
            executed += 1;
        }
        self.gil.release();
        frame.stack.pop()
    }

    /// The value of a global variable, after the threads have ended.
    pub fn global(&self, name: &str) -> i64 {
        self.machine.global(name)
    }
}

// ---- given: the machine; nothing to write below ----

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
    /// Waits for the world outside: a disk, a network, a person. No bytecode.
    Io(&'static str),
}

impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Const(number) => write!(f, "CONST {number}"),
            Self::Load(name) => write!(f, "LOAD {name}"),
            Self::Store(name) => write!(f, "STORE {name}"),
            Self::Add => write!(f, "ADD"),
            Self::Io(operation) => write!(f, "IO {operation}"),
        }
    }
}

/// Sees what a thread executes, and lets it happen.
pub trait Observer {
    /// Calls `step` once: it executes `instruction`, which is no [`Instruction::Io`].
    fn bytecode(&mut self, instruction: &Instruction, step: &mut dyn FnMut());

    /// Does the IO of an [`Instruction::Io`].
    fn io(&mut self, operation: &str);
}

/// What one thread of the interpreter has for itself.
#[derive(Debug, Default)]
struct Frame {
    stack: Vec<i64>,
}

/// What all threads of the interpreter share. It is not made for two at once: if they
/// come, it breaks, like the objects of `CPython` would.
#[derive(Default)]
struct Machine {
    globals: Mutex<BTreeMap<&'static str, i64>>,
}

impl Machine {
    fn step(&self, frame: &mut Frame, instruction: &Instruction) {
        let globals = self.globals.try_lock();
        let mut globals = globals.expect("two threads are inside the machine");
        let mut pop = || frame.stack.pop().expect("the code leaves a number here");
        match *instruction {
            Instruction::Const(number) => frame.stack.push(number),
            Instruction::Load(name) => {
                let value = globals.get(name).copied();
                frame.stack.push(value.unwrap_or(0));
            }
            Instruction::Store(name) => {
                globals.insert(name, pop());
            }
            Instruction::Add => {
                let sum = pop() + pop();
                frame.stack.push(sum);
            }
            Instruction::Io(_) => unreachable!("IO is no bytecode"),
        }
    }

    fn global(&self, name: &str) -> i64 {
        let globals = self.globals.lock().expect("no thread has broken it");
        globals.get(name).copied().unwrap_or(0)
    }
}
