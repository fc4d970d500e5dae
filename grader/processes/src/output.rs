//! What processes print, as the standard library does it: standard output by lines, standard error at
//! once.
//!
//! Lines that are not whole are in the memory of the process: a fork copies them, and `_exit(2)` does
//! not write them.

use std::cell::RefCell;

use interleave::{PanicRecord, Printer, Stream};
use kernel::{Answer, Errno, Fd, SystemCall};

use crate::program::call;

const OUTPUT: Fd = 1;
const ERROR: Fd = 2;

/// So many bytes of a line are kept at most, as in `std::io::LineWriter`.
const MOST_KEPT: usize = 1024;

thread_local! {
    /// What was printed and not written yet.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Programs of the current execution print by system calls.
pub(crate) fn begin() {
    reset();
    interleave::set_printer(Printer {
        prints,
        flushes: flush,
    });
}

/// Forgets what is not written, as another program does that begins.
pub(crate) fn reset() {
    LINE.take();
}

/// Writes what this process has printed and not written yet: `fflush(3)`. What cannot be written is lost,
/// as at the end of a program.
#[track_caller]
pub fn flush() {
    let _ = write(OUTPUT, &LINE.take());
}

#[track_caller]
fn prints(stream: Stream, bytes: &[u8]) {
    if stream == Stream::Error {
        let _ = write(ERROR, bytes);
        return;
    }
    // Another thread of this process may print while this one writes.
    let whole = LINE.with_borrow_mut(|line| {
        line.extend_from_slice(bytes);
        let end = line
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map(|at| at + 1);
        let end = end.or_else(|| (line.len() > MOST_KEPT).then_some(line.len()));
        line.drain(..end.unwrap_or(0)).collect::<Vec<_>>()
    });
    if let Err(errno) = write(OUTPUT, &whole) {
        panic!("failed printing to stdout: {errno:?}");
    }
}

/// Prints a panic of this process, as the hook of the standard library does.
pub(crate) fn prints_panic(panic: &PanicRecord) {
    let (file, line, column) = panic.place.clone().unwrap_or_default();
    let message = &panic.message;
    let text = format!("thread 'main' panicked at {file}:{line}:{column}:\n{message}\n");
    let _ = write(ERROR, text.as_bytes());
}

/// Writes all of it. What nobody can take because the descriptor is closed is lost, as `std` has it.
#[track_caller]
fn write(fd: Fd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let made = SystemCall::Write {
            fd,
            bytes: bytes.to_vec(),
        };
        match call(made) {
            Ok(Answer::Number(count)) => bytes = &bytes[count as usize..],
            Ok(answer) => unreachable!("{answer:?} is no answer to a write"),
            Err(Errno::EINTR) => {}
            Err(Errno::EBADF | Errno::ESRCH) => return Ok(()),
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}
