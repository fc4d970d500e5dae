//! Waiting for children: `wait(2)`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    errno::Errno,
    kernel::{Call, Kernel, Reply, WaitFor},
    process::{Activity, Pid},
    signal::Signal,
};

/// Which children a process waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Children {
    /// Any of them.
    Any,
    /// This one.
    One(Pid),
    /// Those in this process group.
    Group(Pid),
    /// Those in the group that the caller is in at that moment.
    OwnGroup,
}

/// What a process waits for besides an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WaitOptions {
    /// That a child was stopped: `WUNTRACED`.
    pub stopped: bool,
    /// That a stopped child goes on: `WCONTINUED`.
    pub continued: bool,
}

impl WaitOptions {
    /// Ends alone.
    pub const ENDS: Self = Self {
        stopped: false,
        continued: false,
    };
}

/// A child that was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// Its number, which a later process does not get.
    pub pid: Pid,
    /// What became of it.
    pub status: WaitStatus,
}

/// What became of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WaitStatus {
    /// It ended with this status, 0 to 255.
    Exited(u8),
    /// A signal ended it.
    Signaled(Signal),
    /// A signal stopped it.
    Stopped(Signal),
    /// It goes on.
    Continued,
}

impl WaitStatus {
    /// The number in which `wait(2)` has it, for `WIFEXITED` and the others.
    ///
    /// ```
    /// assert_eq!(kernel::WaitStatus::Exited(7).raw(), 0x0700);
    /// ```
    pub const fn raw(self) -> i32 {
        match self {
            Self::Exited(status) => (status as i32) << 8,
            Self::Signaled(signal) => signal.number(),
            Self::Stopped(signal) => (signal.number() << 8) | 0x7f,
            Self::Continued => 0xffff,
        }
    }
}

/// As `strace(1)` writes it.
impl fmt::Display for WaitStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "+++ exited with {status} +++"),
            Self::Signaled(signal) => write!(f, "+++ killed by {signal} +++"),
            Self::Stopped(signal) => write!(f, "--- stopped by {signal} ---"),
            Self::Continued => write!(f, "--- {} ---", Signal::CONT),
        }
    }
}

impl Kernel {
    /// Waits for a child that has ended, and removes it; or that was stopped or goes on, if the
    /// options say so, which is told once. `waitpid(2)`
    ///
    /// If there are several, it is the first in the order in which they became children of this
    /// process, as Linux does it, and not the one to which it happened first.
    ///
    /// A process that waits for a group need not wait any more when the last child has left it. On
    /// Linux it notices that only when something else becomes of a child.
    ///
    /// # Errors
    ///
    /// `ECHILD` if there is no such child.
    pub fn wait(&mut self, pid: Pid, children: Children, options: WaitOptions) -> Call<Waited> {
        match self.try_wait(pid, children, options)? {
            Some(waited) => Ok(Reply::Done(waited)),
            None => Ok(Reply::Waits(WaitFor::Child(children))),
        }
    }

    /// The same without waiting; nothing if there is nothing to tell: `WNOHANG` of `waitpid(2)`.
    ///
    /// # Errors
    ///
    /// `ECHILD` if there is no such child.
    pub fn try_wait(
        &mut self,
        pid: Pid,
        children: Children,
        options: WaitOptions,
    ) -> Result<Option<Waited>, Errno> {
        let waited = self.changed_child(pid, children, options)?;
        if let Some(Waited { pid, status }) = waited {
            match status {
                WaitStatus::Exited(_) | WaitStatus::Signaled(_) => self.processes.remove(pid),
                WaitStatus::Stopped(signal) => {
                    let is_told = true;
                    self.process_mut(pid).activity = Activity::Stopped { signal, is_told };
                }
                WaitStatus::Continued => self.process_mut(pid).activity = Activity::Runs,
            }
        }
        Ok(waited)
    }

    /// The first of these children of which there is something to tell.
    pub(crate) fn changed_child(
        &self,
        pid: Pid,
        children: Children,
        options: WaitOptions,
    ) -> Result<Option<Waited>, Errno> {
        let changed = self.changed_children(pid, children, options)?;
        Ok(changed.into_iter().next())
    }

    /// Those of these children of which there is something to tell, in their order.
    pub(crate) fn changed_children(
        &self,
        pid: Pid,
        children: Children,
        options: WaitOptions,
    ) -> Result<Vec<Waited>, Errno> {
        let own_group = self.process(pid).group;
        let mut meant: Vec<_> = self
            .processes
            .all()
            .filter(|(child, process)| {
                process.parent == pid
                    && match children {
                        Children::Any => true,
                        Children::One(one) => one == *child,
                        Children::Group(group) => process.group == group,
                        Children::OwnGroup => process.group == own_group,
                    }
            })
            .collect();
        if meant.is_empty() {
            return Err(Errno::ECHILD);
        }
        meant.sort_by_key(|(_, process)| process.place);
        let told = meant.into_iter().filter_map(|(pid, process)| {
            let status = match process.activity {
                Activity::Ended(end) => Some(end),
                Activity::Stopped { signal, is_told } if options.stopped && !is_told => {
                    Some(WaitStatus::Stopped(signal))
                }
                Activity::Continued if options.continued => Some(WaitStatus::Continued),
                Activity::Runs
                | Activity::Continued
                | Activity::Stopped { .. }
                | Activity::Exiting(_) => None,
            }?;
            Some(Waited { pid, status })
        });
        Ok(told.collect())
    }
}
