//! Programs that a process starts or becomes: `posix_spawn(3)`, `execve(2)`.

use std::mem;

use serde::{Deserialize, Serialize};

use crate::{
    descriptor::Fd,
    disposition::{Action, Disposition},
    errno::Errno,
    kernel::Kernel,
    process::Pid,
    signal::{Signal, SignalSet},
    wait::WaitStatus,
};

/// The highest descriptor that a program has unless it is given more: the real `std` opens all others
/// with `O_CLOEXEC`.
const LAST_STANDARD: Fd = 2;

/// A program that is started, and with what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spawn {
    /// The name of the program.
    pub program: String,
    /// Its arguments, the first of which is a name, too.
    pub arguments: Vec<String>,
    /// Copies of descriptors that are made in the child, one after the other: of the first number, to the
    /// second one. `posix_spawn_file_actions_adddup2(3)`
    pub duplicates: Vec<(Fd, Fd)>,
    /// The process group that it becomes a member of; 0 is a new one, which it leads.
    pub group: Option<Pid>,
    /// The signals whose action becomes that by default.
    pub defaults: SignalSet,
    /// The signals that are blocked, if these are others than in the parent.
    pub mask: Option<SignalSet>,
}

impl Kernel {
    /// A child of `pid` that runs a program: what [`fork`](Self::fork) makes, with the descriptors that the
    /// program is given and no others above the standard ones, and without handlers. `posix_spawn(3)`
    ///
    /// Parent and child cannot be seen in the middle of it: the real call returns when the program runs.
    ///
    /// # Errors
    ///
    /// `EAGAIN` as in [`fork`](Self::fork); `EBADF` if a descriptor that is to be copied is not open, or
    /// the copy can have no such number; those of [`setpgid`](Self::setpgid). There is no child then.
    pub fn spawn(&mut self, pid: Pid, spawn: &Spawn) -> Result<Pid, Errno> {
        let child = self.fork(pid)?;
        if let Err(errno) = self.become_program(child, spawn) {
            self.close_all(child, WaitStatus::Exited(0));
            self.processes.remove(child);
            return Err(errno);
        }
        Ok(child)
    }

    fn become_program(&mut self, child: Pid, spawn: &Spawn) -> Result<(), Errno> {
        if let Some(group) = spawn.group {
            self.setpgid(child, child, group)?;
        }
        for (fd, to) in &spawn.duplicates {
            self.dup2(child, *fd, *to)?;
        }
        let signals = &mut self.process_mut(child).signals;
        for signal in spawn.defaults.iter() {
            signals.set_action(signal, Action::DEFAULT);
        }
        signals.mask = spawn.mask.unwrap_or(signals.mask);
        let given: Vec<Fd> = spawn.duplicates.iter().map(|(_, to)| *to).collect();
        self.begin_program(child, &given)
    }

    /// A process runs another program: it keeps its number, its group, its timer, what it ignores and
    /// what is pending, and of its descriptors the standard ones. `execve(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn exec(&mut self, pid: Pid) {
        self.cancel_all_of(pid);
        self.abandon_mutexes(pid);
        self.begin_program(pid, &[]).expect("each of them is open");
    }

    /// What a process loses when its program begins: handlers, memory that is shared, and descriptors
    /// that are neither standard ones nor among these.
    fn begin_program(&mut self, pid: Pid, given: &[Fd]) -> Result<(), Errno> {
        for fd in self.closed_by_exec(pid) {
            if !given.contains(&fd) {
                self.close(pid, fd)?;
            }
        }
        let process = self.process_mut(pid);
        let opened = mem::take(&mut process.semaphores);
        for signal in Signal::ALL {
            if process.signals.action(signal).disposition == Disposition::Handle {
                process.signals.set_action(signal, Action::DEFAULT);
            }
        }
        for segment in mem::take(&mut process.mappings) {
            self.segments.release(segment);
        }
        if !opened.is_empty() {
            self.drop_unused_semaphores();
        }
        Ok(())
    }

    /// The descriptors of a process that another program does not get.
    pub(crate) fn closed_by_exec(&self, pid: Pid) -> Vec<Fd> {
        let mut all = self.descriptors(pid);
        all.retain(|fd| *fd > LAST_STANDARD);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIRST, Limits, OpenFlags, Reply};

    fn spawned(kernel: &mut Kernel, spawn: &Spawn) -> Pid {
        kernel.spawn(FIRST, spawn).expect("there is room")
    }

    #[test]
    fn a_program_has_the_descriptors_that_it_is_given() {
        let mut kernel = Kernel::new(Limits::default());
        let [read, write] = kernel.pipe(FIRST, OpenFlags::EMPTY).expect("a pipe");
        let with = |duplicates| Spawn {
            duplicates,
            ..Spawn::default()
        };
        let plain = spawned(&mut kernel, &Spawn::default());
        assert_eq!(kernel.descriptors(plain), [0, 1, 2]);
        let given = spawned(&mut kernel, &with(vec![(write, 1), (write, 9)]));
        assert_eq!(kernel.descriptors(given), [0, 1, 2, 9]);
        // The parent's end is closed, and that of the child is the only one.
        kernel.close(FIRST, write).expect("it is open");
        assert_eq!(kernel.open_objects().pipes, 1);
        let at_end = |kernel: &mut Kernel| kernel.read(FIRST, read, 1);
        assert!(matches!(at_end(&mut kernel), Ok(Reply::Waits(_))));
        kernel.exit(given, 0);
        assert_eq!(at_end(&mut kernel), Ok(Reply::Done(Vec::new())));
    }

    #[test]
    fn nothing_is_left_of_a_program_that_cannot_be_started() {
        let mut kernel = Kernel::new(Limits::default());
        let [_, write] = kernel.pipe(FIRST, OpenFlags::EMPTY).expect("a pipe");
        let before = kernel.open_objects();
        for duplicates in [vec![(write, 1), (77, 2)], vec![(write, -1)]] {
            let spawn = Spawn {
                duplicates,
                ..Spawn::default()
            };
            assert_eq!(kernel.spawn(FIRST, &spawn), Err(Errno::EBADF));
        }
        let group = Some(44);
        let spawn = Spawn {
            group,
            ..Spawn::default()
        };
        assert_eq!(kernel.spawn(FIRST, &spawn), Err(Errno::EPERM));
        assert_eq!(kernel.children(FIRST).count(), 0);
        assert_eq!(kernel.open_objects(), before);
    }

    #[test]
    fn what_is_handled_is_not_handled_in_a_program_and_what_is_ignored_stays_so() {
        let mut kernel = Kernel::new(Limits::default());
        for (signal, action) in [
            (Signal::USR1, Action::HANDLE),
            (Signal::USR2, Action::IGNORE),
            (Signal::PIPE, Action::IGNORE),
        ] {
            kernel.sigaction(FIRST, signal, action).expect("it can be");
        }
        let spawn = Spawn {
            defaults: Signal::PIPE.into(),
            mask: Some(Signal::HUP.into()),
            group: Some(0),
            ..Spawn::default()
        };
        let child = spawned(&mut kernel, &spawn);
        let of = |signal| kernel.action(child, signal).disposition;
        assert_eq!(of(Signal::USR1), Disposition::Default);
        assert_eq!(of(Signal::USR2), Disposition::Ignore);
        assert_eq!(of(Signal::PIPE), Disposition::Default);
        assert_eq!(kernel.process(child).signals.mask, Signal::HUP.into());
        assert_eq!(kernel.getpgid(FIRST, child), Ok(child));
        // Its parent handles what it handled.
        let parents = kernel.action(FIRST, Signal::USR1).disposition;
        assert_eq!(parents, Disposition::Handle);
    }
}
