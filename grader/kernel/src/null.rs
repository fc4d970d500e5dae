//! The only device of the file tree that has a name: `null(4)`.
//!
//! It stands beside the tree, so that it can be neither removed nor renamed.

use crate::{
    descriptor::Object,
    errno::Errno,
    flags::OpenFlags,
    stat::{FileType, Metadata},
};

/// Its name.
pub(crate) const PATH: &str = "/dev/null";

/// What is known of it.
pub(crate) const METADATA: Metadata = Metadata {
    file_type: FileType::Null,
    size: 0,
};

/// What it is opened as.
///
/// # Errors
///
/// `ENOTDIR`, and `EEXIST` if it has to be new.
pub(crate) fn open(flags: OpenFlags) -> Result<Object, Errno> {
    if flags.has(OpenFlags::DIRECTORY) {
        return Err(Errno::ENOTDIR);
    }
    if flags.has(OpenFlags::CREATE) && flags.has(OpenFlags::NEW) {
        return Err(Errno::EEXIST);
    }
    Ok(Object::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FIRST, Kernel, Limits, Reply, Whence};

    #[test]
    fn it_is_at_its_end_and_takes_everything() {
        let mut kernel = Kernel::new(Limits::default());
        let both = OpenFlags::READ | OpenFlags::WRITE;
        let fd = kernel.open(FIRST, PATH, both).expect("it is there");
        assert_eq!(kernel.write(FIRST, fd, b"abc"), Ok(Reply::Done(3)));
        assert_eq!(kernel.pwrite(FIRST, fd, b"abc", 7), Ok(3));
        assert_eq!(kernel.read(FIRST, fd, 9), Ok(Reply::Done(Vec::new())));
        assert_eq!(kernel.pread(FIRST, fd, 9, 1), Ok(Vec::new()));
        assert_eq!(kernel.seek(FIRST, fd, 5, Whence::Current), Ok(0));
        assert_eq!(kernel.fstat(FIRST, fd), Ok(METADATA));
        assert_eq!(kernel.stat(PATH), Ok(METADATA));
        assert!(kernel.take_printed().is_empty());
    }

    #[test]
    fn it_is_opened_as_what_it_is() {
        let mut kernel = Kernel::new(Limits::default());
        let mut open = |flags| kernel.open(FIRST, PATH, flags).map(|_| ());
        let creates = OpenFlags::WRITE | OpenFlags::CREATE;
        assert_eq!(open(creates), Ok(()));
        assert_eq!(open(creates | OpenFlags::NEW), Err(Errno::EEXIST));
        assert_eq!(open(OpenFlags::DIRECTORY), Err(Errno::ENOTDIR));
    }
}
