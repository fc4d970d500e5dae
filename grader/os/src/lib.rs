//! Real processes without `unsafe`, for the exercises that use them.
//!
//! The standard library can start another program, and has no `fork`. Here it is, in
//! a shape that cannot go wrong by accident: the child runs a closure and ends, it
//! never returns into the parent's code ([`fork`]). What checks need to hold a child
//! back is in [`check`].

pub mod check;
mod child;

pub use child::{Child, Exit, fork};
