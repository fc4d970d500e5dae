//! Calls of the real kernel.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Shutdown, SocketAddrV4},
    os::fd::OwnedFd,
};

use kernel::{EpollControl, EpollEvent, Fd};
use rustix::{
    event::{Timespec, epoll},
    net::{
        self, AddressFamily, RecvFlags, SendFlags, SocketAddrAny, SocketFlags, SocketType, sockopt,
    },
};

use crate::{
    both::bytes,
    call::{Call, Gave},
};

/// The real kernel. Its descriptors have other numbers, because the tests of this program share
/// them; here they are known by the numbers of the simulated one.
#[derive(Default)]
pub(crate) struct Real {
    pub(crate) open: BTreeMap<Fd, OwnedFd>,
}

impl Real {
    /// Makes a call. `numbers` are those that the simulated kernel gave to what this call opens.
    pub(crate) fn call(&mut self, call: Call, numbers: &[Fd], number: usize) -> Gave {
        self.result(call, numbers, number)
            .unwrap_or_else(|errno| Gave::Error(errno.raw_os_error()))
    }

    fn fd(&self, fd: Fd) -> rustix::io::Result<&OwnedFd> {
        self.open.get(&fd).ok_or(rustix::io::Errno::BADF)
    }

    fn keep(&mut self, numbers: &[Fd], opened: Vec<OwnedFd>) -> Gave {
        // More or fewer than the simulated kernel has opened: it is seen by their number.
        let numbers = numbers.iter().copied().chain(100..);
        let numbers: Vec<Fd> = numbers.take(opened.len()).collect();
        self.open.extend(numbers.iter().copied().zip(opened));
        Gave::Descriptors(numbers)
    }

    fn name(&self, fd: Fd) -> SocketAddrV4 {
        let name = self.fd(fd).and_then(net::getsockname);
        inet(name.ok()).unwrap_or(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))
    }

    fn result(&mut self, call: Call, numbers: &[Fd], number: usize) -> rustix::io::Result<Gave> {
        let count = |count: usize| Gave::Number(count as u64);
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let read = |mut bytes: Vec<u8>, count: usize| {
            bytes.truncate(count);
            Gave::Bytes(bytes)
        };
        match call {
            Call::Socket => {
                let opened =
                    net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
                return Ok(self.keep(numbers, vec![opened]));
            }
            Call::Socketpair => {
                let kind = SocketType::STREAM;
                let (one, other) = net::socketpair(AddressFamily::UNIX, kind, flags, None)?;
                return Ok(self.keep(numbers, vec![one, other]));
            }
            Call::Pipe => {
                let (reads, writes) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::NONBLOCK)?;
                return Ok(self.keep(numbers, vec![reads, writes]));
            }
            Call::Dup(fd) => {
                let opened = rustix::io::dup(self.fd(fd)?)?;
                return Ok(self.keep(numbers, vec![opened]));
            }
            Call::Dup2(fd, to) => {
                let opened = rustix::io::dup(self.fd(fd)?)?;
                if fd != to {
                    self.open.insert(to, opened);
                }
                return Ok(Gave::Descriptors(vec![to]));
            }
            Call::Close(fd) => {
                self.open.remove(&fd).ok_or(rustix::io::Errno::BADF)?;
            }
            Call::BindAny(fd, address) => net::bind(self.fd(fd)?, &SocketAddrV4::new(address, 0))?,
            Call::BindSame(fd, other) => net::bind(self.fd(fd)?, &self.name(other))?,
            Call::SetReuse(fd, is) => sockopt::set_socket_reuseaddr(self.fd(fd)?, is)?,
            Call::Listen(fd, most) => net::listen(self.fd(fd)?, most)?,
            Call::Accept(fd) => {
                let opened = net::accept_with(self.fd(fd)?, flags)?;
                return Ok(self.keep(numbers, vec![opened]));
            }
            Call::Connect(fd, to) => net::connect(self.fd(fd)?, &self.name(to))?,
            Call::Shutdown(fd, how) => net::shutdown(
                self.fd(fd)?,
                match how {
                    Shutdown::Read => net::Shutdown::Read,
                    Shutdown::Write => net::Shutdown::Write,
                    Shutdown::Both => net::Shutdown::Both,
                },
            )?,
            Call::Read(fd, most) => {
                let mut bytes = vec![0; most];
                let count = rustix::io::read(self.fd(fd)?, &mut bytes)?;
                return Ok(read(bytes, count));
            }
            Call::Write(fd, most) => {
                return rustix::io::write(self.fd(fd)?, &bytes(most, number)).map(count);
            }
            Call::Recv(fd, most, peek) => {
                let mut bytes = vec![0; most];
                let flags = if peek {
                    RecvFlags::PEEK
                } else {
                    RecvFlags::empty()
                };
                let (count, _) = net::recv(self.fd(fd)?, &mut bytes[..], flags)?;
                return Ok(read(bytes, count));
            }
            Call::Send(fd, most) => {
                let flags = SendFlags::NOSIGNAL;
                return net::send(self.fd(fd)?, &bytes(most, number), flags).map(count);
            }
            Call::TakeError(fd) => {
                let error = sockopt::socket_error(self.fd(fd)?)?;
                let number = error.map_or_else(rustix::io::Errno::raw_os_error, |()| 0);
                return Ok(Gave::Number(number.unsigned_abs().into()));
            }
            Call::Seek(fd) => {
                let from = rustix::fs::SeekFrom::Current(0);
                return rustix::fs::seek(self.fd(fd)?, from).map(Gave::Number);
            }
            Call::EpollCreate => {
                let opened = epoll::create(epoll::CreateFlags::CLOEXEC)?;
                return Ok(self.keep(numbers, vec![opened]));
            }
            Call::EpollCtl(epoll, fd, control) => self.control(epoll, fd, control)?,
            Call::EpollWait(epoll, most) => {
                let mut items = vec![
                    epoll::Event {
                        flags: epoll::EventFlags::empty(),
                        data: epoll::EventData::new_u64(0)
                    };
                    most
                ];
                let zero = Timespec::default();
                let count = epoll::wait(self.fd(epoll)?, &mut items[..], Some(&zero))?;
                let items = items[..count].iter();
                let items = items.map(|item| ({ item.flags }.bits(), { item.data }.u64()));
                return Ok(Gave::Items(items.collect()));
            }
        }
        Ok(Gave::Nothing)
    }

    fn control(&self, epoll: Fd, fd: Fd, control: EpollControl) -> rustix::io::Result<()> {
        let (epoll, fd) = (self.fd(epoll)?, self.fd(fd)?);
        let parts = |event: EpollEvent| {
            let flags = epoll::EventFlags::from_bits_retain(event.events.bits());
            (epoll::EventData::new_u64(event.data), flags)
        };
        match control {
            EpollControl::Add(event) => {
                let (data, flags) = parts(event);
                epoll::add(epoll, fd, data, flags)
            }
            EpollControl::Modify(event) => {
                let (data, flags) = parts(event);
                epoll::modify(epoll, fd, data, flags)
            }
            EpollControl::Delete => epoll::delete(epoll, fd),
        }
    }
}

pub(crate) fn inet(name: Option<SocketAddrAny>) -> Option<SocketAddrV4> {
    SocketAddrV4::try_from(name?).ok()
}
