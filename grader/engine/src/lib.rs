//! The engine: threads as coroutines on one operating-system thread, under a
//! schedule that a strategy chooses.
//!
//! A thread announces each visible operation before it does it ([`Op`]). At that
//! moment a [`Strategy`] sees what every thread is about to do and says who goes
//! on. An execution is thereby a function of the choices made, so it can be
//! sampled ([`strategy::Portfolio`]), enumerated ([`strategy::Bounded`]), and
//! repeated ([`strategy::Follow`]).
//!
//! The crate knows what mutexes, condition variables, channels and clocks *do*
//! ([`objects`]); what they *look like* to a Rust programmer is the business of
//! the modelled standard library on top of it. It does no IO.

mod access;
mod call_stack;
mod candidates;
mod cleanup;
mod clock;
mod config;
mod coroutine;
mod execution;
mod last_drop;
mod later;
mod leaks;
pub mod local;
mod memory;
pub mod objects;
mod op;
mod outcome;
mod output;
pub mod outside;
pub mod overflow;
mod panics;
mod process;
mod progress;
mod race;
mod readiness;
mod runtime;
mod schedule;
pub mod solo;
mod statics;
pub mod strategy;
mod task;
mod task_set;
pub mod time;
mod told;
mod trace;
mod uses;
pub mod watch;

pub use access::{Access, Footprint, Resource};
pub use call_stack::{CallSite, CallStack, is_traced};
pub use cleanup::{Turn, at_end};
pub use clock::VectorClock;
pub use config::{Config, Granularity, Observes, SystemChoices};
pub use execution::Executed;
pub use last_drop::LastDrop;
pub use leaks::Leaked;
pub use memory::{Loaded, Written};
pub use objects::{Class, Handle, Id, ObjectName, OpKind};
pub use op::{Op, TaskId, Wake};
pub use outcome::{Blocked, CallHolder, Outcome, WaitingCall};
pub use output::{Printer, Stream, capture_output, flush_output, set_printer};
pub use outside::{OtherAddresses, Outside, is_address_of_static, note_outside};
pub use panics::{
    PanicRecord, caught_panic, go_on_with_panic, is_abandonment, is_panicking, is_program,
    is_unwinding, put_panic_off, resume_panic,
};
pub use progress::Protected;
pub use race::Racing;
pub use runtime::{is_running, leave_schedule, run, stop_if_over};
pub use schedule::{Choice, Schedule, ScheduleError};
pub use statics::is_static;
pub use strategy::{Strategy, View};
pub use told::told_alone;
pub use trace::{Cause, Counted, Effect, Step, Surprise, ValueType};
pub use uses::Use;
