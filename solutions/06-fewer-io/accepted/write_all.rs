//! With `write_all`, `read_until` and a `BufReader` of the standard library; the writer holds an array and a length.

use std::io::{self, BufRead, BufReader, Read, Write};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    held: Box<[u8]>,
    length: usize,
    sink: Option<W>,
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        Self {
            held: vec![0; capacity].into(),
            length: 0,
            sink: Some(sink),
        }
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            if self.length == self.held.len() {
                self.empty()?;
            }
            self.held[self.length] = byte;
            self.length += 1;
        }
        Ok(())
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        self.empty()?;
        match &mut self.sink {
            Some(sink) => sink.flush(),
            None => Ok(()),
        }
    }

    /// Flushes, and gives the sink back.
    pub fn close(mut self) -> io::Result<W> {
        self.flush()?;
        self.sink.take().ok_or(io::ErrorKind::NotFound.into())
    }

    fn empty(&mut self) -> io::Result<()> {
        let Some(sink) = &mut self.sink else {
            return Ok(());
        };
        let mut counted = Counted { sink, taken: 0 };
        let result = counted.write_all(&self.held[..self.length]);
        let taken = counted.taken;
        self.held.copy_within(taken..self.length, 0);
        self.length -= taken;
        result
    }
}

/// `write_all` does not say how far it came.
struct Counted<'a, W> {
    sink: &'a mut W,
    taken: usize,
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, offered: &[u8]) -> io::Result<usize> {
        let taken = self.sink.write(offered)?;
        self.taken += taken;
        Ok(taken)
    }

    fn flush(self: &mut Self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl<W: Write> Drop for BufferedWriter<W> {
    fn drop(&mut self) {
        let _ = self.empty();
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    source: Option<BufReader<R>>,
    /// What a failure has interrupted.
    line: Vec<u8>,
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        Self {
            source: Some(BufReader::with_capacity(capacity, source)),
            line: Vec::new(),
        }
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(source) = &mut self.source else {
            return Ok(None);
        };
        source.read_until(b'\n', &mut self.line)?;
        let mut line = std::mem::take(&mut self.line);
        if line.last() == Some(&b'\n') {
            line.pop();
            return Ok(Some(line));
        }
        self.source = None;
        Ok((!line.is_empty()).then_some(line))
    }
}
