//! Random concurrent programs as data: generated from a seed, run on the standard library that
//! the interpreter is compiled against, cut down, and printed as Rust.
//!
//! Only the interpreter is compiled twice. The tests of the modelled library include its files,
//! where `std` is the modelled library, and take everything else from here.

mod generate;
pub(crate) mod interpret;
mod palettes;
mod print;
pub mod program;
mod real;
mod shrink;

pub use generate::program;
pub use print::source;
pub use real::{Real, run_once};
pub use shrink::smaller;

/// The reference counter of the interpreter itself. It is always that of the real library: the
/// threads of a program must not meet at what only the interpreter shares.
pub use std::sync::Arc as Plain;
