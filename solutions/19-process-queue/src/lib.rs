//! 19 · Process queue: a pipe for the messages, a pipe for the places, and a lock.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! Each place that is free is a byte in a pipe of its own. Who waits does so without the lock, for a pipe
//! that can be read, and takes nothing by that. Under the lock something is added before something is
//! taken: whoever dies in between leaves both pipes readable, so that nobody sleeps for ever, and the next
//! one sees by the lock that the queue is broken.
// END SOLUTION

// BEGIN SOLUTION
// | use std::{io, time::Duration};
use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    time::{Duration, Instant},
};

use os::{Events, Lock, LockGuard, PollFd};
// END SOLUTION

/// The bytes of the longest message.
pub const LONGEST: usize = 4000;

/// A bounded queue of several processes.
#[derive(Debug)]
pub struct Queue {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    lock: Lock,
    messages: Pipe,
    places: Pipe,
    // END SOLUTION
}

// BEGIN SOLUTION
#[derive(Debug)]
struct Pipe {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Pipe {
    fn new() -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        Ok(Self { reader, writer })
    }

    /// Waits until there is something to read, and says whether there is. It takes nothing.
    fn is_readable(&self, limit: Option<Duration>) -> io::Result<bool> {
        let mut reader = [PollFd::new(&self.reader, Events::READABLE)];
        match os::poll(&mut reader, limit) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(false),
            ready => Ok(ready? > 0),
        }
    }

    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.writer).write_all(bytes)
    }

    fn read<const N: usize>(&self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        (&self.reader).read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// The moment at which a limit is over; none if it is too far away.
fn end_of(limit: Duration) -> Option<Instant> {
    Instant::now().checked_add(limit)
}
// END SOLUTION

impl Queue {
    /// An empty queue with room for 1 to 16 messages.
    pub fn new(capacity: usize) -> io::Result<Self> {
        // BEGIN SOLUTION
        // | let _ = capacity;
        // | todo!()
        // A message takes a page of the pipe at most, so all of them find room.
        if !(1..=16).contains(&capacity) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let queue = Self {
            lock: Lock::robust()?,
            messages: Pipe::new()?,
            places: Pipe::new()?,
        };
        queue.places.write(&vec![0; capacity])?;
        Ok(queue)
        // END SOLUTION
    }

    /// Puts a message; waits while the queue is full.
    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        // BEGIN SOLUTION
        // | let _ = message;
        // | todo!()
        self.put_until(message, None).map(drop)
        // END SOLUTION
    }

    /// Puts a message, and says whether there was a place within `limit`.
    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        // BEGIN SOLUTION
        // | let _ = (message, limit);
        // | todo!()
        self.put_until(message, end_of(limit))
        // END SOLUTION
    }

    /// Gets the first message; waits while there is none.
    pub fn get(&self) -> io::Result<Vec<u8>> {
        // BEGIN SOLUTION
        // | todo!()
        loop {
            if let Some(message) = self.get_until(None)? {
                return Ok(message);
            }
        }
        // END SOLUTION
    }

    /// Gets the first message, if there is one within `limit`.
    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        // BEGIN SOLUTION
        // | let _ = limit;
        // | todo!()
        self.get_until(end_of(limit))
        // END SOLUTION
    }

    // BEGIN SOLUTION
    fn put_until(&self, message: &[u8], end: Option<Instant>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let Some(_guard) = self.enter(&self.places, end)? else {
            return Ok(false);
        };
        let length = message.len() as u16;
        // One write, which is not torn apart.
        let bytes = [&length.to_le_bytes(), message].concat();
        self.messages.write(&bytes)?;
        self.places.read::<1>()?;
        Ok(true)
    }

    fn get_until(&self, end: Option<Instant>) -> io::Result<Option<Vec<u8>>> {
        let Some(_guard) = self.enter(&self.messages, end)? else {
            return Ok(None);
        };
        self.places.write(&[0])?;
        let length = u16::from_le_bytes(self.messages.read()?);
        let mut message = vec![0; length.into()];
        (&self.messages.reader).read_exact(&mut message)?;
        Ok(Some(message))
    }

    /// Takes the lock while there is something to read from `pipe`; nothing if the time is over before
    /// that.
    fn enter(&self, pipe: &Pipe, end: Option<Instant>) -> io::Result<Option<LockGuard<'_>>> {
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let is_over = left.is_some_and(|left| left.is_zero());
            if pipe.is_readable(left)? {
                let guard = self.lock.lock()?;
                if guard.is_inconsistent() {
                    // Who waits is to wake and to be told so. A byte more does no harm to a broken queue.
                    self.places.write(&[0])?;
                    if !self.messages.is_readable(Some(Duration::ZERO))? {
                        self.messages.write(&[0])?;
                    }
                    return Err(io::Error::other("a process has died in a call"));
                }
                // Another process may have been faster.
                if pipe.is_readable(Some(Duration::ZERO))? {
                    return Ok(Some(guard));
                }
            }
            if is_over {
                return Ok(None);
            }
        }
    }
    // END SOLUTION
}
