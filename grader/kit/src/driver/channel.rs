//! The driver's end of the protocol.

use std::{
    cell::{Cell, RefCell},
    fs::File,
    io::{self, Write},
    os::{fd::AsRawFd, unix::net::UnixStream},
};

use grader_schema::protocol::{Answer, Ask, Reply, Request, RequestId};

use crate::frame;

/// The lowest descriptor of the grader's own: away from the small numbers that a
/// program may close or write to by mistake. Forked children close all from here up.
const LOWEST: i32 = 200;

/// As many bytes are collected before they are sent: there are thousands of small answers to
/// one request, and for each that is sent the verdict process wakes up.
const ENOUGH: usize = 64 << 10;

/// The socket to the verdict process, and the request at hand.
pub(super) struct Channel {
    socket: UnixStream,
    request: Cell<RequestId>,
    unsent: RefCell<Vec<u8>>,
}

impl Channel {
    /// Takes the socket that the verdict process left as standard input, and puts the
    /// null device in its place: the program under test has nothing to read.
    pub(super) fn take_stdin() -> io::Result<Self> {
        let stdin = rustix::stdio::stdin();
        let socket = rustix::io::fcntl_dupfd_cloexec(stdin, LOWEST)?;
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        Ok(Self {
            socket: UnixStream::from(socket),
            request: Cell::new(RequestId(0, 0)),
            unsent: RefCell::default(),
        })
    }

    /// The next request; nothing when the verdict process is gone.
    pub(super) fn next(&mut self) -> Option<Ask> {
        let request: Request = frame::read(&mut self.socket).ok()?;
        self.request.set(request.id);
        Some(request.body)
    }

    /// Answers the request at hand. Where the answer cannot be sent nobody waits for it.
    pub(super) fn reply(&self, body: Answer) {
        let more_follows = matches!(body, Answer::Seen(_));
        let reply = Reply {
            id: self.request.get(),
            body,
        };
        let mut unsent = self.unsent.borrow_mut();
        if let Ok(bytes) = frame::encode(&reply) {
            unsent.extend_from_slice(&bytes);
        }
        if !more_follows || unsent.len() >= ENOUGH {
            let _ = (&self.socket).write_all(&unsent);
            unsent.clear();
        }
    }

    /// The bytes of an answer that belongs to no request.
    pub(super) fn unasked(body: Answer) -> Vec<u8> {
        let id = RequestId(0, 0);
        frame::encode(&Reply { id, body }).unwrap_or_default()
    }

    pub(super) fn descriptor(&self) -> i32 {
        self.socket.as_raw_fd()
    }

    pub(super) fn try_clone(&self) -> io::Result<UnixStream> {
        let copy = rustix::io::fcntl_dupfd_cloexec(&self.socket, LOWEST)?;
        Ok(UnixStream::from(copy))
    }
}

/// Ends this process when the verdict process dies. Only the process itself can ask for that;
/// what it may use is limited by whoever starts it.
pub(super) fn end_with_parent() {
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
}
