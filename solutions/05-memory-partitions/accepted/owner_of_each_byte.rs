//! Each byte knows its owner; partitions and holes are read off that.

/// The number of a process.
pub type Pid = u32;

/// A range of physical memory.
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
    /// In memory already.
    AlreadyLoaded,
    /// 0 or smaller than the image.
    BadSize,
    /// No single hole is large enough.
    NoHole,
}

/// Why an access is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not in memory.
    NoSuchProcess,
    /// Beyond the limit.
    OutOfBounds,
}

/// The physical memory: its bytes, each with its owner.
pub struct Memory {
    cells: Vec<(Option<Pid>, u8)>,
}

impl Memory {
    /// A memory.
    pub fn new(size: usize) -> Self {
        Self {
            cells: vec![(None, 0); size],
        }
    }

    /// Loads.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        if self.partition(pid).is_some() {
            return Err(LoadError::AlreadyLoaded);
        }
        if size == 0 || size < image.len() {
            return Err(LoadError::BadSize);
        }
        let mut free = 0;
        for at in 0..self.cells.len() {
            free = if self.cells[at].0.is_none() {
                free + 1
            } else {
                0
            };
            if free == size {
                let base = at + 1 - size;
                let zeros = std::iter::repeat(&0);
                for (cell, byte) in self.cells[base..=at]
                    .iter_mut()
                    .zip(image.iter().chain(zeros))
                {
                    *cell = (Some(pid), *byte);
                }
                return Ok(Partition { base, limit: size });
            }
        }
        Err(LoadError::NoHole)
    }

    /// Unloads.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        let own: Vec<_> = self
            .cells
            .iter_mut()
            .filter(|cell| cell.0 == Some(pid))
            .collect();
        if own.is_empty() {
            return Err(Fault::NoSuchProcess);
        }
        own.into_iter().for_each(|cell| *cell = (None, 0));
        Ok(())
    }

    fn places(
        &self,
        pid: Pid,
        address: usize,
        count: usize,
    ) -> Result<std::ops::Range<usize>, Fault> {
        let Partition { base, limit } = self.partition(pid).ok_or(Fault::NoSuchProcess)?;
        if address > limit || count > limit - address {
            return Err(Fault::OutOfBounds);
        }
        Ok(base + address..base + address + count)
    }

    /// Reads.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        let places = self.places(pid, address, buffer.len())?;
        for (to, from) in buffer.iter_mut().zip(&self.cells[places]) {
            *to = from.1;
        }
        Ok(())
    }

    /// Writes.
    pub fn write(&mut self, pid: Pid, address: usize, bytes: &[u8]) -> Result<(), Fault> {
        let places = self.places(pid, address, bytes.len())?;
        for (to, from) in self.cells[places].iter_mut().zip(bytes) {
            to.1 = *from;
        }
        Ok(())
    }

    /// Compacts.
    pub fn compact(&mut self) {
        let size = self.cells.len();
        self.cells.retain(|cell| cell.0.is_some());
        self.cells.resize(size, (None, 0));
    }

    /// Where it lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        let base = self.cells.iter().position(|cell| cell.0 == Some(pid))?;
        let limit = self.cells.iter().filter(|cell| cell.0 == Some(pid)).count();
        Some(Partition { base, limit })
    }

    /// The holes.
    pub fn holes(&self) -> Vec<Partition> {
        let mut base = 0;
        let runs = self.cells.chunk_by(|a, b| a.0.is_none() == b.0.is_none());
        let mut holes = Vec::new();
        for run in runs {
            if run[0].0.is_none() {
                holes.push(Partition {
                    base,
                    limit: run.len(),
                });
            }
            base += run.len();
        }
        holes
    }

    /// All bytes.
    pub fn dump(&self) -> Vec<u8> {
        self.cells.iter().map(|cell| cell.1).collect()
    }
}
