//! Processes without `unsafe`, for the exercises that use them.
//!
//! The standard library can start another program, and has no `fork`. Here it is, in
//! a shape that cannot go wrong by accident: the child runs a closure and ends, it
//! never returns into the parent's code ([`fork`]). Pipes are those of `std::io::pipe`; to wait
//! for several of them there is [`wait_readable`].
//!
//! Each function makes calls of the C library by their names, and no system call in any other way:
//! a check runs the same code on a simulated kernel, whose driver defines these names.

mod child;
mod ready;

pub use child::{Child, Exit, fork};
pub use ready::wait_readable;

#[cfg(test)]
mod tests;
