//! Regular files: what they hold.

use crate::errno::Errno;

/// What a file may hold at most, in bytes: a file with a hole takes as much memory as its size.
const LARGEST: u64 = 1 << 20;

/// A regular file. Its names stand in the tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    bytes: Vec<u8>,
}

impl File {
    /// Its size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// What is there, from `at` on, at most `count` bytes; nothing behind the end.
    pub(crate) fn read(&self, at: u64, count: usize) -> &[u8] {
        let start = usize::try_from(at).map_or(self.bytes.len(), |at| at.min(self.bytes.len()));
        let end = start.saturating_add(count).min(self.bytes.len());
        &self.bytes[start..end]
    }

    /// Writes over what is there, from `at` on; a gap before it becomes zeros.
    ///
    /// # Errors
    ///
    /// `EFBIG` if it would be larger than a file may be.
    pub(crate) fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Errno> {
        if bytes.is_empty() {
            return Ok(());
        }
        let end = at.saturating_add(bytes.len() as u64);
        if end > LARGEST {
            return Err(Errno::EFBIG);
        }
        if end > self.size() {
            self.resize(end)?;
        }
        // Both are at most the size.
        self.bytes[at as usize..end as usize].copy_from_slice(bytes);
        Ok(())
    }

    /// Cuts it, or fills it up with zeros.
    ///
    /// # Errors
    ///
    /// `EFBIG` if it would be larger than a file may be.
    pub(crate) fn resize(&mut self, size: u64) -> Result<(), Errno> {
        if size > LARGEST {
            return Err(Errno::EFBIG);
        }
        self.bytes.resize(size as usize, 0);
        Ok(())
    }
}
