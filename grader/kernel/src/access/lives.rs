//! What the beginning and the end of a process touch.

use super::{Access, Accesses, Part, waits::removal_accesses};
use crate::{
    disposition::Action,
    kernel::Kernel,
    process::{Activity, Pid},
    signal::Signal,
    spawn::Spawn,
};

impl Kernel {
    /// What the beginning of a child of `pid` touches.
    pub fn fork_accesses(&self, pid: Pid) -> Accesses {
        vec![
            (Part::Signals(pid), Access::Read),
            (Part::Table(pid), Access::Read),
            (Part::Processes, Access::Write),
            (Part::Process(self.processes.next()), Access::Write),
            (Part::Existence(self.processes.next()), Access::Write),
            (Part::Children(pid), Access::Write),
            (Part::Groups, Access::Add),
        ]
    }

    /// What the beginning of a program that `pid` starts touches: each descriptor that it gets or loses
    /// is a copy of one that its parent keeps.
    pub fn spawn_accesses(&self, pid: Pid, spawn: &Spawn) -> Accesses {
        let mut accesses = self.fork_accesses(pid);
        if spawn.group.is_some() {
            accesses.push((Part::Groups, Access::Write));
        }
        accesses
    }

    /// What it touches that `pid` begins another program.
    pub(super) fn exec_accesses(&self, pid: Pid, to: &mut Accesses) {
        // Handlers are taken away, as by `sigaction(2)`.
        to.push((Part::Pending(pid), Access::Write));
        for fd in self.closed_by_exec(pid) {
            to.push((Part::Descriptor(pid, fd), Access::Write));
            if let Ok(id) = self.description(pid, fd) {
                self.close_accesses(id, to);
            }
        }
        self.cancel_accesses(pid, to);
        self.abandon_accesses(pid, to);
    }

    /// What the first step of the end of `pid` touches.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn begin_exit_accesses(&self, pid: Pid) -> Accesses {
        let process = self.process(pid);
        // Signals do something before, and nothing after it.
        let mut accesses = vec![(Part::Signals(pid), Access::Write)];
        let to = &mut accesses;
        for (_, description) in process.descriptors.iter() {
            self.close_accesses(description, to);
        }
        self.cancel_accesses(pid, to);
        self.abandon_accesses(pid, to);
        if process.adopts {
            to.push((Part::Subreapers, Access::Write));
        }
        if process.activity != Activity::Runs {
            // That it goes on after a stop is not told any more.
            to.push((Part::Process(pid), Access::Write));
        }
        accesses
    }

    /// Whether others could tell the two steps of the end of `pid` from one, although they do not ask
    /// whether it has [ended](crate::SystemCall::tells_ends): its parent gets a signal at the second
    /// one, or somebody gets another parent.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn shows_exit(&self, pid: Pid) -> bool {
        let is_anyone_stopped = || self.processes.all().any(|(_, other)| other.is_stopped());
        self.notices_ends(self.parent(pid))
            || self.children(pid).next().is_some()
            || is_anyone_stopped()
    }

    /// What the second step of the end of `pid` touches. What is in between is not seen but by those
    /// who ask about processes, or get a signal of an end.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn finish_exit_accesses(&self, pid: Pid) -> Accesses {
        let mut accesses = vec![(Part::Process(pid), Access::ReleaseShared)];
        let to = &mut accesses;
        self.adoption_accesses(pid, to);
        self.orphaned_accesses(pid, to);
        let parent = self.parent(pid);
        to.push((Part::Pending(parent), Access::Read));
        if self.notices_ends(parent) {
            // Another parent is told if this one ends first.
            to.push((Part::Parent(pid), Access::Read));
            self.end_told_accesses(pid, parent, to);
        }
        accesses
    }

    /// Its children find another parent.
    fn adoption_accesses(&self, pid: Pid, to: &mut Accesses) {
        let mut orphans = self.children(pid).peekable();
        if orphans.peek().is_none() {
            return;
        }
        // Who adopts them depends on who is still there above.
        let heir = self.heir(pid);
        let above = std::iter::successors(Some(pid), |pid| Some(self.process(*pid).parent));
        let above = above.take_while(|above| *above != heir && *above != 0);
        to.extend(above.map(|above| (Part::Parent(above), Access::Read)));
        to.push((Part::Subreapers, Access::Read));
        to.push((Part::Children(heir), Access::Write));
        for orphan in orphans {
            to.push((Part::Parent(orphan), Access::Write));
            if self.process(orphan).has_ended() {
                to.push((Part::Process(orphan), Access::Write));
                to.push((Part::Pending(heir), Access::Read));
                self.end_told_accesses(orphan, heir, to);
            }
        }
    }

    /// A parent is told that a child has ended, and may want no zombie.
    fn end_told_accesses(&self, child: Pid, parent: Pid, to: &mut Accesses) {
        self.signal_accesses(parent, Signal::CHLD, to);
        to.push((Part::Existence(child), Access::Write));
        removal_accesses(to);
    }

    /// Whether it makes a difference to a parent that a child has ended, before it waits for it.
    fn notices_ends(&self, parent: Pid) -> bool {
        let Some(process) = self.processes.find(parent) else {
            return false;
        };
        let signals = &process.signals;
        signals.mask.has(Signal::CHLD) || signals.action(Signal::CHLD) != Action::DEFAULT
    }

    /// Groups become orphaned, which is news to those in them that are stopped.
    fn orphaned_accesses(&self, pid: Pid, to: &mut Accesses) {
        let is_stopped = self
            .processes
            .all()
            .any(|(_, process)| process.is_stopped());
        if !is_stopped {
            to.push((Part::Groups, Access::Add));
            return;
        }
        to.push((Part::Groups, Access::Write));
        to.push((Part::Parent(pid), Access::Read));
        for (other, process) in self.processes.all() {
            if other != pid && !process.has_ended() {
                self.drastic_accesses(other, to);
            }
        }
    }
}
