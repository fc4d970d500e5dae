//! Process groups and sessions: `setpgid(2)`, `setsid(2)`. There are no terminals.

use crate::{
    errno::Errno,
    kernel::Kernel,
    process::{FIRST, Pid, Process},
    signal::Signal,
};

impl Kernel {
    /// Puts a process into a group of its session: itself or a child, zombies among them. A 0
    /// stands for the caller, and for a group of the number of the process. `setpgid(2)`
    ///
    /// # Errors
    ///
    /// `ESRCH` if it is neither the caller nor a child, `EPERM` if it leads a session, is in
    /// another one, or its session has no such group.
    ///
    /// # Panics
    ///
    /// Panics if there is no process `caller`.
    pub fn setpgid(&mut self, caller: Pid, pid: Pid, group: Pid) -> Result<(), Errno> {
        let pid = if pid == 0 { caller } else { pid };
        let group = if group == 0 { pid } else { group };
        let session = self.process(caller).session;
        let process = self.processes.find(pid).ok_or(Errno::ESRCH)?;
        if process.parent != caller && pid != caller {
            return Err(Errno::ESRCH);
        }
        let is_group =
            |(_, other): (Pid, &Process)| other.group == group && other.session == session;
        if process.session != session
            || process.session == pid
            || (group != pid && !self.processes.all().any(is_group))
        {
            return Err(Errno::EPERM);
        }
        self.process_mut(pid).group = group;
        Ok(())
    }

    /// The group of a process; 0 stands for the caller. `getpgid(2)`
    ///
    /// # Errors
    ///
    /// `ESRCH`.
    pub fn getpgid(&self, caller: Pid, pid: Pid) -> Result<Pid, Errno> {
        self.meant(caller, pid).map(|process| process.group)
    }

    /// The session of a process; 0 stands for the caller. `getsid(2)`
    ///
    /// # Errors
    ///
    /// `ESRCH`.
    pub fn getsid(&self, caller: Pid, pid: Pid) -> Result<Pid, Errno> {
        self.meant(caller, pid).map(|process| process.session)
    }

    /// Makes a process the leader of a new session and of a new group. `setsid(2)`
    ///
    /// # Errors
    ///
    /// `EPERM` if there is a group of its number.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn setsid(&mut self, pid: Pid) -> Result<Pid, Errno> {
        if self.processes.all().any(|(_, other)| other.group == pid) {
            return Err(Errno::EPERM);
        }
        let process = self.process_mut(pid);
        process.session = pid;
        process.group = pid;
        Ok(pid)
    }

    fn meant(&self, caller: Pid, pid: Pid) -> Result<&Process, Errno> {
        let pid = if pid == 0 { caller } else { pid };
        self.processes.find(pid).ok_or(Errno::ESRCH)
    }

    /// The processes of a group, zombies among them.
    pub(crate) fn group(&self, group: Pid) -> Vec<Pid> {
        let all = self.processes.all();
        all.filter(|(_, process)| process.group == group)
            .map(|(pid, _)| pid)
            .collect()
    }

    /// Whether none of a group, but for `ignored`, has a parent in another group of the same
    /// session, which could let it go on after a stop.
    pub(crate) fn is_orphaned(&self, group: Pid, ignored: Option<Pid>) -> bool {
        let mut all = self.processes.all();
        !all.any(|(pid, process)| {
            process.group == group
                && Some(pid) != ignored
                && !process.has_ended()
                && self.has_parent_outside(process, process.parent)
        })
    }

    /// Whether this parent is in the session of a process, and in another group.
    fn has_parent_outside(&self, process: &Process, parent: Pid) -> bool {
        // The parent of the first process is in another session.
        let parent = (parent >= FIRST).then(|| self.process(parent));
        parent.is_some_and(|parent| {
            parent.session == process.session && parent.group != process.group
        })
    }

    /// Sends `SIGHUP` and `SIGCONT` to the group of a process if it becomes orphaned by the end of
    /// `parent`, or of the process itself (`ignored`), and one of the group is stopped.
    /// `setpgid(2)`
    pub(crate) fn hang_up_orphaned(&mut self, pid: Pid, parent: Pid, ignored: Option<Pid>) {
        let process = self.process(pid);
        let group = process.group;
        let members = self.group(group);
        if self.has_parent_outside(process, parent)
            && self.is_orphaned(group, ignored)
            && members.iter().any(|pid| self.process(*pid).is_stopped())
        {
            for signal in [Signal::HUP, Signal::CONT] {
                for member in &members {
                    self.send_signal(*member, signal);
                }
            }
        }
    }
}
