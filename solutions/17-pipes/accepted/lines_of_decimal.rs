//! Lengths in decimal with a line end, read through a `BufReader`; a queue of pieces is written when the pipe
//! is writable.

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Error, ErrorKind, PipeReader, PipeWriter, Write},
};

use os::{Events, PollFd};

#[derive(Debug)]
pub struct Channel {
    input: BufReader<PipeReader>,
    output: Option<PipeWriter>,
    /// Of a message that has come in part: its length, and its bytes.
    begun: Option<(usize, Vec<u8>)>,
    line: Vec<u8>,
}

enum Step {
    Message(Vec<u8>),
    Part,
    End,
}

fn retried<T>(mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match act() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

impl Channel {
    fn of(input: PipeReader, output: PipeWriter) -> Self {
        Self {
            input: BufReader::new(input),
            output: Some(output),
            begun: None,
            line: Vec::new(),
        }
    }

    pub fn pair() -> io::Result<(Self, Self)> {
        let (a_reads, b_writes) = io::pipe()?;
        let (b_reads, a_writes) = io::pipe()?;
        Ok((Self::of(a_reads, a_writes), Self::of(b_reads, b_writes)))
    }

    pub fn start(body: impl FnOnce(Channel) -> i32) -> io::Result<(Self, os::Child)> {
        let (near, far) = Self::pair()?;
        let mut near = Some(near);
        let mut far = Some(far);
        let child = os::fork(|| {
            near.take();
            far.take().map(body).unwrap_or_default()
        })?;
        near.map(|near| (near, child))
            .ok_or_else(|| Error::other("it is there"))
    }

    pub fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let output = self.output.as_mut().ok_or(ErrorKind::BrokenPipe)?;
        output.write_all(format!("{}\n", message.len()).as_bytes())?;
        output.write_all(message)
    }

    /// Takes what one read gives, or what is in the buffer.
    fn step(&mut self) -> io::Result<Step> {
        let bytes = retried(|| self.input.fill_buf().map(<[u8]>::to_vec))?;
        if bytes.is_empty() {
            let is_between = self.begun.is_none() && self.line.is_empty();
            return is_between
                .then_some(Step::End)
                .ok_or(ErrorKind::UnexpectedEof.into());
        }
        let Some((length, message)) = &mut self.begun else {
            self.input.consume(1);
            if bytes[0] != b'\n' {
                self.line.push(bytes[0]);
                return Ok(Step::Part);
            }
            let line = String::from_utf8(std::mem::take(&mut self.line)).map_err(Error::other)?;
            let length = line.parse().map_err(Error::other)?;
            if length == 0 {
                return Ok(Step::Message(Vec::new()));
            }
            self.begun = Some((length, Vec::new()));
            return Ok(Step::Part);
        };
        let taken = bytes.len().min(*length - message.len());
        message.extend_from_slice(&bytes[..taken]);
        self.input.consume(taken);
        if message.len() < *length {
            return Ok(Step::Part);
        }
        Ok(Step::Message(self.begun.take().unwrap_or_default().1))
    }

    pub fn receive(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            match self.step()? {
                Step::Message(message) => return Ok(Some(message)),
                Step::End => return Ok(None),
                Step::Part => {}
            }
        }
    }

    pub fn finish(&mut self) {
        self.output.take();
    }

    pub fn ask_all(&mut self, requests: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
        let mut pieces: VecDeque<&[u8]> = VecDeque::new();
        let lines: Vec<_> = requests
            .iter()
            .map(|request| format!("{}\n", request.len()))
            .collect();
        for (line, request) in lines.iter().zip(requests) {
            pieces.push_back(line.as_bytes());
            pieces.extend(request.chunks(2000));
        }
        let mut replies = vec![];
        while replies.len() < requests.len() {
            let mut is_readable = pieces.is_empty() || !self.input.buffer().is_empty();
            if !is_readable {
                let output = self.output.as_mut().ok_or(ErrorKind::BrokenPipe)?;
                let mut fds = [
                    PollFd::new(self.input.get_ref(), Events::READABLE),
                    PollFd::new(&*output, Events::WRITABLE),
                ];
                retried(|| os::poll(&mut fds, None))?;
                let [input, can_write] = fds.map(|fd| fd.found() != Events::NONE);
                is_readable = input;
                if can_write && let Some(piece) = pieces.pop_front() {
                    let count = retried(|| output.write(piece))?;
                    if count < piece.len() {
                        pieces.push_front(&piece[count..]);
                    }
                }
            }
            if is_readable {
                match self.step()? {
                    Step::Message(reply) => replies.push(reply),
                    Step::End => return Err(ErrorKind::UnexpectedEof.into()),
                    Step::Part => {}
                }
            }
        }
        Ok(replies)
    }
}
