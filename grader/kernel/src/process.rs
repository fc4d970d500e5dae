//! Processes: `fork(2)`, `_exit(2)`, `wait(2)`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{
    descriptor::{Description, Fd},
    errno::Errno,
    kernel::{Call, Kernel, Reply, WaitFor},
    slots::Id,
};

/// The number of a process.
pub type Pid = u32;

/// The process that is there from the beginning. Orphans become its children.
pub const FIRST: Pid = 1;

/// Which children a process waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Children {
    /// Any of them.
    Any,
    /// This one.
    One(Pid),
}

/// A child that has ended and was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// Its number, which a later process does not get.
    pub pid: Pid,
    /// With which status it ended: 0 to 255.
    pub status: u8,
}

/// All processes.
#[derive(Debug, Clone)]
pub(crate) struct Processes {
    all: BTreeMap<Pid, Process>,
    /// The number of the next one.
    next: Pid,
    /// How many have ended so far.
    ended: usize,
}

/// A process, until it was waited for.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) parent: Pid,
    pub(crate) descriptors: BTreeMap<Fd, Id<Description>>,
    end: Option<End>,
    /// Whether orphans among its descendants become its children: `PR_SET_CHILD_SUBREAPER`.
    adopts: bool,
}

/// How a process ended.
#[derive(Debug, Clone, Copy)]
struct End {
    status: u8,
    /// How many had ended before.
    place: usize,
}

impl Processes {
    pub(crate) fn new() -> Self {
        let first = Process {
            parent: 0,
            descriptors: BTreeMap::new(),
            end: None,
            adopts: true,
        };
        Self {
            all: BTreeMap::from([(FIRST, first)]),
            next: FIRST + 1,
            ended: 0,
        }
    }

    /// All of them, zombies among them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Pid, &Process)> {
        self.all.iter().map(|(pid, process)| (*pid, process))
    }
}

impl Kernel {
    /// A child of `pid`, with a copy of its descriptors. `fork(2)`
    ///
    /// # Errors
    ///
    /// `EAGAIN` if there are as many processes as there may be.
    pub fn fork(&mut self, pid: Pid) -> Result<Pid, Errno> {
        if self.processes.all.len() >= self.limits.processes {
            return Err(Errno::EAGAIN);
        }
        let descriptors = self.process(pid).descriptors.clone();
        for description in descriptors.values() {
            self.descriptions.share(*description);
        }
        let child = self.processes.next;
        self.processes.next += 1;
        let process = Process {
            parent: pid,
            descriptors,
            end: None,
            adopts: false,
        };
        self.processes.all.insert(child, process);
        Ok(child)
    }

    /// Ends a process: its descriptors are closed, its children find another parent, and it stays a
    /// zombie until it was waited for. `_exit(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process, or it has ended already.
    pub fn exit(&mut self, pid: Pid, status: u8) {
        let descriptors = std::mem::take(&mut self.process_mut(pid).descriptors);
        for description in descriptors.into_values() {
            self.release(description);
        }
        let heir = self.heir(pid);
        for process in self.processes.all.values_mut() {
            if process.parent == pid {
                process.parent = heir;
            }
        }
        let place = self.processes.ended;
        self.processes.ended += 1;
        self.process_mut(pid).end = Some(End { status, place });
    }

    /// Waits for a child that has ended, and removes it: the one that ended first. `waitpid(2)`
    ///
    /// # Errors
    ///
    /// `ECHILD` if there is no such child.
    pub fn wait(&mut self, pid: Pid, children: Children) -> Call<Waited> {
        match self.try_wait(pid, children)? {
            Some(waited) => Ok(Reply::Done(waited)),
            None => Ok(Reply::Waits(WaitFor::Child(children))),
        }
    }

    /// The same without waiting; nothing if none of them has ended: `WNOHANG` of `waitpid(2)`.
    ///
    /// # Errors
    ///
    /// `ECHILD` if there is no such child.
    pub fn try_wait(&mut self, pid: Pid, children: Children) -> Result<Option<Waited>, Errno> {
        let Some(child) = self.ended_child(pid, children)? else {
            return Ok(None);
        };
        let removed = self.processes.all.remove(&child);
        let status = removed
            .and_then(|child| child.end)
            .map_or(0, |end| end.status);
        Ok(Some(Waited { pid: child, status }))
    }

    /// Which of these children ended first; nothing if none of them has ended.
    pub(crate) fn ended_child(&self, pid: Pid, children: Children) -> Result<Option<Pid>, Errno> {
        let all = self.processes.all.iter();
        let mut meant = all
            .filter(|(child, process)| {
                process.parent == pid
                    && match children {
                        Children::Any => true,
                        Children::One(one) => one == **child,
                    }
            })
            .peekable();
        if meant.peek().is_none() {
            return Err(Errno::ECHILD);
        }
        let ended = meant.filter_map(|(child, process)| Some((process.end?.place, *child)));
        Ok(ended.min().map(|(_, child)| child))
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
        process.is_none_or(|process| process.end.is_some())
    }

    /// The processes that have ended and were not waited for.
    pub fn zombies(&self) -> Vec<Pid> {
        let all = self.processes.all.iter();
        all.filter(|(_, process)| process.end.is_some())
            .map(|(pid, _)| *pid)
            .collect()
    }

    /// Who becomes the parent of the children of `pid`: the nearest of its ancestors that adopts.
    pub(crate) fn heir(&self, pid: Pid) -> Pid {
        let mut heir = self.process(pid).parent;
        while heir > FIRST {
            let process = self.process(heir);
            if process.adopts && process.end.is_none() {
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
