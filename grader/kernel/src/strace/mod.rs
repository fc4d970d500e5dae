//! Calls in the notation of `strace(1)`, for traces.
//!
//! Of the calls with completion rings, the arguments are those of the value, in the form of `Debug`.

mod events;
mod files;
mod shared;
mod signals;
mod sockets;

use std::{
    fmt::{self, Debug, Display},
    time::Duration,
};

use crate::{
    errno::Errno,
    lock::{LockKind, Locking},
    system_call::{Answer, GroupCall, SystemCall},
    wait::{Children, WaitStatus},
};

/// So many bytes of a text are shown.
const SHOWN: usize = 24;

/// A call and what it gave: `read(3, "abc", 4096) = 3`.
///
/// ```
/// use kernel::{Answer, Errno, Strace, SystemCall};
///
/// let read = SystemCall::Read { fd: 3, count: 99 };
/// let shown = |gave: &Result<Answer, Errno>| Strace { call: &read, gave }.to_string();
/// assert_eq!(shown(&Ok(Answer::Bytes(b"abc".to_vec()))), r#"read(3, "abc", 99) = 3"#);
/// assert_eq!(shown(&Err(Errno::EBADF)), "read(3, …, 99) = -1 EBADF");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Strace<'a> {
    /// The call.
    pub call: &'a SystemCall,
    /// What it gave.
    pub gave: &'a Result<Answer, Errno>,
}

impl Display for Strace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = self.gave.as_ref().ok();
        let arguments = self.call.arguments(answer);
        write!(f, "{}({arguments}) = ", self.call.name())?;
        match self.gave {
            Ok(answer) => write!(f, "{}", Returned(answer)),
            Err(errno) => write!(f, "-1 {errno:?}"),
        }
    }
}

/// Bytes as a string of C, cut off if they are many; nothing is known of those that were not read.
struct Text<'a>(Option<&'a [u8]>);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(bytes) = self.0 else {
            return write!(f, "…");
        };
        let shown = bytes.get(..SHOWN).unwrap_or(bytes);
        let more = if shown.len() < bytes.len() { "…" } else { "" };
        f.write_str("\"")?;
        for byte in shown {
            match byte {
                // It needs no escape in a string of C.
                b'\'' => f.write_str("'")?,
                byte => write!(f, "{}", byte.escape_ascii())?,
            }
        }
        write!(f, "\"{more}")
    }
}

/// What a call returns.
struct Returned<'a>(&'a Answer);

impl Display for Returned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Answer::Number(number) => write!(f, "{number}"),
            Answer::Descriptor(fd) => write!(f, "{fd}"),
            Answer::Bytes(bytes) => write!(f, "{}", bytes.len()),
            Answer::Waited(waited) => write!(f, "{}", waited.map_or(0, |waited| waited.pid)),
            Answer::Accepted(accepted) => write!(f, "{}", accepted.fd),
            Answer::Events(events) => {
                write!(
                    f,
                    "{}",
                    events.iter().filter(|found| !found.is_empty()).count()
                )
            }
            Answer::EpollEvents(events) => write!(f, "{}", events.len()),
            Answer::Entries(entries) => write!(f, "{}", entries.len()),
            Answer::Completions(completions) => write!(f, "{}", completions.len()),
            Answer::Numbers(numbers) => write!(f, "{}", numbers.len()),
            Answer::Signal(signal) => write!(f, "{signal}"),
            Answer::Segment(id) => write!(f, "segment {}", id.number()),
            Answer::Nothing
            | Answer::Ends(_)
            | Answer::Signals(_)
            | Answer::Action(_)
            | Answer::Semaphore(_)
            | Answer::Mutex(_)
            | Answer::Metadata(_)
            | Answer::Timer(_)
            | Answer::Address(_)
            | Answer::Error(_) => write!(f, "0"),
        }
    }
}

impl SystemCall {
    /// The arguments, with what the call has written to some of them.
    fn arguments(&self, answer: Option<&Answer>) -> String {
        let read = match answer {
            Some(Answer::Bytes(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        match self {
            Self::Open { path, flags } => format!("{path:?}, {}", files::opening(*flags)),
            Self::Pipe { .. } => ends(answer),
            Self::Dup { fd } | Self::Close { fd } => format!("{fd}"),
            Self::Fstat { fd } => format!("{fd}, {}", files::metadata(answer)),
            Self::Entries { fd } => format!("{fd}, {}", files::entries(answer)),
            Self::Dup2 { fd, to } => format!("{fd}, {to}"),
            Self::Read { fd, count } => format!("{fd}, {}, {count}", Text(read)),
            Self::Write { fd, bytes } => format!("{fd}, {}, {}", Text(Some(bytes)), bytes.len()),
            Self::Pread { fd, count, at } => format!("{fd}, {}, {count}, {at}", Text(read)),
            Self::Pwrite { fd, bytes, at } => {
                format!("{fd}, {}, {}, {at}", Text(Some(bytes)), bytes.len())
            }
            Self::Seek { fd, offset, whence } => {
                format!("{fd}, {offset}, {}", files::whence(*whence))
            }
            Self::Truncate { fd, size } => format!("{fd}, {size}"),
            Self::Flock { fd, locking } => format!("{fd}, {}", lock_operation(*locking)),
            Self::IsNonblocking { fd } => format!("{fd}, F_GETFL"),
            Self::SetNonblocking { fd, is } => {
                format!("{fd}, F_SETFL, {}", if *is { "O_NONBLOCK" } else { "0" })
            }
            Self::Mkdir { path } | Self::Rmdir { path } | Self::Unlink { path } => {
                format!("{path:?}")
            }
            Self::Stat { path } => format!("{path:?}, {}", files::metadata(answer)),
            Self::Rename { from, to } => format!("{from:?}, {to:?}"),
            Self::Wait { children, .. } => waited(*children, answer, "0"),
            Self::TryWait { children, .. } => waited(*children, answer, "WNOHANG"),
            Self::Parent => String::new(),
            Self::SetSubreaper { is } => format!("PR_SET_CHILD_SUBREAPER, {}", u8::from(*is)),
            Self::Exec { program, arguments } => format!("{program:?}, {arguments:?}"),
            Self::Signal(call) => signals::arguments(call, answer),
            Self::Group(call) => group_arguments(call),
            Self::Time(call) => files::of_time(*call),
            Self::Socket(call) => sockets::arguments(call, read, answer),
            Self::Event(call) => events::arguments(call, answer),
            Self::Within { call, limit } => {
                let milliseconds = Duration::from_nanos(*limit).as_millis();
                format!("{}, {milliseconds} ms", call.arguments(answer))
            }
            Self::Semaphore(call) => shared::semaphore_arguments(call, answer),
            Self::Mutex(call) => shared::mutex_arguments(*call, answer),
            Self::Memory(call) => shared::memory_arguments(call),
            Self::Ring(call) => debug(call),
        }
    }
}

/// The fields of a value, without its name.
fn debug(value: &impl Debug) -> String {
    let text = format!("{value:?}");
    let fields = text
        .split_once('{')
        .map(|(_, fields)| fields.trim_end_matches('}'));
    fields.unwrap_or_default().trim().to_owned()
}

fn ends(answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer::Ends([first, second])) => format!("[{first}, {second}]"),
        _ => "…".to_owned(),
    }
}

fn lock_operation(locking: Locking) -> &'static str {
    match locking {
        Locking::Lock(LockKind::Shared) => "LOCK_SH",
        Locking::Lock(LockKind::Exclusive) => "LOCK_EX",
        Locking::TryLock(LockKind::Shared) => "LOCK_SH|LOCK_NB",
        Locking::TryLock(LockKind::Exclusive) => "LOCK_EX|LOCK_NB",
        Locking::Unlock => "LOCK_UN",
    }
}

fn waited(children: Children, answer: Option<&Answer>, options: &str) -> String {
    let which = match children {
        Children::Any => "-1".to_owned(),
        Children::One(pid) => format!("{pid}"),
        Children::Group(group) => format!("-{group}"),
        Children::OwnGroup => "0".to_owned(),
    };
    let status = match answer {
        Some(Answer::Waited(Some(waited))) => match waited.status {
            WaitStatus::Exited(status) => format!("[exited {status}]"),
            WaitStatus::Signaled(signal) => format!("[killed by {signal}]"),
            WaitStatus::Stopped(signal) => format!("[stopped by {signal}]"),
            WaitStatus::Continued => "[continued]".to_owned(),
        },
        _ => "…".to_owned(),
    };
    format!("{which}, {status}, {options}")
}

fn group_arguments(call: &GroupCall) -> String {
    match call {
        GroupCall::SetGroup { pid, group } => format!("{pid}, {group}"),
        GroupCall::Group { pid } | GroupCall::Session { pid } => format!("{pid}"),
        GroupCall::SetSession => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kill::Target,
        signal::Signal,
        system_call::SignalCall,
        wait::{WaitOptions, Waited},
    };

    fn shown(call: &SystemCall, gave: &Result<Answer, Errno>) -> String {
        Strace { call, gave }.to_string()
    }

    #[test]
    fn what_a_call_wrote_stands_among_its_arguments() {
        let children = Children::One(4);
        let options = WaitOptions::ENDS;
        let status = WaitStatus::Signaled(Signal::KILL);
        let waited = Answer::Waited(Some(Waited { pid: 4, status }));
        let wait = SystemCall::Wait { children, options };
        assert_eq!(
            shown(&wait, &Ok(waited)),
            "waitpid(4, [killed by SIGKILL], 0) = 4"
        );
        let look = SystemCall::TryWait { children, options };
        assert_eq!(
            shown(&look, &Ok(Answer::Waited(None))),
            "waitpid(4, …, WNOHANG) = 0"
        );
        let pipe = SystemCall::Pipe {
            flags: crate::OpenFlags::EMPTY,
        };
        assert_eq!(shown(&pipe, &Ok(Answer::Ends([3, 4]))), "pipe2([3, 4]) = 0");
        assert_eq!(shown(&pipe, &Err(Errno::EMFILE)), "pipe2(…) = -1 EMFILE");
    }

    #[test]
    fn long_texts_are_cut_off_and_odd_bytes_escaped() {
        let write = |bytes: &[u8]| {
            let call = SystemCall::Write {
                fd: 4,
                bytes: bytes.to_vec(),
            };
            shown(&call, &Ok(Answer::Number(bytes.len() as u64)))
        };
        assert_eq!(write(b"a\"\n\0"), r#"write(4, "a\"\n\x00", 4) = 4"#);
        assert_eq!(write(b"it's"), r#"write(4, "it's", 4) = 4"#);
        let long = write(&[b'x'; 100]);
        assert_eq!(long, r#"write(4, "xxxxxxxxxxxxxxxxxxxxxxxx"…, 100) = 100"#);
    }

    #[test]
    fn a_signal_is_shown_by_its_name() {
        let kill = |number| {
            let target = Target::One(2);
            let call = SystemCall::Signal(SignalCall::Kill { target, number });
            shown(&call, &Ok(Answer::Nothing))
        };
        assert_eq!(kill(9), "kill(2, SIGKILL) = 0");
        assert_eq!(kill(0), "kill(2, 0) = 0");
    }
}
