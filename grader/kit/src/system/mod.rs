//! What checks of processes need: a place where processes wait for each other, and what a process
//! sees of itself.
//!
//! The latter is read off the simulated kernel without a step, and is only what the process alone
//! changes.

mod meeting;

pub use meeting::Meeting;

/// How many children this process has that it has not waited for, running or ended.
///
/// # Panics
///
/// Panics outside of a check whose answers have processes.
pub fn children() -> usize {
    processes::look().children.len()
}

/// How many descriptors this process has open.
///
/// # Panics
///
/// Panics outside of a check whose answers have processes.
pub fn open_descriptors() -> usize {
    processes::look().descriptors.len()
}
