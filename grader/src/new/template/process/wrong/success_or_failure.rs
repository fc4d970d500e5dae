//! wrong: tells success from failure and forgets which failure
//! fails: tells_every_code property

use std::io;

/// Runs `job` in a child process, waits for its end, and says its exit code; nothing if
/// a signal ended it.
pub fn code_of(job: impl FnOnce() -> i32) -> io::Result<Option<i32>> {
    match os::fork(job)?.wait()? {
        os::Exit::Code(0) => Ok(Some(0)),
        os::Exit::Code(_) => Ok(Some(1)),
        os::Exit::Signal(_) => Ok(None),
    }
}
