//! wrong: no process is started at all
//! page: runs_in_a_child
//! fails: runs_in_a_child property

use std::io;

/// Runs `job` in a child process, waits for its end, and says its exit code; nothing if
/// a signal ended it.
pub fn code_of(job: impl FnOnce() -> i32) -> io::Result<Option<i32>> {
    Ok(Some(job()))
}
