//! What is behind a name or a descriptor: `stat(2)`, `getdents(2)`.

use serde::{Deserialize, Serialize};

use crate::{
    descriptor::{Fd, Object},
    errno::Errno,
    kernel::Kernel,
    null,
    process::Pid,
    tree::Node,
};

/// What something is: `S_IFMT` of `inode(7)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileType {
    /// A regular file: `S_IFREG`.
    Regular,
    /// A directory: `S_IFDIR`.
    Directory,
    /// A pipe: `S_IFIFO`.
    Pipe,
    /// A socket: `S_IFSOCK`.
    Socket,
    /// Where the standard descriptors lead: `S_IFCHR`.
    Terminal,
    /// What is always at its end, and takes everything: `S_IFCHR`.
    Null,
    /// An epoll instance or a ring, of which nothing else is known.
    Anonymous,
}

/// What is known of something: `struct stat`. Owners, permissions, times and numbers of files are
/// left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What it is.
    pub file_type: FileType,
    /// Its size in bytes, if it is a regular file or a segment of shared memory, and else 0.
    pub size: u64,
}

/// What a directory has of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryEntry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub file_type: FileType,
}

impl Kernel {
    /// What is behind a name. `stat(2)`
    ///
    /// # Errors
    ///
    /// `ENOENT`, `ENOTDIR`.
    pub fn stat(&self, path: &str) -> Result<Metadata, Errno> {
        if path == null::PATH {
            return Ok(null::METADATA);
        }
        Ok(match self.find(path)? {
            Node::File(file) => Metadata {
                file_type: FileType::Regular,
                size: self.files.get(file).size(),
            },
            Node::Directory(_) => Metadata {
                file_type: FileType::Directory,
                size: 0,
            },
        })
    }

    /// What is behind a descriptor. `fstat(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`.
    pub fn fstat(&self, pid: Pid, fd: Fd) -> Result<Metadata, Errno> {
        let object = self.descriptions.get(self.description(pid, fd)?).object;
        let (file_type, size) = match object {
            Object::Terminal => (FileType::Terminal, 0),
            Object::Null => (FileType::Null, 0),
            Object::File(file) => (FileType::Regular, self.files.get(file).size()),
            Object::Segment(segment) => (FileType::Regular, self.segments.get(segment).size),
            Object::Directory(_) => (FileType::Directory, 0),
            Object::ReadEnd(_) | Object::WriteEnd(_) => (FileType::Pipe, 0),
            Object::Socket(_) => (FileType::Socket, 0),
            Object::Epoll(_) | Object::Ring(_) => (FileType::Anonymous, 0),
        };
        Ok(Metadata { file_type, size })
    }

    /// What a directory holds, sorted by name, without `.` and `..`. `getdents(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ENOTDIR`.
    pub fn entries(&self, pid: Pid, fd: Fd) -> Result<Vec<DirectoryEntry>, Errno> {
        let Object::Directory(directory) = self.descriptions.get(self.description(pid, fd)?).object
        else {
            return Err(Errno::ENOTDIR);
        };
        let entries = self.directories.get(directory).entries.iter();
        let entries = entries.map(|(name, node)| DirectoryEntry {
            name: name.clone(),
            file_type: match node {
                Node::File(_) => FileType::Regular,
                Node::Directory(_) => FileType::Directory,
            },
        });
        Ok(entries.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIRST, Limits, OpenFlags};

    #[test]
    fn a_file_has_a_size_and_a_directory_entries() {
        let mut kernel = Kernel::new(Limits::default());
        kernel.mkdir("/a").expect("it is new");
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        let fd = kernel.open(FIRST, "/a/b", flags).expect("it is new");
        kernel.write(FIRST, fd, b"hello").expect("it is open");
        let file = Metadata {
            file_type: FileType::Regular,
            size: 5,
        };
        assert_eq!(kernel.stat("a/../a/b"), Ok(file));
        assert_eq!(kernel.fstat(FIRST, fd), Ok(file));
        assert_eq!(kernel.entries(FIRST, fd), Err(Errno::ENOTDIR));
        let directory = kernel.open(FIRST, "/a", OpenFlags::READ);
        let entries = kernel.entries(FIRST, directory.expect("it is there"));
        let entry = DirectoryEntry {
            name: "b".to_owned(),
            file_type: FileType::Regular,
        };
        assert_eq!(entries, Ok(vec![entry]));
    }

    #[test]
    fn what_is_not_there_has_the_errors_of_the_manual() {
        let mut kernel = Kernel::new(Limits::default());
        let flags = OpenFlags::WRITE | OpenFlags::CREATE;
        kernel.open(FIRST, "b", flags).expect("it is new");
        assert_eq!(kernel.stat("a"), Err(Errno::ENOENT));
        assert_eq!(kernel.stat(""), Err(Errno::ENOENT));
        assert_eq!(kernel.stat("b/a"), Err(Errno::ENOTDIR));
        assert_eq!(kernel.stat("b/"), Err(Errno::ENOTDIR));
        assert_eq!(kernel.fstat(FIRST, 9), Err(Errno::EBADF));
        let terminal = kernel.fstat(FIRST, 1).expect("it is open");
        assert_eq!(terminal.file_type, FileType::Terminal);
    }
}
