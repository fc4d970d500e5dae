//! What is measured: a program under a method.

use std::time::Duration;

/// A program in a right and in a wrong variant.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// What tables call it.
    pub name: &'static str,
    /// Its threads, the main thread among them.
    pub threads: usize,
    /// The variant that never fails.
    pub right: fn(),
    /// The variant that fails under some schedule.
    pub wrong: fn(),
}

impl Program {
    /// The body of a variant.
    pub fn body(&self, variant: Variant) -> fn() {
        match variant {
            Variant::Right => self.right,
            Variant::Wrong => self.wrong,
        }
    }
}

/// Which variant of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// The one that never fails.
    Right,
    /// The one that fails under some schedule.
    Wrong,
}

/// When a trial stops even if nothing fails.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// After so many executions.
    pub executions: u64,
    /// After this time on the wall.
    pub time: Duration,
}

/// A sequence of executions up to the first that fails.
#[derive(Debug, Clone)]
pub struct Trial {
    /// How many there were, the failing one among them.
    pub executions: u64,
    /// Processor time that they took together.
    pub elapsed: Duration,
    /// Why there were no more.
    pub end: End,
}

/// Why a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// An execution failed.
    Failed,
    /// The method says that it has seen everything.
    Exhausted,
    /// A limit was reached.
    Stopped,
    /// The program cannot run there, for this reason.
    Impossible(String),
}

/// A way to choose schedules, in one of the engines.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// The engine.
    pub engine: &'static str,
    /// The strategy.
    pub name: &'static str,
    /// The preemptions that it allows, if it goes through the schedules with few of them.
    pub bound: Option<u32>,
    /// Runs the program of this index from a seed. Exhaustive methods ignore the seed.
    pub run: fn(program: usize, variant: Variant, seed: u64, limits: Limits) -> Trial,
}

impl Method {
    /// Whether the end of it is the end of all schedules.
    pub fn is_whole(&self) -> bool {
        self.bound.is_none()
    }
}
