//! Mutation testing of the checks: each mutant is the reference with one typical concurrency
//! mistake, and some check must fail for it.
//!
//! Source: J. Bradbury, J. Cordy and J. Dingel, "Mutation Operators for Concurrent Java
//! (J2SE 5.0)", Mutation 2006, turned into what the same mistakes look like in Rust.

mod atomics;
mod changes;
mod deletion;
mod detect;
mod equivalent;
mod run;
mod sections;
mod syntax;
mod values;
mod waiting;

pub(crate) use detect::PropertyDeletions;
pub(crate) use equivalent::Error as EquivalentsError;
pub(crate) use run::{Error, MutationRun, Subject};
