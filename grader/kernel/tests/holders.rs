//! Who could bring on what a process waits for.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{
    Children, EpollControl, EpollEvent, Errno, Events, FIRST, Fd, Holder, Kernel, Limits, LockKind,
    Locking, MessageFlags, MutexId, OpenFlags, Operation, Pid, PollFd, Request, Robustness, Signal,
    Submission, WaitOptions,
};
use proptest::prelude::*;

fn holders(kernel: &Kernel, pid: Pid, request: &Request) -> Vec<(Pid, Option<Fd>)> {
    assert!(kernel.waits_for(pid, request).is_some(), "{request:?}");
    let holders = kernel.holders(pid, request).into_iter();
    holders.map(|Holder { pid, fd }| (pid, fd)).collect()
}

fn read(fd: Fd) -> Request {
    Request::Read { fd, count: 1 }
}

fn with_child() -> (Kernel, Pid) {
    let mut kernel = Kernel::default();
    let child = kernel.fork(FIRST).unwrap();
    (kernel, child)
}

#[test]
fn a_reader_that_has_a_write_end_itself_is_the_first_holder() {
    let mut kernel = Kernel::default();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    let copy = kernel.dup(child, writes).unwrap();
    let expected = [
        (child, Some(writes)),
        (child, Some(copy)),
        (FIRST, Some(writes)),
    ];
    assert_eq!(holders(&kernel, child, &read(reads)), expected);
    kernel.close(child, writes).unwrap();
    kernel.close(child, copy).unwrap();
    assert_eq!(
        holders(&kernel, child, &read(reads)),
        [(FIRST, Some(writes))]
    );
}

#[test]
fn a_writer_to_a_full_pipe_waits_for_those_who_can_read() -> Result<(), Errno> {
    let mut kernel = Kernel::new(Limits {
        pipe_pages: 1,
        ..Limits::default()
    });
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    kernel.write(FIRST, writes, &[0; 4096])?;
    let child = kernel.fork(FIRST)?;
    kernel.close(FIRST, reads)?;
    let write = Request::Write {
        fd: writes,
        count: 1,
    };
    assert_eq!(holders(&kernel, FIRST, &write), [(child, Some(reads))]);
    Ok(())
}

#[test]
fn a_lock_is_held_by_all_who_share_the_description() -> Result<(), Errno> {
    let mut kernel = Kernel::default();
    let flags = OpenFlags::WRITE | OpenFlags::CREATE;
    let fd = kernel.open(FIRST, "a", flags)?;
    kernel.flock(FIRST, fd, Locking::Lock(LockKind::Shared))?;
    let child = kernel.fork(FIRST)?;
    let other = kernel.open(child, "a", OpenFlags::WRITE)?;
    let waits = |kind| Request::Lock { fd: other, kind };
    let expected = [(child, Some(fd)), (FIRST, Some(fd))];
    assert_eq!(
        holders(&kernel, child, &waits(LockKind::Exclusive)),
        expected
    );
    assert_eq!(kernel.holders(child, &waits(LockKind::Shared)), []);
    Ok(())
}

#[test]
fn a_parent_waits_for_children_that_have_not_ended() -> Result<(), Errno> {
    let (mut kernel, child) = with_child();
    let second = kernel.fork(FIRST)?;
    kernel.fork(child)?;
    let wait = |children| Request::Wait(children, WaitOptions::ENDS);
    let both = [(child, None), (second, None)];
    assert_eq!(holders(&kernel, FIRST, &wait(Children::Any)), both);
    let one = wait(Children::One(second));
    assert_eq!(holders(&kernel, FIRST, &one), [(second, None)]);
    Ok(())
}

#[test]
fn a_mutex_is_held_by_its_owner_be_it_the_waiter() -> Result<(), Errno> {
    let (mut kernel, child) = with_child();
    let mutex: MutexId = kernel.mutex_init(Robustness::Stalled);
    kernel.mutex_lock(child, mutex)?;
    let request = Request::Mutex(mutex);
    assert_eq!(holders(&kernel, FIRST, &request), [(child, None)]);
    assert_eq!(holders(&kernel, child, &request), [(child, None)]);
    Ok(())
}

#[test]
fn a_signal_can_come_from_any_other_process() -> Result<(), Errno> {
    let (mut kernel, child) = with_child();
    let zombie = kernel.fork(FIRST)?;
    kernel.exit(zombie, 0);
    let request = Request::Signal(Signal::USR1.into());
    assert_eq!(holders(&kernel, FIRST, &request), [(child, None)]);
    Ok(())
}

#[test]
fn a_receiver_waits_for_those_who_have_the_peer() -> Result<(), Errno> {
    let mut kernel = Kernel::default();
    let [one, other] = kernel.socketpair(FIRST, OpenFlags::EMPTY)?;
    let child = kernel.fork(FIRST)?;
    kernel.close(FIRST, other)?;
    let recv = Request::Recv {
        fd: one,
        count: 1,
        flags: MessageFlags::EMPTY,
    };
    assert_eq!(holders(&kernel, FIRST, &recv), [(child, Some(other))]);
    assert_eq!(holders(&kernel, child, &recv), [(child, Some(other))]);
    Ok(())
}

#[test]
fn a_peer_that_was_not_accepted_is_with_those_who_listen() -> Result<(), Errno> {
    let mut kernel = Kernel::default();
    let address = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    let listener = kernel.socket(FIRST, OpenFlags::EMPTY)?;
    kernel.bind(FIRST, listener, address)?;
    kernel.listen(FIRST, listener, 1)?;
    let child = kernel.fork(FIRST)?;
    kernel.close(child, listener)?;
    let client = kernel.socket(child, OpenFlags::EMPTY)?;
    kernel.connect(child, client, address)?;
    assert_eq!(
        holders(&kernel, child, &read(client)),
        [(FIRST, Some(listener))]
    );
    let accepted = Request::Accept(listener);
    kernel.accept(FIRST, listener, OpenFlags::EMPTY)?;
    assert_eq!(holders(&kernel, FIRST, &accepted), []);
    Ok(())
}

#[test]
fn poll_and_epoll_wait_for_whoever_is_behind_one_of_the_descriptors() -> Result<(), Errno> {
    let mut kernel = Kernel::default();
    let [first, writes_first] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    let [second, writes_second] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    let child = kernel.fork(FIRST)?;
    kernel.close(FIRST, writes_first)?;
    kernel.close(child, writes_second)?;
    let events = Events::IN;
    let poll = [first, second, -1].map(|fd| PollFd { fd, events });
    let expected = [(FIRST, Some(writes_second)), (child, Some(writes_first))];
    let request = Request::Poll(poll.to_vec());
    assert_eq!(holders(&kernel, FIRST, &request), expected);
    let epoll = kernel.epoll_create(FIRST)?;
    for fd in [first, second] {
        let event = EpollEvent { events, data: 0 };
        kernel.epoll_ctl(FIRST, epoll, fd, EpollControl::Add(event))?;
    }
    let request = Request::EpollWait { epoll, most: 1 };
    assert_eq!(holders(&kernel, FIRST, &request), expected);
    Ok(())
}

#[test]
fn an_operation_of_a_ring_keeps_an_end_whose_descriptor_is_closed() -> Result<(), Errno> {
    let mut kernel = Kernel::new(Limits {
        pipe_pages: 1,
        ..Limits::default()
    });
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    let [_, full] = kernel.pipe(FIRST, OpenFlags::EMPTY)?;
    kernel.write(FIRST, full, &[0; 4096])?;
    let ring = kernel.ring_setup(FIRST, 2)?;
    let submission = |operation| Submission { operation, user: 0 };
    let submissions = vec![submission(Operation::Write(writes, vec![1]))];
    kernel.ring_submit(FIRST, ring, submissions)?;
    kernel.close(FIRST, writes)?;
    assert_eq!(holders(&kernel, FIRST, &read(reads)), [(FIRST, None)]);
    Ok(())
}

#[test]
fn a_time_comes_by_itself() {
    let kernel = Kernel::default();
    assert_eq!(holders(&kernel, FIRST, &Request::Sleep(5)), []);
}

proptest! {
    /// Whatever is closed: as long as a read waits there is a holder, and all of them have a write end.
    #[test]
    fn a_read_waits_as_long_as_there_is_a_holder(closes in prop::collection::vec((0..4_u32, 3..7), 0..20)) {
        let mut kernel = Kernel::default();
        let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
        kernel.dup(FIRST, writes).unwrap();
        let pids = [0; 3].map(|_| kernel.fork(FIRST).unwrap());
        let reader = pids[0];
        for (who, fd) in closes {
            let pid = if who == 0 { FIRST } else { pids[who as usize - 1] };
            if pid == reader && fd == reads {
                continue;
            }
            let _ = kernel.close(pid, fd);
            let waits = kernel.waits_for(reader, &read(reads)).is_some();
            let holders = kernel.holders(reader, &read(reads));
            prop_assert_eq!(waits, !holders.is_empty());
            for holder in holders {
                let fd = holder.fd.expect("a pipe is held by descriptors");
                prop_assert!(kernel.clone().close(holder.pid, fd).is_ok());
            }
        }
    }
}
