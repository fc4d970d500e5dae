//! Programs for single rules of Linux that are easily got wrong.

use std::net::{Ipv4Addr, Shutdown};

use kernel::{EpollControl, EpollEvent, Events, Fd};

use crate::{
    call::Call::{self, *},
    compare, connection,
};

const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

fn add(epoll: Fd, fd: Fd, events: Events) -> Call {
    let data = u64::from(fd.unsigned_abs());
    EpollCtl(epoll, fd, EpollControl::Add(EpollEvent { events, data }))
}

/// A program that begins with a connection, of which 4 has connected and 5 was accepted.
fn connected(calls: &[Call]) {
    compare(&[&connection(Events::ET), calls].concat());
    compare(&[&connection(Events::EMPTY), calls].concat());
}

#[test]
fn more_connections_than_the_backlog_has_room_for() {
    compare(&[
        Socket,
        BindAny(3, LOOPBACK),
        Listen(3, 0),
        Socket,
        Connect(4, 3),
        Socket,
        Connect(5, 3),
        Connect(5, 3),
        Write(5, 1),
        Read(5, 1),
        Socket,
        Connect(6, 3),
        Shutdown(5, Shutdown::Both),
        Connect(5, 3),
        TakeError(5),
        Shutdown(5, Shutdown::Write),
        Write(5, 1),
        Read(5, 1),
        Close(6),
        Close(5),
    ]);
}

#[test]
fn a_connection_that_was_refused() {
    let refused = [Socket, Socket, BindAny(4, LOOPBACK), Connect(3, 4)];
    let calls = |calls: &[Call]| compare(&[&refused, calls].concat());
    let both = Shutdown::Both;
    calls(&[Connect(3, 4), Connect(3, 4), Connect(3, 4)]);
    calls(&[BindSame(3, 4), Connect(3, 4)]);
    calls(&[Write(3, 1), Connect(3, 4), Connect(3, 4)]);
    calls(&[
        Read(3, 1),
        Read(3, 1),
        Listen(3, 1),
        Connect(3, 4),
        Listen(3, 1),
    ]);
    calls(&[TakeError(3), Shutdown(3, both), Connect(3, 4), Listen(3, 1)]);
    calls(&[BindAny(3, LOOPBACK), Connect(3, 4), BindAny(3, LOOPBACK)]);
}

#[test]
fn a_socket_that_was_shut_down_before_it_listens_or_connects() {
    for how in [Shutdown::Read, Shutdown::Write, Shutdown::Both] {
        compare(&[
            Socket,
            Shutdown(3, how),
            Listen(3, 1),
            Socket,
            Shutdown(4, how),
            Connect(4, 3),
            Connect(4, 3),
            Accept(3),
            Write(4, 1),
            Write(5, 1),
            Write(4, 1),
            Read(4, 2),
            Read(5, 2),
            Shutdown(4, Shutdown::Write),
            Close(5),
            Read(4, 1),
        ]);
    }
}

#[test]
fn a_listener_that_is_shut_down() {
    compare(&[
        Socket,
        BindAny(3, LOOPBACK),
        Listen(3, 5),
        Socket,
        Connect(4, 3),
        Shutdown(3, Shutdown::Write),
        Accept(3),
        Socket,
        Connect(6, 3),
        Shutdown(3, Shutdown::Read),
        Accept(3),
        Write(4, 1),
        Write(6, 1),
        Listen(3, 5),
        Close(3),
    ]);
}

#[test]
fn a_peer_that_is_closed() {
    connected(&[Close(5), Write(4, 1), Write(4, 1), Read(4, 1), TakeError(4)]);
    connected(&[Close(5), Write(4, 1), Read(4, 1), TakeError(4), Write(4, 1)]);
    connected(&[
        Write(5, 5),
        Close(5),
        Read(4, 2),
        Write(4, 1),
        EpollWait(6, 9),
        Read(4, 9),
    ]);
    connected(&[
        Write(4, 5),
        Write(5, 5),
        Close(5),
        Read(4, 9),
        Read(4, 9),
        Write(4, 1),
        Read(4, 9),
    ]);
    connected(&[
        Write(4, 5),
        Close(5),
        EpollWait(6, 9),
        Write(4, 1),
        Write(4, 1),
        EpollWait(6, 9),
    ]);
    connected(&[
        Shutdown(4, Shutdown::Write),
        Write(4, 1),
        Close(5),
        Read(4, 1),
        Write(4, 1),
    ]);
    connected(&[
        Shutdown(4, Shutdown::Write),
        Write(5, 5),
        Write(4, 1),
        Close(4),
        Write(5, 1),
    ]);
}

#[test]
fn a_side_that_reads_no_more() {
    connected(&[
        Shutdown(5, Shutdown::Read),
        Read(5, 1),
        Write(4, 3),
        Read(5, 9),
        Read(5, 9),
    ]);
    connected(&[
        Shutdown(5, Shutdown::Both),
        Write(4, 3),
        Read(5, 9),
        Write(5, 1),
        Write(4, 1),
    ]);
    connected(&[
        Shutdown(5, Shutdown::Both),
        Shutdown(4, Shutdown::Write),
        Read(5, 9),
        Write(4, 1),
    ]);
    compare(&[
        Socketpair,
        Write(3, 3),
        Shutdown(4, Shutdown::Read),
        Write(3, 1),
        Read(4, 2),
        Read(4, 2),
    ]);
    compare(&[
        Socketpair,
        Write(4, 3),
        Write(3, 3),
        Close(4),
        Read(3, 9),
        Read(3, 9),
        Write(3, 1),
    ]);
    // A write that fails leaves the error where it is.
    compare(&[
        Socketpair,
        Write(3, 3),
        Close(4),
        Write(3, 1),
        TakeError(3),
        Read(3, 1),
    ]);
}

#[test]
fn connections_that_were_not_accepted() {
    let waiting = [
        Socket,
        BindAny(3, LOOPBACK),
        Listen(3, 5),
        Socket,
        Connect(4, 3),
    ];
    let calls = |calls: &[Call]| compare(&[&waiting, calls].concat());
    calls(&[Write(4, 5), Close(3), Read(4, 1), Write(4, 1)]);
    calls(&[
        Shutdown(4, Shutdown::Write),
        Close(3),
        Read(4, 1),
        Connect(4, 3),
    ]);
    calls(&[
        Write(4, 5),
        Close(4),
        Accept(3),
        Read(4, 9),
        Write(4, 5),
        Write(4, 5),
    ]);
}

#[test]
fn ports_that_are_shared() {
    let reuses = [
        Socket,
        SetReuse(3, true),
        BindAny(3, LOOPBACK),
        Socket,
        SetReuse(4, true),
    ];
    let calls = |calls: &[Call]| compare(&[&reuses, calls].concat());
    calls(&[
        BindSame(4, 3),
        Listen(3, 1),
        Listen(4, 1),
        Listen(3, 1),
        Close(3),
        Listen(4, 1),
    ]);
    calls(&[
        Listen(3, 1),
        BindSame(4, 3),
        Close(3),
        BindAny(4, LOOPBACK),
        BindAny(4, LOOPBACK),
    ]);
    let accepted = [Listen(3, 1), Socket, Connect(5, 3), Accept(3), Close(3)];
    let ended = |first, second| {
        [
            &accepted,
            &[BindSame(4, 6), Close(first), Close(second)][..],
        ]
        .concat()
    };
    calls(&ended(5, 6));
    calls(
        &[
            &accepted[..],
            &[Socket, BindSame(3, 6), BindSame(4, 6), Listen(4, 1)],
        ]
        .concat(),
    );
}

#[test]
fn items_in_the_order_in_which_they_are_told() {
    let both = Events::IN | Events::OUT;
    for flags in [Events::EMPTY, Events::ET, Events::ONESHOT] {
        // Those of one event are told from the last one on.
        compare(&[
            Socketpair,
            Dup(3),
            Dup(3),
            EpollCreate,
            add(7, 5, Events::IN | flags),
            add(7, 3, Events::IN | flags),
            add(7, 6, Events::IN | flags),
            Write(4, 1),
            EpollWait(7, 2),
            EpollWait(7, 2),
            EpollWait(7, 9),
            Write(4, 1),
            EpollWait(7, 9),
            add(7, 4, both | flags),
            Read(3, 1),
            Read(3, 9),
            EpollWait(7, 9),
            Close(4),
            EpollWait(7, 9),
        ]);
    }
}

#[test]
fn an_item_that_is_modified_becomes_ready_then() {
    let modify = |fd, events| {
        let event = EpollEvent { events, data: 9 };
        EpollCtl(7, fd, EpollControl::Modify(event))
    };
    compare(&[
        Socketpair,
        Socketpair,
        EpollCreate,
        add(7, 3, Events::IN | Events::ONESHOT),
        Write(4, 1),
        EpollWait(7, 9),
        // It was told, and this is nothing that it waits for.
        Shutdown(4, Shutdown::Write),
        add(7, 5, Events::IN),
        Write(6, 1),
        modify(3, Events::IN),
        EpollWait(7, 1),
        EpollWait(7, 1),
    ]);
}

#[test]
fn an_edge_of_another_event_is_none() {
    compare(&[
        Socketpair,
        EpollCreate,
        add(5, 3, Events::IN | Events::ET),
        Write(4, 1),
        EpollWait(5, 9),
        Write(3, 1),
        // It can be written to again, and its unread byte is still there.
        Read(4, 1),
        EpollWait(5, 9),
        Write(4, 1),
        EpollWait(5, 9),
    ]);
}

#[test]
fn edges_of_connections_that_begin_and_end() {
    let any = Events::IN | Events::OUT | Events::RDHUP | Events::ET;
    let told = EpollWait(5, 9);
    let refused = [
        Socket,
        Socket,
        EpollCreate,
        BindAny(4, LOOPBACK),
        add(5, 3, any),
        told,
    ];
    let again = [Connect(3, 4), told, Connect(3, 4), told, told];
    compare(&[&refused[..], &again, &again].concat());
    let shut = [
        Shutdown(3, Shutdown::Both),
        told,
        Shutdown(3, Shutdown::Both),
        told,
    ];
    compare(&[&refused[..], &shut].concat());
    let begins = [
        Listen(4, 5),
        add(5, 4, any),
        Connect(3, 4),
        told,
        Accept(4),
        told,
    ];
    let more = [
        Socket,
        Connect(7, 4),
        told,
        Shutdown(4, Shutdown::Read),
        told,
    ];
    compare(&[&refused[..], &begins, &more].concat());
    compare(&[
        Socketpair,
        EpollCreate,
        add(5, 3, any),
        add(5, 4, any),
        told,
        Shutdown(3, Shutdown::Write),
        told,
        Write(4, 1),
        told,
        Read(3, 1),
        told,
        Close(3),
        told,
    ]);
}

#[test]
fn edges_of_a_pipe() {
    compare(&[
        Pipe,
        EpollCreate,
        add(5, 3, Events::IN | Events::ET),
        add(5, 4, Events::OUT | Events::ET),
        EpollWait(5, 9),
        Write(4, 16 * 4096),
        EpollWait(5, 9),
        // There is no room, and the reader is told of the attempt nevertheless.
        Write(4, 1),
        EpollWait(5, 9),
        Write(4, 0),
        Read(3, 4095),
        EpollWait(5, 9),
        Read(3, 1),
        EpollWait(5, 9),
        Read(3, 4096),
        EpollWait(5, 9),
        Close(3),
        EpollWait(5, 9),
    ]);
}
