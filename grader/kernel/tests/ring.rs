//! Operations of a ring: what is pending, what can complete, and in which order.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{
    Completion, EpollControl, EpollEvent, Errno, Events, FIRST, Fd, Kernel, Limits, MessageFlags,
    OpenFlags, Operation, PollFd, Reply, Submission, WaitFor,
};

const WAITS: OpenFlags = OpenFlags::EMPTY;

fn kernel() -> Kernel {
    Kernel::new(Limits {
        descriptors: 12,
        pipe_pages: 1,
        socket_bytes: 10,
        ..Limits::default()
    })
}

fn done<T>(call: kernel::Call<T>) -> T {
    match call {
        Ok(Reply::Done(done)) => done,
        Ok(_) => panic!("it waits"),
        Err(errno) => panic!("{errno}"),
    }
}

fn submit(kernel: &mut Kernel, ring: Fd, user: u64, operation: Operation) {
    let submission = Submission { operation, user };
    assert_eq!(kernel.ring_submit(FIRST, ring, vec![submission]), Ok(1));
}

fn completable(kernel: &Kernel, ring: Fd) -> Vec<u64> {
    kernel.ring_completable(FIRST, ring).unwrap()
}

/// Takes the completions: the user number and the result of each.
fn taken(kernel: &mut Kernel, ring: Fd) -> Vec<(u64, i64)> {
    let taken = done(kernel.ring_wait(FIRST, ring, 0));
    taken.iter().map(|done| (done.user, done.result)).collect()
}

fn failed(errno: Errno) -> i64 {
    -i64::from(errno.number())
}

#[test]
fn operations_complete_in_the_order_that_is_chosen() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    submit(&mut kernel, ring, 70, Operation::Read(reads, 1));
    submit(&mut kernel, ring, 71, Operation::Read(reads, 9));
    assert_eq!(completable(&kernel, ring), []);
    let waits = WaitFor::Completions {
        ring: 0,
        at_least: 2,
    };
    assert_eq!(kernel.ring_wait(FIRST, ring, 2), Ok(Reply::Waits(waits)));
    done(kernel.write(FIRST, writes, b"abc"));
    assert_eq!(completable(&kernel, ring), [0, 1]);
    kernel.ring_complete(FIRST, ring, 1).unwrap();
    // The other one took everything, so that this one waits again.
    assert_eq!(completable(&kernel, ring), []);
    assert_eq!(kernel.ring_complete(FIRST, ring, 0), Err(Errno::EAGAIN));
    assert_eq!(kernel.ring_complete(FIRST, ring, 1), Err(Errno::ENOENT));
    done(kernel.write(FIRST, writes, b"d"));
    kernel.ring_complete(FIRST, ring, 0).unwrap();
    let completion = |user, bytes: &[u8]| Completion {
        user,
        result: i64::try_from(bytes.len()).unwrap(),
        bytes: bytes.to_vec(),
    };
    let taken = done(kernel.ring_wait(FIRST, ring, 2));
    assert_eq!(taken, [completion(71, b"abc"), completion(70, b"d")]);
}

#[test]
fn a_pending_operation_keeps_open_what_its_descriptor_stood_for() {
    let mut kernel = kernel();
    let before = kernel.open_objects();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    submit(
        &mut kernel,
        ring,
        0,
        Operation::Write(writes, b"x".to_vec()),
    );
    kernel.close(FIRST, writes).unwrap();
    let nothing = kernel.read(FIRST, reads, 1);
    assert_eq!(nothing, Ok(Reply::Waits(WaitFor::PipeData(0))));
    kernel.ring_complete(FIRST, ring, 0).unwrap();
    assert_eq!(done(kernel.read(FIRST, reads, 1)), b"x");
    assert_eq!(done(kernel.read(FIRST, reads, 1)), b"");
    // A pending read ends with the ring.
    submit(&mut kernel, ring, 0, Operation::Read(reads, 1));
    submit(&mut kernel, ring, 0, Operation::Read(ring, 1));
    kernel.close(FIRST, reads).unwrap();
    kernel.close(FIRST, ring).unwrap();
    assert_eq!(kernel.open_objects(), before);
}

#[test]
fn a_connection_is_made_by_operations_alone() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let at = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    let [listener, client] = [(); 2].map(|()| kernel.socket(FIRST, WAITS).unwrap());
    kernel.bind(FIRST, listener, at).unwrap();
    kernel.listen(FIRST, listener, 0).unwrap();
    submit(&mut kernel, ring, 1, Operation::Accept(listener, WAITS));
    submit(&mut kernel, ring, 2, Operation::Connect(client, at));
    assert_eq!(completable(&kernel, ring), [1]);
    kernel.ring_complete(FIRST, ring, 1).unwrap();
    kernel.ring_complete(FIRST, ring, 0).unwrap();
    let server = 6;
    assert_eq!(taken(&mut kernel, ring), [(2, 0), (1, server)]);
    let server = Fd::try_from(server).unwrap();
    let none = MessageFlags::EMPTY;
    submit(&mut kernel, ring, 3, Operation::Recv(server, 9, none));
    submit(
        &mut kernel,
        ring,
        4,
        Operation::Send(client, vec![7; 20], none),
    );
    submit(
        &mut kernel,
        ring,
        5,
        Operation::Send(client, vec![7; 20], none),
    );
    assert_eq!(completable(&kernel, ring), [3, 4]);
    kernel.ring_complete(FIRST, ring, 3).unwrap();
    // A send that finds some room is a short one, and the next one finds none.
    assert_eq!(completable(&kernel, ring), [2]);
    kernel.ring_complete(FIRST, ring, 2).unwrap();
    assert_eq!(taken(&mut kernel, ring), [(4, 10), (3, 9)]);
    kernel.close(FIRST, server).unwrap();
    kernel.ring_complete(FIRST, ring, 4).unwrap();
    assert_eq!(taken(&mut kernel, ring), [(5, failed(Errno::ECONNRESET))]);
}

#[test]
fn an_operation_is_cancelled_as_long_as_it_is_pending() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    for _ in 0..2 {
        submit(&mut kernel, ring, 7, Operation::Read(reads, 1));
    }
    for _ in 0..3 {
        submit(&mut kernel, ring, 8, Operation::Cancel(7));
    }
    submit(&mut kernel, ring, 9, Operation::Cancel(8));
    done(kernel.write(FIRST, writes, b"x"));
    kernel.ring_complete(FIRST, ring, 2).unwrap();
    assert_eq!(completable(&kernel, ring), [1, 3, 4, 5]);
    for number in [1, 3, 4, 5] {
        kernel.ring_complete(FIRST, ring, number).unwrap();
    }
    let missing = failed(Errno::ENOENT);
    let cancelled = failed(Errno::ECANCELED);
    let told = taken(&mut kernel, ring);
    assert_eq!(
        told,
        [
            (7, cancelled),
            (8, 0),
            (7, 1),
            (8, missing),
            (8, missing),
            (9, missing)
        ]
    );
}

#[test]
fn a_call_that_fails_completes_with_its_error() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::NONBLOCK).unwrap();
    let at = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    let socket = kernel.socket(FIRST, WAITS).unwrap();
    let operations = [
        (Operation::Read(99, 1), Errno::EBADF),
        (Operation::Read(writes, 1), Errno::EBADF),
        (Operation::Read(reads, 1), Errno::EAGAIN),
        (Operation::Read(ring, 1), Errno::EINVAL),
        (Operation::Accept(ring, WAITS), Errno::ENOTSOCK),
        (Operation::Accept(reads, WAITS), Errno::ENOTSOCK),
        (Operation::Connect(socket, at), Errno::ECONNREFUSED),
        (Operation::Accept(socket, WAITS), Errno::EINVAL),
    ];
    for (operation, errno) in operations {
        submit(&mut kernel, ring, 1, operation.clone());
        let [number] = completable(&kernel, ring)[..] else {
            panic!("{operation:?} waits");
        };
        kernel.ring_complete(FIRST, ring, number).unwrap();
        assert_eq!(
            taken(&mut kernel, ring),
            [(1, failed(errno))],
            "{operation:?}"
        );
    }
}

#[test]
fn a_ring_is_full_until_completions_are_taken() {
    let mut kernel = kernel();
    assert_eq!(kernel.ring_setup(FIRST, 0), Err(Errno::EINVAL));
    let ring = kernel.ring_setup(FIRST, 2).unwrap();
    let asked = [PollFd {
        fd: ring,
        events: Events::IN | Events::OUT,
    }];
    let events = |kernel: &Kernel| kernel.try_poll(FIRST, &asked).unwrap()[0];
    assert_eq!(events(&kernel), Events::OUT);
    let submission = Submission {
        operation: Operation::Cancel(0),
        user: 0,
    };
    let three = vec![submission; 3];
    assert_eq!(kernel.ring_submit(FIRST, ring, three.clone()), Ok(2));
    assert_eq!(events(&kernel), Events::EMPTY);
    kernel.ring_complete(FIRST, ring, 0).unwrap();
    assert_eq!(events(&kernel), Events::IN);
    assert_eq!(
        kernel.ring_submit(FIRST, ring, three.clone()),
        Err(Errno::EBUSY)
    );
    assert_eq!(kernel.ring_submit(FIRST, ring, Vec::new()), Ok(0));
    assert_eq!(done(kernel.ring_wait(FIRST, ring, 1)).len(), 1);
    assert_eq!(kernel.ring_submit(FIRST, ring, three), Ok(1));
    assert_eq!(kernel.ring_submit(FIRST, 0, Vec::new()), Err(Errno::EINVAL));
}

#[test]
fn a_ring_is_an_item_that_each_completion_makes_ready() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let events = Events::IN | Events::ET;
    let add = EpollControl::Add(EpollEvent { events, data: 7 });
    kernel.epoll_ctl(FIRST, epoll, ring, add).unwrap();
    let told = |kernel: &mut Kernel| kernel.try_epoll_wait(FIRST, epoll, 9).unwrap().len();
    for number in 0..2 {
        submit(&mut kernel, ring, 0, Operation::Cancel(9));
        assert_eq!(told(&mut kernel), 0);
        kernel.ring_complete(FIRST, ring, number).unwrap();
        assert_eq!(told(&mut kernel), 1);
        assert_eq!(told(&mut kernel), 0);
    }
}

#[test]
fn the_operations_of_a_process_are_cancelled_when_it_ends() {
    let mut kernel = kernel();
    let ring = kernel.ring_setup(FIRST, 8).unwrap();
    let [reads, _] = kernel.pipe(FIRST, WAITS).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    let submission = |user| Submission {
        operation: Operation::Read(reads, 1),
        user,
    };
    kernel
        .ring_submit(child, ring, vec![submission(1)])
        .unwrap();
    kernel
        .ring_submit(FIRST, ring, vec![submission(2)])
        .unwrap();
    // Only those of its own process are found by one that cancels.
    submit(&mut kernel, ring, 3, Operation::Cancel(1));
    kernel.ring_complete(FIRST, ring, 2).unwrap();
    kernel.exit(child, 0);
    let told = taken(&mut kernel, ring);
    assert_eq!(
        told,
        [(3, failed(Errno::ENOENT)), (1, failed(Errno::ECANCELED))]
    );
    assert_eq!(completable(&kernel, ring), []);
}
