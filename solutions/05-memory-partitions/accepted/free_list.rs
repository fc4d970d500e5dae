//! Two maps: the processes by number, and the holes by base. Compaction loads everything into a new memory.

use std::collections::BTreeMap;

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
    bytes: Box<[u8]>,
    processes: BTreeMap<Pid, Partition>,
    /// The length of each hole, by its base.
    free: BTreeMap<usize, usize>,
}

impl Memory {
    /// A memory of `size` bytes.
    pub fn new(size: usize) -> Self {
        let mut free = BTreeMap::new();
        if size > 0 {
            free.insert(0, size);
        }
        Self {
            bytes: vec![0; size].into_boxed_slice(),
            processes: BTreeMap::new(),
            free,
        }
    }

    /// Loads a program into the first hole that is large enough.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        match self.processes.get(&pid) {
            Some(_) => return Err(LoadError::AlreadyLoaded),
            None if size == 0 || image.len() > size => return Err(LoadError::BadSize),
            None => {}
        }
        let mut holes = self.free.iter().map(|(base, length)| (*base, *length));
        let (base, length) = holes.find(|hole| hole.1 >= size).ok_or(LoadError::NoHole)?;
        self.free.remove(&base);
        if length > size {
            self.free.insert(base + size, length - size);
        }
        let own = &mut self.bytes[base..base + size];
        for (index, byte) in own.iter_mut().enumerate() {
            *byte = image.get(index).copied().unwrap_or(0);
        }
        let partition = Partition { base, limit: size };
        self.processes.insert(pid, partition);
        Ok(partition)
    }

    /// Takes a process out of memory.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        let Partition {
            mut base,
            mut limit,
        } = self.processes.remove(&pid).ok_or(Fault::NoSuchProcess)?;
        for byte in &mut self.bytes[base..base + limit] {
            *byte = 0;
        }
        if let Some(behind) = self.free.remove(&(base + limit)) {
            limit += behind;
        }
        let before = self.free.range(..base).next_back();
        if let Some((start, length)) = before.map(|(start, length)| (*start, *length))
            && start + length == base
        {
            base = start;
            limit += length;
        }
        self.free.insert(base, limit);
        Ok(())
    }

    fn own(&self, pid: Pid) -> Result<&[u8], Fault> {
        let partition = self.processes.get(&pid).ok_or(Fault::NoSuchProcess)?;
        Ok(&self.bytes[partition.base..][..partition.limit])
    }

    /// Copies bytes of the process into the buffer.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        let rest = self.own(pid)?.get(address..).ok_or(Fault::OutOfBounds)?;
        let bytes = rest.get(..buffer.len()).ok_or(Fault::OutOfBounds)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }

    /// Writes bytes of the process.
    pub fn write(&mut self, pid: Pid, address: usize, bytes: &[u8]) -> Result<(), Fault> {
        let limit = self.own(pid)?.len();
        if address > limit || bytes.len() > limit - address {
            return Err(Fault::OutOfBounds);
        }
        let start = self.processes[&pid].base + address;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    /// Moves all processes down.
    pub fn compact(&mut self) {
        let mut order: Vec<(Pid, Partition)> = self
            .processes
            .iter()
            .map(|(pid, partition)| (*pid, *partition))
            .collect();
        order.sort_by_key(|(_, partition)| partition.base);
        let mut new = Self::new(self.bytes.len());
        for (pid, partition) in order {
            let image = &self.bytes[partition.base..partition.base + partition.limit];
            let _ = new.load(pid, partition.limit, image);
        }
        *self = new;
    }

    /// Where the process lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        self.processes.get(&pid).copied()
    }

    /// The holes, from low addresses to high ones.
    pub fn holes(&self) -> Vec<Partition> {
        let hole = |(&base, &limit): (&usize, &usize)| Partition { base, limit };
        self.free.iter().map(hole).collect()
    }

    /// A copy of the whole physical memory.
    pub fn dump(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }
}
