//! Both hold a `VecDeque`. The writer hands on as many whole pieces as it has; the reader queues whole lines.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind, Read, Write},
};

/// Collects what is written, and hands it to a sink in large pieces.
pub struct BufferedWriter<W: Write> {
    piece: usize,
    queue: VecDeque<u8>,
    sink: Option<W>,
}

impl<W: Write> BufferedWriter<W> {
    /// A writer that holds back at most `capacity` bytes.
    pub fn new(capacity: usize, sink: W) -> Self {
        Self {
            piece: capacity,
            queue: VecDeque::new(),
            sink: Some(sink),
        }
    }

    /// Accepts all of these bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.queue.extend(bytes);
        let rest = self.queue.len() % self.piece;
        // Short of a whole piece nothing has to go.
        if self.queue.len() > self.piece {
            self.leave(rest)?;
        }
        Ok(())
    }

    /// Hands on all that was accepted, and flushes the sink.
    pub fn flush(&mut self) -> io::Result<()> {
        self.leave(0)?;
        match self.sink.as_mut() {
            None => Ok(()),
            Some(sink) => sink.flush(),
        }
    }

    /// Flushes, and gives the sink back.
    pub fn close(mut self) -> io::Result<W> {
        self.flush()
            .map(|()| self.sink.take().expect("it is there until now"))
    }

    /// Hands on all but so many bytes, in one offer if the sink takes it.
    fn leave(&mut self, rest: usize) -> io::Result<()> {
        let Some(sink) = self.sink.as_mut() else {
            return Ok(());
        };
        while self.queue.len() > rest {
            let count = self.queue.len() - rest;
            let offer = &self.queue.make_contiguous()[..count];
            match sink.write(offer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(taken) => drop(self.queue.drain(..taken)),
            }
        }
        Ok(())
    }
}

impl<W: Write> Drop for BufferedWriter<W> {
    fn drop(&mut self) {
        let _ = self.flush();
    }
}

/// Reads from a source in large pieces, and gives it out line by line.
pub struct LineReader<R: Read> {
    source: R,
    capacity: usize,
    lines: VecDeque<Vec<u8>>,
    /// The beginning of a line whose end has not come.
    begun: Option<Vec<u8>>,
}

impl<R: Read> LineReader<R> {
    /// A reader that asks its source for at least `capacity` bytes at a time.
    pub fn new(capacity: usize, source: R) -> Self {
        Self {
            source,
            capacity,
            lines: VecDeque::new(),
            begun: Some(Vec::new()),
        }
    }

    /// The next line, without its line end; nothing after the last one.
    pub fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        while self.lines.is_empty() {
            let Some(begun) = &mut self.begun else {
                return Ok(None);
            };
            let mut piece = vec![0; self.capacity.max(16)];
            let count = match self.source.read(&mut piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                result => result?,
            };
            if count == 0 {
                let last = self.begun.take().filter(|last| !last.is_empty());
                self.lines.extend(last);
                continue;
            }
            for &byte in &piece[..count] {
                if byte == b'\n' {
                    self.lines.push_back(std::mem::take(begun));
                } else {
                    begun.push(byte);
                }
            }
        }
        Ok(self.lines.pop_front())
    }
}
