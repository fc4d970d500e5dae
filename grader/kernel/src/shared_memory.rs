//! Shared memory: `shm_open(3)`, `mmap(2)`.
//!
//! The kernel keeps the names, the sizes, which processes have a segment, and its words
//! ([`Kernel::atomic`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    flags::OpenFlags,
    kernel::Kernel,
    posix_name::{posix_name, posix_name_to_unlink},
    process::Pid,
    slots::Id,
};

/// The most bytes of a name: `NAME_MAX`.
const LONGEST_NAME: usize = 255;

/// A segment. A later one is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SegmentId(u64);

/// A segment of shared memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Which one it is.
    pub id: SegmentId,
    /// Its name, until that was taken from it.
    pub name: Option<String>,
    /// Its size in bytes.
    pub size: u64,
    /// The words that are not 0, by their places.
    pub(crate) words: BTreeMap<u64, u64>,
}

impl SegmentId {
    /// A number that no other one has had.
    pub(crate) fn number(self) -> usize {
        self.0 as usize
    }
}

/// Whether a mapping is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protection {
    /// It is only read: `PROT_READ`.
    Read,
    /// It is written to as well: `PROT_READ | PROT_WRITE`.
    ReadWrite,
}

impl Kernel {
    /// Opens the segment of a name, or makes an empty one with [`OpenFlags::CREATE`]. `shm_open(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `EEXIST`, `EMFILE`, `EINVAL` for a name that cannot be, `ENAMETOOLONG`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn shm_open(&mut self, pid: Pid, name: &str, flags: OpenFlags) -> Result<Fd, Errno> {
        let name = posix_name(name, LONGEST_NAME)?;
        // They are directories of the file system that holds the names.
        if matches!(name, "." | "..") {
            return Err(Errno::EINVAL);
        }
        let fd = self.free(pid)?;
        let creates = flags.has(OpenFlags::CREATE);
        let segment = match self.named_segment(name) {
            Some(_) if creates && flags.has(OpenFlags::NEW) => return Err(Errno::EEXIST),
            Some(found) => found,
            None if !creates => return Err(Errno::ENOENT),
            None => {
                let name = Some(name.to_owned());
                self.new_segment(name, 0)
            }
        };
        self.segments.share(segment);
        if flags.has(OpenFlags::TRUNCATE) {
            self.segments.get_mut(segment).resize(0);
        }
        let access = if flags.has(OpenFlags::READ | OpenFlags::WRITE) {
            OpenFlags::READ | OpenFlags::WRITE
        } else if flags.has(OpenFlags::WRITE) {
            OpenFlags::WRITE
        } else {
            OpenFlags::READ
        };
        self.open_as(pid, fd, Description::new(Object::Segment(segment), access));
        Ok(fd)
    }

    /// Takes the name from a segment, which goes when no process has it open or mapped.
    /// `shm_unlink(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENAMETOOLONG`.
    pub fn shm_unlink(&mut self, name: &str) -> Result<(), Errno> {
        let name = posix_name_to_unlink(name, LONGEST_NAME)?;
        if matches!(name, "." | "..") {
            return Err(Errno::EISDIR);
        }
        let segment = self.named_segment(name).ok_or(Errno::ENOENT)?;
        self.segments.get_mut(segment).name = None;
        self.segments.release(segment);
        Ok(())
    }

    /// Maps the whole segment into a process, and says which one it is: `MAP_SHARED` of `mmap(2)`.
    /// A child has the mappings of its parent. Other files are not mapped here.
    ///
    /// # Errors
    ///
    /// `EBADF`, `EACCES` if it is not open for that, `EINVAL` if it is empty, `ENODEV` if it is no
    /// segment.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn map(&mut self, pid: Pid, fd: Fd, protection: Protection) -> Result<SegmentId, Errno> {
        let description = self.descriptions.get(self.description(pid, fd)?);
        let needs = match protection {
            Protection::Read => OpenFlags::READ,
            Protection::ReadWrite => OpenFlags::READ | OpenFlags::WRITE,
        };
        let Object::Segment(segment) = description.object else {
            return Err(Errno::ENODEV);
        };
        if self.segments.get(segment).size == 0 {
            return Err(Errno::EINVAL);
        }
        if !description.flags.has(needs) {
            return Err(Errno::EACCES);
        }
        let shared = self.segments.share(segment);
        self.process_mut(pid).mappings.push(shared);
        Ok(self.segments.get(segment).id)
    }

    /// Maps a new segment without a name into a process, of so many bytes: `MAP_SHARED` and
    /// `MAP_ANONYMOUS` of `mmap(2)`. It goes when no process has it mapped.
    ///
    /// # Errors
    ///
    /// `EINVAL` if it is empty.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn map_anonymous(&mut self, pid: Pid, size: u64) -> Result<SegmentId, Errno> {
        if size == 0 {
            return Err(Errno::EINVAL);
        }
        let segment = self.new_segment(None, size);
        self.process_mut(pid).mappings.push(segment);
        Ok(self.segments.get(segment).id)
    }

    /// Takes one mapping of a segment away. `munmap(2)`
    ///
    /// # Errors
    ///
    /// `EINVAL` if the process has none.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn unmap(&mut self, pid: Pid, id: SegmentId) -> Result<(), Errno> {
        let mappings = &self.process(pid).mappings;
        let is_it = |segment: &Id<Segment>| self.segments.get(*segment).id == id;
        let place = mappings.iter().position(is_it).ok_or(Errno::EINVAL)?;
        let segment = self.process_mut(pid).mappings.remove(place);
        self.segments.release(segment);
        Ok(())
    }

    /// All segments that have a name, or that a process has open or mapped. After the end of all
    /// processes, those are left that were not unlinked.
    pub fn segments(&self) -> Vec<&Segment> {
        self.segments.all().map(|(_, segment)| segment).collect()
    }

    /// The segment behind a descriptor, for its size: `fstat(2)`.
    ///
    /// # Errors
    ///
    /// `EBADF` if it is not open or is no segment.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn segment(&self, pid: Pid, fd: Fd) -> Result<&Segment, Errno> {
        let description = self.descriptions.get(self.description(pid, fd)?);
        match description.object {
            Object::Segment(segment) => Ok(self.segments.get(segment)),
            _ => Err(Errno::EBADF),
        }
    }

    /// The segment that opening this would give, if there is one.
    pub(crate) fn would_open_segment(&self, name: &str) -> Option<Id<Segment>> {
        self.named_segment(posix_name(name, LONGEST_NAME).ok()?)
    }

    fn new_segment(&mut self, name: Option<String>, size: u64) -> Id<Segment> {
        let id = SegmentId(self.serial());
        let words = BTreeMap::new();
        self.segments.add(Segment {
            id,
            name,
            size,
            words,
        })
    }

    fn named_segment(&self, name: &str) -> Option<Id<Segment>> {
        let mut all = self.segments.all();
        all.find(|(_, segment)| segment.name.as_deref() == Some(name))
            .map(|(id, _)| id)
    }
}
