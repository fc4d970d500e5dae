//! The engine beside its peers.
//!
//! The same programs run on the modelled standard library, on shuttle and on loom, so
//! that executions per second, executions until a bug is found, and the size of an
//! exhaustive search can be compared in one run, on one machine.

#![allow(
    clippy::duplicate_mod,
    reason = "each backend compiles the same programs against its own library"
)]

pub mod backend;
pub mod measure;
mod program;
pub mod tables;

pub use program::{End, Limits, Method, Program, Trial, Variant};
