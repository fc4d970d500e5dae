//! Really forked processes that ask a controller for each of their system calls.

mod asker;
mod bell;
mod birth;
mod fork;
mod message;
mod process;
mod shared;
mod slot;

pub use asker::{Asker, Side};
pub use message::{Answer, DATA, Death, Event, Panic, Place, Request};
