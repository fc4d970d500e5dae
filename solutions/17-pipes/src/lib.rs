//! 17 · Pipes: whole messages between two processes, in both directions.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).
// BEGIN SOLUTION
//!
//! A message is its length in four bytes and then its bytes. What was read beyond a message is kept.
// END SOLUTION

// BEGIN SOLUTION
// | use std::io;
use std::{
    io::{self, PipeReader, PipeWriter, Read, Write},
    mem,
};

use os::{Events, PollFd};
// END SOLUTION

/// One end of a two-way channel for messages.
#[derive(Debug)]
pub struct Channel {
    // BEGIN SOLUTION
    // | // Choose your own fields.
    incoming: PipeReader,
    outgoing: Option<PipeWriter>,
    /// What has been read and not been given.
    read: Vec<u8>,
    // END SOLUTION
}

// BEGIN SOLUTION
/// The most bytes that are written at one moment to a pipe that is writable: `PIPE_BUF`.
const AT_ONCE: usize = 4096;

/// The bytes of a length.
const LENGTH: usize = 4;

/// A message with its length before it.
fn framed(message: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    Ok([&length.to_le_bytes(), message].concat())
}
// END SOLUTION

impl Channel {
    /// The two ends of a new channel.
    pub fn pair() -> io::Result<(Self, Self)> {
        // BEGIN SOLUTION
        // | todo!()
        let end = |incoming, outgoing| Self {
            incoming,
            outgoing: Some(outgoing),
            read: Vec::new(),
        };
        let (here, from_there) = io::pipe()?;
        let (there, from_here) = io::pipe()?;
        Ok((end(here, from_here), end(there, from_there)))
        // END SOLUTION
    }

    /// Starts a process that has one end, and gives the other end.
    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        // BEGIN SOLUTION
        // | let _ = body;
        // | todo!()
        let (ours, theirs) = Self::pair()?;
        let mut ours = Some(ours);
        // The child closes its copy of our end; the closure, and with it their end, is dropped here.
        let child = os::fork(|| {
            ours = None;
            body(theirs)
        })?;
        Ok((ours.expect("only the child drops it"), child))
        // END SOLUTION
    }

    /// Sends a message.
    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        // BEGIN SOLUTION
        // | let _ = message;
        // | todo!()
        let bytes = framed(message)?;
        let outgoing = self.outgoing.as_mut();
        outgoing.ok_or(io::ErrorKind::BrokenPipe)?.write_all(&bytes)
        // END SOLUTION
    }

    /// Waits for the next message; `None` if there will be none.
    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        // BEGIN SOLUTION
        // | todo!()
        loop {
            if let Some(message) = self.take_message() {
                return Ok(Some(message));
            }
            if self.read_more()? == 0 {
                let is_between = self.read.is_empty();
                return is_between
                    .then_some(None)
                    .ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
            }
        }
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// The first message of what has been read, if it is complete.
    fn take_message(&mut self) -> Option<Vec<u8>> {
        let (length, rest) = self.read.split_first_chunk::<LENGTH>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if rest.len() < length {
            return None;
        }
        let later = self.read.split_off(LENGTH + length);
        let mut message = mem::replace(&mut self.read, later);
        message.drain(..LENGTH);
        Some(message)
    }

    /// Reads what is there, and says how much; 0 is the end.
    fn read_more(&mut self) -> io::Result<usize> {
        let mut bytes = vec![0; 1 << 16];
        loop {
            match self.incoming.read(&mut bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => {
                    let count = result?;
                    self.read.extend_from_slice(&bytes[..count]);
                    return Ok(count);
                }
            }
        }
    }
    // END SOLUTION

    /// Says that this end sends no more. It can still receive.
    pub fn finish(&mut self) {
        // BEGIN SOLUTION
        // | todo!()
        self.outgoing = None;
        // END SOLUTION
    }

    /// Sends all requests, and gives as many replies.
    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        // BEGIN SOLUTION
        // | let _ = requests;
        // | todo!()
        let mut unsent = Vec::new();
        for request in requests {
            unsent.extend(framed(request)?);
        }
        let mut unsent = unsent.as_slice();
        let mut replies = Vec::new();
        while replies.len() < requests.len() {
            if let Some(reply) = self.take_message() {
                replies.push(reply);
                continue;
            }
            if self.write_some(&mut unsent)? && self.read_more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(replies)
        // END SOLUTION
    }

    // BEGIN SOLUTION
    /// Writes what there is room for, until there is something to read: then it gives `true`. It may give
    /// `false` before that.
    fn write_some(&mut self, unsent: &mut &[u8]) -> io::Result<bool> {
        if unsent.is_empty() {
            return Ok(true);
        }
        let outgoing = self.outgoing.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut both = [
            PollFd::new(&self.incoming, Events::READABLE),
            PollFd::new(outgoing, Events::WRITABLE),
        ];
        match os::poll(&mut both, None) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(false),
            result => result?,
        };
        let [is_readable, is_writable] = both.map(|one| !one.found().is_empty());
        if is_writable {
            let next = &unsent[..unsent.len().min(AT_ONCE)];
            match outgoing.write(next) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => *unsent = &unsent[result?..],
            }
        }
        Ok(is_readable)
    }
    // END SOLUTION
}
