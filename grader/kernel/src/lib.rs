//! A simulated kernel: processes, descriptors, pipes and files, as plain values.

mod errno;
mod flags;

pub use errno::Errno;
pub use flags::{OpenFlags, Whence};
