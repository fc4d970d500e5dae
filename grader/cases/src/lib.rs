//! Small programs, compiled here against the real standard library.
//!
//! The tests of the modelled library include the same files, where `std` is the modelled one,
//! and compare: what the real library shows must be among what the model allows.

pub mod random;
pub mod real;
pub mod table;
pub mod within;

mod quiet;
