//! Random programs, with their interpreter on the modelled library.

pub(crate) use cases::random::*;

#[path = "../../../cases/src/random/interpret/mod.rs"]
pub(crate) mod interpret;
