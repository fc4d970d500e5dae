//! A pair of sockets in place of two pipes: it is non-blocking while `ask_all` waits for both directions.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::Shutdown,
    os::unix::net::UnixStream,
};

use os::{Events, PollFd};

#[derive(Debug)]
pub struct Channel {
    socket: UnixStream,
    is_finished: bool,
    buffer: Vec<u8>,
}

impl Channel {
    fn on(socket: UnixStream) -> Self {
        Self {
            socket,
            is_finished: false,
            buffer: vec![],
        }
    }

    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = UnixStream::pair()?;
        Ok((Self::on(one), Self::on(other)))
    }

    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        let (ours, theirs) = Self::pair()?;
        let mut ours = Some(ours);
        let child = os::fork(|| {
            ours.take();
            body(theirs)
        })?;
        Ok((ours.unwrap(), child))
    }

    fn refuse_if_finished(&self) -> io::Result<()> {
        if self.is_finished {
            return Err(ErrorKind::BrokenPipe.into());
        }
        Ok(())
    }

    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.refuse_if_finished()?;
        self.socket
            .write_all(&(message.len() as u32).to_ne_bytes())?;
        self.socket.write_all(message)
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        let (length, rest) = self.buffer.split_first_chunk()?;
        let message = rest.get(..u32::from_ne_bytes(*length) as usize)?.to_vec();
        self.buffer.drain(..4 + message.len());
        Some(message)
    }

    fn more(&mut self) -> io::Result<usize> {
        let mut bytes = [0; 8192];
        let count = self.socket.read(&mut bytes)?;
        self.buffer.extend(&bytes[..count]);
        Ok(count)
    }

    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(message) = self.next() {
                return Ok(Some(message));
            }
            match self.more() {
                Ok(0) if self.buffer.is_empty() => return Ok(None),
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => drop(result?),
            }
        }
    }

    pub fn finish(&mut self) {
        self.is_finished = true;
        let _ = self.socket.shutdown(Shutdown::Write);
    }

    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        if requests.is_empty() {
            return Ok(vec![]);
        }
        self.refuse_if_finished()?;
        self.socket.set_nonblocking(true)?;
        let replies = self.exchange(requests);
        self.socket.set_nonblocking(false)?;
        replies
    }

    fn exchange(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        let is_later = |error: &io::Error| {
            matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
        };
        let framed =
            |request: &Vec<u8>| [&(request.len() as u32).to_ne_bytes(), &request[..]].concat();
        let all: Vec<u8> = requests.iter().flat_map(framed).collect();
        let mut sent = 0;
        let mut replies = Vec::new();
        loop {
            while let Some(reply) = self.next() {
                replies.push(reply);
                if replies.len() == requests.len() {
                    return Ok(replies);
                }
            }
            let events = if sent < all.len() {
                Events::READABLE | Events::WRITABLE
            } else {
                Events::READABLE
            };
            if let Err(error) = os::poll(&mut [PollFd::new(&self.socket, events)], None)
                && !is_later(&error)
            {
                return Err(error);
            }
            match self.more() {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if !is_later(&error) => return Err(error),
                _ => {}
            }
            if sent < all.len() {
                match self.socket.write(&all[sent..]) {
                    Ok(count) => sent += count,
                    Err(error) if is_later(&error) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}
