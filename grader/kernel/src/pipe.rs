//! Pipes: `pipe(7)`.

use std::collections::VecDeque;

use crate::errno::Errno;

/// What a page of a pipe holds, and the most that is written at one moment (`PIPE_BUF`), in bytes.
pub(crate) const PAGE: usize = 4096;

/// A pipe: a row of pages, as in `fs/pipe.c` of Linux.
///
/// A short write goes into the last page if it has room for the whole of it, else into a page of
/// its own. So a write that is no longer than a page is never torn apart, and a pipe may be full
/// although fewer bytes are in it than it has room for.
#[derive(Debug, Clone)]
pub(crate) struct Pipe {
    pages: VecDeque<Page>,
    /// The most pages.
    most: usize,
    /// How many open file descriptions read from it.
    pub(crate) readers: usize,
    /// How many write to it.
    pub(crate) writers: usize,
    /// How many bytes were written so far.
    written: usize,
}

/// Bytes, of which the first ones may have been read.
#[derive(Debug, Clone)]
struct Page {
    bytes: Vec<u8>,
    read: usize,
}

impl Pipe {
    /// An empty pipe with one end of each kind.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            pages: VecDeque::new(),
            most,
            readers: 1,
            writers: 1,
            written: 0,
        }
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// How many bytes there are to read.
    pub(crate) fn len(&self) -> usize {
        self.pages
            .iter()
            .map(|page| page.bytes.len() - page.read)
            .sum()
    }

    /// Whether all pages are taken, which need not be full themselves.
    pub(crate) fn is_full(&self) -> bool {
        self.pages.len() >= self.most
    }

    /// How many pages are not taken.
    pub(crate) fn free_pages(&self) -> usize {
        self.most - self.pages.len().min(self.most)
    }

    /// Whether some of a write of `count` bytes could be put in.
    pub(crate) fn has_room(&self, count: usize) -> bool {
        !self.is_full() || self.fits_into_the_last(count % PAGE)
    }

    /// Whether a write of `count` bytes would not be done, or not wholly, if some of what was read
    /// so far had not been read yet.
    ///
    /// A page is begun when a write does not fit into the one before it, so that two neighbours
    /// always hold more than a page together.
    pub(crate) fn may_lack_room(&self, count: usize) -> bool {
        2 * (self.written + count) / PAGE + 1 > self.most
    }

    /// Whether the last page has room for all of `short` bytes.
    fn fits_into_the_last(&self, short: usize) -> bool {
        let last = self.pages.back();
        short > 0 && last.is_some_and(|last| last.bytes.len() + short <= PAGE)
    }

    /// Takes out what is there, at most `count` bytes.
    pub(crate) fn read(&mut self, count: usize) -> Vec<u8> {
        let mut taken = Vec::new();
        while taken.len() < count {
            let Some(page) = self.pages.front_mut() else {
                break;
            };
            let end = page.bytes.len().min(page.read + count - taken.len());
            taken.extend_from_slice(&page.bytes[page.read..end]);
            page.read = end;
            if page.read == page.bytes.len() {
                self.pages.pop_front();
            }
        }
        taken
    }

    /// Puts in as much as there is room for: how many bytes that is.
    ///
    /// # Errors
    ///
    /// `EPIPE` if nobody can read it.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        // A write of nothing is no write.
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.readers == 0 {
            return Err(Errno::EPIPE);
        }
        let mut left = bytes;
        let short = bytes.len() % PAGE;
        if self.fits_into_the_last(short)
            && let Some(last) = self.pages.back_mut()
        {
            let (first, rest) = left.split_at(short);
            last.bytes.extend_from_slice(first);
            left = rest;
        }
        while !left.is_empty() && self.pages.len() < self.most {
            let (page, rest) = left.split_at(left.len().min(PAGE));
            self.pages.push_back(Page {
                bytes: page.to_vec(),
                read: 0,
            });
            left = rest;
        }
        let done = bytes.len() - left.len();
        self.written += done;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_partly_read_gives_no_room() {
        let mut pipe = Pipe::new(1);
        assert_eq!(pipe.write(&[1; PAGE]), Ok(PAGE));
        assert_eq!(pipe.read(PAGE - 1).len(), PAGE - 1);
        assert_eq!(pipe.write(&[2]), Ok(0));
        assert_eq!(pipe.read(9), [1]);
        assert_eq!(pipe.write(&[2]), Ok(1));
    }

    #[test]
    fn what_fits_into_a_page_is_written_whole_or_not_at_all() {
        let mut pipe = Pipe::new(2);
        assert_eq!(pipe.write(&[1; 4000]), Ok(4000));
        assert_eq!(pipe.write(&[2; 200]), Ok(200));
        assert_eq!(pipe.write(&[3; 4000]), Ok(0));
        assert_eq!(pipe.write(&[3; 3896]), Ok(3896));
    }

    #[test]
    fn a_longer_write_is_torn_apart() {
        let mut pipe = Pipe::new(2);
        assert_eq!(pipe.write(&[1; 3 * PAGE]), Ok(2 * PAGE));
    }
}
