//! What `poll(2)` and `epoll(7)` tell, and what stays an item.

use std::net::{Ipv4Addr, Shutdown, SocketAddrV4};

use kernel::{
    EpollControl, EpollEvent, Errno, Events, FIRST, Fd, Kernel, Limits, OpenFlags, Pid, PollFd,
    Reply, WaitFor,
};

const WAITS: OpenFlags = OpenFlags::EMPTY;

fn kernel() -> Kernel {
    Kernel::new(Limits {
        descriptors: 16,
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

/// Adds an item that is known by its descriptor.
fn add(kernel: &mut Kernel, pid: Pid, epoll: Fd, fd: Fd, events: Events) -> Result<(), Errno> {
    let data = u64::from(fd.unsigned_abs());
    let event = EpollEvent { events, data };
    kernel.epoll_ctl(pid, epoll, fd, EpollControl::Add(event))
}

/// The data of the items that are ready.
fn ready(kernel: &mut Kernel, epoll: Fd, most: usize) -> Vec<u64> {
    let items = kernel.try_epoll_wait(FIRST, epoll, most).unwrap();
    items.iter().map(|item| item.data).collect()
}

fn poll(kernel: &Kernel, asked: &[(Fd, Events)]) -> kernel::Call<Vec<Events>> {
    let asked = asked.iter().map(|(fd, events)| PollFd {
        fd: *fd,
        events: *events,
    });
    kernel.poll(FIRST, &asked.collect::<Vec<_>>())
}

#[test]
fn poll_waits_until_one_of_its_descriptors_has_an_event() {
    let mut kernel = kernel();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    let asked = [(reads, Events::IN), (-1, Events::IN)];
    assert_eq!(poll(&kernel, &asked), Ok(Reply::Waits(WaitFor::Poll)));
    done(kernel.write(FIRST, writes, &[7; 4096]));
    let told = done(poll(&kernel, &[(reads, Events::IN), (writes, Events::OUT)]));
    assert_eq!(told, [Events::IN, Events::EMPTY]);
    kernel.close(FIRST, writes).unwrap();
    let told = done(poll(
        &kernel,
        &[(reads, Events::EMPTY), (writes, Events::OUT)],
    ));
    assert_eq!(told, [Events::HUP, Events::NVAL]);
    let many = vec![(reads, Events::IN); 17];
    assert_eq!(poll(&kernel, &many), Err(Errno::EINVAL));
}

#[test]
fn files_and_terminals_are_always_ready() {
    let mut kernel = kernel();
    let flags = OpenFlags::READ | OpenFlags::CREATE;
    let file = kernel.open(FIRST, "a", flags).unwrap();
    let both = Events::IN | Events::OUT;
    let told = done(poll(&kernel, &[(file, both), (0, both), (1, both)]));
    assert_eq!(told, [both, Events::IN, Events::OUT]);
    let epoll = kernel.epoll_create(FIRST).unwrap();
    assert_eq!(
        add(&mut kernel, FIRST, epoll, file, both),
        Err(Errno::EPERM)
    );
}

#[test]
fn an_item_outlives_its_descriptor_as_long_as_a_copy_of_it_is_open() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    add(&mut kernel, FIRST, epoll, reads, Events::IN).unwrap();
    let copy = kernel.dup(FIRST, reads).unwrap();
    kernel.close(FIRST, reads).unwrap();
    done(kernel.write(FIRST, writes, b"x"));
    let told = ready(&mut kernel, epoll, 9);
    assert_eq!(told, [u64::from(reads.unsigned_abs())]);
    // It cannot be removed by the copy, which is no item, nor by the number, which is not open.
    let delete = |kernel: &mut Kernel, fd| kernel.epoll_ctl(FIRST, epoll, fd, EpollControl::Delete);
    assert_eq!(delete(&mut kernel, copy), Err(Errno::ENOENT));
    assert_eq!(delete(&mut kernel, reads), Err(Errno::EBADF));
    kernel.close(FIRST, copy).unwrap();
    assert_eq!(ready(&mut kernel, epoll, 9), []);
}

#[test]
fn an_item_is_told_of_a_socket_that_only_a_child_has_open() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let [one, other] = kernel.socketpair(FIRST, WAITS).unwrap();
    add(&mut kernel, FIRST, epoll, one, Events::IN).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    kernel.close(FIRST, one).unwrap();
    let [reads, _] = kernel.pipe(FIRST, WAITS).unwrap();
    assert_eq!(reads, one, "the number is used again");
    add(&mut kernel, FIRST, epoll, reads, Events::IN).unwrap();
    done(kernel.write(FIRST, other, b"x"));
    assert_eq!(ready(&mut kernel, epoll, 9).len(), 1);
    kernel.exit(child, 0);
    assert_eq!(ready(&mut kernel, epoll, 9), []);
    let wait = kernel.epoll_wait(FIRST, epoll, 9);
    assert_eq!(wait, Ok(Reply::Waits(WaitFor::Epoll(0))));
}

#[test]
fn an_instance_that_is_shared_over_a_fork_is_one() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let child = kernel.fork(FIRST).unwrap();
    let [reads, writes] = kernel.pipe(child, WAITS).unwrap();
    add(&mut kernel, child, epoll, reads, Events::IN | Events::ET).unwrap();
    done(kernel.write(child, writes, b"x"));
    // An edge is told to one of those who wait.
    assert_eq!(ready(&mut kernel, epoll, 9).len(), 1);
    let wait = kernel.epoll_wait(child, epoll, 9);
    assert_eq!(wait, Ok(Reply::Waits(WaitFor::Epoll(0))));
}

#[test]
fn an_edge_is_told_once_and_a_oneshot_item_until_it_is_modified() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let [one, other] = kernel.socketpair(FIRST, WAITS).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    add(&mut kernel, FIRST, epoll, one, Events::IN | Events::ET).unwrap();
    add(
        &mut kernel,
        FIRST,
        epoll,
        reads,
        Events::IN | Events::ONESHOT,
    )
    .unwrap();
    let write = |kernel: &mut Kernel| {
        done(kernel.write(FIRST, writes, b"x"));
        done(kernel.write(FIRST, other, b"x"));
    };
    let [socket, pipe] = [one, reads].map(|fd| u64::from(fd.unsigned_abs()));
    write(&mut kernel);
    assert_eq!(ready(&mut kernel, epoll, 9), [pipe, socket]);
    assert_eq!(ready(&mut kernel, epoll, 9), []);
    // More has come, although the first byte was not read.
    write(&mut kernel);
    assert_eq!(ready(&mut kernel, epoll, 9), [socket]);
    let events = Events::IN | Events::ONESHOT;
    let modify = EpollControl::Modify(EpollEvent { events, data: 77 });
    kernel.epoll_ctl(FIRST, epoll, reads, modify).unwrap();
    assert_eq!(ready(&mut kernel, epoll, 9), [77]);
    // A hang-up is an event like others to an item that was told once.
    kernel.close(FIRST, writes).unwrap();
    assert_eq!(ready(&mut kernel, epoll, 9), []);
}

#[test]
fn items_that_are_told_go_behind_those_that_are_not() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let pipes = [(); 3].map(|()| kernel.pipe(FIRST, WAITS).unwrap());
    for [reads, _] in pipes {
        add(&mut kernel, FIRST, epoll, reads, Events::IN).unwrap();
    }
    for [_, writes] in [pipes[2], pipes[0], pipes[1]] {
        done(kernel.write(FIRST, writes, b"x"));
    }
    let [one, two, three] = pipes.map(|[reads, _]| u64::from(reads.unsigned_abs()));
    assert_eq!(ready(&mut kernel, epoll, 2), [three, one]);
    assert_eq!(ready(&mut kernel, epoll, 2), [two, three]);
    assert_eq!(ready(&mut kernel, epoll, 9), [one, two, three]);
    done(kernel.read(FIRST, pipes[0][0], 1));
    assert_eq!(ready(&mut kernel, epoll, 9), [two, three]);
}

#[test]
fn a_sender_is_told_of_room_by_edges() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let [one, other] = kernel.socketpair(FIRST, WAITS).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    for fd in [one, writes] {
        add(&mut kernel, FIRST, epoll, fd, Events::OUT | Events::ET).unwrap();
    }
    assert_eq!(ready(&mut kernel, epoll, 9).len(), 2);
    done(kernel.write(FIRST, one, &[7; 10]));
    done(kernel.write(FIRST, writes, &[7; 4096]));
    // Some bytes are read, but no whole message and no whole page.
    done(kernel.read(FIRST, other, 9));
    done(kernel.read(FIRST, reads, 4095));
    assert_eq!(ready(&mut kernel, epoll, 9), []);
    done(kernel.read(FIRST, reads, 1));
    done(kernel.read(FIRST, other, 1));
    let told = [writes, one].map(|fd| u64::from(fd.unsigned_abs()));
    assert_eq!(ready(&mut kernel, epoll, 9), told);
}

#[test]
fn a_sender_of_a_connection_is_told_of_room_only_if_there_was_none() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let at = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    let [listener, sends] = [(); 2].map(|()| kernel.socket(FIRST, WAITS).unwrap());
    kernel.bind(FIRST, listener, at).unwrap();
    kernel.listen(FIRST, listener, 0).unwrap();
    done(kernel.connect(FIRST, sends, at));
    let receives = done(kernel.accept(FIRST, listener, WAITS)).fd;
    add(&mut kernel, FIRST, epoll, sends, Events::OUT | Events::ET).unwrap();
    assert_eq!(ready(&mut kernel, epoll, 9).len(), 1);
    done(kernel.write(FIRST, sends, &[7; 9]));
    done(kernel.read(FIRST, receives, 1));
    assert_eq!(ready(&mut kernel, epoll, 9), []);
    done(kernel.write(FIRST, sends, &[7; 2]));
    assert_eq!(ready(&mut kernel, epoll, 9), []);
    done(kernel.read(FIRST, receives, 1));
    assert_eq!(ready(&mut kernel, epoll, 9).len(), 1);
    // A call that fails need not wait.
    done(kernel.write(FIRST, sends, &[7; 1]));
    let asked = [(sends, Events::OUT)];
    assert_eq!(poll(&kernel, &asked), Ok(Reply::Waits(WaitFor::Poll)));
    kernel.shutdown(FIRST, sends, Shutdown::Write).unwrap();
    assert_eq!(done(poll(&kernel, &asked)), [Events::OUT]);
}

#[test]
fn an_instance_has_an_event_itself_if_an_item_is_ready() {
    let mut kernel = kernel();
    let epoll = kernel.epoll_create(FIRST).unwrap();
    let [reads, writes] = kernel.pipe(FIRST, WAITS).unwrap();
    add(&mut kernel, FIRST, epoll, reads, Events::IN).unwrap();
    let asked = [(epoll, Events::IN)];
    assert_eq!(poll(&kernel, &asked), Ok(Reply::Waits(WaitFor::Poll)));
    done(kernel.write(FIRST, writes, b"x"));
    assert_eq!(done(poll(&kernel, &asked)), [Events::IN]);
    let other = kernel.epoll_create(FIRST).unwrap();
    let nested = add(&mut kernel, FIRST, other, epoll, Events::IN);
    assert_eq!(nested, Err(Errno::EINVAL));
    assert_eq!(kernel.read(FIRST, epoll, 1), Err(Errno::EINVAL));
    assert_eq!(kernel.try_epoll_wait(FIRST, reads, 1), Err(Errno::EINVAL));
}
