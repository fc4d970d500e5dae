//! The tree of files, by name: `open(2)`, `mkdir(2)`, `unlink(2)`, `rename(2)`.
//!
//! It is in memory, and every process sees the same one. There are no links but names, and the
//! working directory is the root, so that `a` and `/a` are the same.

use std::collections::BTreeMap;

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    file::File,
    flags::OpenFlags,
    kernel::Kernel,
    null,
    process::Pid,
    slots::Id,
};

/// What a directory holds, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    pub(crate) entries: BTreeMap<String, Node>,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    File(Id<File>),
    Directory(Id<Directory>),
}

/// The last component of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last<'p> {
    Name(&'p str),
    /// `/`, or a path that ends at the root.
    Root,
    /// `.`
    Here,
    /// `..`
    Up,
}

/// Where a path leads.
struct Place<'p> {
    /// The directories from the root to the one that holds the last component.
    above: Vec<Id<Directory>>,
    last: Last<'p>,
    /// Whether a slash stands at the end, so that it must be a directory.
    slash: bool,
    /// What is there.
    found: Option<Node>,
}

impl Place<'_> {
    fn parent(&self) -> Id<Directory> {
        *self.above.last().expect("the root is above everything")
    }
}

impl Kernel {
    /// Opens a file or a directory, and gives the lowest descriptor that is free. Without
    /// [`OpenFlags::WRITE`] it is for reading. `open(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `EISDIR`, `EEXIST`, `EMFILE`.
    pub fn open(&mut self, pid: Pid, path: &str, flags: OpenFlags) -> Result<Fd, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let fd = self.free(pid)?;
        if path == null::PATH {
            let object = null::open(flags)?;
            self.open_as(pid, fd, Description::new(object, kept_flags(flags)));
            return Ok(fd);
        }
        let place = self.place(path)?;
        let writes = flags.has(OpenFlags::WRITE) || flags.has(OpenFlags::TRUNCATE);
        let creates = flags.has(OpenFlags::CREATE);
        let is_name = matches!(place.last, Last::Name(_));
        let object = match place.found {
            // A name with a slash behind it would be a directory, which `open` does not make.
            _ if creates && place.slash && is_name => return Err(Errno::EISDIR),
            Some(_) if creates && flags.has(OpenFlags::NEW) => return Err(Errno::EEXIST),
            Some(Node::Directory(_)) if creates || writes => return Err(Errno::EISDIR),
            Some(Node::Directory(directory)) => {
                Object::Directory(self.directories.share(directory))
            }
            Some(Node::File(_)) if place.slash || flags.has(OpenFlags::DIRECTORY) => {
                return Err(Errno::ENOTDIR);
            }
            Some(Node::File(file)) => {
                if flags.has(OpenFlags::TRUNCATE) {
                    self.files.get_mut(file).resize(0)?;
                }
                Object::File(self.files.share(file))
            }
            None => match place.last {
                Last::Name(name) if creates => {
                    let file = self.files.add(File::default());
                    self.put(&place, name, Node::File(file));
                    Object::File(self.files.share(file))
                }
                _ => return Err(Errno::ENOENT),
            },
        };
        self.open_as(pid, fd, Description::new(object, kept_flags(flags)));
        Ok(fd)
    }

    /// Makes an empty directory. `mkdir(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `EEXIST`.
    pub fn mkdir(&mut self, path: &str) -> Result<(), Errno> {
        let place = self.place(path)?;
        let Last::Name(name) = place.last else {
            return Err(Errno::EEXIST);
        };
        if place.found.is_some() {
            return Err(Errno::EEXIST);
        }
        let directory = self.directories.add(Directory::default());
        self.put(&place, name, Node::Directory(directory));
        Ok(())
    }

    /// Removes an empty directory. `rmdir(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `ENOTEMPTY`, `EINVAL` for `.`, `EBUSY` for the root.
    pub fn rmdir(&mut self, path: &str) -> Result<(), Errno> {
        let place = self.place(path)?;
        let name = match place.last {
            Last::Name(name) => name,
            Last::Here => return Err(Errno::EINVAL),
            Last::Up => return Err(Errno::ENOTEMPTY),
            Last::Root => return Err(Errno::EBUSY),
        };
        match place.found {
            None => Err(Errno::ENOENT),
            Some(Node::File(_)) => Err(Errno::ENOTDIR),
            Some(Node::Directory(directory)) => {
                if !self.directories.get(directory).entries.is_empty() {
                    return Err(Errno::ENOTEMPTY);
                }
                self.remove(&place, name);
                Ok(())
            }
        }
    }

    /// Takes the name from a file, which goes when nobody has it open any more. `unlink(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `EISDIR`.
    pub fn unlink(&mut self, path: &str) -> Result<(), Errno> {
        let place = self.place(path)?;
        match (place.last, place.found) {
            (Last::Name(_), None) => Err(Errno::ENOENT),
            (Last::Name(_), Some(Node::File(_))) if place.slash => Err(Errno::ENOTDIR),
            (Last::Name(name), Some(Node::File(_))) => {
                self.remove(&place, name);
                Ok(())
            }
            _ => Err(Errno::EISDIR),
        }
    }

    /// Gives something another name, and takes that from what had it, in one step. `rename(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`, `EISDIR`, `ENOTEMPTY`, `EINVAL` for a place below itself, `EBUSY` for
    /// the root, `.` and `..`.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let (old, new) = (self.place(from)?, self.place(to)?);
        let (Last::Name(old_name), Last::Name(new_name)) = (old.last, new.last) else {
            return Err(Errno::EBUSY);
        };
        let node = old.found.ok_or(Errno::ENOENT)?;
        match node {
            Node::File(_) if old.slash || new.slash => return Err(Errno::ENOTDIR),
            Node::Directory(directory) if new.above.contains(&directory) => {
                return Err(Errno::EINVAL);
            }
            _ => {}
        }
        match (node, new.found) {
            (_, Some(Node::Directory(target))) if old.above.contains(&target) => {
                return Err(Errno::ENOTEMPTY);
            }
            (_, Some(same)) if same == node => return Ok(()),
            (Node::File(_), Some(Node::Directory(_))) => return Err(Errno::EISDIR),
            (Node::Directory(_), Some(Node::File(_))) => return Err(Errno::ENOTDIR),
            (Node::Directory(_), Some(Node::Directory(target)))
                if !self.directories.get(target).entries.is_empty() =>
            {
                return Err(Errno::ENOTEMPTY);
            }
            _ => {}
        }
        let directory = self.directories.get_mut(old.parent());
        directory.entries.remove(old_name);
        if new.found.is_some() {
            self.remove(&new, new_name);
        }
        self.put(&new, new_name, node);
        Ok(())
    }

    /// What the file of this name holds. For scenarios that look at what processes have left.
    pub fn contents(&self, path: &str) -> Option<&[u8]> {
        match self.place(path).ok()?.found? {
            Node::File(file) => Some(self.files.get(file).read(0, usize::MAX)),
            Node::Directory(_) => None,
        }
    }

    /// The paths of all files, in the order of their components. For scenarios that look at what
    /// processes have left.
    pub fn file_paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.paths_below(self.root, "", &mut paths);
        paths
    }

    fn paths_below(&self, directory: Id<Directory>, path: &str, to: &mut Vec<String>) {
        for (name, node) in &self.directories.get(directory).entries {
            let path = format!("{path}/{name}");
            match *node {
                Node::File(_) => to.push(path),
                Node::Directory(directory) => self.paths_below(directory, &path, to),
            }
        }
    }

    /// What a path leads to.
    pub(crate) fn find(&self, path: &str) -> Result<Node, Errno> {
        let place = self.place(path)?;
        match place.found.ok_or(Errno::ENOENT)? {
            Node::File(_) if place.slash => Err(Errno::ENOTDIR),
            found => Ok(found),
        }
    }

    /// Whether opening this would make a file.
    pub(crate) fn would_create(&self, path: &str, flags: OpenFlags) -> bool {
        let is_there = |place: Place<'_>| place.found.is_some();
        flags.has(OpenFlags::CREATE) && !self.place(path).is_ok_and(is_there)
    }

    /// The file that opening this would empty, if there is one.
    pub(crate) fn would_truncate(&self, path: &str, flags: OpenFlags) -> Option<Id<File>> {
        match self.place(path).ok()?.found? {
            Node::File(file) if flags.has(OpenFlags::TRUNCATE) => Some(file),
            Node::File(_) | Node::Directory(_) => None,
        }
    }

    fn put(&mut self, place: &Place<'_>, name: &str, node: Node) {
        let directory = self.directories.get_mut(place.parent());
        directory.entries.insert(name.to_owned(), node);
    }

    fn remove(&mut self, place: &Place<'_>, name: &str) {
        let directory = self.directories.get_mut(place.parent());
        match directory.entries.remove(name) {
            Some(Node::File(file)) => drop(self.files.release(file)),
            Some(Node::Directory(directory)) => drop(self.directories.release(directory)),
            None => {}
        }
    }

    /// Where a path leads; its last component need not be there.
    fn place<'p>(&self, path: &'p str) -> Result<Place<'p>, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let mut components = path.split('/').filter(|part| !part.is_empty()).peekable();
        let mut above = vec![self.root];
        let slash = path.ends_with('/');
        while let Some(component) = components.next() {
            let is_last = components.peek().is_none();
            let here = *above.last().unwrap_or(&self.root);
            match component {
                "." if is_last => {
                    let found = Some(Node::Directory(here));
                    return Ok(Self::at(above, Last::Here, slash, found));
                }
                "." => {}
                ".." => {
                    if above.len() > 1 {
                        above.pop();
                    }
                    if is_last {
                        let found = above.last().map(|here| Node::Directory(*here));
                        return Ok(Self::at(above, Last::Up, slash, found));
                    }
                }
                name => {
                    let found = self.directories.get(here).entries.get(name).copied();
                    if is_last {
                        return Ok(Self::at(above, Last::Name(name), slash, found));
                    }
                    match found.ok_or(Errno::ENOENT)? {
                        Node::Directory(directory) => above.push(directory),
                        Node::File(_) => return Err(Errno::ENOTDIR),
                    }
                }
            }
        }
        let found = Some(Node::Directory(self.root));
        Ok(Self::at(above, Last::Root, slash, found))
    }

    fn at(
        above: Vec<Id<Directory>>,
        last: Last<'_>,
        slash: bool,
        found: Option<Node>,
    ) -> Place<'_> {
        Place {
            above,
            last,
            slash,
            found,
        }
    }
}
/// What an open file description keeps of the flags that it was opened with.
fn kept_flags(flags: OpenFlags) -> OpenFlags {
    let mut kept = OpenFlags::EMPTY;
    for flag in [OpenFlags::WRITE, OpenFlags::APPEND, OpenFlags::NONBLOCK] {
        if flags.has(flag) {
            kept = kept | flag;
        }
    }
    if flags.has(OpenFlags::READ) || !flags.has(OpenFlags::WRITE) {
        kept = kept | OpenFlags::READ;
    }
    kept
}
