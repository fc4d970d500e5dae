//! The whole memory is a list of pieces, taken or free; pieces that are free are joined when one becomes free.

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
    bytes: Vec<u8>,
    /// The whole memory in pieces, by address; nobody has a hole.
    pieces: Vec<(Option<Pid>, Partition)>,
}

impl Memory {
    /// A memory of `size` bytes, all of them 0, without processes.
    pub fn new(size: usize) -> Self {
        let whole = Partition {
            base: 0,
            limit: size,
        };
        Self {
            bytes: vec![0; size],
            pieces: vec![(None, whole)],
        }
    }

    /// Loads a program of `size` bytes into the first hole that is large enough.
    pub fn load(&mut self, pid: Pid, size: usize, image: &[u8]) -> Result<Partition, LoadError> {
        if self.partition(pid).is_some() {
            return Err(LoadError::AlreadyLoaded);
        }
        if size == 0 || size < image.len() {
            return Err(LoadError::BadSize);
        }
        let fits =
            |(owner, piece): &(Option<Pid>, Partition)| owner.is_none() && piece.limit >= size;
        let place = self.pieces.iter().position(fits).ok_or(LoadError::NoHole)?;
        let Partition { base, limit } = self.pieces[place].1;
        let taken = Partition { base, limit: size };
        self.pieces[place] = (Some(pid), taken);
        if limit > size {
            let rest = Partition {
                base: base + size,
                limit: limit - size,
            };
            self.pieces.insert(place + 1, (None, rest));
        }
        self.bytes[base..base + image.len()].copy_from_slice(image);
        Ok(taken)
    }

    /// Takes a process out of memory.
    pub fn unload(&mut self, pid: Pid) -> Result<(), Fault> {
        let piece = self.pieces.iter_mut().find(|piece| piece.0 == Some(pid));
        let piece = piece.ok_or(Fault::NoSuchProcess)?;
        piece.0 = None;
        let Partition { base, limit } = piece.1;
        self.bytes[base..base + limit].fill(0);
        self.join();
        Ok(())
    }

    /// Copies bytes of the process into the buffer.
    pub fn read(&self, pid: Pid, address: usize, buffer: &mut [u8]) -> Result<(), Fault> {
        let start = self.translate(pid, address, buffer.len())?;
        buffer.copy_from_slice(&self.bytes[start..start + buffer.len()]);
        Ok(())
    }

    /// Writes `bytes` into the memory of the process.
    pub fn write(&mut self, pid: Pid, address: usize, bytes: &[u8]) -> Result<(), Fault> {
        let start = self.translate(pid, address, bytes.len())?;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        Ok(())
    }

    /// Moves all processes down.
    pub fn compact(&mut self) {
        self.pieces.retain(|(owner, _)| owner.is_some());
        let mut end = 0;
        for (_, piece) in &mut self.pieces {
            self.bytes
                .copy_within(piece.base..piece.base + piece.limit, end);
            piece.base = end;
            end += piece.limit;
        }
        self.bytes[end..].fill(0);
        let limit = self.bytes.len() - end;
        self.pieces.push((None, Partition { base: end, limit }));
        self.join();
    }

    /// Where the process lies.
    pub fn partition(&self, pid: Pid) -> Option<Partition> {
        let found = self.pieces.iter().find(|piece| piece.0 == Some(pid));
        found.map(|(_, partition)| *partition)
    }

    /// The holes, from low addresses to high ones.
    pub fn holes(&self) -> Vec<Partition> {
        let holes = self
            .pieces
            .iter()
            .filter(|(owner, piece)| owner.is_none() && piece.limit > 0);
        holes.map(|(_, hole)| *hole).collect()
    }

    /// A copy of the whole physical memory.
    pub fn dump(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// Makes one hole of those that touch.
    fn join(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        for (owner, piece) in pieces {
            match self.pieces.last_mut() {
                Some((None, last)) if owner.is_none() => last.limit += piece.limit,
                _ => self.pieces.push((owner, piece)),
            }
        }
    }

    fn translate(&self, pid: Pid, address: usize, length: usize) -> Result<usize, Fault> {
        let Partition { base, limit } = self.partition(pid).ok_or(Fault::NoSuchProcess)?;
        let end = address.checked_add(length).ok_or(Fault::OutOfBounds)?;
        if end > limit {
            return Err(Fault::OutOfBounds);
        }
        Ok(base + address)
    }
}
