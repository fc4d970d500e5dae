//! A lock for those who put and one for those who get, so that both go on at the same time. A death under
//! either of them ends the queue: a word says so, and both pipes stay readable from then on.

use std::{
    io::{self, Error, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe},
    time::{Duration, Instant},
};

use os::{Events, Lock, LockGuard, PollFd, SharedMemory};

pub const LONGEST: usize = 4000;

type Ends = (PipeReader, PipeWriter);

#[derive(Debug)]
pub struct Queue {
    putting: Lock,
    getting: Lock,
    letters: Ends,
    places: Ends,
    /// One word: not 0 if the queue is broken.
    broken: SharedMemory,
}

fn is_there(ends: &Ends, limit: Option<Duration>) -> io::Result<bool> {
    os::poll(&mut [PollFd::new(&ends.0, Events::READABLE)], limit).map(|count| count == 1)
}

impl Queue {
    pub fn new(capacity: usize) -> io::Result<Self> {
        if capacity == 0 || capacity > 16 {
            return Err(ErrorKind::InvalidInput.into());
        }
        let queue = Self {
            putting: Lock::robust()?,
            getting: Lock::robust()?,
            letters: pipe()?,
            places: pipe()?,
            broken: SharedMemory::new(1)?,
        };
        (&queue.places.1).write_all(&vec![b'p'; capacity])?;
        Ok(queue)
    }

    fn is_broken(&self) -> io::Result<()> {
        match self.broken.load(0) {
            0 => Ok(()),
            _ => Err(Error::other("the queue is broken")),
        }
    }

    /// The lock, while there is something in the pipe to take.
    fn take<'q>(
        &'q self,
        lock: &'q Lock,
        ends: &Ends,
        limit: Option<Duration>,
    ) -> io::Result<Option<LockGuard<'q>>> {
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        loop {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            if !is_there(ends, left)? {
                return Ok(None);
            }
            self.is_broken()?;
            let guard = lock.lock()?;
            if guard.is_inconsistent() {
                self.broken.store(0, 1);
                for (reader, writer) in [&self.letters, &self.places] {
                    let mut reader = [PollFd::new(reader, Events::READABLE)];
                    if os::poll(&mut reader, Some(Duration::ZERO))? == 0 {
                        (&*writer).write_all(b"!")?;
                    }
                }
            }
            self.is_broken()?;
            if is_there(ends, Some(Duration::ZERO))? {
                return Ok(Some(guard));
            }
        }
    }

    fn put_within(&self, message: &[u8], limit: Option<Duration>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(ErrorKind::InvalidInput.into());
        }
        let Some(guard) = self.take(&self.putting, &self.places, limit)? else {
            return Ok(false);
        };
        let mut letter = (message.len() as u32).to_be_bytes().to_vec();
        letter.extend(message);
        (&self.letters.1).write_all(&letter)?;
        (&self.places.0).read_exact(&mut [0])?;
        drop(guard);
        Ok(true)
    }

    fn get_within(&self, limit: Option<Duration>) -> io::Result<Option<Vec<u8>>> {
        let Some(guard) = self.take(&self.getting, &self.letters, limit)? else {
            return Ok(None);
        };
        // Who dies from here on leaves a place too many, which wakes one that finds out.
        (&self.places.1).write_all(b"p")?;
        let mut length = [0; 4];
        (&self.letters.0).read_exact(&mut length)?;
        let mut message = vec![0; u32::from_be_bytes(length) as usize];
        (&self.letters.0).read_exact(&mut message)?;
        drop(guard);
        Ok(Some(message))
    }

    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        self.put_within(message, None).map(drop)
    }

    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        self.put_within(message, Some(limit))
    }

    pub fn get(&self) -> io::Result<Vec<u8>> {
        self.get_within(None)?
            .ok_or_else(|| Error::other("there is no limit"))
    }

    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        self.get_within(Some(limit))
    }
}
