//! 06 · Fewer IO operations: a buffer between a program and the system.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io::{self, Read, Write};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | sink: W,
    capacity: usize,
    buffer: Vec<u8>,
    /// Nothing after it was given back.
    sink: Option<W>,
    // END SOLUTION
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        // BEGIN SOLUTION
        // | let _ = (capacity, sink);
        // | todo!()
        Self {
            capacity,
            buffer: Vec::with_capacity(capacity),
            sink: Some(sink),
        }
        // END SOLUTION
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        // BEGIN SOLUTION
        // | let _ = bytes;
        // | todo!()
        let mut bytes = bytes;
        while self.buffer.len() + bytes.len() > self.capacity {
            if self.buffer.is_empty() {
                // Whole pieces need not be copied first.
                let pieces = bytes.len() - bytes.len() % self.capacity;
                let taken = Self::offer(self.sink.as_mut(), &bytes[..pieces])?;
                bytes = &bytes[taken..];
            } else {
                let (now, later) = bytes.split_at(self.capacity - self.buffer.len());
                self.buffer.extend_from_slice(now);
                bytes = later;
                self.pass_on()?;
            }
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
        // END SOLUTION
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        // BEGIN SOLUTION
        // | todo!()
        self.pass_on()?;
        self.sink.as_mut().map_or(Ok(()), Write::flush)
        // END SOLUTION
    }

    /// Flushes, and gives the sink back.
    pub fn close(self) -> io::Result<W> {
        // BEGIN SOLUTION
        // | todo!()
        let mut writer = self;
        writer.flush()?;
        let sink = writer.sink.take();
        sink.ok_or_else(|| io::Error::other("the sink was given back"))
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// Offers bytes until the sink takes some, and says how many.
    fn offer(sink: Option<&mut W>, bytes: &[u8]) -> io::Result<usize> {
        let Some(sink) = sink else {
            return Ok(bytes.len());
        };
        loop {
            match sink.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// Empties the buffer. What is not taken stays in it.
    fn pass_on(&mut self) -> io::Result<()> {
        while !self.buffer.is_empty() {
            let taken = Self::offer(self.sink.as_mut(), &self.buffer)?;
            self.buffer.drain(..taken);
        }
        Ok(())
    }
    // END SOLUTION
}

impl<W: Write> Drop for BufferedWriter<W> {
    /// Hands on what is held back; there is nobody to tell of an error.
    fn drop(&mut self) {
        // BEGIN SOLUTION
        // | // Your code here. `&mut self.sink` is the sink.
        // | let _ = &mut self.sink;
        // | todo!()
        let _ = self.flush();
        // END SOLUTION
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    // | _source: R,
    source: R,
    /// Where the source puts bytes.
    piece: Vec<u8>,
    /// What came and was not given out, and how much of it has no line end for certain.
    rest: Vec<u8>,
    searched: usize,
    ended: bool,
    // END SOLUTION
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        // BEGIN SOLUTION
        // | let _ = (capacity, source);
        // | todo!()
        Self {
            source,
            piece: vec![0; capacity],
            rest: Vec::new(),
            searched: 0,
            ended: false,
        }
        // END SOLUTION
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        // BEGIN SOLUTION
        // | todo!()
        loop {
            let new = &self.rest[self.searched..];
            if let Some(place) = new.iter().position(|&byte| byte == b'\n') {
                let later = self.rest.split_off(self.searched + place + 1);
                let mut line = std::mem::replace(&mut self.rest, later);
                line.pop();
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = self.rest.len();
            if self.ended {
                self.searched = 0;
                let last = std::mem::take(&mut self.rest);
                return Ok((!last.is_empty()).then_some(last));
            }
            match self.source.read(&mut self.piece) {
                Ok(count) => {
                    self.ended = count == 0;
                    self.rest.extend_from_slice(&self.piece[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // END SOLUTION
    }
}
