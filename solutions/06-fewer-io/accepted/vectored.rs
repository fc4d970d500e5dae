//! What is held back and what is new go to the sink in one vectored call. The reader is an iterator over chunks.

use std::io::{self, IoSlice, Read, Write};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    capacity: usize,
    held: Vec<u8>,
    sink: Option<W>,
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        let held = Vec::with_capacity(capacity);
        let sink = Some(sink);
        Self {
            capacity,
            held,
            sink,
        }
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut new = bytes;
        while self.held.len() + new.len() > self.capacity {
            let taken = self.vectored(new)?;
            let of_held = taken.min(self.held.len());
            self.held.drain(..of_held);
            new = &new[taken - of_held..];
        }
        self.held.extend(new);
        Ok(())
    }

    /// One call about the held and the new bytes; how many were taken.
    fn vectored(&mut self, new: &[u8]) -> io::Result<usize> {
        let Some(sink) = &mut self.sink else {
            return Ok(self.held.len() + new.len());
        };
        loop {
            return match sink.write_vectored(&[IoSlice::new(&self.held), IoSlice::new(new)]) {
                Ok(0) => Err(io::Error::from(io::ErrorKind::WriteZero)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result,
            };
        }
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        while !self.held.is_empty() {
            let taken = self.vectored(&[])?;
            self.held.drain(..taken);
        }
        self.sink.as_mut().map_or(Ok(()), |sink| sink.flush())
    }

    /// Flushes, and gives the sink back.
    pub fn close(mut self) -> io::Result<W> {
        self.flush()?;
        Ok(self.sink.take().expect("it is closed once"))
    }
}

impl<W: Write> Drop for BufferedWriter<W> {
    fn drop(&mut self) {
        self.flush().ok();
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    source: R,
    chunk: Vec<u8>,
    /// What of the chunk was not looked at.
    unseen: std::ops::Range<usize>,
    line: Vec<u8>,
    over: bool,
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        Self {
            source,
            chunk: vec![0; capacity],
            unseen: 0..0,
            line: Vec::new(),
            over: false,
        }
    }

    fn next_byte(&mut self) -> io::Result<Option<u8>> {
        while !self.over {
            if let Some(place) = self.unseen.next() {
                return Ok(Some(self.chunk[place]));
            }
            let read = self.source.read(&mut self.chunk);
            match read {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.over = count == 0;
                    self.unseen = 0..count;
                }
            }
        }
        Ok(None)
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        while let Some(byte) = self.next_byte()? {
            if byte == b'\n' {
                return Ok(Some(std::mem::take(&mut self.line)));
            }
            self.line.push(byte);
        }
        let last = std::mem::take(&mut self.line);
        Ok(Some(last).filter(|last| !last.is_empty()))
    }
}
