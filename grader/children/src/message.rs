//! What processes and the controller say to each other.

use std::{
    borrow::Cow,
    panic::{Location, PanicHookInfo},
};

/// Most bytes of data in a request or in an answer.
pub const DATA: usize = 64 << 10;

/// A system call that a process asks for. What its parts mean is between those who use this crate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request<'a> {
    /// Which call.
    pub call: u16,
    /// Its arguments.
    pub args: [u64; 5],
    /// Where in the program it is made. The address of a static value means the same in the
    /// controller, because the process is a copy of it.
    pub place: u64,
    /// At most [`DATA`] bytes.
    pub data: Cow<'a, [u8]>,
}

impl Request<'_> {
    /// What is at the [place](Self::place), if that is the address of a location. The caller has
    /// made sure that it is an address of the program, for a process can say anything.
    pub fn location(&self) -> Option<&'static Location<'static>> {
        let place = usize::try_from(self.place).ok()?;
        let place = std::ptr::with_exposed_provenance::<Location<'static>>(place);
        if !place.is_aligned() {
            return None;
        }
        // SAFETY: the process is a copy of the controller, so that its static values have the same
        // addresses; one that lies harms the driver that runs it, which is not trusted either.
        unsafe { place.as_ref() }
    }
}

/// What the controller answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The result of the call.
    pub result: i64,
    /// What else the process has to know.
    pub flags: u32,
    /// At most [`DATA`] bytes.
    pub data: Cow<'a, [u8]>,
}

/// What a process does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It asks, and waits for the answer.
    Asked(Request<'static>),
    /// It has ended by [`Asker::exit`](crate::Asker::exit), with this status.
    Exited(u8),
    /// It has ended by [`Asker::panicked`](crate::Asker::panicked).
    Panicked(Panic),
    /// It has ended and did not say so.
    Died(Death),
    /// It used more processor time than it may, and was killed.
    OutOfTime,
    /// Its parent did not fork it: `fork(2)` failed with this error number, or, without a number,
    /// the parent ended before.
    NotForked(Option<i32>),
}

/// How a process ended that did not say so, by `waitid(2)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Death {
    /// By `_exit(2)`, with this status.
    Exit(u8),
    /// By this signal.
    Signal(i32),
}

/// A panic that ended a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panic {
    /// The message.
    pub message: String,
    /// Where, if that is known.
    pub place: Option<Place>,
}

/// A place in a source file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Panic {
    /// What a panic hook is told. The hook itself belongs to another crate, which keeps this until it
    /// knows whether the process catches the panic.
    pub fn of(info: &PanicHookInfo<'_>) -> Self {
        let message = info.payload_as_str();
        Self {
            message: message
                .unwrap_or("a panic with a payload that is no text")
                .to_owned(),
            place: info.location().map(|location| Place {
                file: location.file().to_owned(),
                line: location.line(),
                column: location.column(),
            }),
        }
    }
}
