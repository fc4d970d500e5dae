//! Child processes.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
};

use libc::{c_int, pid_t};

use crate::signal::Signal;

/// The exit code of a child that panicked, as of every Rust program.
const PANICKED: i32 = 101;

/// A child process. Until it is waited for, an ended child stays as a zombie.
#[derive(Debug)]
pub struct Child {
    pid: pid_t,
    /// Whether it was waited for: its number may be that of another process by now.
    reaped: bool,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
}

/// What became of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It has ended.
    Ended(Exit),
    /// This signal has stopped it.
    Stopped(Signal),
    /// It goes on after a stop.
    Continued,
}

/// Starts a copy of this process. The copy runs `body` and exits with its result (the
/// lowest eight bits of it); this process goes on at once. `fork(2)`
///
/// The copy has all memory of this process as it was, and changes only its own.
///
/// # Errors
///
/// If the system has no room for another process.
pub fn fork(body: impl FnOnce() -> i32) -> io::Result<Child> {
    // SAFETY: the child has only the calling thread. It runs `body` and leaves with
    // `_exit`, so that nothing of the parent's is run or flushed a second time. The
    // memory allocator of the C library can be used in it: glibc takes its locks
    // across the fork.
    let pid = checked(unsafe { libc::fork() })?;
    if pid == 0 {
        let code = catch_unwind(AssertUnwindSafe(body)).unwrap_or(PANICKED);
        // SAFETY: ends this process.
        unsafe { libc::_exit(code & 0xff) }
    }
    Ok(Child { pid, reaped: false })
}

impl Child {
    /// The process id.
    pub fn pid(&self) -> u32 {
        self.pid.cast_unsigned()
    }

    /// Waits until the child has ended and says how. The system then forgets it. `waitpid(2)`
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn wait(&mut self) -> io::Result<Exit> {
        loop {
            match self.reap(0) {
                Ok(Some(exit)) => return Ok(exit),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// How the child ended, or nothing if it runs. `waitpid(2)` with `WNOHANG`
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn try_wait(&mut self) -> io::Result<Option<Exit>> {
        self.reap(libc::WNOHANG)
    }

    /// Waits until the child has ended, or was stopped, or goes on, and says which. Each is told once.
    /// `waitpid(2)` with `WUNTRACED` and `WCONTINUED`
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn wait_change(&mut self) -> io::Result<Change> {
        loop {
            match self.look(libc::WUNTRACED | libc::WCONTINUED) {
                Ok(Some(change)) => return Ok(change),
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn reap(&mut self, options: c_int) -> io::Result<Option<Exit>> {
        Ok(self.look(options)?.and_then(|change| match change {
            Change::Ended(exit) => Some(exit),
            Change::Stopped(_) | Change::Continued => None,
        }))
    }

    fn look(&mut self, options: c_int) -> io::Result<Option<Change>> {
        self.check_that_it_is_there()?;
        let mut status = 0;
        // SAFETY: the status is written to a variable of this function.
        let pid = checked(unsafe { libc::waitpid(self.pid, &raw mut status, options) })?;
        if pid != self.pid {
            return Ok(None);
        }
        let change = change(status);
        self.reaped = matches!(change, Change::Ended(_));
        Ok(Some(change))
    }

    /// Sends the child a signal. For a child that has ended already this does nothing. `kill(2)`
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn signal(&mut self, signal: Signal) -> io::Result<()> {
        self.check_that_it_is_there()?;
        // SAFETY: sends a signal to a child of this process, which has not been waited for.
        checked(unsafe { libc::kill(self.pid, signal.number()) }).map(drop)
    }

    /// Ends the child at once, whatever it is doing (`SIGKILL`). It stays as a zombie until
    /// it is waited for. For a child that has ended already this does nothing. `kill(2)`
    ///
    /// # Errors
    ///
    /// If the child has been waited for already.
    pub fn kill(&mut self) -> io::Result<()> {
        self.signal(Signal::KILL)
    }

    fn check_that_it_is_there(&self) -> io::Result<()> {
        if self.reaped {
            return Err(io::Error::from_raw_os_error(libc::ECHILD));
        }
        Ok(())
    }
}

fn change(status: c_int) -> Change {
    if libc::WIFCONTINUED(status) {
        return Change::Continued;
    }
    let stopped = libc::WIFSTOPPED(status).then(|| libc::WSTOPSIG(status));
    match stopped.and_then(Signal::from_number) {
        Some(signal) => Change::Stopped(signal),
        None => Change::Ended(exit(status)),
    }
}

/// How a process ended that has this status.
pub(crate) fn exit(status: c_int) -> Exit {
    if libc::WIFSIGNALED(status) {
        Exit::Signal(libc::WTERMSIG(status))
    } else {
        Exit::Code(libc::WEXITSTATUS(status))
    }
}

/// The result of a call, which is -1 if there was an error.
pub(crate) fn checked(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(result)
}
