//! A process as the controller sees it.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
    process::{
        Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, kill_process, pidfd_open,
        pidfd_send_signal, waitid,
    },
};

use crate::message::Death;

/// A child of this process that was not waited for yet.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    descriptor: OwnedFd,
}

impl Process {
    /// The child with this number.
    ///
    /// # Errors
    ///
    /// If there is no such child, or no descriptor for it; it is killed then.
    pub(crate) fn new(pid: Pid) -> io::Result<Self> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        // Until this process waits for a child of its own, no other process can have the number.
        waitid(WaitId::Pid(pid), options)?;
        let descriptor = pidfd_open(pid, PidfdFlags::empty()).inspect_err(|_| {
            let _ = kill_process(pid, Signal::KILL);
            let _ = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED);
        })?;
        Ok(Self { pid, descriptor })
    }

    /// Readable when the process has ended.
    pub(crate) fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    pub(crate) fn has_ended(&self) -> io::Result<bool> {
        wait_readable([self.descriptor()], Duration::ZERO).map(|[ended]| ended)
    }

    /// The processor time that it has used, nothing if it has ended.
    pub(crate) fn processor_time(&self) -> Option<Duration> {
        let mut clock = 0;
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: both write to a variable.
        let failed = unsafe {
            libc::clock_getcpuclockid(self.pid.as_raw_nonzero().get(), &raw mut clock) != 0
                || libc::clock_gettime(clock, &raw mut time) != 0
        };
        let (seconds, nanoseconds) = (time.tv_sec.cast_unsigned(), time.tv_nsec.cast_unsigned());
        (!failed).then(|| Duration::new(seconds, nanoseconds as u32))
    }

    /// Ends it, whatever it is doing. This does not wait for the end.
    pub(crate) fn kill(&self) {
        // It can only fail because the process has ended.
        let _ = pidfd_send_signal(self.descriptor(), Signal::KILL);
    }

    /// Waits for its end, and takes it out of the system's table.
    pub(crate) fn wait(self) -> io::Result<Death> {
        let status = loop {
            match waitid(WaitId::PidFd(self.descriptor()), WaitIdOptions::EXITED) {
                Err(Errno::INTR) => {}
                status => break status?,
            }
        };
        let status = status.ok_or(io::ErrorKind::NotFound)?;
        Ok(match status.terminating_signal() {
            Some(signal) => Death::Signal(signal),
            None => Death::Exit(low_byte(status.exit_status().unwrap_or_default())),
        })
    }
}

/// Waits until one of these is readable, but not longer than that; which are.
pub(crate) fn wait_readable<const N: usize>(
    descriptors: [BorrowedFd<'_>; N],
    longest: Duration,
) -> io::Result<[bool; N]> {
    let mut waited =
        descriptors.map(|descriptor| PollFd::from_borrowed_fd(descriptor, PollFlags::IN));
    let longest = Timespec::try_from(longest).map_err(|_| io::ErrorKind::InvalidInput)?;
    match poll(&mut waited, Some(&longest)) {
        Ok(_) | Err(Errno::INTR) => Ok(waited.map(|descriptor| !descriptor.revents().is_empty())),
        Err(error) => Err(error.into()),
    }
}

/// What the system keeps of a status.
pub(crate) fn low_byte(status: i32) -> u8 {
    (status & 0xff).cast_unsigned() as u8
}
