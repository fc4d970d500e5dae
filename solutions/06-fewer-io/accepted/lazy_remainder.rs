//! After a short write the rest stays, and is filled up again before the next offer. The reader grows one buffer, and
//! remembers where the next line begins.

use std::io::{
    self,
    ErrorKind::{Interrupted, WriteZero},
    Read, Write,
};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    capacity: usize,
    bytes: Vec<u8>,
    inner: Inner<W>,
}

enum Inner<W> {
    Open(W),
    Closed,
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        Self {
            capacity,
            bytes: vec![],
            inner: Inner::Open(sink),
        }
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        loop {
            let room = self.capacity - self.bytes.len();
            let (now, later) = left.split_at(room.min(left.len()));
            self.bytes.extend_from_slice(now);
            left = later;
            if left.is_empty() {
                return Ok(());
            }
            self.offer_once()?;
        }
    }

    /// One call, but for interruptions.
    fn offer_once(&mut self) -> io::Result<()> {
        let Inner::Open(sink) = &mut self.inner else {
            return Ok(());
        };
        let taken = loop {
            let result = sink.write(&self.bytes);
            if !matches!(&result, Err(error) if error.kind() == Interrupted) {
                break result?;
            }
        };
        if taken == 0 {
            return Err(WriteZero.into());
        }
        self.bytes = self.bytes.split_off(taken);
        Ok(())
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.bytes.is_empty() {
            self.offer_once()?;
        }
        if let Inner::Open(sink) = &mut self.inner {
            sink.flush()?;
        }
        Ok(())
    }

    /// Flushes, and gives the sink back.
    pub fn close(mut self) -> io::Result<W> {
        self.flush()?;
        match std::mem::replace(&mut self.inner, Inner::Closed) {
            Inner::Open(sink) => Ok(sink),
            Inner::Closed => Err(io::ErrorKind::Other.into()),
        }
    }
}

impl<W: Write> Drop for BufferedWriter<W> {
    fn drop(&mut self) {
        if matches!(self.inner, Inner::Open(_)) {
            drop(self.flush());
        }
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    source: R,
    capacity: usize,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
    at_its_end: bool,
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        Self {
            source,
            capacity,
            buffer: Vec::new(),
            begin: 0,
            end: 0,
            at_its_end: false,
        }
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let mut parts = self.buffer[self.begin..self.end].splitn(2, |byte| *byte == b'\n');
            let line = parts.next().unwrap_or_default().to_vec();
            if parts.next().is_some() {
                self.begin += line.len() + 1;
                return Ok(Some(line));
            }
            if self.at_its_end {
                self.begin = self.end;
                return Ok(if line.is_empty() { None } else { Some(line) });
            }
            // What was given out makes room.
            self.buffer.copy_within(self.begin..self.end, 0);
            self.end -= self.begin;
            self.begin = 0;
            if self.buffer.len() < self.end + self.capacity {
                self.buffer.resize(self.end + self.capacity, 0);
            }
            match self.source.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.at_its_end = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
