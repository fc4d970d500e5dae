//! Signals as bytes of a pipe: the self-pipe.

use std::{
    io::{self, PipeReader, PipeWriter, Read as _, pipe},
    os::fd::{AsFd, AsRawFd as _, BorrowedFd},
    sync::atomic::{AtomicI32, Ordering},
};

use libc::c_int;

use crate::{
    child::checked,
    disposition::{action, set},
    signal::Signal,
};

/// One more than the largest number of a signal with a name.
const NUMBERS: usize = 32;

/// No descriptor.
const NONE: c_int = -1;

/// For each signal the write end of the pipe that its number goes to.
static WRITE_ENDS: [AtomicI32; NUMBERS] = [const { AtomicI32::new(NONE) }; NUMBERS];

/// A pipe to which a handler writes the number of each signal that comes. So a program takes signals where
/// it reads, and not in the middle of something else; and what waits for several descriptors
/// ([`poll`](crate::poll()), [`wait_readable`](crate::wait_readable)) waits for signals as well.
/// `sigaction(2)`, `pipe(2)`
///
/// A signal that comes again before it is taken comes once. When the pipe is full, a signal is lost.
///
/// A child begins with the handlers of its parent and both ends of its pipe: signals that are sent to the
/// child are read by whoever reads first. A child that takes signals makes a pipe of its own, which takes the
/// place of its parent's, and one that does not gives them back their action by
/// [`restore_default`](crate::restore_default).
///
/// ```
/// use os::{Signal, SignalPipe, kill};
///
/// let signals = SignalPipe::new(&[Signal::USR1])?;
/// kill(std::process::id(), Signal::USR1)?;
/// assert_eq!(signals.read()?, Signal::USR1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct SignalPipe {
    reader: PipeReader,
    /// The handlers write to it as long as they are there.
    writer: PipeWriter,
    before: Vec<Before>,
}

/// What a signal did before.
#[derive(Debug, Clone, Copy)]
struct Before {
    signal: Signal,
    action: libc::sigaction,
    write_end: c_int,
}

impl SignalPipe {
    /// A pipe for these signals, which are handled from now on. When it is dropped, they do again what they
    /// did before.
    ///
    /// # Errors
    ///
    /// `EINVAL` for [`Signal::KILL`] and [`Signal::STOP`], `EMFILE` if too much is open.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        let (reader, writer) = pipe()?;
        // A handler must not wait.
        set_nonblocking(&writer)?;
        let mut made = Self {
            reader,
            writer,
            before: Vec::new(),
        };
        let handler = action(handle as *const () as libc::sighandler_t);
        for &signal in signals {
            let write_end = write_end(signal);
            let before = write_end.swap(made.writer.as_raw_fd(), Ordering::SeqCst);
            match set(signal, &handler) {
                Ok(action) => made.before.push(Before {
                    signal,
                    action,
                    write_end: before,
                }),
                Err(error) => {
                    write_end.store(before, Ordering::SeqCst);
                    return Err(error);
                }
            }
        }
        Ok(made)
    }

    /// Waits for a signal, and takes the one that came first. `read(2)`
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub fn read(&self) -> io::Result<Signal> {
        let mut number = [0];
        (&self.reader).read_exact(&mut number)?;
        Signal::from_number(number[0].into()).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl AsFd for SignalPipe {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Drop for SignalPipe {
    fn drop(&mut self) {
        for before in self.before.iter().rev() {
            // There is nobody to tell that the system refuses, which it never does for an action that was
            // there.
            let _ = set(before.signal, &before.action);
            write_end(before.signal).store(before.write_end, Ordering::SeqCst);
        }
    }
}

fn write_end(signal: Signal) -> &'static AtomicI32 {
    &WRITE_ENDS[signal.number().unsigned_abs() as usize % NUMBERS]
}

/// Writes the number of a signal to its pipe.
extern "C" fn handle(number: c_int) {
    let write_end = WRITE_ENDS[number.unsigned_abs() as usize % NUMBERS].load(Ordering::SeqCst);
    let byte = [number.to_le_bytes()[0]];
    // SAFETY: `write(2)` may be called in a handler. What it interrupts may look at the number of an
    // error, which belongs to this thread.
    unsafe {
        let error = libc::__errno_location();
        let before = *error;
        libc::write(write_end, byte.as_ptr().cast(), byte.len());
        *error = before;
    }
}

fn set_nonblocking(fd: &impl AsFd) -> io::Result<()> {
    let mut is_nonblocking: c_int = 1;
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: nothing is touched but a flag of an open descriptor.
    checked(unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut is_nonblocking) }).map(drop)
}
