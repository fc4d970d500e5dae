//! Shared memory: `shm_overview(7)`, `mmap(2)`.

use std::{
    ffi::CString,
    fs::File,
    io,
    os::fd::{AsFd as _, FromRawFd as _},
};

use libc::c_int;

use crate::{atomics::Word, child::checked, mapping::Mapping};

/// Memory of several processes, in words of 64 bits. The children of a process share what it has, and each of
/// them may give it back by itself. `mmap(2)` with `MAP_SHARED`
///
/// Each access to a word is atomic, and all processes see all accesses in one order. What is more than one
/// access is not: another process may come in between.
///
/// ```
/// use os::{SharedMemory, fork};
///
/// let memory = SharedMemory::new(1)?;
/// let mut child = fork(|| {
///     memory.store(0, 7);
///     0
/// })?;
/// child.wait()?;
/// assert_eq!(memory.load(0), 7);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct SharedMemory {
    mapping: Mapping,
}

/// The bytes of a word.
const WORD: usize = size_of::<u64>();

impl SharedMemory {
    /// So many words without a name, all 0, for this process and the children that it forks later.
    /// `mmap(2)` with `MAP_ANONYMOUS`
    ///
    /// # Errors
    ///
    /// `EINVAL` without any words, `ENOMEM` if there is no room.
    pub fn new(words: usize) -> io::Result<Self> {
        let mapping = Mapping::anonymous(bytes(words)?)?;
        Ok(Self { mapping })
    }

    /// So many words with a new name, all 0. The name is there until it is [unlinked](Self::unlink), also
    /// when all processes have ended. `shm_open(3)` with `O_CREAT` and `O_EXCL`
    ///
    /// # Errors
    ///
    /// `EEXIST` if there is that name, `EINVAL` for a name that cannot be or without any words.
    pub fn create(name: &str, words: usize) -> io::Result<Self> {
        let size = bytes(words)?;
        let file = shm_open(name, libc::O_RDWR | libc::O_CREAT | libc::O_EXCL)?;
        let made = file.set_len(size as u64);
        let mapped = made.and_then(|()| Mapping::of(file.as_fd(), size));
        if mapped.is_err() {
            Self::unlink(name)?;
        }
        Ok(Self { mapping: mapped? })
    }

    /// The words of a name. `shm_open(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such name, `EINVAL` if it has no size yet.
    pub fn open(name: &str) -> io::Result<Self> {
        let file = shm_open(name, libc::O_RDWR)?;
        let size = usize::try_from(file.metadata()?.len());
        let size = size.map_err(|_| io::Error::from_raw_os_error(libc::ENOMEM))?;
        let mapping = Mapping::of(file.as_fd(), size)?;
        Ok(Self { mapping })
    }

    /// Takes a name away. The memory is there as long as a process has it. `shm_unlink(3)`
    ///
    /// # Errors
    ///
    /// `ENOENT` if there is no such name.
    pub fn unlink(name: &str) -> io::Result<()> {
        let name = CString::new(name)?;
        // SAFETY: the name ends in a zero byte.
        checked(unsafe { libc::shm_unlink(name.as_ptr()) }).map(drop)
    }

    /// How many words there are.
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.mapping.bytes() / WORD
    }

    /// Reads a word.
    ///
    /// # Panics
    ///
    /// Panics if there is no such word.
    pub fn load(&self, word: usize) -> u64 {
        self.word(word).load()
    }

    /// Writes a word.
    ///
    /// # Panics
    ///
    /// Panics if there is no such word.
    pub fn store(&self, word: usize, new: u64) {
        self.word(word).store(new);
    }

    /// Writes a word, and gives what was there.
    ///
    /// # Panics
    ///
    /// Panics if there is no such word.
    pub fn swap(&self, word: usize, new: u64) -> u64 {
        self.word(word).swap(new)
    }

    /// Adds to a word, which wraps around, and gives what was there.
    ///
    /// # Panics
    ///
    /// Panics if there is no such word.
    pub fn fetch_add(&self, word: usize, more: u64) -> u64 {
        self.word(word).fetch_add(more)
    }

    /// Writes a word if `current` is there, and gives what was there.
    ///
    /// # Errors
    ///
    /// What was there, if it was something else: then nothing is written.
    ///
    /// # Panics
    ///
    /// Panics if there is no such word.
    pub fn compare_exchange(&self, word: usize, current: u64, new: u64) -> Result<u64, u64> {
        self.word(word).compare_exchange(current, new)
    }

    fn word(&self, word: usize) -> Word {
        let words = self.len();
        assert!(
            word < words,
            "there are {words} words, and not one of number {word}"
        );
        // SAFETY: it is one of the words, pages are aligned, and there are no other accesses than these.
        unsafe { Word::at(self.mapping.start::<u64>().add(word)) }
    }
}

fn bytes(words: usize) -> io::Result<usize> {
    let bytes = words.checked_mul(WORD);
    bytes.ok_or_else(|| io::Error::from_raw_os_error(libc::ENOMEM))
}

fn shm_open(name: &str, flags: c_int) -> io::Result<File> {
    /// Who may open it: the owner alone.
    const MODE: libc::mode_t = 0o600;
    let name = CString::new(name)?;
    // SAFETY: the name ends in a zero byte.
    let fd = checked(unsafe { libc::shm_open(name.as_ptr(), flags | libc::O_CLOEXEC, MODE) })?;
    // SAFETY: nobody else has it.
    Ok(unsafe { File::from_raw_fd(fd) })
}
