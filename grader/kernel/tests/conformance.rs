//! The same calls on the simulated kernel and on the real one: each gives the same, error for error.
//!
//! Programs are random, of one process, and open everything without waiting; a call that would have
//! to wait then fails with `EAGAIN` in both. Longer runs: `PROPTEST_CASES=100000 cargo test -p
//! interleave-kernel --test conformance`.

mod both;

use std::{
    collections::BTreeMap,
    os::fd::{AsFd, OwnedFd},
};

use both::{bytes, done, result};
use kernel::{Errno, FIRST, Fd, Kernel, Limits, LockKind, Locking, Metadata, OpenFlags, Whence};
use proptest::prelude::*;
use rustix::fs::{FileType, FlockOperation, Mode, OFlags, SeekFrom, Stat};

/// A call, with descriptors by their numbers in the simulated kernel.
#[derive(Debug, Clone)]
enum Call {
    Open(&'static str, OpenFlags),
    Pipe,
    Dup(Fd),
    Dup2(Fd, Fd),
    Close(Fd),
    Read(Fd, usize),
    Write(Fd, usize),
    Pread(Fd, usize, u64),
    Pwrite(Fd, usize, u64),
    Seek(Fd, i64, Whence),
    Truncate(Fd, u64),
    Flock(Fd, Locking),
    IsNonblocking(Fd),
    Mkdir(&'static str),
    Rmdir(&'static str),
    Unlink(&'static str),
    Rename(&'static str, &'static str),
    Stat(&'static str),
    Fstat(Fd),
}

const PATHS: [&str; 16] = [
    "a", "b", "d", "d/a", "d/d", "d/d/b", "a/", "d/", "a/b", ".", "d/.", "d/..", "d/../a", "x/y",
    "d//a", "./b",
];

fn call() -> impl Strategy<Value = Call> {
    let fd = || 3..11;
    let path = || prop::sample::select(&PATHS[..]);
    let size = || prop::sample::select(&[0, 1, 2, 5, 100, 4000, 4095, 4096, 4097, 9000][..]);
    let place = || prop::sample::select(&[0, 1, 3, 50, 5000][..]);
    let open = [
        OpenFlags::READ,
        OpenFlags::WRITE,
        OpenFlags::READ | OpenFlags::WRITE,
        OpenFlags::WRITE | OpenFlags::CREATE,
        OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE,
        OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND,
        OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::NEW,
        OpenFlags::WRITE | OpenFlags::TRUNCATE,
        OpenFlags::READ | OpenFlags::DIRECTORY,
    ];
    let locking = [
        Locking::TryLock(LockKind::Shared),
        Locking::TryLock(LockKind::Exclusive),
        Locking::Unlock,
    ];
    let whence = [Whence::Start, Whence::Current, Whence::End];
    prop_oneof![
        4 => (path(), prop::sample::select(open.to_vec())).prop_map(|(path, flags)| Call::Open(path, flags)),
        2 => Just(Call::Pipe),
        1 => fd().prop_map(Call::Dup),
        1 => (fd(), fd()).prop_map(|(from, to)| Call::Dup2(from, to)),
        2 => fd().prop_map(Call::Close),
        5 => (fd(), size()).prop_map(|(fd, count)| Call::Read(fd, count)),
        6 => (fd(), size()).prop_map(|(fd, count)| Call::Write(fd, count)),
        1 => (fd(), size(), place()).prop_map(|(fd, count, at)| Call::Pread(fd, count, at)),
        1 => (fd(), size(), place()).prop_map(|(fd, count, at)| Call::Pwrite(fd, count, at)),
        2 => (fd(), -9i64..60, prop::sample::select(whence.to_vec()))
            .prop_map(|(fd, offset, whence)| Call::Seek(fd, offset, whence)),
        1 => (fd(), place()).prop_map(|(fd, size)| Call::Truncate(fd, size)),
        3 => (fd(), prop::sample::select(locking.to_vec())).prop_map(|(fd, lock)| Call::Flock(fd, lock)),
        1 => fd().prop_map(Call::IsNonblocking),
        2 => path().prop_map(Call::Mkdir),
        1 => path().prop_map(Call::Rmdir),
        2 => path().prop_map(Call::Unlink),
        3 => (path(), path()).prop_map(|(from, to)| Call::Rename(from, to)),
        2 => path().prop_map(Call::Stat),
        2 => fd().prop_map(Call::Fstat),
    ]
}

/// What a call gave, in words that both kernels have.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Gave {
    Nothing,
    Number(u64),
    Bytes(Vec<u8>),
    Metadata(FileType, u64),
    /// New descriptors.
    Descriptors(Vec<Fd>),
    Error(i32),
}

fn simulated(kernel: &mut Kernel, call: &Call, number: usize) -> Gave {
    fn gave<T>(done: Result<T, Errno>, words: impl FnOnce(T) -> Gave) -> Gave {
        result(done, words, Gave::Error)
    }
    fn reply<T>(reply: kernel::Call<T>, words: impl FnOnce(T) -> Gave) -> Gave {
        gave(done(reply), words)
    }
    let count = |count: usize| Gave::Number(count as u64);
    let nothing = |()| Gave::Nothing;
    let known = |metadata: Metadata| {
        let file_type = match metadata.file_type {
            kernel::FileType::Regular => FileType::RegularFile,
            kernel::FileType::Directory => FileType::Directory,
            kernel::FileType::Pipe => FileType::Fifo,
            other => panic!("{other:?} was not opened"),
        };
        Gave::Metadata(file_type, metadata.size)
    };
    match *call {
        Call::Open(path, flags) => {
            let flags = flags | OpenFlags::NONBLOCK;
            gave(kernel.open(FIRST, path, flags), |fd| {
                Gave::Descriptors(vec![fd])
            })
        }
        Call::Pipe => gave(kernel.pipe(FIRST, OpenFlags::NONBLOCK), |ends| {
            Gave::Descriptors(ends.to_vec())
        }),
        Call::Dup(fd) => gave(kernel.dup(FIRST, fd), |fd| Gave::Descriptors(vec![fd])),
        Call::Dup2(fd, to) => gave(kernel.dup2(FIRST, fd, to), |fd| Gave::Descriptors(vec![fd])),
        Call::Close(fd) => gave(kernel.close(FIRST, fd), nothing),
        Call::Read(fd, most) => reply(kernel.read(FIRST, fd, most), Gave::Bytes),
        Call::Write(fd, most) => reply(kernel.write(FIRST, fd, &bytes(most, number)), count),
        Call::Pread(fd, most, at) => gave(kernel.pread(FIRST, fd, most, at), Gave::Bytes),
        Call::Pwrite(fd, most, at) => {
            gave(kernel.pwrite(FIRST, fd, &bytes(most, number), at), count)
        }
        Call::Seek(fd, offset, whence) => {
            gave(kernel.seek(FIRST, fd, offset, whence), Gave::Number)
        }
        Call::Truncate(fd, size) => gave(kernel.truncate(FIRST, fd, size), nothing),
        Call::Flock(fd, locking) => reply(kernel.flock(FIRST, fd, locking), nothing),
        Call::IsNonblocking(fd) => gave(kernel.is_nonblocking(FIRST, fd), |is| {
            Gave::Number(u64::from(is))
        }),
        Call::Mkdir(path) => gave(kernel.mkdir(path), nothing),
        Call::Rmdir(path) => gave(kernel.rmdir(path), nothing),
        Call::Unlink(path) => gave(kernel.unlink(path), nothing),
        Call::Rename(from, to) => gave(kernel.rename(from, to), nothing),
        Call::Stat(path) => gave(kernel.stat(path), known),
        Call::Fstat(fd) => gave(kernel.fstat(FIRST, fd), known),
    }
}

/// The real kernel. Its descriptors have other numbers, because the tests of this program share
/// them; here they are known by the numbers of the simulated one.
struct Real {
    directory: OwnedFd,
    open: BTreeMap<Fd, OwnedFd>,
}

impl Real {
    /// Makes a call. `numbers` are those that the simulated kernel gave to what this call opens.
    fn call(&mut self, call: &Call, numbers: &[Fd], number: usize) -> Gave {
        self.result(call, numbers, number)
            .unwrap_or_else(|errno| Gave::Error(errno.raw_os_error()))
    }

    /// Whether a call moves the cursor of a directory: what its places are is up to its file system.
    fn moves_in_a_directory(&self, call: &Call) -> bool {
        let Call::Seek(fd, ..) = call else {
            return false;
        };
        self.open.get(fd).is_some_and(|fd| {
            let mode = rustix::fs::fstat(fd).unwrap().st_mode;
            FileType::from_raw_mode(mode).is_dir()
        })
    }

    fn keep(&mut self, numbers: &[Fd], opened: Vec<OwnedFd>) -> Gave {
        // More or fewer than the simulated kernel has opened: it is seen by their number.
        let numbers = numbers.iter().copied().chain(100..);
        let numbers: Vec<Fd> = numbers.take(opened.len()).collect();
        self.open.extend(numbers.iter().copied().zip(opened));
        Gave::Descriptors(numbers)
    }

    fn fd(&self, fd: Fd) -> rustix::io::Result<&OwnedFd> {
        self.open.get(&fd).ok_or(rustix::io::Errno::BADF)
    }

    fn result(&mut self, call: &Call, numbers: &[Fd], number: usize) -> rustix::io::Result<Gave> {
        let count = |count: usize| Gave::Number(count as u64);
        let mode = Mode::from_raw_mode(0o700);
        Ok(match *call {
            Call::Open(path, flags) => {
                let opened = rustix::fs::openat(&self.directory, path, real(flags), mode)?;
                self.keep(numbers, vec![opened])
            }
            Call::Pipe => {
                let (reads, writes) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::NONBLOCK)?;
                rustix::pipe::fcntl_setpipe_size(&writes, 2 * 4096)?;
                self.keep(numbers, vec![reads, writes])
            }
            Call::Dup(fd) => {
                let opened = rustix::io::dup(self.fd(fd)?)?;
                self.keep(numbers, vec![opened])
            }
            Call::Dup2(fd, to) => {
                let opened = rustix::io::dup(self.fd(fd)?)?;
                if fd != to {
                    self.open.insert(to, opened);
                }
                Gave::Descriptors(vec![to])
            }
            Call::Close(fd) => {
                self.open.remove(&fd).ok_or(rustix::io::Errno::BADF)?;
                Gave::Nothing
            }
            Call::Read(fd, most) => {
                let mut bytes = vec![0; most];
                let read = rustix::io::read(self.fd(fd)?, &mut bytes)?;
                bytes.truncate(read);
                Gave::Bytes(bytes)
            }
            Call::Write(fd, most) => count(rustix::io::write(self.fd(fd)?, &bytes(most, number))?),
            Call::Pread(fd, most, at) => {
                let mut bytes = vec![0; most];
                let read = rustix::io::pread(self.fd(fd)?, &mut bytes, at)?;
                bytes.truncate(read);
                Gave::Bytes(bytes)
            }
            Call::Pwrite(fd, most, at) => {
                count(rustix::io::pwrite(self.fd(fd)?, &bytes(most, number), at)?)
            }
            Call::Seek(fd, offset, whence) => {
                let fd = self.fd(fd)?;
                let from = match whence {
                    // A place before the beginning: only a signed number can say that.
                    Whence::Start if offset < 0 => return before_the_beginning(fd),
                    Whence::Start => SeekFrom::Start(offset.unsigned_abs()),
                    Whence::Current => SeekFrom::Current(offset),
                    Whence::End => SeekFrom::End(offset),
                };
                Gave::Number(rustix::fs::seek(fd, from)?)
            }
            Call::Truncate(fd, size) => {
                rustix::fs::ftruncate(self.fd(fd)?, size)?;
                Gave::Nothing
            }
            Call::Flock(fd, locking) => {
                let operation = match locking {
                    Locking::TryLock(LockKind::Shared) => FlockOperation::NonBlockingLockShared,
                    Locking::TryLock(LockKind::Exclusive) => {
                        FlockOperation::NonBlockingLockExclusive
                    }
                    Locking::Unlock => FlockOperation::Unlock,
                    Locking::Lock(_) => panic!("it could wait"),
                };
                rustix::fs::flock(self.fd(fd)?, operation)?;
                Gave::Nothing
            }
            Call::IsNonblocking(fd) => {
                let flags = rustix::fs::fcntl_getfl(self.fd(fd)?)?;
                Gave::Number(u64::from(flags.contains(OFlags::NONBLOCK)))
            }
            Call::Mkdir(path) => {
                rustix::fs::mkdirat(&self.directory, path, mode)?;
                Gave::Nothing
            }
            Call::Rmdir(path) => {
                rustix::fs::unlinkat(&self.directory, path, rustix::fs::AtFlags::REMOVEDIR)?;
                Gave::Nothing
            }
            Call::Unlink(path) => {
                rustix::fs::unlinkat(&self.directory, path, rustix::fs::AtFlags::empty())?;
                Gave::Nothing
            }
            Call::Stat(path) => {
                let flags = rustix::fs::AtFlags::empty();
                known(&rustix::fs::statat(&self.directory, path, flags)?)
            }
            Call::Fstat(fd) => known(&rustix::fs::fstat(self.fd(fd)?)?),
            Call::Rename(from, to) => {
                rustix::fs::renameat(&self.directory, from, &self.directory, to)?;
                Gave::Nothing
            }
        })
    }
}

/// What is known of something; the size of a directory is up to its file system.
fn known(stat: &Stat) -> Gave {
    let file_type = FileType::from_raw_mode(stat.st_mode);
    let has_size = file_type == FileType::RegularFile;
    let size = u64::try_from(stat.st_size).unwrap_or_default();
    Gave::Metadata(file_type, if has_size { size } else { 0 })
}

/// Moves a cursor before the beginning: an error, whatever it is the cursor of.
fn before_the_beginning(fd: impl AsFd) -> rustix::io::Result<Gave> {
    let here = rustix::fs::seek(&fd, SeekFrom::Current(0))?;
    let back = i64::try_from(here).unwrap_or(i64::MAX).saturating_add(1);
    rustix::fs::seek(fd, SeekFrom::Current(-back)).map(Gave::Number)
}

fn real(flags: OpenFlags) -> OFlags {
    let access = match (flags.has(OpenFlags::READ), flags.has(OpenFlags::WRITE)) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        _ => OFlags::RDONLY,
    };
    let all = [
        (OpenFlags::APPEND, OFlags::APPEND),
        (OpenFlags::CREATE, OFlags::CREATE),
        (OpenFlags::NEW, OFlags::EXCL),
        (OpenFlags::TRUNCATE, OFlags::TRUNC),
        (OpenFlags::DIRECTORY, OFlags::DIRECTORY),
    ];
    let has = all.into_iter().filter(|(flag, _)| flags.has(*flag));
    has.fold(
        access | OFlags::NONBLOCK | OFlags::CLOEXEC,
        |all, (_, flag)| all | flag,
    )
}

/// Makes the calls on both, and compares what each gives.
fn compare(calls: &[Call]) {
    let directory = tempfile::tempdir().unwrap();
    let mut real = Real {
        directory: std::fs::File::open(directory.path()).unwrap().into(),
        open: BTreeMap::new(),
    };
    let mut kernel = Kernel::new(Limits {
        pipe_pages: 2,
        ..Limits::default()
    });
    for (number, call) in calls.iter().enumerate() {
        if real.moves_in_a_directory(call) {
            continue;
        }
        let gave = simulated(&mut kernel, call, number);
        let numbers = match &gave {
            Gave::Descriptors(numbers) => numbers.as_slice(),
            _ => &[],
        };
        let really = real.call(call, numbers, number);
        assert_eq!(gave, really, "call {number} of {calls:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_programs_give_the_same_on_both_kernels(
        calls in prop::collection::vec(call(), 1..60),
    ) {
        compare(&calls);
    }
}
