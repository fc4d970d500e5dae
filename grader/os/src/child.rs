//! Child processes.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, kill_process, pidfd_open, waitpid,
};

use crate::check;

/// The exit code of a child that panicked, as of every Rust program.
const PANICKED: i32 = 101;

/// A child process. Until it is waited for, an ended child stays as a zombie.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// Starts a copy of this process. The copy runs `body` and exits with its result (the
/// lowest eight bits of it); this process goes on at once.
///
/// The copy has all memory of this process as it was, and changes only its own.
///
/// # Errors
///
/// If the system has no room for another process.
pub fn fork(body: impl FnOnce() -> i32) -> io::Result<Child> {
    // SAFETY: the child has only the calling thread. It runs `body` and leaves with
    // `_exit`, so that nothing of the parent's is run or flushed a second time. The
    // memory allocator of the C library can be used in it (glibc takes its locks
    // across the fork), and the parent's other threads are the grader's own, which
    // hold no lock that `body` could want.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: closes descriptors that only the grader uses, from 200 up.
            unsafe { libc::close_range(200, libc::c_uint::MAX, 0) };
            let code = catch_unwind(AssertUnwindSafe(body)).unwrap_or(PANICKED);
            // SAFETY: ends this process.
            unsafe { libc::_exit(code & 0xff) }
        }
        pid => {
            let pid = Pid::from_raw(pid).ok_or(io::ErrorKind::Other)?;
            Ok(Child { pid })
        }
    }
}

impl Child {
    /// The process id.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().cast_unsigned()
    }

    /// Waits until the child has ended and says how. The system then forgets it.
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn wait(&mut self) -> io::Result<Exit> {
        let ending = pidfd_open(self.pid, PidfdFlags::empty())?;
        check::release_gates_until_ended(self.pid(), &ending)?;
        loop {
            match waitpid(Some(self.pid), WaitOptions::empty()) {
                Ok(Some((_, status))) => return Ok(exit(status)),
                Ok(None) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Ends the child at once, whatever it is doing (`SIGKILL`). It stays as a zombie until
    /// it is waited for. For a child that has ended already this does nothing.
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn kill(&mut self) -> io::Result<()> {
        Ok(kill_process(self.pid, Signal::KILL)?)
    }

    /// How the child ended, or nothing if it runs.
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn try_wait(&mut self) -> io::Result<Option<Exit>> {
        let status = waitpid(Some(self.pid), WaitOptions::NOHANG)?;
        Ok(status.map(|(_, status)| exit(status)))
    }
}

fn exit(status: WaitStatus) -> Exit {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(0)),
    }
}
