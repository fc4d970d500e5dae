//! Processes: `fork(2)`, and who is there.

use std::collections::BTreeMap;

use crate::{
    clock::Timer, errno::Errno, kernel::Kernel, pending::Signals, semaphore::SemaphoreId,
    shared_memory::Segment, signal::Signal, slots::Id, table::Table, wait::WaitStatus,
};

/// The number of a process.
pub type Pid = u32;

/// The process that is there from the beginning. Orphans become its children. It stands for an
/// ordinary process that adopts and leads a session, and not for `init`: signals end it.
pub const FIRST: Pid = 1;

/// All processes.
#[derive(Debug, Clone)]
pub(crate) struct Processes {
    all: BTreeMap<Pid, Process>,
    /// The number of the next one.
    next: Pid,
    /// How many have been children of a process so far, one that was adopted counted again.
    places: usize,
}

/// A process, until it was waited for.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) parent: Pid,
    /// Where it stands among the children of its parent.
    pub(crate) place: usize,
    /// The process group.
    pub(crate) group: Pid,
    /// The session.
    pub(crate) session: Pid,
    pub(crate) activity: Activity,
    pub(crate) signals: Signals,
    pub(crate) timer: Timer,
    pub(crate) descriptors: Table,
    /// The semaphores that it has open, and how many times.
    pub(crate) semaphores: BTreeMap<SemaphoreId, usize>,
    pub(crate) mappings: Vec<Id<Segment>>,
    /// Whether orphans among its descendants become its children: `PR_SET_CHILD_SUBREAPER`.
    pub(crate) adopts: bool,
}

/// Whether a process runs, and what its parent has not been told of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    Runs,
    Stopped {
        signal: Signal,
        /// Whether the parent has waited for that.
        is_told: bool,
    },
    /// It runs again, and its parent has not waited for that.
    Continued,
    /// It has closed what it had open, and this becomes its status.
    Exiting(WaitStatus),
    /// It exited, or a signal ended it.
    Ended(WaitStatus),
}

impl Process {
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.activity, Activity::Ended(_))
    }

    /// Whether it has begun to exit, and maybe has ended.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.activity, Activity::Exiting(_) | Activity::Ended(_))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.activity, Activity::Stopped { .. })
    }
}

impl Processes {
    pub(crate) fn new() -> Self {
        let first = Process {
            parent: 0,
            place: 0,
            group: FIRST,
            session: FIRST,
            activity: Activity::Runs,
            signals: Signals::new(),
            timer: Timer::default(),
            descriptors: Table::default(),
            semaphores: BTreeMap::new(),
            mappings: Vec::new(),
            adopts: true,
        };
        Self {
            all: BTreeMap::from([(FIRST, first)]),
            next: FIRST + 1,
            places: 1,
        }
    }

    /// All of them, zombies among them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Pid, &Process)> {
        self.all.iter().map(|(pid, process)| (*pid, process))
    }

    /// The process of this number, if there is one.
    pub(crate) fn find(&self, pid: Pid) -> Option<&Process> {
        self.all.get(&pid)
    }

    /// The number of the next one.
    pub(crate) fn next(&self) -> Pid {
        self.next
    }

    /// The last place among the children of any process.
    pub(crate) fn last_place(&mut self) -> usize {
        self.places += 1;
        self.places
    }

    /// Removes one that has ended.
    pub(crate) fn remove(&mut self, pid: Pid) {
        self.all.remove(&pid);
    }
}

impl Kernel {
    /// A child of `pid`, with a copy of its descriptors, its open semaphores and its mappings, in
    /// its process group and session, with its actions and its mask of signals, and with no
    /// pending signal and no timer. `fork(2)`
    ///
    /// # Errors
    ///
    /// `EAGAIN` if there are as many processes as there may be.
    pub fn fork(&mut self, pid: Pid) -> Result<Pid, Errno> {
        if self.processes.all.len() >= self.limits.processes {
            return Err(Errno::EAGAIN);
        }
        let place = self.processes.last_place();
        let parent = self.process(pid);
        let process = Process {
            parent: pid,
            place,
            group: parent.group,
            session: parent.session,
            activity: Activity::Runs,
            signals: parent.signals.forked(),
            timer: Timer::default(),
            descriptors: parent.descriptors.clone(),
            semaphores: parent.semaphores.clone(),
            mappings: parent.mappings.clone(),
            adopts: false,
        };
        for (_, description) in process.descriptors.iter() {
            self.descriptions.share(description);
        }
        for segment in &process.mappings {
            self.segments.share(*segment);
        }
        let child = self.processes.next;
        self.processes.next += 1;
        self.processes.all.insert(child, process);
        Ok(child)
    }

    /// The parent of a process. `getppid(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn parent(&self, pid: Pid) -> Pid {
        self.process(pid).parent
    }

    /// Says whether orphans among its descendants become children of this process:
    /// `PR_SET_CHILD_SUBREAPER` of `prctl(2)`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn set_subreaper(&mut self, pid: Pid, is: bool) {
        self.process_mut(pid).adopts = is || pid == FIRST;
    }

    /// Whether a process has ended, and maybe was waited for.
    pub fn has_ended(&self, pid: Pid) -> bool {
        let process = self.processes.all.get(&pid);
        process.is_none_or(Process::has_ended)
    }

    /// Whether a process has begun to exit, and maybe has ended and was waited for.
    pub fn is_over(&self, pid: Pid) -> bool {
        let process = self.processes.all.get(&pid);
        process.is_none_or(Process::is_over)
    }

    /// The processes that have ended and were not waited for.
    pub fn zombies(&self) -> Vec<Pid> {
        let all = self.processes.all();
        all.filter(|(_, process)| process.has_ended())
            .map(|(pid, _)| pid)
            .collect()
    }

    /// Whether a process has begun to exit and is no zombie yet.
    pub fn is_exiting(&self, pid: Pid) -> bool {
        let process = self.processes.all.get(&pid);
        process.is_some_and(|process| process.is_over() && !process.has_ended())
    }

    /// The processes that have not ended, those that are stopped or exit among them.
    pub fn living(&self) -> Vec<Pid> {
        let all = self.processes.all();
        all.filter(|(_, process)| !process.has_ended())
            .map(|(pid, _)| pid)
            .collect()
    }

    /// The children of a process, zombies among them.
    pub fn children(&self, pid: Pid) -> impl Iterator<Item = Pid> {
        let all = self.processes.all();
        all.filter(move |(_, process)| process.parent == pid)
            .map(|(child, _)| child)
    }

    /// Who becomes the parent of the children of `pid`: the nearest of its ancestors that adopts and
    /// has not begun to exit.
    pub(crate) fn heir(&self, pid: Pid) -> Pid {
        let mut heir = self.process(pid).parent;
        while heir > FIRST {
            let process = self.process(heir);
            if process.adopts && !process.is_over() {
                return heir;
            }
            heir = process.parent;
        }
        FIRST
    }

    pub(crate) fn process(&self, pid: Pid) -> &Process {
        let process = self.processes.all.get(&pid);
        process.expect("there is such a process")
    }

    pub(crate) fn process_mut(&mut self, pid: Pid) -> &mut Process {
        let process = self.processes.all.get_mut(&pid);
        process.expect("there is such a process")
    }
}
