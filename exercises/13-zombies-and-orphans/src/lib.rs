//! 13 · Zombies and orphans: who has ended, and who asks for them.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};

use os::Exit;

/// What became of a child and of the orphans that it left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// How the child itself ended.
    pub child: Exit,
    /// The pid and the end of each orphan, in any order.
    pub orphans: Vec<(u32, Exit)>,
}

/// Starts a child that exits with `code`, and returns its pid when it is a zombie.
pub fn spawn_zombie(code: i32) -> io::Result<u32> {
    let _ = code;
    todo!()
}

/// Waits for all children, and gives the pid and the end of each, in any order.
pub fn reap_all() -> io::Result<Vec<(u32, Exit)>> {
    todo!()
}

/// Runs `body` in a child, and waits for the child and for every orphan that it leaves.
pub fn adopt_orphans(body: impl FnOnce() -> i32) -> io::Result<Adopted> {
    let _ = body;
    todo!()
}

/// Reaps children without waiting for them.
pub struct Reaper {
    // Choose your own fields.
}

impl Reaper {
    /// From now on it is told of children that end.
    pub fn new() -> io::Result<Self> {
        todo!()
    }

    /// Reaps all children that have ended, and gives the pid and the end of each, in any order. It does not wait.
    pub fn reap(&mut self) -> io::Result<Vec<(u32, Exit)>> {
        todo!()
    }
}

impl AsFd for Reaper {
    /// Can be read when a child has ended that was not reaped.
    fn as_fd(&self) -> BorrowedFd<'_> {
        todo!()
    }
}
