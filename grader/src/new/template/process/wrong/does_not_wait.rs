//! wrong: looks once whether the child has ended, and takes that for the end
//! fails: runs_in_a_child property
//! fails: tells_every_code property

use std::io;

/// Runs `job` in a child process, waits for its end, and says its exit code; nothing if
/// a signal ended it.
pub fn code_of(job: impl FnOnce() -> i32) -> io::Result<Option<i32>> {
    let _child = os::fork(job)?;
    Ok(None)
}
