//! 17 · Pipes: whole messages between two processes, in both directions.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io;

/// One end of a two-way channel for messages.
#[derive(Debug)]
pub struct Channel {
    // Choose your own fields.
}

impl Channel {
    /// The two ends of a new channel.
    pub fn pair() -> io::Result<(Self, Self)> {
        todo!()
    }

    /// Starts a process that has one end, and gives the other end.
    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        let _ = body;
        todo!()
    }

    /// Sends a message.
    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let _ = message;
        todo!()
    }

    /// Waits for the next message; `None` if there will be none.
    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        todo!()
    }

    /// Says that this end sends no more. It can still receive.
    pub fn finish(&mut self) {
        todo!()
    }

    /// Sends all requests, and gives as many replies.
    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        let _ = requests;
        todo!()
    }
}
