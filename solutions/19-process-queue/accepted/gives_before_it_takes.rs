//! 19 · Process queue: a pipe for messages, a pipe with a byte for each free place, and a robust lock that is held for
//! moments only. What is given away goes before what is taken, so a death leaves nobody asleep.

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write},
    time::{Duration, Instant},
};

use os::{Events, Lock, LockGuard, PollFd};

/// The bytes of the longest message.
pub const LONGEST: usize = 4000;

/// A bounded queue of several processes.
#[derive(Debug)]
pub struct Queue {
    messages: (PipeReader, PipeWriter),
    places: (PipeReader, PipeWriter),
    /// Something is in it as soon as the queue is broken.
    broken: (PipeReader, PipeWriter),
    lock: Lock,
}

impl Queue {
    /// An empty queue with room for 1 to 16 messages.
    pub fn new(capacity: usize) -> io::Result<Self> {
        if !(1..=16).contains(&capacity) {
            return Err(ErrorKind::InvalidInput.into());
        }
        let queue = Self {
            messages: io::pipe()?,
            places: io::pipe()?,
            broken: io::pipe()?,
            lock: Lock::robust()?,
        };
        (&queue.places.1).write_all(&vec![0; capacity])?;
        Ok(queue)
    }

    /// Whether something is in the pipe before the deadline.
    fn waits_for(&self, pipe: &PipeReader, deadline: Option<Instant>) -> io::Result<bool> {
        loop {
            let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
            let mut polled = [
                PollFd::new(pipe, Events::READABLE),
                PollFd::new(&self.broken.0, Events::READABLE),
            ];
            match os::poll(&mut polled, left) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                found => found?,
            };
            let [is_there, is_broken] = polled.map(|polled| !polled.found().is_empty());
            if is_broken {
                return Err(ErrorKind::BrokenPipe.into());
            }
            if is_there {
                return Ok(true);
            }
            if deadline.is_some_and(|end| Instant::now() >= end) {
                return Ok(false);
            }
        }
    }

    fn enter(&self) -> io::Result<LockGuard<'_>> {
        let entered = self.lock.lock();
        if let Ok(guard) = &entered
            && !guard.is_inconsistent()
        {
            return entered;
        }
        let _ = (&self.broken.1).write_all(&[0]);
        Err(ErrorKind::BrokenPipe.into())
    }

    fn put_until(&self, message: &[u8], deadline: Option<Instant>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(ErrorKind::InvalidInput.into());
        }
        let mut bytes = (message.len() as u16).to_le_bytes().to_vec();
        bytes.extend_from_slice(message);
        loop {
            if !self.waits_for(&self.places.0, deadline)? {
                return Ok(false);
            }
            let guard = self.enter()?;
            let now = Some(Instant::now());
            if !self.waits_for(&self.places.0, now)? {
                continue;
            }
            (&self.messages.1).write_all(&bytes)?;
            (&self.places.0).read_exact(&mut [0])?;
            drop(guard);
            return Ok(true);
        }
    }

    fn get_until(&self, deadline: Option<Instant>) -> io::Result<Option<Vec<u8>>> {
        loop {
            if !self.waits_for(&self.messages.0, deadline)? {
                return Ok(None);
            }
            let guard = self.enter()?;
            let now = Some(Instant::now());
            if !self.waits_for(&self.messages.0, now)? {
                continue;
            }
            (&self.places.1).write_all(&[0])?;
            let mut length = [0; 2];
            (&self.messages.0).read_exact(&mut length)?;
            let mut message = vec![0; usize::from(u16::from_le_bytes(length))];
            (&self.messages.0).read_exact(&mut message)?;
            drop(guard);
            return Ok(Some(message));
        }
    }

    /// Puts a message; waits while the queue is full.
    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        self.put_until(message, None).map(drop)
    }

    /// Puts a message, and says whether there was a place within `limit`.
    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        self.put_until(message, Instant::now().checked_add(limit))
    }

    /// Gets the first message; waits while there is none.
    pub fn get(&self) -> io::Result<Vec<u8>> {
        let message = self.get_until(None)?;
        message.ok_or_else(|| ErrorKind::TimedOut.into())
    }

    /// Gets the first message, if there is one within `limit`.
    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        self.get_until(Instant::now().checked_add(limit))
    }
}
