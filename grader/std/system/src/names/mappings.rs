//! Shared memory: `mmap(2)`, `shm_open(3)`.
//!
//! A shared mapping of the program under test has addresses, and nothing is there: who reads or writes
//! them himself ends by `SIGSEGV`. Its words are read and written by [calls](super::atomics), which other
//! processes can be told of. What else a program has in shared memory, it has by its address in each process
//! for itself: a semaphore, or a mutex, which is made before a process is forked that uses it.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use kernel::{
    Answer, MemoryCall, MutexId, OpenFlags, Protection, SegmentId, SemaphoreId, SystemCall,
};
use libc::{c_char, c_int, c_void, mode_t, off_t, off64_t, size_t};

use super::{
    flags::translate,
    path::text,
    real_unless_program,
    result::{Called, Failure, call, descriptor, done, result, unexpected},
};

/// The bytes of addresses that there are for the mappings of an execution.
const ROOM: usize = 1 << 28;

/// The bytes of a page.
const PAGE: usize = 4096;

/// Where these addresses begin; 0 as long as there are none.
static BEGINNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static ADDRESSES: RefCell<Addresses> = const { RefCell::new(Addresses::new()) };
}

/// What is behind addresses, in this process.
#[derive(Debug)]
pub(super) struct Addresses {
    /// The execution that this is about.
    execution: u64,
    /// The first place that no mapping has had.
    next: usize,
    /// By the places where they begin: how many bytes they have, and what is mapped.
    mappings: BTreeMap<usize, (usize, SegmentId)>,
    pub(super) semaphores: BTreeMap<usize, SemaphoreId>,
    pub(super) mutexes: BTreeMap<usize, MutexId>,
}

impl Addresses {
    const fn new() -> Self {
        Self {
            execution: 0,
            next: 0,
            mappings: BTreeMap::new(),
            semaphores: BTreeMap::new(),
            mutexes: BTreeMap::new(),
        }
    }

    /// An address that nothing has had, for so many bytes.
    pub(super) fn reserve(&mut self, bytes: usize) -> Called<usize> {
        let pages = bytes.checked_next_multiple_of(PAGE);
        let end = pages.and_then(|bytes| self.next.checked_add(bytes));
        let end = end
            .filter(|end| *end <= ROOM)
            .ok_or(Failure(libc::ENOMEM))?;
        let place = std::mem::replace(&mut self.next, end);
        Ok(beginning()? + place)
    }
}

/// Does something with the addresses of the current execution. It must not make a call of the kernel.
pub(super) fn with_addresses<R>(f: impl FnOnce(&mut Addresses) -> R) -> R {
    ADDRESSES.with_borrow_mut(|addresses| {
        let execution = processes::execution();
        if addresses.execution != execution {
            *addresses = Addresses::new();
            addresses.execution = execution;
        }
        f(addresses)
    })
}

/// Whether an address is one of those that mappings of a program have.
pub(super) fn is_shared<T>(address: *const T) -> bool {
    let beginning = BEGINNING.load(Ordering::Relaxed);
    let place = address.addr().wrapping_sub(beginning);
    beginning != 0 && place < ROOM
}

/// The segment at an address, and how many bytes before the address it begins.
pub(super) fn mapping_at(address: usize) -> Option<(SegmentId, usize)> {
    with_addresses(|addresses| {
        let (start, (length, segment)) = addresses.mappings.range(..=address).next_back()?;
        let place = address - start;
        (place < *length).then_some((*segment, place))
    })
}

/// Where the addresses begin. No program can read or write there.
fn beginning() -> Called<usize> {
    let known = BEGINNING.load(Ordering::Relaxed);
    if known != 0 {
        return Ok(known);
    }
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: it is new memory, which nobody uses.
    let made = unsafe { libc::syscall(libc::SYS_mmap, 0, ROOM, libc::PROT_NONE, flags, -1, 0) };
    let made = usize::try_from(made).map_err(|_| Failure(libc::ENOMEM))?;
    BEGINNING.store(made, Ordering::Relaxed);
    Ok(made)
}

pub unsafe fn mmap(
    near: *mut c_void,
    length: size_t,
    protection: c_int,
    flags: c_int,
    fd: c_int,
    offset: off_t,
) -> *mut c_void {
    // Memory of a process for itself is none of the kernel's business.
    if flags & libc::MAP_SHARED != 0 {
        real_unless_program!(SYS_mmap, near, length, protection, flags, fd, offset);
        return result(|| Ok(map(length, protection, flags, fd, offset)? as *mut c_void));
    }
    // SAFETY: the caller promises what the system asks for.
    let made =
        unsafe { libc::syscall(libc::SYS_mmap, near, length, protection, flags, fd, offset) };
    made as *mut c_void
}

pub unsafe fn mmap64(
    near: *mut c_void,
    length: size_t,
    protection: c_int,
    flags: c_int,
    fd: c_int,
    offset: off64_t,
) -> *mut c_void {
    // SAFETY: the caller promises the same.
    unsafe { mmap(near, length, protection, flags, fd, offset) }
}

/// Maps shared memory from its beginning on, and gives its address.
#[track_caller]
fn map(length: usize, protection: c_int, flags: c_int, fd: c_int, offset: off_t) -> Called<usize> {
    let known = libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    if flags & !known != 0 || offset != 0 || length == 0 {
        return Err(Failure(libc::EINVAL));
    }
    let protection = match protection {
        libc::PROT_READ => Protection::Read,
        _ if protection == libc::PROT_READ | libc::PROT_WRITE => Protection::ReadWrite,
        _ => return Err(Failure(libc::ENOTSUP)),
    };
    let made = if flags & libc::MAP_ANONYMOUS == 0 {
        MemoryCall::Map { fd, protection }
    } else {
        let size = length as u64;
        MemoryCall::MapAnonymous { size }
    };
    let address = with_addresses(|addresses| addresses.reserve(length))?;
    match call(SystemCall::Memory(made))? {
        Answer::Segment(segment) => {
            with_addresses(|all| all.mappings.insert(address, (length, segment)));
            Ok(address)
        }
        answer => unexpected(&answer),
    }
}

/// Takes a mapping away as a whole, as it was made.
pub unsafe fn munmap(address: *mut c_void, length: size_t) -> c_int {
    if !is_shared(address) {
        // SAFETY: the caller promises what the system asks for.
        return unsafe { libc::syscall(libc::SYS_munmap, address, length) as c_int };
    }
    if !processes::is_program() {
        // The execution is over, and its mappings with it.
        return 0;
    }
    result(|| {
        let start = address.addr();
        let found = with_addresses(|all| all.mappings.remove(&start));
        let (length, id) = found.ok_or(Failure(libc::EINVAL))?;
        let is_elsewhere = |at: usize| !(start..start + length).contains(&at);
        with_addresses(|all| {
            all.semaphores.retain(|at, _| is_elsewhere(*at));
            all.mutexes.retain(|at, _| is_elsewhere(*at));
        });
        done(SystemCall::Memory(MemoryCall::Unmap { id }))
    })
}

pub unsafe fn shm_open(name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    if !processes::is_program() {
        type Open = unsafe extern "C" fn(*const c_char, c_int, mode_t) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Open>(c"shm_open").map_or(-1, |f| f(name, flags, mode)) };
    }
    result(|| {
        // SAFETY: the caller promises that it ends in a zero byte.
        let name = unsafe { text(name)? }.to_owned();
        let access = match flags & libc::O_ACCMODE {
            libc::O_RDONLY => OpenFlags::READ,
            libc::O_RDWR => OpenFlags::READ | OpenFlags::WRITE,
            _ => return Err(Failure(libc::EINVAL)),
        };
        let rest = flags & !(libc::O_ACCMODE | libc::O_CLOEXEC);
        let flags = translate(rest, &CREATION, access)?;
        descriptor(SystemCall::Memory(MemoryCall::Open { name, flags }))
    })
}

/// How something with a name is made.
pub(super) const CREATION: [(c_int, OpenFlags); 3] = [
    (libc::O_CREAT, OpenFlags::CREATE),
    (libc::O_EXCL, OpenFlags::NEW),
    (libc::O_TRUNC, OpenFlags::TRUNCATE),
];

pub unsafe fn shm_unlink(name: *const c_char) -> c_int {
    if !processes::is_program() {
        type Unlink = unsafe extern "C" fn(*const c_char) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Unlink>(c"shm_unlink").map_or(-1, |f| f(name)) };
    }
    result(|| {
        // SAFETY: the caller promises that it ends in a zero byte.
        let name = unsafe { text(name)? }.to_owned();
        done(SystemCall::Memory(MemoryCall::Unlink { name }))
    })
}
