//! {{number}} · {{title}}: the exit code of a child process.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::io;

/// Runs `job` in a child process, waits for its end, and says its exit code; nothing if
/// a signal ended it.
pub fn code_of(job: impl FnOnce() -> i32) -> io::Result<Option<i32>> {
    // BEGIN SOLUTION
    // | let _ = job;
    // | todo!()
    match os::fork(job)?.wait()? {
        os::Exit::Code(code) => Ok(Some(code)),
        os::Exit::Signal(_) => Ok(None),
    }
    // END SOLUTION
}
