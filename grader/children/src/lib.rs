//! Really forked processes that ask a controller for each of their system calls.

mod message;

pub use message::{Answer, DATA, Death, Event, Panic, Place, Request};
