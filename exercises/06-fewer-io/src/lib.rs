//! 06 · Fewer IO operations: a buffer between a program and the system.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io::{self, Read, Write};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    // Choose your own fields.
    sink: W,
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        let _ = (capacity, sink);
        todo!()
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _ = bytes;
        todo!()
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        todo!()
    }

    /// Flushes, and gives the sink back.
    pub fn close(self) -> io::Result<W> {
        todo!()
    }
}

impl<W: Write> Drop for BufferedWriter<W> {
    /// Hands on what is held back; there is nobody to tell of an error.
    fn drop(&mut self) {
        // Your code here. `&mut self.sink` is the sink.
        let _ = &mut self.sink;
        todo!()
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    // Choose your own fields.
    _source: R,
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        let _ = (capacity, source);
        todo!()
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        todo!()
    }
}
