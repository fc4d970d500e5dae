//! The messages are in shared memory, as a ring; the last thing that a call does to it is to write one word.
//! So a death under the lock leaves it as it was before, and the lock is made consistent. The pipes only say
//! that there is something: each holds as many bytes as there are messages, or places, and is mended by the
//! next one who has the lock.

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write},
    time::{Duration, Instant},
};

use os::{Events, Lock, LockGuard, PollFd, SharedMemory};

pub const LONGEST: usize = 4000;

/// The words of a message: its length, and eight bytes in each of the others.
const WORDS: usize = 1 + LONGEST / 8;

/// The word that says how many messages were put in all, and the one that says how many were got.
const PUT: usize = 0;
const GOT: usize = 1;
const HEAD: usize = 2;

/// A pipe that is readable while something is true.
#[derive(Debug)]
struct Flag(PipeReader, PipeWriter);

impl Flag {
    fn new() -> io::Result<Self> {
        io::pipe().map(|(reader, writer)| Self(reader, writer))
    }

    fn wait(&self, limit: Option<Duration>) -> io::Result<bool> {
        let mut ends = [PollFd::new(&self.0, Events::READABLE)];
        Ok(os::poll(&mut ends, limit)? > 0)
    }

    fn set(&self, is_true: bool) -> io::Result<()> {
        match (self.wait(Some(Duration::ZERO))?, is_true) {
            (false, true) => (&self.1).write_all(&[1]),
            (true, false) => (&self.0).read_exact(&mut [0]),
            _ => Ok(()),
        }
    }
}

#[derive(Debug)]
pub struct Queue {
    capacity: u64,
    lock: Lock,
    ring: SharedMemory,
    has_messages: Flag,
    has_places: Flag,
}

impl Queue {
    pub fn new(capacity: usize) -> io::Result<Self> {
        match capacity {
            1..=16 => {}
            _ => return Err(ErrorKind::InvalidInput.into()),
        }
        let queue = Self {
            capacity: capacity as u64,
            lock: Lock::robust()?,
            ring: SharedMemory::new(HEAD + WORDS * capacity)?,
            has_messages: Flag::new()?,
            has_places: Flag::new()?,
        };
        queue.has_places.set(true)?;
        Ok(queue)
    }

    fn locked(&self) -> io::Result<LockGuard<'_>> {
        let mut guard = self.lock.lock()?;
        if guard.is_inconsistent() {
            self.tell()?;
            guard.make_consistent()?;
        }
        Ok(guard)
    }

    fn count(&self) -> u64 {
        self.ring.load(PUT) - self.ring.load(GOT)
    }

    /// Lets those who wait know how things are. What is true is told first.
    fn tell(&self) -> io::Result<()> {
        let count = self.count();
        self.has_messages.set(count > 0)?;
        self.has_places.set(count < self.capacity)
    }

    /// Does something with the lock as soon as it can be done, within the limit.
    fn act<T>(
        &self,
        flag: &Flag,
        limit: Option<Duration>,
        mut act: impl FnMut() -> Option<T>,
    ) -> io::Result<Option<T>> {
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        loop {
            let guard = self.locked()?;
            let done = act();
            if done.is_some() {
                self.tell()?;
                return Ok(done);
            }
            drop(guard);
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) || !flag.wait(left)? {
                return Ok(None);
            }
        }
    }

    fn place(&self, number: u64) -> usize {
        HEAD + WORDS * (number % self.capacity) as usize
    }

    fn put_one(&self, message: &[u8], limit: Option<Duration>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(ErrorKind::InvalidInput.into());
        }
        let put = || {
            if self.count() == self.capacity {
                return None;
            }
            let number = self.ring.load(PUT);
            let place = self.place(number);
            self.ring.store(place, message.len() as u64);
            for (at, bytes) in message.chunks(8).enumerate() {
                let mut word = [0; 8];
                word[..bytes.len()].copy_from_slice(bytes);
                self.ring.store(place + 1 + at, u64::from_le_bytes(word));
            }
            self.ring.store(PUT, number + 1);
            Some(())
        };
        self.act(&self.has_places, limit, put)
            .map(|put| put.is_some())
    }

    fn get_one(&self, limit: Option<Duration>) -> io::Result<Option<Vec<u8>>> {
        let get = || {
            if self.count() == 0 {
                return None;
            }
            let number = self.ring.load(GOT);
            let place = self.place(number);
            let length = self.ring.load(place) as usize;
            let words = (0..length.div_ceil(8)).map(|at| self.ring.load(place + 1 + at));
            let mut message: Vec<u8> = words.flat_map(u64::to_le_bytes).collect();
            message.truncate(length);
            self.ring.store(GOT, number + 1);
            Some(message)
        };
        self.act(&self.has_messages, limit, get)
    }

    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        self.put_one(message, None).map(drop)
    }

    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        self.put_one(message, Some(limit))
    }

    pub fn get(&self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(message) = self.get_one(None)? {
                return Ok(message);
            }
        }
    }

    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        self.get_one(Some(limit))
    }
}
