//! Asks again and again whether the child has ended.

use std::{io, thread};

/// Runs `job` in a child process, waits for its end, and says its exit code; nothing if
/// a signal ended it.
pub fn code_of(job: impl FnOnce() -> i32) -> io::Result<Option<i32>> {
    let mut child = os::fork(job)?;
    loop {
        match child.try_wait()? {
            Some(os::Exit::Code(code)) => return Ok(Some(code)),
            Some(os::Exit::Signal(_)) => return Ok(None),
            None => thread::yield_now(),
        }
    }
}
