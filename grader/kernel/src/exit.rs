//! The end of a process: `_exit(2)`.
//!
//! It has two steps, and other processes can see what is between them. First the process closes what
//! it has open, so that others find the end of its pipes. Then it is a zombie, and its parent hears of
//! that; until then a parent that asks is told that it runs. Linux does so in `exit_files` and
//! `exit_notify`, both called by `do_exit`.

use crate::{
    clock::Timer,
    kernel::Kernel,
    process::{Activity, Pid},
    signal::{Signal, SignalSet},
    wait::WaitStatus,
};

impl Kernel {
    /// The first step of the end of a process: what it has open is closed, and its robust mutexes are
    /// given up. It makes no calls from now on, and signals do nothing to it. A signal that has
    /// already decided how it ends does so. `_exit(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process, or it has begun to exit already.
    pub fn begin_exit(&mut self, pid: Pid, status: u8) {
        let fatal = self.process(pid).signals.fatal;
        let status = fatal.map_or(WaitStatus::Exited(status), WaitStatus::Signaled);
        self.close_all(pid, status);
    }

    /// The first step of the end of a process by a signal that it has brought about itself, as an
    /// access to memory that is not there does. `signal(7)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process, or it has begun to exit already.
    pub fn begin_death(&mut self, pid: Pid, signal: Signal) {
        self.close_all(pid, WaitStatus::Signaled(signal));
    }

    /// The second step: its children find another parent, its parent gets `SIGCHLD`, and it stays a
    /// zombie until it was waited for, unless its parent ignores that signal. How it has ended.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process, or it has not begun to exit.
    pub fn finish_exit(&mut self, pid: Pid) -> WaitStatus {
        let Activity::Exiting(status) = self.process(pid).activity else {
            panic!("it has begun to exit");
        };
        // Linux calls a process that ends dead for its children, and alive for its own group.
        self.adopt_children(pid);
        self.hang_up_orphaned(pid, self.parent(pid), Some(pid));
        self.process_mut(pid).activity = Activity::Ended(status);
        self.tell_parent_of_end(pid);
        status
    }

    /// Both steps of the end of a process, for those who do not look in between.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process, or it has begun to exit already.
    pub fn exit(&mut self, pid: Pid, status: u8) {
        self.begin_exit(pid, status);
        self.finish_exit(pid);
    }

    /// The first step, of a process that ends in this way.
    pub(crate) fn close_all(&mut self, pid: Pid, status: WaitStatus) {
        assert!(!self.process(pid).is_over(), "it has not begun to exit yet");
        self.cancel_all_of(pid);
        self.abandon_mutexes(pid);
        let process = self.process_mut(pid);
        process.activity = Activity::Exiting(status);
        process.signals.discard(SignalSet::FULL);
        process.signals.fatal = None;
        process.timer = Timer::default();
        process.semaphores.clear();
        let mappings = std::mem::take(&mut process.mappings);
        let descriptors = std::mem::take(&mut process.descriptors);
        for (_, description) in descriptors.iter() {
            self.release(description);
        }
        for segment in mappings {
            self.segments.release(segment);
        }
        self.drop_unused_semaphores();
    }

    /// Gives the children of a process that ends to another one.
    fn adopt_children(&mut self, pid: Pid) {
        let heir = self.heir(pid);
        let all = self.processes.all();
        let of_it = all.filter(|(_, process)| process.parent == pid);
        let mut children: Vec<_> = of_it
            .map(|(child, process)| (process.place, child))
            .collect();
        children.sort_unstable();
        for (_, child) in children {
            let place = self.processes.last_place();
            let orphan = self.process_mut(child);
            orphan.parent = heir;
            orphan.place = place;
            if orphan.has_ended() {
                self.tell_parent_of_end(child);
            }
            if self.processes.find(child).is_some() {
                self.hang_up_orphaned(child, pid, None);
            }
        }
    }
}
