//! Who could bring on what a process waits for, and by which descriptors.

use crate::{
    descriptor::{Description, Fd, Object},
    kernel::Kernel,
    process::Pid,
    slots::Id,
    wait::Children,
    waiting::Request,
};

/// A process that could bring on what another one, or it itself, waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Holder {
    /// The process.
    pub pid: Pid,
    /// By which descriptor; none if it needs none, as a child that ends.
    pub fd: Option<Fd>,
}

impl Kernel {
    /// The processes that could bring on what this call waits for, the caller itself first, then in
    /// the order of their numbers and of their descriptors: those that have the other end of a pipe
    /// or of a connection, the lock, the mutex or the semaphore, the children that are awaited. Any
    /// process can send a signal, or use a semaphore without a name. A time comes by itself, and so
    /// does a connection of a process that has not asked for it yet.
    ///
    /// That a process is named does not say that it will do so, or that it can go on itself.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn holders(&self, pid: Pid, request: &Request) -> Vec<Holder> {
        let mut holders = match *request {
            Request::Read { fd, .. }
            | Request::Write { fd, .. }
            | Request::Recv { fd, .. }
            | Request::Send { fd, .. } => self.behind(pid, fd),
            // Who could connect does not have the listener.
            Request::Accept(_) | Request::Sleep(_) => Vec::new(),
            Request::Connect { to, .. } => {
                let listener = self.listener(to.port());
                listener.map_or_else(Vec::new, |listener| self.having(Object::Socket(listener)))
            }
            Request::Lock { fd, kind } => self.description(pid, fd).map_or_else(
                |_| Vec::new(),
                |own| {
                    let excluding: Vec<_> = self.locking_out(own, kind).collect();
                    self.descriptors_of(|id| excluding.contains(&id))
                },
            ),
            Request::Wait(children, _) => self.awaited_children(pid, children),
            Request::Signal(_) => self.any(|other| other != pid),
            Request::Semaphore(id, _) => {
                let by_name = self.any(|other| self.process(other).semaphores.contains_key(&id));
                if by_name.is_empty() {
                    self.any(|_| true)
                } else {
                    by_name
                }
            }
            Request::Mutex(id) => {
                let owner = self.mutex_owner(id).into_iter();
                owner.map(|pid| Holder { pid, fd: None }).collect()
            }
            Request::Poll(ref asked) => {
                let asked = asked.iter().filter(|asked| asked.fd >= 0);
                asked.flat_map(|asked| self.behind(pid, asked.fd)).collect()
            }
            Request::EpollWait { epoll: fd, .. } | Request::RingWait { ring: fd, .. } => {
                self.behind(pid, fd)
            }
        };
        holders.sort_by_key(|holder| (holder.pid != pid, *holder));
        holders.dedup();
        holders
    }

    /// Who could bring something to a descriptor, or take something from there.
    fn behind(&self, pid: Pid, fd: Fd) -> Vec<Holder> {
        let Ok(id) = self.description(pid, fd) else {
            return Vec::new();
        };
        match self.descriptions.get(id).object {
            Object::Epoll(epoll) => {
                let watched = self.epolls.get(epoll).watched();
                watched.flat_map(|id| self.beyond(id)).collect()
            }
            Object::Ring(ring) => {
                let pending = self.rings.get(ring).pending.values();
                let descriptions = pending.filter_map(|pending| pending.description.ok());
                descriptions.flat_map(|id| self.beyond(id)).collect()
            }
            _ => self.beyond(id),
        }
    }

    /// Who has the other end of what a description is open on.
    fn beyond(&self, id: Id<Description>) -> Vec<Holder> {
        match self.descriptions.get(id).object {
            Object::ReadEnd(pipe) => self.having(Object::WriteEnd(pipe)),
            Object::WriteEnd(pipe) => self.having(Object::ReadEnd(pipe)),
            Object::Socket(socket) => {
                let Some(peer) = self.sockets.get(socket).peer else {
                    return Vec::new();
                };
                let holders = self.having(Object::Socket(peer));
                if !holders.is_empty() {
                    return holders;
                }
                // No process has accepted it.
                let mut listeners = self.sockets.all();
                let listener = listeners.find(|(_, socket)| {
                    let backlog = &socket.backlog;
                    backlog.established.contains(&peer) || backlog.waiting.contains(&peer)
                });
                listener.map_or_else(Vec::new, |(id, _)| self.having(Object::Socket(id)))
            }
            _ => Vec::new(),
        }
    }

    /// Who has something open, also by an operation of a ring.
    fn having(&self, object: Object) -> Vec<Holder> {
        let is_on = |id| self.descriptions.get(id).object == object;
        let mut holders = self.descriptors_of(is_on);
        let rings = self.rings.all().flat_map(|(_, ring)| ring.pending.values());
        let kept = rings.filter(|pending| pending.description.is_ok_and(is_on));
        holders.extend(kept.map(|pending| Holder {
            pid: pending.pid,
            fd: None,
        }));
        holders
    }

    /// All descriptors of the descriptions that are meant.
    fn descriptors_of(&self, is_meant: impl Fn(Id<Description>) -> bool) -> Vec<Holder> {
        let mut holders = Vec::new();
        for (pid, process) in self.processes.all() {
            let meant = process.descriptors.iter().filter(|(_, id)| is_meant(*id));
            holders.extend(meant.map(|(fd, _)| Holder { pid, fd: Some(fd) }));
        }
        holders
    }

    fn awaited_children(&self, pid: Pid, children: Children) -> Vec<Holder> {
        let own_group = self.process(pid).group;
        self.any(|child| {
            let process = self.process(child);
            process.parent == pid
                && match children {
                    Children::Any => true,
                    Children::One(one) => one == child,
                    Children::Group(group) => process.group == group,
                    Children::OwnGroup => process.group == own_group,
                }
        })
    }

    /// The processes of this kind that have not ended.
    fn any(&self, is_meant: impl Fn(Pid) -> bool) -> Vec<Holder> {
        let living = self.living().into_iter().filter(|pid| is_meant(*pid));
        living.map(|pid| Holder { pid, fd: None }).collect()
    }
}
