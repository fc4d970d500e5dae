//! The whole state in words, for those who compare two of them.
//!
//! Numbers that no process sees are left out: descriptions and objects are named in the order in
//! which one comes to them from the processes. What was printed counts by its length alone.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Write},
};

use crate::{
    descriptor::{Description, Object},
    epoll::Epoll,
    file::File,
    kernel::Kernel,
    pipe::Pipe,
    process::{Pid, Process},
    ring::Ring,
    slots::Id,
    socket::Socket,
    tree::{Directory, Node},
};

/// Names of one kind of object, by their numbers.
#[derive(Debug)]
struct Names<T> {
    kind: &'static str,
    numbers: BTreeMap<usize, usize>,
    /// In the order of their names.
    all: Vec<Id<T>>,
}

impl<T> Names<T> {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            numbers: BTreeMap::new(),
            all: Vec::new(),
        }
    }

    fn name(&mut self, id: Id<T>) -> String {
        let next = self.all.len();
        let name = *self.numbers.entry(id.number()).or_insert(next);
        if name == next {
            self.all.push(id);
        }
        format!("{}{name}", self.kind)
    }
}

/// The words so far, and what they name.
#[derive(Debug)]
struct Snapshot {
    words: String,
    descriptions: Names<Description>,
    pipes: Names<Pipe>,
    files: Names<File>,
    directories: Names<Directory>,
    sockets: Names<Socket>,
    epolls: Names<Epoll>,
    rings: Names<Ring>,
}

impl Snapshot {
    fn line(&mut self, what: &str, value: impl Debug) {
        // To write into a string does not fail.
        writeln!(self.words, "{what}: {value:?}").ok();
    }

    fn object(&mut self, object: Object) -> String {
        match object {
            Object::Terminal => "terminal".into(),
            Object::Null => "null".into(),
            Object::File(file) => self.files.name(file),
            Object::Directory(directory) => self.directories.name(directory),
            Object::ReadEnd(pipe) => format!("read end of {}", self.pipes.name(pipe)),
            Object::WriteEnd(pipe) => format!("write end of {}", self.pipes.name(pipe)),
            Object::Segment(segment) => format!("segment {}", segment.number()),
            Object::Socket(socket) => self.sockets.name(socket),
            Object::Epoll(epoll) => self.epolls.name(epoll),
            Object::Ring(ring) => self.rings.name(ring),
        }
    }

    fn sockets<'a>(&mut self, all: impl IntoIterator<Item = &'a Id<Socket>>) -> Vec<String> {
        let all = all.into_iter();
        all.map(|socket| self.sockets.name(*socket)).collect()
    }
}

impl Kernel {
    /// The whole state in words. Two states in which all further calls give the same have the same
    /// words, if the same processes have the same numbers.
    pub fn snapshot(&self) -> String {
        let mut to = Snapshot {
            words: String::new(),
            descriptions: Names::new("description "),
            pipes: Names::new("pipe "),
            files: Names::new("file "),
            directories: Names::new("directory "),
            sockets: Names::new("socket "),
            epolls: Names::new("epoll "),
            rings: Names::new("ring "),
        };
        to.line("time", self.now);
        to.line("printed", self.printed.len());
        self.describe_processes(&mut to);
        to.directories.name(self.root);
        self.describe_objects(&mut to);
        let mut left: Vec<_> = self
            .time_wait
            .iter()
            .map(|left| format!("{left:?}"))
            .collect();
        left.sort_unstable();
        to.line("time wait", left);
        let mut segments: Vec<_> = self.segments().into_iter().collect();
        segments.sort_unstable_by_key(|segment| segment.id);
        to.line("segments", segments);
        to.line("semaphores", &self.semaphores);
        to.line("mutexes", &self.mutexes);
        to.words
    }

    fn describe_processes(&self, to: &mut Snapshot) {
        let mut order: Vec<(Pid, &Process)> = self.processes.all().collect();
        order.sort_by_key(|(_, process)| (process.parent, process.place));
        let order: Vec<_> = order
            .iter()
            .map(|(pid, process)| (process.parent, *pid))
            .collect();
        to.line("children", order);
        for (pid, process) in self.processes.all() {
            to.line(
                "process",
                (pid, process.group, process.session, process.activity),
            );
            if process.has_ended() {
                continue;
            }
            to.line("signals", &process.signals);
            to.line("timer", process.timer);
            to.line("adopts", process.adopts);
            to.line("semaphores", &process.semaphores);
            let mappings = process.mappings.iter();
            let mappings: Vec<_> = mappings
                .map(|mapped| self.segments.get(*mapped).id)
                .collect();
            to.line("mappings", mappings);
            for (fd, id) in process.descriptors.iter() {
                let description = to.descriptions.name(id);
                to.line("descriptor", (fd, description));
            }
        }
    }

    /// Everything that was named, and what is named by that.
    fn describe_objects(&self, to: &mut Snapshot) {
        let mut done = [0; 7];
        loop {
            if let Some(id) = next(&to.descriptions, &mut done[0]) {
                self.describe_description(id, to);
            } else if let Some(id) = next(&to.directories, &mut done[1]) {
                self.describe_directory(id, to);
            } else if let Some(id) = next(&to.sockets, &mut done[2]) {
                self.describe_socket(id, to);
            } else if let Some(id) = next(&to.epolls, &mut done[3]) {
                self.describe_epoll(id, to);
            } else if let Some(id) = next(&to.rings, &mut done[4]) {
                self.describe_ring(id, to);
            } else if let Some(id) = next(&to.pipes, &mut done[5]) {
                to.line("pipe", self.pipes.get(id));
            } else if let Some(id) = next(&to.files, &mut done[6]) {
                to.line("file", self.files.get(id));
            } else {
                return;
            }
        }
    }

    fn describe_description(&self, id: Id<Description>, to: &mut Snapshot) {
        let description = self.descriptions.get(id);
        let object = to.object(description.object);
        let Description {
            flags,
            cursor,
            lock,
            ..
        } = description;
        to.line("description", (object, flags, cursor, lock));
    }

    fn describe_directory(&self, id: Id<Directory>, to: &mut Snapshot) {
        for (name, node) in &self.directories.get(id).entries {
            let node = match node {
                Node::File(file) => to.files.name(*file),
                Node::Directory(directory) => to.directories.name(*directory),
            };
            to.line("entry", (name, node));
        }
    }

    fn describe_socket(&self, id: Id<Socket>, to: &mut Snapshot) {
        let socket = self.sockets.get(id);
        let peer = to.sockets(&socket.peer);
        let established = to.sockets(&socket.backlog.established);
        let waiting = to.sockets(&socket.backlog.waiting);
        to.line("socket", (socket.family, socket.state, socket.progress));
        to.line(
            "of which",
            (socket.ended, socket.is_done, socket.error, &socket.received),
        );
        to.line("names", (socket.name, socket.peer_name, socket.is_bound));
        to.line("asked for", (socket.asked_for, socket.reuses_address));
        to.line("time limits", socket.time_limits);
        to.line("backlog", (socket.backlog.most, peer, established, waiting));
    }

    fn describe_epoll(&self, id: Id<Epoll>, to: &mut Snapshot) {
        let epoll = self.epolls.get(id);
        for item in epoll.items() {
            let description = to.descriptions.name(item.key.description);
            to.line("item", (description, item.key.fd, item.events, item.data));
        }
        for item in epoll.queued() {
            let key = item.key;
            let description = to.descriptions.name(key.description);
            to.line("ready", (description, key.fd));
        }
    }

    fn describe_ring(&self, id: Id<Ring>, to: &mut Snapshot) {
        let ring = self.rings.get(id);
        for (number, pending) in &ring.pending {
            let description = pending.description.map(|id| to.descriptions.name(id));
            to.line(
                "pending",
                (number, pending.pid, &pending.submission, description),
            );
        }
        to.line("ring", (ring.most, ring.next, &ring.completions));
    }
}

/// The first that was named and not described.
fn next<T>(names: &Names<T>, done: &mut usize) -> Option<Id<T>> {
    let id = names.all.get(*done).copied()?;
    *done += 1;
    Some(id)
}
