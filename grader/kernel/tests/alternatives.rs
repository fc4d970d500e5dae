//! What else a call may come to, and what it may not.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{
    Answer, Children, Errno, FIRST, Fd, Kernel, Limits, MessageFlags, OpenFlags, Pid, Reply,
    SocketCall, SystemCall, WaitOptions,
};

fn kernel() -> Kernel {
    Kernel::new(Limits {
        socket_bytes: 10,
        pipe_pages: 2,
        ..Limits::default()
    })
}

fn made(kernel: &mut Kernel, call: &SystemCall) -> Result<Answer, Errno> {
    match kernel.call(FIRST, call)? {
        Reply::Done(answer) => Ok(answer),
        other => panic!("{other:?}"),
    }
}

fn read(fd: Fd, count: usize) -> SystemCall {
    SystemCall::Read { fd, count }
}

fn write(fd: Fd, count: usize) -> SystemCall {
    let bytes = vec![b'x'; count];
    SystemCall::Write { fd, bytes }
}

fn within(call: SystemCall) -> SystemCall {
    let call = Box::new(call);
    SystemCall::Within { call, limit: 5 }
}

/// Sockets that are connected: the one that accepted is first.
fn connection(kernel: &mut Kernel) -> [Fd; 2] {
    let flags = OpenFlags::EMPTY;
    let to = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4000);
    let listener = kernel.socket(FIRST, flags).unwrap();
    kernel.bind(FIRST, listener, to).unwrap();
    kernel.listen(FIRST, listener, 0).unwrap();
    let fd = kernel.socket(FIRST, flags).unwrap();
    let connect = SystemCall::Socket(SocketCall::Connect { fd, to });
    made(kernel, &connect).unwrap();
    let accept = SystemCall::Socket(SocketCall::Accept {
        fd: listener,
        flags,
    });
    let Answer::Accepted(accepted) = made(kernel, &accept).unwrap() else {
        panic!("it is one");
    };
    [accepted.fd, fd]
}

#[test]
fn a_pipe_gives_less_and_takes_all_of_a_page() {
    let mut kernel = kernel();
    let [reads, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let short = |kernel: &Kernel, call| kernel.short_transfers(FIRST, &call);
    assert_eq!(short(&kernel, read(reads, 9)), [0; 0]);
    made(&mut kernel, &write(writes, 9)).unwrap();
    assert_eq!(short(&kernel, read(reads, 99)), [1, 4]);
    assert_eq!(short(&kernel, within(read(reads, 4))), [1, 2]);
    assert_eq!(short(&kernel, read(reads, 2)), [1]);
    assert_eq!(short(&kernel, read(reads, 1)), [0; 0]);
    assert_eq!(short(&kernel, read(writes, 9)), [0; 0]);
    assert_eq!(short(&kernel, write(writes, 4096)), [0; 0]);
    // One of two pages is taken.
    assert_eq!(short(&kernel, write(writes, 5000)), [1, 2048]);
    made(&mut kernel, &write(writes, 4096)).unwrap();
    assert_eq!(short(&kernel, write(writes, 5000)), [0; 0]);
    assert_eq!(short(&kernel, read(77, 9)), [0; 0]);
}

#[test]
fn a_socket_takes_less_and_a_file_takes_all() {
    let mut kernel = kernel();
    let [one, other] = kernel.socketpair(FIRST, OpenFlags::EMPTY).unwrap();
    let short = |kernel: &Kernel, call| kernel.short_transfers(FIRST, &call);
    assert_eq!(short(&kernel, write(one, 8)), [1, 4]);
    assert_eq!(short(&kernel, write(one, 20)), [1, 5]);
    made(&mut kernel, &write(one, 8)).unwrap();
    assert_eq!(short(&kernel, write(one, 8)), [1]);
    let peek = SystemCall::Socket(SocketCall::Recv {
        fd: other,
        count: 9,
        flags: MessageFlags::PEEK,
    });
    assert_eq!(short(&kernel, peek), [0; 0]);
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    let file = kernel.open(FIRST, "a", flags).unwrap();
    assert_eq!(short(&kernel, write(file, 9)), [0; 0]);
    assert_eq!(short(&kernel, write(1, 9)), [0; 0]);
}

#[test]
fn a_shortened_call_is_the_same_for_fewer_bytes() {
    assert_eq!(write(4, 9).shortened(2), write(4, 2));
    assert_eq!(within(read(3, 9)).shortened(2), within(read(3, 2)));
    assert_eq!(within(read(3, 9)).asked_bytes(), 9);
    let close = SystemCall::Close { fd: 3 };
    assert_eq!(
        (close.shortened(2), close.asked_bytes()),
        (close.clone(), 0)
    );
}

#[test]
fn each_end_of_a_connection_is_told_once_of_a_reset_behind_its_bytes() {
    let mut kernel = kernel();
    let [server, client] = connection(&mut kernel);
    made(&mut kernel, &write(client, 3)).unwrap();
    assert!(kernel.may_be_reset(FIRST, &write(client, 3)));
    assert!(!kernel.may_be_reset(FIRST, &SystemCall::Close { fd: client }));
    kernel.reset_connection(FIRST, &write(client, 3));
    assert!(!kernel.may_be_reset(FIRST, &read(server, 9)));
    let bytes = Answer::Bytes(b"xxx".to_vec());
    assert_eq!(made(&mut kernel, &read(server, 9)), Ok(bytes));
    let end = Ok(Answer::Bytes(Vec::new()));
    for fd in [server, client] {
        assert_eq!(made(&mut kernel, &read(fd, 9)), Err(Errno::ECONNRESET));
        assert_eq!(made(&mut kernel, &read(fd, 9)), end);
    }
}

#[test]
fn what_is_no_connection_between_hosts_is_not_reset() {
    let mut kernel = kernel();
    let [one, _] = kernel.socketpair(FIRST, OpenFlags::EMPTY).unwrap();
    let [_, writes] = kernel.pipe(FIRST, OpenFlags::EMPTY).unwrap();
    let [_, client] = connection(&mut kernel);
    let alone = kernel.socket(FIRST, OpenFlags::EMPTY).unwrap();
    for fd in [one, writes, alone, 77] {
        assert!(!kernel.may_be_reset(FIRST, &write(fd, 1)), "{fd}");
    }
    assert!(kernel.may_be_reset(FIRST, &write(client, 1)));
}

#[test]
fn any_child_that_has_ended_can_be_told_of() {
    let mut kernel = kernel();
    let children: Vec<Pid> = (0..3).map(|_| kernel.fork(FIRST).unwrap()).collect();
    let any = SystemCall::Wait {
        children: Children::Any,
        options: WaitOptions::ENDS,
    };
    assert_eq!(kernel.reapable(FIRST, &any), [0; 0]);
    for child in [children[2], children[0]] {
        kernel.begin_exit(child, 0);
        kernel.finish_exit(child);
    }
    assert_eq!(kernel.reapable(FIRST, &any), [children[0], children[2]]);
    let one = any.of_child(children[2]);
    assert_eq!(kernel.reapable(FIRST, &one), [0; 0]);
    let Ok(Answer::Waited(Some(waited))) = made(&mut kernel, &one) else {
        panic!("it has ended");
    };
    assert_eq!(waited.pid, children[2]);
    assert_eq!(kernel.reapable(FIRST, &any), [children[0]]);
}
