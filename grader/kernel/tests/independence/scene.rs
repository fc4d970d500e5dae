//! Where random programs begin: processes that share objects of all kinds.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{
    FIRST, Kernel, Limits, MutexId, OpenFlags, Protection, Robustness, SegmentId, SemaphoreId,
};

/// Objects that are known by what calls have given.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    pub(crate) semaphores: Vec<SemaphoreId>,
    pub(crate) mutexes: Vec<MutexId>,
    pub(crate) segment: SegmentId,
}

/// A kernel with small limits, and one process which has a bit of everything: two files (3, 4), a
/// pipe (5, 6), a pair of sockets (7, 8), a listener at port 7 (9), an epoll instance (10), a ring
/// (11), a connection (12, 13), another client (14), a socket (15) and a segment (16).
pub(crate) fn scene() -> (Kernel, Objects) {
    let limits = Limits {
        processes: 6,
        descriptors: 22,
        pipe_pages: 2,
        socket_bytes: 10,
        backlog: 1,
    };
    let mut kernel = Kernel::new(limits);
    let kernel_ref = &mut kernel;
    let objects = furnish(kernel_ref).expect("all of it is possible");
    (kernel, objects)
}

fn furnish(kernel: &mut Kernel) -> Result<Objects, kernel::Errno> {
    let create = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    kernel.open(FIRST, "a", create)?;
    kernel.open(FIRST, "a", create)?;
    kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    kernel.socketpair(FIRST, OpenFlags::EMPTY)?;
    let listener = kernel.socket(FIRST, OpenFlags::EMPTY)?;
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 7);
    kernel.bind(FIRST, listener, address)?;
    kernel.listen(FIRST, listener, 1)?;
    kernel.epoll_create(FIRST)?;
    kernel.ring_setup(FIRST, 4)?;
    let client = kernel.socket(FIRST, OpenFlags::EMPTY)?;
    kernel.connect(FIRST, client, address)?;
    kernel.accept(FIRST, listener, OpenFlags::EMPTY)?;
    let client = kernel.socket(FIRST, OpenFlags::EMPTY)?;
    kernel.connect(FIRST, client, address)?;
    kernel.socket(FIRST, OpenFlags::NONBLOCK)?;
    let segment = kernel.shm_open(FIRST, "one", create)?;
    kernel.truncate(FIRST, segment, 20)?;
    let segment = kernel.map(FIRST, segment, Protection::Read)?;
    let semaphores = vec![
        kernel.sem_init(1)?,
        kernel.sem_open(FIRST, "one", OpenFlags::CREATE, 0)?,
    ];
    let robustness = [Robustness::Robust, Robustness::Stalled];
    let mutexes = robustness.map(|robustness| kernel.mutex_init(robustness));
    Ok(Objects {
        semaphores,
        mutexes: mutexes.to_vec(),
        segment,
    })
}
