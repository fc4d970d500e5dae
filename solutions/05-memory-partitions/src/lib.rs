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
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _bytes: Vec<u8>,
    bytes: Vec<u8>,
    /// Who is loaded, from low addresses to high ones.
    loaded: Vec<(Pid, Partition)>,
    // END SOLUTION
}

impl Memory {
    /// A memory of `size` bytes, all of them 0, without processes.
    pub fn new(size: usize) -> Self {
        // BEGIN SOLUTION
        // | let _ = size;
        // | todo!()
        Self {
            bytes: vec![0; size],
            loaded: Vec::new(),
        }
        // END SOLUTION
    }

    /// Loads a program of `size` bytes into the first hole that is large enough: `image` at
    /// its beginning, zeros behind it.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        // BEGIN SOLUTION
        // | let _ = (pid, size, image);
        // | todo!()
        if self.partition(pid).is_some() {
            return Err(LoadError::AlreadyLoaded);
        }
        if size == 0 || size < image.len() {
            return Err(LoadError::BadSize);
        }
        let holes = self.holes();
        let hole = holes.iter().find(|hole| hole.limit >= size);
        let base = hole.ok_or(LoadError::NoHole)?.base;
        let partition = Partition { base, limit: size };
        // What is free is zero, so nothing but the image has to be written.
        self.bytes[base..base + image.len()].copy_from_slice(image);
        let below = |(_, other): &(Pid, Partition)| other.base < base;
        let place = self.loaded.partition_point(below);
        self.loaded.insert(place, (pid, partition));
        Ok(partition)
        // END SOLUTION
    }

    /// Takes a process out of memory. Its bytes are cleared, and free from then on.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        // BEGIN SOLUTION
        // | let _ = pid;
        // | todo!()
        let Partition { base, limit } = self.partition(pid).ok_or(Fault::NoSuchProcess)?;
        self.bytes[base..base + limit].fill(0);
        self.loaded.retain(|(other, _)| *other != pid);
        Ok(())
        // END SOLUTION
    }

    /// Copies bytes of the process, from its own `address` on, into the buffer.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        // BEGIN SOLUTION
        // | let _ = (pid, address, buffer);
        // | todo!()
        let start = self.translate(pid, address, buffer.len())?;
        buffer.copy_from_slice(&self.bytes[start..start + buffer.len()]);
        Ok(())
        // END SOLUTION
    }

    /// Writes `bytes` into the memory of the process, from its own `address` on.
    pub fn write(&mut self, pid: Pid, address: usize, bytes: &[u8]) -> Result<(), Fault> {
        // BEGIN SOLUTION
        // | let _ = (pid, address, bytes);
        // | todo!()
        let start = self.translate(pid, address, bytes.len())?;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
        // END SOLUTION
    }

    /// Moves all processes down, in the order in which they lie, so that one hole is left at
    /// the end.
    pub fn compact(&mut self) {
        // BEGIN SOLUTION
        // | todo!()
        let mut end = 0;
        for (_, partition) in &mut self.loaded {
            let Partition { base, limit } = *partition;
            // It only moves down, so it covers nobody who has not moved yet.
            self.bytes.copy_within(base..base + limit, end);
            partition.base = end;
            end += limit;
        }
        self.bytes[end..].fill(0);
        // END SOLUTION
    }

    /// Where the process lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        // BEGIN SOLUTION
        // | let _ = pid;
        // | todo!()
        let found = self.loaded.iter().find(|(other, _)| *other == pid);
        found.map(|(_, partition)| *partition)
        // END SOLUTION
    }

    /// The holes, from low addresses to high ones. No two of them touch, and none is empty.
    pub fn holes(&self) -> Vec<Partition> {
        // BEGIN SOLUTION
        // | todo!()
        let mut holes = Vec::new();
        let mut end = 0;
        let last = (self.bytes.len(), 0);
        let taken = self
            .loaded
            .iter()
            .map(|(_, taken)| (taken.base, taken.limit));
        for (base, limit) in taken.chain([last]) {
            if base > end {
                holes.push(Partition {
                    base: end,
                    limit: base - end,
                });
            }
            end = base + limit;
        }
        holes
        // END SOLUTION
    }

    /// A copy of the whole physical memory, as only the operating system sees it.
    pub fn dump(&self) -> Vec<u8> {
        // BEGIN SOLUTION
        // | todo!()
        self.bytes.clone()
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// The physical address of an access, if the process may make it.
    fn translate(&self, pid: Pid, address: usize, length: usize) -> Result<usize, Fault> {
        let Partition { base, limit } = self.partition(pid).ok_or(Fault::NoSuchProcess)?;
        let end = address.checked_add(length).ok_or(Fault::OutOfBounds)?;
        if end > limit {
            return Err(Fault::OutOfBounds);
        }
        Ok(base + address)
    }
    // END SOLUTION
}
