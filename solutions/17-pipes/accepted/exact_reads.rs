//! Exact reads, without a buffer in the channel: `ask_all` forks a process that writes the requests.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write};

#[derive(Debug)]
pub struct Channel {
    from: PipeReader,
    to: Option<PipeWriter>,
}

fn write_message(mut to: &PipeWriter, message: &[u8]) -> io::Result<()> {
    to.write_all(&(message.len() as u64).to_be_bytes())?;
    to.write_all(message)
}

/// Fills the buffer; `false` if the end comes before its first byte.
fn fill(mut from: &PipeReader, buffer: &mut [u8]) -> io::Result<bool> {
    let mut count = 0;
    while count < buffer.len() {
        match from.read(&mut buffer[count..]) {
            Ok(0) if count == 0 => return Ok(false),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn read_message(from: &PipeReader) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    if !fill(from, &mut length)? {
        return Ok(None);
    }
    let mut message = vec![0; u64::from_be_bytes(length) as usize];
    if !message.is_empty() && !fill(from, &mut message)? {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(message))
}

impl Channel {
    pub fn pair() -> io::Result<(Self, Self)> {
        let (left, right) = (io::pipe()?, io::pipe()?);
        let one = Self {
            from: left.0,
            to: Some(right.1),
        };
        let other = Self {
            from: right.0,
            to: Some(left.1),
        };
        Ok((one, other))
    }

    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        let mut ends = Self::pair().map(|(ours, theirs)| [Some(ours), Some(theirs)])?;
        let child = os::fork(|| {
            drop(ends[0].take());
            ends[1].take().map_or(1, body)
        })?;
        drop(ends[1].take());
        let [ours, _] = ends;
        Ok((ours.ok_or(ErrorKind::NotFound)?, child))
    }

    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        match &self.to {
            Some(to) => write_message(to, message),
            None => Err(ErrorKind::NotConnected.into()),
        }
    }

    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        read_message(&self.from)
    }

    pub fn finish(&mut self) {
        drop(self.to.take());
    }

    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        let Some(to) = &self.to else {
            return if requests.is_empty() {
                Ok(Vec::new())
            } else {
                Err(ErrorKind::NotConnected.into())
            };
        };
        let send = || {
            requests
                .iter()
                .try_for_each(|request| write_message(to, request))
        };
        let mut writer = os::fork(|| i32::from(send().is_err()))?;
        let mut replies = Vec::new();
        while replies.len() < requests.len() {
            match self.receive() {
                Ok(Some(reply)) => replies.push(reply),
                end => {
                    writer.kill()?;
                    writer.wait()?;
                    end?;
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
        }
        writer.wait()?;
        Ok(replies)
    }
}
