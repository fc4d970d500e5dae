//! Memory that is mapped for several processes: `mmap(2)`.

use std::{
    io,
    os::fd::{AsRawFd as _, BorrowedFd},
    ptr::{self, NonNull},
};

use libc::{c_int, c_void};

/// Some shared memory, from the beginning of a page on. The children of a process have it at the same
/// address.
#[derive(Debug)]
pub(crate) struct Mapping {
    address: NonNull<c_void>,
    bytes: usize,
}

// SAFETY: the memory belongs to no thread. Those who have a mapping say how it is accessed.
unsafe impl Send for Mapping {}
// SAFETY: likewise.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// New memory without a name, all zeros.
    pub(crate) fn anonymous(bytes: usize) -> io::Result<Self> {
        Self::new(bytes, libc::MAP_SHARED | libc::MAP_ANONYMOUS, -1)
    }

    /// What is behind a descriptor, which may be closed then.
    pub(crate) fn of(fd: BorrowedFd<'_>, bytes: usize) -> io::Result<Self> {
        Self::new(bytes, libc::MAP_SHARED, fd.as_raw_fd())
    }

    fn new(bytes: usize, flags: c_int, fd: c_int) -> io::Result<Self> {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: it is new memory, of which nothing else knows the address.
        let address = unsafe { libc::mmap(ptr::null_mut(), bytes, protection, flags, fd, 0) };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        match NonNull::new(address) {
            Some(address) => Ok(Self { address, bytes }),
            None => Err(io::ErrorKind::AddrNotAvailable.into()),
        }
    }

    /// Where it begins.
    pub(crate) fn start<T>(&self) -> *mut T {
        self.address.as_ptr().cast()
    }

    /// How many bytes there are.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: it was mapped as a whole, and nobody has a reference into it any more.
        unsafe { libc::munmap(self.address.as_ptr(), self.bytes) };
    }
}
