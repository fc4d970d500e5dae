//! Calls with sockets and what waits for them, and what they give.

use std::net::{Ipv4Addr, Shutdown};

use kernel::{EpollControl, EpollEvent, Events, Fd};
use proptest::prelude::*;

/// A call, with descriptors by their numbers in the simulated kernel.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    Socket,
    Socketpair,
    Pipe,
    Dup(Fd),
    Dup2(Fd, Fd),
    Close(Fd),
    BindAny(Fd, Ipv4Addr),
    /// To the port that another socket has.
    BindSame(Fd, Fd),
    SetReuse(Fd, bool),
    /// With this backlog.
    Listen(Fd, i32),
    Accept(Fd),
    /// With the name of another socket.
    Connect(Fd, Fd),
    Shutdown(Fd, Shutdown),
    Read(Fd, usize),
    Write(Fd, usize),
    Recv(Fd, usize, bool),
    Send(Fd, usize),
    TakeError(Fd),
    Seek(Fd),
    EpollCreate,
    EpollCtl(Fd, Fd, EpollControl),
    EpollWait(Fd, usize),
}

/// How many of the descriptors are epoll instances, sockets or pipes is left to chance, but their
/// numbers are small, so that most calls meet something.
pub(crate) fn call() -> impl Strategy<Value = Call> {
    let fd = || 3..10;
    let size = || prop::sample::select(&[0, 1, 2, 5, 100][..]);
    let how = [Shutdown::Read, Shutdown::Write, Shutdown::Both];
    let address = [
        Ipv4Addr::LOCALHOST,
        Ipv4Addr::UNSPECIFIED,
        Ipv4Addr::new(8, 8, 8, 8),
    ];
    prop_oneof![
        6 => Just(Call::Socket),
        2 => Just(Call::Socketpair),
        1 => Just(Call::Pipe),
        2 => fd().prop_map(Call::Dup),
        1 => (fd(), fd()).prop_map(|(from, to)| Call::Dup2(from, to)),
        5 => fd().prop_map(Call::Close),
        4 => (fd(), prop::sample::select(address.to_vec()))
            .prop_map(|(fd, address)| Call::BindAny(fd, address)),
        2 => (fd(), fd()).prop_map(|(fd, other)| Call::BindSame(fd, other)),
        2 => (fd(), any::<bool>()).prop_map(|(fd, is)| Call::SetReuse(fd, is)),
        7 => fd().prop_map(|fd| Call::Listen(fd, 20)),
        8 => fd().prop_map(Call::Accept),
        14 => (fd(), fd()).prop_map(|(fd, to)| Call::Connect(fd, to)),
        6 => (fd(), prop::sample::select(how.to_vec())).prop_map(|(fd, how)| Call::Shutdown(fd, how)),
        5 => (fd(), size()).prop_map(|(fd, count)| Call::Read(fd, count)),
        5 => (fd(), size()).prop_map(|(fd, count)| Call::Write(fd, count)),
        5 => (fd(), size(), any::<bool>()).prop_map(|(fd, count, peek)| Call::Recv(fd, count, peek)),
        5 => (fd(), size()).prop_map(|(fd, count)| Call::Send(fd, count)),
        2 => fd().prop_map(Call::TakeError),
        1 => fd().prop_map(Call::Seek),
        2 => Just(Call::EpollCreate),
        12 => (fd(), fd(), control()).prop_map(|(epoll, fd, control)| Call::EpollCtl(epoll, fd, control)),
        10 => (fd(), 0..4usize).prop_map(|(epoll, most)| Call::EpollWait(epoll, most)),
    ]
}

pub(crate) fn control() -> impl Strategy<Value = EpollControl> {
    let events = [
        Events::IN,
        Events::OUT,
        Events::IN | Events::OUT,
        Events::IN | Events::RDHUP,
        Events::EMPTY,
    ];
    let flags = [
        Events::EMPTY,
        Events::ONESHOT,
        Events::ET,
        Events::ET | Events::ONESHOT,
    ];
    let event = (
        prop::sample::select(events.to_vec()),
        prop::sample::select(flags.to_vec()),
        any::<u64>(),
    )
        .prop_map(|(events, flags, data)| EpollEvent {
            events: events | flags,
            data,
        });
    prop_oneof![
        4 => event.clone().prop_map(EpollControl::Add),
        2 => event.prop_map(EpollControl::Modify),
        1 => Just(EpollControl::Delete),
    ]
}

/// What a call gave, in words that both kernels have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gave {
    Nothing,
    Number(u64),
    Bytes(Vec<u8>),
    /// New descriptors.
    Descriptors(Vec<Fd>),
    /// Events and data of items.
    Items(Vec<(u32, u64)>),
    Error(i32),
}
