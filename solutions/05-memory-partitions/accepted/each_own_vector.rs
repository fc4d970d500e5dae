//! Each process has its bytes in a vector of its own; physical memory is put together when it is asked for.

use std::collections::{BTreeMap, HashMap};

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

/// The physical memory.
pub struct Memory {
    size: usize,
    /// By base.
    order: BTreeMap<usize, Pid>,
    cells: HashMap<Pid, (usize, Box<[u8]>)>,
}

impl Memory {
    /// A memory.
    pub fn new(size: usize) -> Self {
        Self {
            size,
            order: BTreeMap::new(),
            cells: HashMap::new(),
        }
    }

    /// Loads.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        if self.cells.contains_key(&pid) {
            return Err(LoadError::AlreadyLoaded);
        }
        if size == 0 || image.len() > size {
            return Err(LoadError::BadSize);
        }
        let base = self
            .holes()
            .into_iter()
            .find_map(|hole| (hole.limit >= size).then_some(hole.base))
            .ok_or(LoadError::NoHole)?;
        let mut bytes = image.to_vec();
        bytes.resize(size, 0);
        self.cells.insert(pid, (base, bytes.into()));
        self.order.insert(base, pid);
        Ok(Partition { base, limit: size })
    }

    /// Unloads.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        let (base, _) = self.cells.remove(&pid).ok_or(Fault::NoSuchProcess)?;
        self.order.remove(&base);
        Ok(())
    }

    /// Reads.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        let (_, bytes) = self.cells.get(&pid).ok_or(Fault::NoSuchProcess)?;
        let rest = bytes.get(address..).ok_or(Fault::OutOfBounds)?;
        buffer.copy_from_slice(rest.get(..buffer.len()).ok_or(Fault::OutOfBounds)?);
        Ok(())
    }

    /// Writes.
    pub fn write(&mut self, pid: Pid, address: usize, new: &[u8]) -> Result<(), Fault> {
        let (_, bytes) = self.cells.get_mut(&pid).ok_or(Fault::NoSuchProcess)?;
        let rest = bytes.get_mut(address..).ok_or(Fault::OutOfBounds)?;
        rest.get_mut(..new.len())
            .ok_or(Fault::OutOfBounds)?
            .copy_from_slice(new);
        Ok(())
    }

    /// Compacts.
    pub fn compact(&mut self) {
        let pids: Vec<Pid> = self.order.values().copied().collect();
        self.order.clear();
        let mut next = 0;
        for pid in pids {
            let cell = self.cells.get_mut(&pid).unwrap();
            cell.0 = next;
            self.order.insert(next, pid);
            next += cell.1.len();
        }
    }

    /// Where it lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        let (base, bytes) = self.cells.get(&pid)?;
        Some(Partition {
            base: *base,
            limit: bytes.len(),
        })
    }

    /// The holes.
    pub fn holes(&self) -> Vec<Partition> {
        let taken = self
            .order
            .iter()
            .map(|(base, pid)| (*base, self.cells[pid].1.len()));
        let mut free = 0;
        let mut holes = vec![];
        for (base, limit) in taken.chain([(self.size, 0)]) {
            if base != free {
                holes.push(Partition {
                    base: free,
                    limit: base - free,
                });
            }
            free = base + limit;
        }
        holes
    }

    /// All bytes.
    pub fn dump(&self) -> Vec<u8> {
        let mut all = vec![0; self.size];
        for (base, bytes) in self.cells.values() {
            all[*base..base + bytes.len()].copy_from_slice(bytes);
        }
        all
    }
}
