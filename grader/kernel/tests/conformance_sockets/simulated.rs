//! Calls of the simulated kernel.

use std::net::{Ipv4Addr, SocketAddrV4};

use kernel::{Address, FIRST, Fd, Kernel, MessageFlags, OpenFlags};

use crate::{
    both::{bytes, done, result},
    call::{Call, Gave},
};

pub(crate) fn simulated(kernel: &mut Kernel, call: Call, number: usize) -> Gave {
    fn gave<T>(done: Result<T, kernel::Errno>, words: impl FnOnce(T) -> Gave) -> Gave {
        result(done, words, Gave::Error)
    }
    let flags = OpenFlags::NONBLOCK;
    let count = |count: usize| Gave::Number(count as u64);
    let nothing = |()| Gave::Nothing;
    let one = |fd| Gave::Descriptors(vec![fd]);
    let two = |ends: [Fd; 2]| Gave::Descriptors(ends.to_vec());
    match call {
        Call::Socket => gave(kernel.socket(FIRST, flags), one),
        Call::Socketpair => gave(kernel.socketpair(FIRST, flags), two),
        Call::Pipe => gave(kernel.pipe(FIRST, flags), two),
        Call::Dup(fd) => gave(kernel.dup(FIRST, fd), one),
        Call::Dup2(fd, to) => gave(kernel.dup2(FIRST, fd, to), one),
        Call::Close(fd) => gave(kernel.close(FIRST, fd), nothing),
        Call::BindAny(fd, address) => gave(
            kernel.bind(FIRST, fd, SocketAddrV4::new(address, 0)),
            nothing,
        ),
        Call::BindSame(fd, other) => gave(kernel.bind(FIRST, fd, name(kernel, other)), nothing),
        Call::SetReuse(fd, is) => gave(kernel.set_reuse_address(FIRST, fd, is), nothing),
        Call::Listen(fd, most) => gave(kernel.listen(FIRST, fd, most), nothing),
        Call::Accept(fd) => gave(done(kernel.accept(FIRST, fd, flags)), |accepted| {
            Gave::Descriptors(vec![accepted.fd])
        }),
        Call::Connect(fd, to) => {
            let to = name(kernel, to);
            gave(done(kernel.connect(FIRST, fd, to)), nothing)
        }
        Call::Shutdown(fd, how) => gave(kernel.shutdown(FIRST, fd, how), nothing),
        Call::Read(fd, most) => gave(done(kernel.read(FIRST, fd, most)), Gave::Bytes),
        Call::Write(fd, most) => gave(done(kernel.write(FIRST, fd, &bytes(most, number))), count),
        Call::Recv(fd, most, peek) => {
            let flags = if peek {
                MessageFlags::PEEK
            } else {
                MessageFlags::EMPTY
            };
            gave(done(kernel.recv(FIRST, fd, most, flags)), Gave::Bytes)
        }
        Call::Send(fd, most) => {
            let bytes = bytes(most, number);
            gave(
                done(kernel.send(FIRST, fd, &bytes, MessageFlags::EMPTY)),
                count,
            )
        }
        Call::TakeError(fd) => gave(kernel.take_error(FIRST, fd), |error| {
            Gave::Number(error.map_or(0, |error| error.number().unsigned_abs().into()))
        }),
        Call::Seek(fd) => gave(
            kernel.seek(FIRST, fd, 0, kernel::Whence::Current),
            Gave::Number,
        ),
        Call::EpollCreate => gave(kernel.epoll_create(FIRST), one),
        Call::EpollCtl(epoll, fd, control) => {
            gave(kernel.epoll_ctl(FIRST, epoll, fd, control), nothing)
        }
        Call::EpollWait(epoll, most) => gave(kernel.try_epoll_wait(FIRST, epoll, most), |items| {
            Gave::Items(
                items
                    .iter()
                    .map(|item| (item.events.bits(), item.data))
                    .collect(),
            )
        }),
    }
}

/// The name of a socket; of what has none, one that is taken by nothing.
fn name(kernel: &Kernel, fd: Fd) -> SocketAddrV4 {
    match kernel.getsockname(FIRST, fd) {
        Ok(Address::Inet(name)) => name,
        _ => SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0),
    }
}
