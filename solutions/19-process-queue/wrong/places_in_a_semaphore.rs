//! wrong: a semaphore counts the places, and one that a process has taken is lost when it is killed
//! fails: dies_at_any_moment property
//! fails: who_waits_is_not_forgotten deadlock

use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    time::Duration,
};

use os::{Lock, Semaphore};

/// The bytes of the longest message.
pub const LONGEST: usize = 4000;

/// A bounded queue of several processes.
#[derive(Debug)]
pub struct Queue {
    places: Semaphore,
    messages: Semaphore,
    lock: Lock,
    reader: PipeReader,
    writer: PipeWriter,
}

/// Takes one away, within the limit if there is one.
fn take(from: &Semaphore, limit: Option<Duration>) -> io::Result<bool> {
    match limit.filter(|limit| *limit < Duration::MAX) {
        None => from.wait().map(|()| true),
        Some(Duration::ZERO) => from.try_wait(),
        Some(limit) => from.wait_timeout(limit),
    }
}

impl Queue {
    /// An empty queue with room for 1 to 16 messages.
    pub fn new(capacity: usize) -> io::Result<Self> {
        if !(1..=16).contains(&capacity) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (reader, writer) = io::pipe()?;
        Ok(Self {
            places: Semaphore::new(capacity as u32)?,
            messages: Semaphore::new(0)?,
            lock: Lock::robust()?,
            reader,
            writer,
        })
    }

    fn put_within(&self, message: &[u8], limit: Option<Duration>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if !take(&self.places, limit)? {
            return Ok(false);
        }
        let _guard = self.lock.lock()?;
        let length = (message.len() as u16).to_le_bytes();
        (&self.writer).write_all(&[&length, message].concat())?;
        self.messages.post()?;
        Ok(true)
    }

    fn get_within(&self, limit: Option<Duration>) -> io::Result<Option<Vec<u8>>> {
        if !take(&self.messages, limit)? {
            return Ok(None);
        }
        let _guard = self.lock.lock()?;
        let mut length = [0; 2];
        (&self.reader).read_exact(&mut length)?;
        let mut message = vec![0; u16::from_le_bytes(length).into()];
        (&self.reader).read_exact(&mut message)?;
        self.places.post()?;
        Ok(Some(message))
    }

    /// Puts a message; waits while the queue is full.
    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        self.put_within(message, None).map(drop)
    }

    /// Puts a message, and says whether there was a place within `limit`.
    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        self.put_within(message, Some(limit))
    }

    /// Gets the first message; waits while there is none.
    pub fn get(&self) -> io::Result<Vec<u8>> {
        let message = self.get_within(None)?;
        message.ok_or_else(|| io::Error::other("there is no limit"))
    }

    /// Gets the first message, if there is one within `limit`.
    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        self.get_within(Some(limit))
    }
}
