//! A message is one write of fixed size, so that one read takes it; the number of messages is a word of shared memory,
//! and waiting is for bytes in two pipes that say only "look again".

use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe},
    time::{Duration, Instant},
};

use os::{Events, Lock, PollFd, poll};

pub const LONGEST: usize = 4000;

/// A message with its length, filled up.
const SIZE: usize = LONGEST + 2;

#[derive(Debug)]
pub struct Queue {
    lock: Lock,
    from: PipeReader,
    to: PipeWriter,
    room: PipeReader,
    frees: PipeWriter,
}

enum Step<T> {
    Done(T),
    Again,
}

/// Waits for a byte until `end`.
fn readable(pipe: &PipeReader, end: Option<Instant>) -> io::Result<bool> {
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        match poll(&mut [PollFd::new(pipe, Events::READABLE)], left) {
            Ok(1) => return Ok(true),
            Ok(_) if left == Some(Duration::ZERO) => return Ok(false),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl Queue {
    pub fn new(capacity: usize) -> io::Result<Self> {
        if capacity == 0 || capacity > 16 {
            return Err(ErrorKind::InvalidInput.into());
        }
        let ((from, to), (room, mut frees)) = (pipe()?, pipe()?);
        for _ in 0..capacity {
            frees.write_all(b".")?;
        }
        let lock = Lock::robust()?;
        Ok(Self {
            lock,
            from,
            to,
            room,
            frees,
        })
    }

    /// Makes a step while the lock is held, whenever the pipe has something.
    fn step<T>(
        &self,
        pipe: &PipeReader,
        limit: Option<Duration>,
        make: impl Fn() -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        loop {
            if !readable(pipe, end)? {
                return Ok(None);
            }
            match self.locked(pipe, &make)? {
                Step::Done(done) => return Ok(Some(done)),
                Step::Again => {}
            }
        }
    }

    fn locked<T>(
        &self,
        pipe: &PipeReader,
        make: impl Fn() -> io::Result<T>,
    ) -> io::Result<Step<T>> {
        let guard = self.lock.lock()?;
        if guard.is_inconsistent() {
            // Whoever sleeps is to look: bytes in both pipes, which nobody takes out any more.
            let _ = (&self.to).write_all(&[0; SIZE]);
            let _ = (&self.frees).write_all(&[0]);
            return Err(ErrorKind::BrokenPipe.into());
        }
        if !readable(pipe, Some(Instant::now()))? {
            return Ok(Step::Again);
        }
        make().map(Step::Done)
    }

    pub fn put(&self, message: &[u8]) -> io::Result<()> {
        self.puts(message, None).map(drop)
    }

    pub fn put_timeout(&self, message: &[u8], limit: Duration) -> io::Result<bool> {
        self.puts(message, Some(limit))
    }

    fn puts(&self, message: &[u8], limit: Option<Duration>) -> io::Result<bool> {
        if message.len() > LONGEST {
            return Err(ErrorKind::InvalidInput.into());
        }
        let mut whole = [0; SIZE];
        whole[..message.len()].copy_from_slice(message);
        whole[LONGEST..].copy_from_slice(&(message.len() as u16).to_be_bytes());
        let put = self.step(&self.room, limit, || {
            (&self.to).write_all(&whole)?;
            (&self.room).read_exact(&mut [0])
        })?;
        Ok(put.is_some())
    }

    pub fn get(&self) -> io::Result<Vec<u8>> {
        self.gets(None)?.ok_or(ErrorKind::Other.into())
    }

    pub fn get_timeout(&self, limit: Duration) -> io::Result<Option<Vec<u8>>> {
        self.gets(Some(limit))
    }

    fn gets(&self, limit: Option<Duration>) -> io::Result<Option<Vec<u8>>> {
        self.step(&self.from, limit, || {
            (&self.frees).write_all(b".")?;
            let mut whole = vec![0; SIZE];
            (&self.from).read_exact(&mut whole)?;
            let length = u16::from_be_bytes([whole[LONGEST], whole[LONGEST + 1]]);
            whole.truncate(length.into());
            Ok(whole)
        })
    }
}
