//! Verdict process to driver and back: frames over one socket.
//!
//! Each frame is a little-endian `u32` length, at most [`MAX_FRAME`], and that many
//! bytes of JSON. The verdict process speaks first, one request is in flight at a
//! time, and each request carries a fresh random id which every reply repeats.
//! The driver is told what to run, never what to expect.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    left::{Left, LeftKinds},
    step::{Class, Operation, Signal, Step},
    system_choices::SystemChoices,
};

/// The version of this protocol.
pub const VERSION: u32 = 14;

/// The largest frame, in bytes.
pub const MAX_FRAME: usize = 8 << 20;

/// An unpredictable name of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestId(pub u64, pub u64);

/// A request with its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Repeated in each reply.
    pub id: RequestId,
    /// What to do.
    pub body: Ask,
}

/// A reply with the id of its request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The id of the request.
    pub id: RequestId,
    /// What was done.
    pub body: Answer,
}

/// A request of the verdict process to the driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Say which scenarios there are. The first request.
    Hello {
        /// [`VERSION`].
        version: u32,
    },
    /// Run many executions of a scenario.
    Explore {
        /// The scenario and its case.
        run: Run,
        /// How schedules are chosen.
        search: Search,
        /// Number of the first execution; later ones count on from it.
        first: u64,
        /// How many executions.
        count: u64,
    },
    /// Run one execution.
    Replay {
        /// The scenario and its case.
        run: Run,
        /// The choices, as an [`Observation`] gave them; after the last one, no more preemptions.
        choices: String,
        /// Whether the choices must all be possible; else the impossible ones are left out.
        exact: bool,
        /// Whether to say every step.
        traced: bool,
    },
    /// End. The last request; the driver says so and exits.
    End,
}

/// A reply of the driver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To `Hello`: the scenarios, in order.
    Scenarios(Vec<String>),
    /// To `Explore`, any number of times: a history not seen before in this request.
    Seen(Observation),
    /// To `Explore`, once, last.
    Explored {
        /// Executions run.
        executions: u64,
        /// Whether the whole search space was explored.
        complete: bool,
        /// What an execution touched outside of the model, if one did.
        outside: Option<Outside>,
    },
    /// To `Replay`.
    Replayed(Box<Replayed>),
    /// To `End`.
    Bye,
    /// To anything, unasked: the code failed in a way from which the driver does not recover.
    Fatal(Fatal),
}

/// A scenario and its case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Name of the scenario.
    pub scenario: String,
    /// Its input.
    pub case: Value,
    /// How locations in the answer begin: a system call is shown where the answer makes it.
    pub source_root: String,
    /// After how many steps an execution counts as making no progress.
    pub max_steps: u32,
    /// Whether atomics are only ordered as far as the program asks for it.
    pub weak_memory: bool,
    /// What the simulated kernel may do, and how much of it there is.
    pub system: SystemChoices,
    /// What to report of each execution.
    pub needs: Needs,
}

/// The parts of an execution that properties observe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// The part of the history that they observe.
    pub observes: Observes,
    /// Whether events carry their vector clocks.
    pub causality: Causality,
    /// That the scenario ends with threads none of which can go on; else it is to complete.
    pub rest: bool,
    /// What sorts of object the program uses.
    pub uses: bool,
    /// Which threads are left when the scenario ends.
    pub leaked: bool,
    /// What processes have left when the scenario ends.
    pub left: LeftKinds,
}

impl Needs {
    /// What either needs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            observes: self.observes.max(other.observes),
            causality: self.causality.max(other.causality),
            rest: self.rest || other.rest,
            uses: self.uses || other.uses,
            leaked: self.leaked || other.leaked,
            left: self.left.and(other.left),
        }
    }
}

/// Whether a verdict depends on what happened before what by synchronisation (Lamport, "Time,
/// Clocks, and the Ordering of Events in a Distributed System", 1978).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Causality {
    /// It does not, and histories that differ in nothing else are one.
    #[default]
    Ignored,
    /// It does: each event carries its vector clock.
    Recorded,
}

/// The part of a history that decides a verdict; each covers those before it.
///
/// Schedules that differ only in what no property observes need not all be run.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Observes {
    /// The values that each thread recorded, in its own order, and what happened
    /// before what by synchronisation; virtual time, which is a function of that.
    #[default]
    Results,
    /// Also whether a call or span of one thread ended before one of another began:
    /// the interval order (Fishburn, "Interval Orders and Interval Graphs", 1985).
    Intervals,
    /// The whole order of events.
    Order,
}

/// How schedules are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Search {
    /// The round-robin portfolio of samplers.
    Portfolio {
        /// Seed of the portfolio.
        seed: u64,
    },
    /// Depth first, all schedules with at most so many preemptions.
    Bounded {
        /// The bound.
        preemptions: u32,
    },
    /// One schedule for each way in which dependent steps can be ordered.
    Reduced,
}

/// Something outside of the model: what a program finds there does not depend on the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outside {
    /// The variables, arguments or directories of the process.
    Environment,
    /// The file system.
    Files,
    /// The addresses of values.
    Addresses,
}

/// What one execution showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Number of the execution.
    pub number: u64,
    /// How it ended.
    pub ending: Ending,
    /// What was recorded.
    #[serde(with = "crate::sparse_clocks")]
    pub history: Vec<Event>,
    /// Whether every time-out came when no thread could go on otherwise, and nothing else that is
    /// left to chance happened: then virtual time is the same for all threads.
    pub punctual: bool,
    /// The latest virtual time of a thread at the end, in nanoseconds.
    pub time: u64,
    /// The choices that were made, in the engine's own notation.
    pub choices: String,
    /// What sorts of object were used, and where first in each file; empty unless asked for.
    pub uses: Vec<Use>,
    /// The threads that had not ended when the scenario did; empty unless asked for.
    pub leaked: Vec<Leaked>,
    /// What processes had left when the first one ended; empty unless asked for.
    pub left: Box<[Left]>,
}

/// A thread that was not joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leaked {
    /// Index of the thread.
    pub thread: usize,
    /// Where it was started.
    pub spawned: Location,
    /// What it was about to do.
    pub location: Location,
}

/// A sort of object that a program uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Use {
    /// The sort.
    pub class: Class,
    /// Where it was used first in this file.
    pub location: Location,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The scenario ran to its end.
    Completed,
    /// No thread can continue.
    Deadlock(Vec<Blocked>),
    /// A thread panicked, and no other thread handled the panic.
    Panicked {
        /// Index of the thread.
        thread: usize,
        /// The message.
        message: String,
        /// Where.
        location: Option<Location>,
    },
    /// No end within the step limit.
    NoProgress {
        /// The last places, one per live thread.
        threads: Vec<Blocked>,
    },
    /// Two threads accessed the same plain memory, at least one wrote, and no synchronisation orders them.
    DataRace {
        /// The access that came first in this execution.
        first: Racing,
        /// The other one.
        second: Racing,
    },
    /// The program printed more than an execution may.
    OutputLimit,
    /// A signal ended the first process.
    Killed {
        /// Index of its main thread.
        thread: usize,
        /// The signal.
        signal: Signal,
    },
    /// The choices of an exact replay were not possible: the code is not the same.
    Diverged {
        /// At which step.
        step: usize,
    },
}

/// An access to plain memory in a data race.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Racing {
    /// Index of the thread.
    pub thread: usize,
    /// Whether it wrote.
    pub wrote: bool,
    /// Where.
    pub location: Location,
}

/// A blocked thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Index of the thread.
    pub thread: usize,
    /// The operation that it is about to do.
    pub operation: Operation,
    /// Where.
    pub location: Location,
    /// The thread that holds what it needs, if one does.
    pub holder: Option<usize>,
    /// Where the holder took it.
    pub held_since: Option<Location>,
    /// If it waits in a system call, the processes that could bring that on, itself first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<Holder>,
}

/// A process that could bring on what another one, or it itself, waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// Index of its main thread.
    pub thread: usize,
    /// By which descriptor, if by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fd: Option<i32>,
}

/// A location in a source file, as the compiler wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// One event of a history.
#[derive(Debug, Clone, PartialEq, Hash, Serialize, Deserialize)]
pub struct Event {
    /// Index of the thread or process, numbered in order of appearance; 0 is the scenario.
    pub thread: usize,
    /// What sort of event.
    pub kind: EventKind,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// Vector clock at the event: what happened before it. Empty for pure and process runs.
    pub clock: Vec<u32>,
    /// Virtual time in nanoseconds since the start of the execution.
    pub time: u64,
}

/// The sorts of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A point in time.
    Mark,
    /// A call begins; `value` is its argument.
    Call,
    /// The call that this thread began last returns; `value` is its result.
    Return,
    /// A span begins.
    Enter,
    /// A span ends.
    Leave,
}

/// What a replay showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    /// How it ended and what was recorded.
    pub observation: Observation,
    /// The number of preemptions.
    pub preemptions: u32,
    /// The number of context switches.
    pub switches: u32,
    /// The number of spurious wake-ups and of time-outs that the strategy chose.
    pub unforced: u32,
    /// Steps taken.
    pub steps: u32,
    /// What was printed, cut to a readable length.
    pub output: String,
    /// The threads, with the names that the program gave them.
    pub threads: Vec<Option<String>>,
    /// Every step, if asked for.
    pub trace: Vec<Step>,
}

/// A failure from which the driver does not recover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fatal {
    /// The stack of a thread overflowed.
    StackOverflow,
    /// No visible operation for a long time; the last one was here.
    Loop(Option<Location>),
}
