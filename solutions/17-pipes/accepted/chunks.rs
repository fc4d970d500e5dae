//! Messages travel as chunks of up to 255 bytes, each with its length before it; a chunk that is not full
//! ends a message. Whoever has something to write and finds the pipe full reads in the meantime.

use std::io::{self, Error, ErrorKind, PipeReader, PipeWriter, Read, Write};

use os::{Events, PollFd, poll};

#[derive(Debug)]
pub struct Channel {
    reader: PipeReader,
    writer: Option<PipeWriter>,
    /// Messages that came while this end was writing.
    arrived: std::collections::VecDeque<Vec<u8>>,
    /// The chunks of a message that has not ended.
    partial: Option<Vec<u8>>,
}

const MOST: usize = 255;

fn chunks(message: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..=message.len() / MOST).map(|number| {
        let rest = &message[number * MOST..];
        let chunk = &rest[..rest.len().min(MOST)];
        [&[chunk.len() as u8], chunk].concat()
    })
}

impl Channel {
    pub fn pair() -> io::Result<(Self, Self)> {
        let make = |reader, writer| Self {
            reader,
            writer: Some(writer),
            arrived: Default::default(),
            partial: None,
        };
        let (reader_1, writer_1) = io::pipe()?;
        let (reader_2, writer_2) = io::pipe()?;
        Ok((make(reader_1, writer_2), make(reader_2, writer_1)))
    }

    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        let (ours, theirs) = Self::pair()?;
        let mut both = (Some(ours), Some(theirs));
        let child = os::fork(|| {
            both.0 = None;
            body(both.1.take().expect("it is there"))
        })?;
        both.1 = None;
        Ok((both.0.expect("it is there"), child))
    }

    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let all: Vec<u8> = chunks(message).flatten().collect();
        match &mut self.writer {
            Some(writer) => writer.write_all(&all),
            None => Err(Error::other("this end has finished")),
        }
    }

    /// Reads one chunk; `false` at the end.
    fn read_chunk(&mut self) -> io::Result<bool> {
        let mut length = [0];
        if let Err(error) = self.reader.read_exact(&mut length) {
            return match error.kind() {
                ErrorKind::UnexpectedEof if self.partial.is_none() => Ok(false),
                _ => Err(error),
            };
        }
        let mut chunk = vec![0; length[0].into()];
        self.reader.read_exact(&mut chunk)?;
        let message = self.partial.get_or_insert_default();
        message.append(&mut chunk);
        if usize::from(length[0]) < MOST {
            self.arrived.extend(self.partial.take());
        }
        Ok(true)
    }

    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        while self.arrived.is_empty() && self.read_chunk()? {}
        Ok(self.arrived.pop_front())
    }

    pub fn finish(&mut self) {
        self.writer = None;
    }

    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        for chunk in requests.iter().flat_map(|request| chunks(request)) {
            loop {
                let Some(writer) = &mut self.writer else {
                    return Err(Error::other("this end has finished"));
                };
                let mut ends = [
                    PollFd::new(&*writer, Events::WRITABLE),
                    PollFd::new(&self.reader, Events::READABLE),
                ];
                if poll(&mut ends, None).is_err_and(|error| error.kind() != ErrorKind::Interrupted)
                {
                    return Err(Error::last_os_error());
                }
                if !ends[0].found().is_empty() {
                    // It is shorter than a page, so it goes in as a whole and does not wait.
                    writer.write_all(&chunk)?;
                    break;
                }
                if !ends[1].found().is_empty() && !self.read_chunk()? {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
        }
        let reply = |_: &Vec<u8>| {
            self.receive()?
                .ok_or_else(|| ErrorKind::UnexpectedEof.into())
        };
        requests.iter().map(reply).collect()
    }
}
