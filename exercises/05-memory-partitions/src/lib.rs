//! 05 · Memory partitions: one memory that several programs share and none sees whole.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// The number of a process.
pub type Pid = u32;

/// A range of physical memory: the bytes from `base` up to `base + limit` and without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// The physical address of its first byte.
    pub base: usize,
    /// How many bytes it has.
    pub limit: usize,
}

/// Why a program cannot be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// A process with this number is in memory already.
    AlreadyLoaded,
    /// The size is 0, or smaller than the image.
    BadSize,
    /// No single hole is large enough.
    NoHole,
}

/// Why an access is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No process with this number is in memory.
    NoSuchProcess,
    /// The access reaches beyond the limit of the process.
    OutOfBounds,
}

/// The physical memory, and who has which part of it.
pub struct Memory {
    // Choose your own fields.
    _bytes: Vec<u8>,
}

impl Memory {
    /// A memory of `size` bytes, all of them 0, without processes.
    pub fn new(size: usize) -> Self {
        let _ = size;
        todo!()
    }

    /// Loads a program of `size` bytes into the first hole that is large enough: `image` at
    /// its beginning, zeros behind it.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        let _ = (pid, size, image);
        todo!()
    }

    /// Takes a process out of memory. Its bytes are cleared, and free from then on.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        let _ = pid;
        todo!()
    }

    /// Copies bytes of the process, from its own `address` on, into the buffer.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        let _ = (pid, address, buffer);
        todo!()
    }

    /// Writes `bytes` into the memory of the process, from its own `address` on.
    pub fn write(&mut self, pid: Pid, address: usize, bytes: &[u8]) -> Result<(), Fault> {
        let _ = (pid, address, bytes);
        todo!()
    }

    /// Moves all processes down, in the order in which they lie, so that one hole is left at
    /// the end.
    pub fn compact(&mut self) {
        todo!()
    }

    /// Where the process lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        let _ = pid;
        todo!()
    }

    /// The holes, from low addresses to high ones. No two of them touch, and none is empty.
    pub fn holes(&self) -> Vec<Partition> {
        todo!()
    }

    /// A copy of the whole physical memory, as only the operating system sees it.
    pub fn dump(&self) -> Vec<u8> {
        todo!()
    }
}
