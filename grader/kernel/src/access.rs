//! What a call has to do with the calls of others: which parts of the state it touches, and how.
//!
//! Two calls of different processes that touch nothing in common, or only in ways that are
//! [independent](https://doi.org/10.1145/2535838.2535845), come to the same in either order, and
//! neither decides whether the other has to wait. An explorer tries one of the two orders only.
//!
//! Descriptors share descriptions, and which closing is the last one depends on the order. So each
//! closing of an end of a pipe touches the end, not only the last.

use crate::{
    descriptor::{Description, Fd, Object},
    kernel::Kernel,
    lock::{LockKind, Locking},
    process::Pid,
    slots::Id,
    system_call::SystemCall,
    wait::Children,
    waiting::Request,
};

/// A part of the state that calls of several processes can have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The descriptors of a process, which its threads share.
    Table(Pid),
    /// The cursor, the flags and the lock of an open file description.
    Description(usize),
    /// What a file holds.
    File(usize),
    /// Who has a lock on a file.
    FileLock(usize),
    /// Who has a lock on something that is no file.
    OtherLock,
    /// What is written to a pipe, in that order.
    Writes(usize),
    /// What is read from a pipe, in that order.
    Reads(usize),
    /// Who can write to a pipe.
    WriteEnds(usize),
    /// Who can read from a pipe.
    ReadEnds(usize),
    /// The names in the file tree.
    Names,
    /// The number of the next process, and how many there are.
    Processes,
    /// The life of a process.
    Process(Pid),
    /// The children of a process, and the order in which they ended.
    Children(Pid),
    /// Who is the parent of a process.
    Parent(Pid),
    /// Who adopts orphans.
    Subreapers,
}

impl Part {
    /// A number that depends on the part alone, and is different for all parts of a system that is
    /// not large.
    pub fn number(self) -> usize {
        /// More than there are kinds.
        const KINDS: usize = 16;
        let (kind, of) = match self {
            Self::OtherLock => (0, 0),
            Self::Names => (0, 1),
            Self::Processes => (0, 2),
            Self::Subreapers => (0, 3),
            Self::Table(pid) => (1, pid as usize),
            Self::Description(number) => (2, number),
            Self::File(number) => (3, number),
            Self::FileLock(number) => (4, number),
            Self::Writes(number) => (5, number),
            Self::Reads(number) => (6, number),
            Self::WriteEnds(number) => (7, number),
            Self::ReadEnds(number) => (8, number),
            Self::Process(pid) => (9, pid as usize),
            Self::Children(pid) => (10, pid as usize),
            Self::Parent(pid) => (11, pid as usize),
        };
        of * KINDS + kind
    }
}

/// What is done to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It is looked at.
    Read,
    /// It is changed, or looked at in a way that tells more.
    Write,
    /// It is taken, after a wait until all others have given it back.
    Acquire,
    /// A share of it is taken, after a wait until none has it for itself.
    AcquireShared,
    /// What was taken is given back.
    Release,
    /// A share is given back.
    ReleaseShared,
    /// It is changed in a way that comes to the same in whatever order.
    Add,
    /// It is used as long as it is there.
    Open,
    /// It goes, or a share of it.
    Close,
}

/// Parts, and what is done to each.
pub type Accesses = Vec<(Part, Access)>;

impl Kernel {
    /// What the call would touch, if it were made now.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn accesses(&self, pid: Pid, call: &SystemCall) -> Accesses {
        let mut accesses = vec![(Part::Table(pid), table_access(call))];
        match *call {
            SystemCall::Open { .. }
            | SystemCall::Mkdir { .. }
            | SystemCall::Rmdir { .. }
            | SystemCall::Unlink { .. }
            | SystemCall::Rename { .. } => accesses.extend(self.name_accesses(call)),
            SystemCall::Read { fd, count } => self.read_accesses(pid, fd, count, &mut accesses),
            SystemCall::Write { fd, ref bytes } => {
                self.write_accesses(pid, fd, bytes.len(), &mut accesses);
            }
            SystemCall::Pread { fd, .. } => self.file_access(pid, fd, Access::Read, &mut accesses),
            SystemCall::Pwrite { fd, .. } | SystemCall::Truncate { fd, .. } => {
                self.file_access(pid, fd, Access::Write, &mut accesses);
            }
            SystemCall::Seek { fd, .. } => {
                self.file_access(pid, fd, Access::Read, &mut accesses);
                self.description_access(pid, fd, Access::Write, &mut accesses);
            }
            SystemCall::Flock { fd, locking } => {
                self.lock_accesses(pid, fd, locking, &mut accesses);
            }
            SystemCall::IsNonblocking { fd } => {
                self.description_access(pid, fd, Access::Read, &mut accesses);
            }
            SystemCall::SetNonblocking { fd, .. } => {
                self.description_access(pid, fd, Access::Write, &mut accesses);
            }
            SystemCall::Close { fd } | SystemCall::Dup2 { to: fd, .. } => {
                if let Ok(id) = self.description(pid, fd) {
                    self.close_accesses(id, &mut accesses);
                }
            }
            SystemCall::Pipe { .. } | SystemCall::Dup { .. } => {}
            SystemCall::Wait { children, .. } => {
                self.wait_accesses(pid, children, Access::Acquire, &mut accesses);
            }
            SystemCall::TryWait { children, .. } => {
                self.wait_accesses(pid, children, Access::Write, &mut accesses);
            }
            SystemCall::Parent => accesses.push((Part::Parent(pid), Access::Read)),
            SystemCall::SetSubreaper { .. } => accesses.push((Part::Subreapers, Access::Write)),
            _ => {}
        }
        accesses
    }

    /// What a process touches that waits with a call, and would go on if that part were different.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn awaited(&self, pid: Pid, request: &Request) -> Accesses {
        let mut accesses = Vec::new();
        match *request {
            Request::Read { fd, .. } | Request::Write { fd, .. } => {
                match self.object_of(pid, fd) {
                    Some(Object::ReadEnd(pipe)) => accesses.extend([
                        (Part::Writes(pipe.number()), Access::Read),
                        (Part::Reads(pipe.number()), Access::Write),
                        (Part::WriteEnds(pipe.number()), Access::Acquire),
                    ]),
                    Some(Object::WriteEnd(pipe)) => accesses.extend([
                        (Part::Writes(pipe.number()), Access::Write),
                        (Part::Reads(pipe.number()), Access::Write),
                        (Part::ReadEnds(pipe.number()), Access::Open),
                    ]),
                    Some(_) | None => {}
                }
                self.description_access(pid, fd, Access::Read, &mut accesses);
            }
            Request::Lock { fd, kind } => {
                self.lock_accesses(pid, fd, Locking::Lock(kind), &mut accesses);
            }
            Request::Wait(children, _) => {
                self.wait_accesses(pid, children, Access::Acquire, &mut accesses);
            }
            _ => {}
        }
        accesses
    }

    /// What the beginning of a child of `pid` touches.
    pub fn fork_accesses(&self, pid: Pid) -> Accesses {
        vec![
            (Part::Table(pid), Access::Read),
            (Part::Processes, Access::Write),
        ]
    }

    /// What the end of `pid` touches. `told` says whether a process can tell in which order
    /// children ended.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn exit_accesses(&self, pid: Pid, told: bool) -> Accesses {
        let process = self.process(pid);
        let mut accesses = vec![(Part::Process(pid), Access::ReleaseShared)];
        for description in process.descriptors.values() {
            self.close_accesses(*description, &mut accesses);
        }
        if told {
            accesses.push((Part::Parent(pid), Access::Read));
            accesses.push((Part::Children(process.parent), Access::Write));
        }
        let mut orphans = self.children(pid).peekable();
        if orphans.peek().is_some() {
            // Who adopts them depends on who is still there above.
            let heir = self.heir(pid);
            let above = std::iter::successors(Some(pid), |pid| Some(self.process(*pid).parent));
            let above = above.take_while(|above| *above != heir && *above != 0);
            accesses.extend(above.map(|above| (Part::Parent(above), Access::Read)));
            accesses.push((Part::Subreapers, Access::Read));
            accesses.push((Part::Children(heir), Access::Write));
        }
        accesses.extend(orphans.map(|child| (Part::Parent(child), Access::Write)));
        accesses
    }

    fn object_of(&self, pid: Pid, fd: Fd) -> Option<Object> {
        let id = self.description(pid, fd).ok()?;
        Some(self.descriptions.get(id).object)
    }

    fn description_access(&self, pid: Pid, fd: Fd, access: Access, accesses: &mut Accesses) {
        if let Ok(id) = self.description(pid, fd) {
            accesses.push((Part::Description(id.number()), access));
        }
    }

    fn file_access(&self, pid: Pid, fd: Fd, access: Access, accesses: &mut Accesses) {
        if let Some(Object::File(file)) = self.object_of(pid, fd) {
            accesses.push((Part::File(file.number()), access));
        }
    }

    fn name_accesses(&self, call: &SystemCall) -> Accesses {
        let SystemCall::Open { path, flags } = call else {
            return vec![(Part::Names, Access::Write)];
        };
        let mut accesses = Vec::new();
        let access = if self.would_create(path, *flags) {
            Access::Write
        } else {
            Access::Read
        };
        accesses.push((Part::Names, access));
        if let Some(file) = self.would_truncate(path, *flags) {
            accesses.push((Part::File(file.number()), Access::Write));
        }
        accesses
    }

    fn read_accesses(&self, pid: Pid, fd: Fd, count: usize, accesses: &mut Accesses) {
        match self.object_of(pid, fd) {
            Some(Object::File(file)) => {
                self.description_access(pid, fd, Access::Write, accesses);
                accesses.push((Part::File(file.number()), Access::Read));
            }
            Some(Object::ReadEnd(pipe)) => {
                self.description_access(pid, fd, Access::Read, accesses);
                let number = pipe.number();
                accesses.push((Part::Reads(number), Access::Write));
                accesses.push((Part::Writes(number), Access::Read));
                let state = self.pipes.get(pipe);
                if state.is_empty() && count > 0 {
                    // Without a writer it is the end of the file, after all of them have gone.
                    let access = if state.writers > 0 {
                        Access::Read
                    } else {
                        Access::Acquire
                    };
                    accesses.push((Part::WriteEnds(number), access));
                }
            }
            Some(_) | None => {}
        }
    }

    fn write_accesses(&self, pid: Pid, fd: Fd, count: usize, accesses: &mut Accesses) {
        match self.object_of(pid, fd) {
            Some(Object::File(file)) => {
                self.description_access(pid, fd, Access::Write, accesses);
                accesses.push((Part::File(file.number()), Access::Write));
            }
            Some(Object::WriteEnd(pipe)) if count > 0 => {
                self.description_access(pid, fd, Access::Read, accesses);
                accesses.push((Part::Writes(pipe.number()), Access::Write));
                if self.pipes.get(pipe).may_lack_room(count) {
                    accesses.push((Part::Reads(pipe.number()), Access::Write));
                }
                accesses.push((Part::ReadEnds(pipe.number()), Access::Open));
            }
            // The order in which processes print is not looked at.
            Some(_) | None => {}
        }
    }

    fn lock_accesses(&self, pid: Pid, fd: Fd, locking: Locking, accesses: &mut Accesses) {
        let Ok(id) = self.description(pid, fd) else {
            return;
        };
        // Whoever shares the description shares the lock.
        accesses.push((Part::Description(id.number()), Access::Write));
        let description = self.descriptions.get(id);
        let part = lock_part(description);
        if let Some(held) = description.lock {
            match locking {
                Locking::Lock(kind) | Locking::TryLock(kind) if kind == held => return,
                _ => accesses.push((part, release(held))),
            }
        }
        match locking {
            Locking::Lock(LockKind::Exclusive) => accesses.push((part, Access::Acquire)),
            Locking::Lock(LockKind::Shared) => accesses.push((part, Access::AcquireShared)),
            Locking::TryLock(_) => accesses.push((part, Access::Write)),
            Locking::Unlock => {}
        }
    }

    /// One descriptor of it less.
    fn close_accesses(&self, id: Id<Description>, accesses: &mut Accesses) {
        let description = self.descriptions.get(id);
        match description.object {
            Object::ReadEnd(pipe) => {
                accesses.push((Part::ReadEnds(pipe.number()), Access::Close));
            }
            Object::WriteEnd(pipe) => {
                accesses.push((Part::WriteEnds(pipe.number()), Access::ReleaseShared));
            }
            _ => {}
        }
        if let Some(held) = description.lock {
            accesses.push((Part::Description(id.number()), Access::Read));
            accesses.push((lock_part(description), release(held)));
        }
    }

    fn wait_accesses(&self, pid: Pid, children: Children, access: Access, to: &mut Accesses) {
        match children {
            Children::One(child) => {
                to.push((Part::Children(pid), Access::Read));
                to.push((Part::Process(child), access));
            }
            Children::Any | Children::Group(_) | Children::OwnGroup => {
                to.push((Part::Children(pid), Access::Write));
                to.extend(
                    self.children(pid)
                        .map(|child| (Part::Process(child), access)),
                );
            }
        }
        to.push((Part::Processes, Access::Add));
    }
}

/// What a call does to the table of descriptors of its process.
fn table_access(call: &SystemCall) -> Access {
    match call {
        SystemCall::Open { .. }
        | SystemCall::Pipe { .. }
        | SystemCall::Dup { .. }
        | SystemCall::Dup2 { .. }
        | SystemCall::Close { .. } => Access::Write,
        _ => Access::Read,
    }
}

fn lock_part(description: &Description) -> Part {
    match description.object {
        Object::File(file) => Part::FileLock(file.number()),
        _ => Part::OtherLock,
    }
}

fn release(held: LockKind) -> Access {
    match held {
        LockKind::Exclusive => Access::Release,
        LockKind::Shared => Access::ReleaseShared,
    }
}

impl Kernel {
    /// The children of a process, zombies among them.
    fn children(&self, pid: Pid) -> impl Iterator<Item = Pid> {
        let all = self.processes.all();
        all.filter(move |(_, process)| process.parent == pid)
            .map(|(child, _)| child)
    }
}
