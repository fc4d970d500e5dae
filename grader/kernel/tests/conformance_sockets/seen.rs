//! What can be seen of everything that is open: events and names.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddrV4},
    os::fd::OwnedFd,
};

use kernel::{Address, Events, FIRST, Fd, Kernel, PollFd};
use rustix::{
    event::{PollFlags, Timespec},
    net,
};

use crate::real::{Real, inet};

/// What can be seen of everything that is open, in words that both kernels have. Ports have other
/// numbers in each, so that of two sockets only whether they are connected with each other is seen.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) events: BTreeMap<Fd, u32>,
    /// The address, whether there is a port, and the address of the peer.
    names: BTreeMap<Fd, Option<(Ipv4Addr, bool, Option<Ipv4Addr>)>>,
    connected: Vec<(Fd, Fd)>,
}

pub(crate) type Names = BTreeMap<Fd, (SocketAddrV4, Option<SocketAddrV4>)>;

fn seen(events: BTreeMap<Fd, u32>, names: &Names) -> Seen {
    let connected = names.iter().flat_map(|(one, (name, peer))| {
        let others = names.iter().filter(move |(_, (other, other_peer))| {
            *peer == Some(*other) && *other_peer == Some(*name)
        });
        others.map(|(other, _)| (*one, *other))
    });
    let connected = connected.collect();
    let about = names.iter().map(|(fd, (name, peer))| {
        let peer = peer.map(|peer| *peer.ip());
        (*fd, Some((*name.ip(), name.port() > 0, peer)))
    });
    Seen {
        events,
        names: about.collect(),
        connected,
    }
}

pub(crate) fn see_simulated(kernel: &Kernel, is_polled: impl Fn(Fd) -> bool) -> (Seen, Names) {
    let events = Events::IN | Events::OUT | Events::RDHUP;
    let all = kernel.descriptors(FIRST).into_iter().filter(|fd| *fd > 2);
    let asked: Vec<PollFd> = all
        .filter(|fd| is_polled(*fd))
        .map(|fd| PollFd { fd, events })
        .collect();
    let told = kernel.try_poll(FIRST, &asked).unwrap();
    let told = asked
        .iter()
        .zip(told)
        .map(|(asked, told)| (asked.fd, told.bits()))
        .collect();
    let names = asked.iter().filter_map(|asked| {
        let Ok(Address::Inet(name)) = kernel.getsockname(FIRST, asked.fd) else {
            return None;
        };
        let peer = match kernel.getpeername(FIRST, asked.fd) {
            Ok(Address::Inet(peer)) => Some(peer),
            _ => None,
        };
        Some((asked.fd, (name, peer)))
    });
    let names = names.collect();
    (seen(told, &names), names)
}

pub(crate) fn see_real(real: &Real, is_polled: impl Fn(Fd) -> bool) -> (Seen, Names) {
    let flags = PollFlags::IN | PollFlags::OUT | PollFlags::RDHUP;
    let open: Vec<(&Fd, &OwnedFd)> = real.open.iter().filter(|(fd, _)| is_polled(**fd)).collect();
    let mut asked: Vec<_> = open
        .iter()
        .map(|(_, fd)| rustix::event::PollFd::new(fd, flags))
        .collect();
    rustix::event::poll(&mut asked, Some(&Timespec::default())).unwrap();
    let told = open
        .iter()
        .zip(&asked)
        .map(|((fd, _), told)| (**fd, told.revents().bits().into()));
    let told = told.collect();
    let names = open.iter().filter_map(|(fd, open)| {
        let name = inet(net::getsockname(open).ok())?;
        let peer = net::getpeername(open).ok().flatten();
        Some((**fd, (name, inet(peer))))
    });
    let names = names.collect();
    (seen(told, &names), names)
}
