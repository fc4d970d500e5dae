//! What becomes of connections whose sockets several processes share, and where limits are.

use std::net::{Ipv4Addr, Shutdown, SocketAddrV4};

use kernel::{
    Address, Direction, Errno, FIRST, Fd, Kernel, Limits, MessageFlags, OpenFlags, Pid, Reply,
    SystemCall, WaitFor,
};

const WAITS: OpenFlags = OpenFlags::EMPTY;
const NONBLOCK: OpenFlags = OpenFlags::NONBLOCK;

fn kernel() -> Kernel {
    Kernel::new(Limits {
        socket_bytes: 10,
        backlog: 4,
        descriptors: 16,
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

fn at(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}

fn listener(kernel: &mut Kernel, port: u16, backlog: i32) -> Fd {
    let fd = kernel.socket(FIRST, WAITS).unwrap();
    kernel.bind(FIRST, fd, at(port)).unwrap();
    kernel.listen(FIRST, fd, backlog).unwrap();
    fd
}

fn client(kernel: &mut Kernel, pid: Pid, port: u16) -> Fd {
    let fd = kernel.socket(pid, WAITS).unwrap();
    done(kernel.connect(pid, fd, at(port)));
    fd
}

/// Sockets of the first process that are connected: the one that accepted is first.
fn connection(kernel: &mut Kernel, port: u16) -> [Fd; 2] {
    let listener = listener(kernel, port, 0);
    let client = client(kernel, FIRST, port);
    let accepted = done(kernel.accept(FIRST, listener, WAITS));
    kernel.close(FIRST, listener).unwrap();
    [accepted.fd, client]
}

#[test]
fn ports_that_are_not_asked_for_are_the_lowest_that_are_free() {
    let mut kernel = kernel();
    let bind = |kernel: &mut Kernel| {
        let fd = kernel.socket(FIRST, WAITS).unwrap();
        kernel.bind(FIRST, fd, at(0)).unwrap();
        (fd, kernel.getsockname(FIRST, fd))
    };
    let name = |port| Ok(Address::Inet(at(port)));
    let (first, first_name) = bind(&mut kernel);
    assert_eq!(first_name, name(49152));
    assert_eq!(bind(&mut kernel).1, name(49153));
    kernel.close(FIRST, first).unwrap();
    assert_eq!(bind(&mut kernel).1, name(49152));
    let listener = listener(&mut kernel, 80, 1);
    let client_fd = client(&mut kernel, FIRST, 80);
    assert_eq!(done(kernel.accept(FIRST, listener, WAITS)).peer, at(49154));
    // What is left of the connection still has the port.
    kernel.close(FIRST, client_fd).unwrap();
    client(&mut kernel, FIRST, 80);
    assert_eq!(done(kernel.accept(FIRST, listener, WAITS)).peer, at(49155));
}

#[test]
fn a_listener_admits_one_more_than_its_backlog_and_the_next_one_waits() {
    let mut kernel = kernel();
    let listener = listener(&mut kernel, 80, 1);
    let [one, two] = [(); 2].map(|()| client(&mut kernel, FIRST, 80));
    let three = kernel.socket(FIRST, WAITS).unwrap();
    let waits = Ok(Reply::Waits(WaitFor::Backlog(0)));
    assert_eq!(kernel.connect(FIRST, three, at(80)), waits);
    assert_eq!(done(kernel.write(FIRST, two, b"two")), 3);
    assert_eq!(done(kernel.write(FIRST, one, b"one")), 3);
    let accepted = done(kernel.accept(FIRST, listener, WAITS)).fd;
    assert_eq!(done(kernel.read(FIRST, accepted, 9)), b"one");
    done(kernel.connect(FIRST, three, at(80)));
    let four = kernel.socket(FIRST, WAITS).unwrap();
    assert_eq!(kernel.connect(FIRST, four, at(80)), waits);
    kernel.listen(FIRST, listener, -1).unwrap();
    done(kernel.connect(FIRST, four, at(80)));
}

#[test]
fn who_does_not_wait_is_admitted_in_turn_or_refused() {
    let mut kernel = kernel();
    let listener = listener(&mut kernel, 80, 0);
    client(&mut kernel, FIRST, 80);
    let [one, two, three, four] = [(); 4].map(|()| {
        let fd = kernel.socket(FIRST, NONBLOCK).unwrap();
        let begun = kernel.connect(FIRST, fd, at(80));
        assert_eq!(begun, Err(Errno::EINPROGRESS));
        fd
    });
    let again = |kernel: &mut Kernel, fd| kernel.connect(FIRST, fd, at(80));
    assert_eq!(again(&mut kernel, one), Err(Errno::EALREADY));
    assert_eq!(kernel.write(FIRST, one, b"x"), Err(Errno::EAGAIN));
    kernel.close(FIRST, two).unwrap();
    kernel.shutdown(FIRST, three, Shutdown::Both).unwrap();
    assert_eq!(kernel.take_error(FIRST, three), Ok(Some(Errno::ECONNRESET)));
    done(kernel.accept(FIRST, listener, WAITS));
    done(again(&mut kernel, one));
    assert_eq!(again(&mut kernel, one), Err(Errno::EISCONN));
    assert_eq!(again(&mut kernel, four), Err(Errno::EALREADY));
    let last = kernel.socket(FIRST, NONBLOCK).unwrap();
    assert_eq!(again(&mut kernel, last), Err(Errno::EINPROGRESS));
    // The two before it do not wait any more.
    done(kernel.accept(FIRST, listener, WAITS));
    done(again(&mut kernel, four));
    kernel.close(FIRST, listener).unwrap();
    assert_eq!(again(&mut kernel, last), Err(Errno::ECONNREFUSED));
    // It was in the backlog.
    assert_eq!(kernel.read(FIRST, four, 1), Err(Errno::ECONNRESET));
    assert_eq!(done(kernel.read(FIRST, four, 1)), b"");
}

#[test]
fn a_larger_backlog_admits_those_that_wait() {
    let mut kernel = kernel();
    let listener = listener(&mut kernel, 80, 0);
    client(&mut kernel, FIRST, 80);
    let [one, two] = [(); 2].map(|()| {
        let fd = kernel.socket(FIRST, NONBLOCK).unwrap();
        let begun = kernel.connect(FIRST, fd, at(80));
        assert_eq!(begun, Err(Errno::EINPROGRESS));
        fd
    });
    kernel.listen(FIRST, listener, 1).unwrap();
    done(kernel.connect(FIRST, one, at(80)));
    let second = kernel.connect(FIRST, two, at(80));
    assert_eq!(second, Err(Errno::EALREADY));
}

#[test]
fn a_connection_that_waits_becomes_blocking_and_waits_for_the_backlog() {
    let mut kernel = kernel();
    let listener = listener(&mut kernel, 80, 0);
    client(&mut kernel, FIRST, 80);
    let fd = kernel.socket(FIRST, NONBLOCK).unwrap();
    assert_eq!(kernel.connect(FIRST, fd, at(80)), Err(Errno::EINPROGRESS));
    kernel.set_nonblocking(FIRST, fd, false).unwrap();
    let waits = Ok(Reply::Waits(WaitFor::Backlog(0)));
    assert_eq!(kernel.connect(FIRST, fd, at(80)), waits);
    assert_eq!(
        kernel.write(FIRST, fd, b"x"),
        Ok(Reply::Waits(WaitFor::SocketRoom(3)))
    );
    done(kernel.accept(FIRST, listener, WAITS));
    assert_eq!(done(kernel.write(FIRST, fd, b"x")), 1);
}

#[test]
fn a_sender_waits_for_room_and_each_direction_has_its_own() {
    for is_pair in [false, true] {
        let mut kernel = kernel();
        let [one, other] = if is_pair {
            kernel.socketpair(FIRST, WAITS).unwrap()
        } else {
            connection(&mut kernel, 80)
        };
        let Ok(Reply::Partly { done: 10, rest }) = kernel.write(FIRST, one, &[1; 12]) else {
            panic!("ten bytes have room");
        };
        assert!(matches!(rest, WaitFor::SocketRoom(_)));
        assert_eq!(kernel.write(FIRST, one, &[1; 2]), Ok(Reply::Waits(rest)));
        assert_eq!(done(kernel.write(FIRST, one, b"")), 0);
        let dontwait = MessageFlags::DONTWAIT;
        assert_eq!(kernel.send(FIRST, one, b"x", dontwait), Err(Errno::EAGAIN));
        assert_eq!(done(kernel.write(FIRST, other, &[2; 10])), 10);
        assert_eq!(
            done(kernel.recv(FIRST, other, 4, MessageFlags::PEEK)).len(),
            4
        );
        assert_eq!(kernel.write(FIRST, one, &[1; 2]), Ok(Reply::Waits(rest)));
        assert_eq!(done(kernel.read(FIRST, other, 1)), [1]);
        assert_eq!(done(kernel.send(FIRST, one, b"xy", dontwait)), 1);
        assert_eq!(done(kernel.read(FIRST, other, 99)).len(), 10);
        let nothing = kernel.recv(FIRST, other, 0, MessageFlags::EMPTY);
        assert!(matches!(nothing, Ok(Reply::Waits(WaitFor::SocketData(_)))));
    }
}

#[test]
fn an_end_of_a_stream_comes_when_the_last_process_has_closed_the_socket() {
    let mut kernel = kernel();
    let [server, client] = connection(&mut kernel, 80);
    let child = kernel.fork(FIRST).unwrap();
    kernel.close(FIRST, client).unwrap();
    let nothing = kernel.read(FIRST, server, 1);
    assert!(matches!(nothing, Ok(Reply::Waits(WaitFor::SocketData(_)))));
    // One of those who share it can end it for all.
    kernel.shutdown(child, client, Shutdown::Write).unwrap();
    assert_eq!(done(kernel.read(FIRST, server, 1)), b"");
    assert_eq!(done(kernel.write(FIRST, server, b"still")), 5);
    assert_eq!(done(kernel.read(child, client, 9)), b"still");
    kernel.exit(child, 0);
    // The first bytes are sent to a peer that is gone, which answers with a reset.
    assert_eq!(done(kernel.write(FIRST, server, b"x")), 1);
    assert_eq!(kernel.write(FIRST, server, b"x"), Err(Errno::EPIPE));
}

#[test]
fn a_process_that_dies_with_unread_bytes_resets_the_connection() {
    let mut kernel = kernel();
    let [server, client] = connection(&mut kernel, 80);
    let child = kernel.fork(FIRST).unwrap();
    kernel.close(FIRST, client).unwrap();
    done(kernel.write(child, client, b"answer"));
    done(kernel.write(FIRST, server, b"request"));
    kernel.close(child, server).unwrap();
    kernel.exit(child, 1);
    // What had arrived before the reset can be read.
    assert_eq!(done(kernel.read(FIRST, server, 3)), b"ans");
    assert_eq!(kernel.write(FIRST, server, b"x"), Err(Errno::ECONNRESET));
    assert_eq!(done(kernel.read(FIRST, server, 9)), b"wer");
    assert_eq!(done(kernel.read(FIRST, server, 9)), b"");
    assert_eq!(kernel.getpeername(FIRST, server), Err(Errno::ENOTCONN));
}

#[test]
fn a_port_is_held_by_the_side_that_closed_first() {
    let mut kernel = kernel();
    let bind = |kernel: &mut Kernel, port, reuses| {
        let fd = kernel.socket(FIRST, WAITS).unwrap();
        kernel.set_reuse_address(FIRST, fd, reuses).unwrap();
        let bound = kernel.bind(FIRST, fd, at(port));
        kernel.close(FIRST, fd).unwrap();
        bound
    };
    // The server closes first, and its port is in use.
    let [server, client] = connection(&mut kernel, 80);
    assert_eq!(bind(&mut kernel, 80, false), Err(Errno::EADDRINUSE));
    kernel.close(FIRST, server).unwrap();
    kernel.close(FIRST, client).unwrap();
    assert_eq!(bind(&mut kernel, 80, false), Err(Errno::EADDRINUSE));
    // Both have to allow it.
    assert_eq!(bind(&mut kernel, 80, true), Err(Errno::EADDRINUSE));
    // The same if the directions end one after the other while both are open.
    let [server, client] = connection(&mut kernel, 83);
    kernel.shutdown(FIRST, server, Shutdown::Write).unwrap();
    kernel.shutdown(FIRST, client, Shutdown::Write).unwrap();
    kernel.close(FIRST, server).unwrap();
    kernel.close(FIRST, client).unwrap();
    assert_eq!(bind(&mut kernel, 83, false), Err(Errno::EADDRINUSE));
    // The client closes first, and the port of the server is free.
    let [server, client] = connection(&mut kernel, 81);
    kernel.close(FIRST, client).unwrap();
    kernel.close(FIRST, server).unwrap();
    assert_eq!(bind(&mut kernel, 81, false), Ok(()));
    // The client sends something after the server has closed, and the answer is a reset.
    let [server, client] = connection(&mut kernel, 84);
    kernel.close(FIRST, server).unwrap();
    done(kernel.write(FIRST, client, b"x"));
    kernel.close(FIRST, client).unwrap();
    assert_eq!(bind(&mut kernel, 84, false), Ok(()));
    // The server has unread bytes, and no port is held by a reset.
    let [server, client] = connection(&mut kernel, 82);
    done(kernel.write(FIRST, client, b"x"));
    kernel.close(FIRST, server).unwrap();
    kernel.close(FIRST, client).unwrap();
    assert_eq!(bind(&mut kernel, 82, false), Ok(()));
}

#[test]
fn a_server_that_reuses_its_address_starts_again_at_once() {
    let mut kernel = kernel();
    let mut start = || {
        let listener = kernel.socket(FIRST, WAITS).unwrap();
        kernel.set_reuse_address(FIRST, listener, true).unwrap();
        kernel.bind(FIRST, listener, at(80)).unwrap();
        kernel.listen(FIRST, listener, 0).unwrap();
        let client = client(&mut kernel, FIRST, 80);
        let server = done(kernel.accept(FIRST, listener, WAITS)).fd;
        let other = kernel.socket(FIRST, WAITS).unwrap();
        kernel.set_reuse_address(FIRST, other, true).unwrap();
        assert_eq!(kernel.bind(FIRST, other, at(80)), Err(Errno::EADDRINUSE));
        for fd in [server, client, listener, other] {
            kernel.close(FIRST, fd).unwrap();
        }
    };
    start();
    start();
}

#[test]
fn a_listener_that_closes_resets_its_backlog_in_all_states() {
    let mut kernel = kernel();
    let before = kernel.open_objects();
    let listener = listener(&mut kernel, 80, 4);
    let [plain, half, gone, early] = [(); 4].map(|()| client(&mut kernel, FIRST, 80));
    kernel.shutdown(FIRST, half, Shutdown::Write).unwrap();
    done(kernel.write(FIRST, gone, b"x"));
    kernel.close(FIRST, gone).unwrap();
    done(kernel.write(FIRST, early, b"x"));
    kernel.close(FIRST, listener).unwrap();
    for fd in [plain, half, early] {
        assert_eq!(kernel.take_error(FIRST, fd), Ok(Some(Errno::ECONNRESET)));
        kernel.close(FIRST, fd).unwrap();
    }
    assert_eq!(kernel.open_objects(), before);
}

#[test]
fn descriptors_that_are_none_of_sockets_are_told_apart() {
    let mut kernel = kernel();
    let [reads, _] = kernel.pipe(FIRST, WAITS).unwrap();
    assert_eq!(kernel.listen(FIRST, reads, 1), Err(Errno::ENOTSOCK));
    assert_eq!(kernel.listen(FIRST, 9, 1), Err(Errno::EBADF));
    let fd = kernel.socket(FIRST, WAITS).unwrap();
    let elsewhere = SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 80);
    assert_eq!(kernel.bind(FIRST, fd, elsewhere), Err(Errno::EADDRNOTAVAIL));
    assert_eq!(
        kernel.connect(FIRST, fd, elsewhere),
        Err(Errno::ENETUNREACH)
    );
    while kernel.dup(FIRST, fd).is_ok() {}
    assert_eq!(kernel.accept(FIRST, fd, WAITS), Err(Errno::EMFILE));
    assert_eq!(kernel.accept(FIRST, reads, WAITS), Err(Errno::EMFILE));
    assert_eq!(kernel.socketpair(FIRST, WAITS), Err(Errno::EMFILE));
}

#[test]
fn the_second_connection_of_the_same_ports_is_none() {
    let mut kernel = kernel();
    let listener = listener(&mut kernel, 80, 4);
    let connect = |kernel: &mut Kernel| {
        let fd = kernel.socket(FIRST, WAITS).unwrap();
        kernel.set_reuse_address(FIRST, fd, true).unwrap();
        kernel.bind(FIRST, fd, at(90)).unwrap();
        (fd, kernel.connect(FIRST, fd, at(80)))
    };
    let (first, connected) = connect(&mut kernel);
    done(connected);
    let unavailable = Err(Errno::EADDRNOTAVAIL);
    assert_eq!(connect(&mut kernel).1, unavailable);
    kernel.close(FIRST, first).unwrap();
    assert_eq!(connect(&mut kernel).1, unavailable);
    // One with its own port is refused as long as there is no listener but itself.
    let own = kernel.socket(FIRST, WAITS).unwrap();
    kernel.bind(FIRST, own, at(70)).unwrap();
    assert_eq!(kernel.connect(FIRST, own, at(70)), Err(Errno::ECONNREFUSED));
    kernel.close(FIRST, listener).unwrap();
}

#[test]
fn a_broken_connection_raises_sigpipe_unless_a_flag_says_otherwise() {
    let mut kernel = Kernel::new(Limits::default());
    let [one, other] = kernel.socketpair(FIRST, OpenFlags::EMPTY).unwrap();
    kernel.close(FIRST, other).unwrap();
    let flags = MessageFlags::NOSIGNAL;
    assert_eq!(kernel.send(FIRST, one, b"x", flags), Err(Errno::EPIPE));
    assert_eq!(kernel.next_signal(FIRST), None);
    assert_eq!(kernel.write(FIRST, one, b"x"), Err(Errno::EPIPE));
    let signal = kernel.next_signal(FIRST).unwrap().signal;
    assert_eq!(signal, kernel::Signal::PIPE);
}

#[test]
fn sockets_that_a_listener_accepts_have_its_time_limits() {
    let mut kernel = kernel();
    let listens = listener(&mut kernel, 80, 0);
    let limit = |kernel: &Kernel, fd, direction| kernel.time_limit(FIRST, fd, direction);
    let receiving = Direction::Receiving;
    kernel
        .set_time_limit(FIRST, listens, receiving, Some(5))
        .unwrap();
    let client = client(&mut kernel, FIRST, 80);
    // It was connected before this.
    kernel
        .set_time_limit(FIRST, listens, receiving, None)
        .unwrap();
    let accepted = done(kernel.accept(FIRST, listens, WAITS)).fd;
    assert_eq!(limit(&kernel, accepted, receiving), Ok(Some(5)));
    assert_eq!(limit(&kernel, accepted, Direction::Sending), Ok(None));
    assert_eq!(limit(&kernel, client, receiving), Ok(None));
    assert_eq!(limit(&kernel, listens, receiving), Ok(None));
}

#[test]
fn a_time_limit_is_for_calls_of_its_direction_with_its_socket() {
    let mut kernel = kernel();
    let [here, there] = kernel.socketpair(FIRST, WAITS).unwrap();
    let [pipe, _] = kernel.pipe(FIRST, WAITS).unwrap();
    let receiving = Direction::Receiving;
    kernel
        .set_time_limit(FIRST, here, receiving, Some(5))
        .unwrap();
    let limit_of = |call| kernel.limit_of_call(FIRST, &call).0;
    let read = |fd| SystemCall::Read { fd, count: 1 };
    let write = |fd| SystemCall::Write { fd, bytes: vec![1] };
    assert_eq!(limit_of(read(here)), Some(5));
    for call in [read(there), read(pipe), read(99), write(here)] {
        assert_eq!(limit_of(call), None);
    }
    let refused = kernel.set_time_limit(FIRST, pipe, receiving, None);
    assert_eq!(refused, Err(Errno::ENOTSOCK));
}
