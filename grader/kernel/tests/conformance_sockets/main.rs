//! The same calls with sockets, `poll(2)` and `epoll(7)` on the simulated kernel and on the real
//! one: each gives the same, error for error, and so does a poll of everything after each call.
//!
//! Programs are of one process, most are random, and they open everything without waiting. Transfers
//! are short, because what there is room for is counted otherwise by Linux. Longer runs:
//! `PROPTEST_CASES=10000 cargo test -p interleave-kernel --test conformance_sockets`.

#[path = "../both/mod.rs"]
mod both;
mod call;
mod cases;
mod real;
mod seen;
mod simulated;

use std::{
    net::{Ipv4Addr, SocketAddrV4},
    time::Duration,
};

use call::{Call, Gave, call};
use kernel::{EpollControl, EpollEvent, Errno, Events, FIRST, Fd, Kernel, Limits, OpenFlags};
use proptest::prelude::*;
use real::Real;
use seen::{Names, see_real, see_simulated};
use simulated::simulated;

/// Makes the calls on both, and compares what each gives and what is seen after each.
fn compare(calls: &[Call]) {
    let mut real = Real::default();
    let mut kernel = Kernel::new(Limits::default());
    let mut names = (Names::new(), Names::new());
    // A poll of an instance changes the order of its items on Linux, so that those are not polled.
    let mut instances: Vec<Fd> = Vec::new();
    for (number, call) in calls.iter().copied().enumerate() {
        let nests = matches!(call, Call::EpollCtl(_, fd, _) if instances.contains(&fd));
        if nests || is_skipped(&kernel, &names, call) {
            continue;
        }
        let gave = simulated(&mut kernel, call, number);
        let numbers = match &gave {
            Gave::Descriptors(numbers) => numbers.as_slice(),
            _ => &[],
        };
        let really = real.call(call, numbers, number);
        assert_eq!(gave, really, "call {number} of {calls:?}");
        update(&mut instances, call, numbers);
        let is_polled = |fd| !instances.contains(&fd);
        let (expected, simulated_names) = see_simulated(&kernel, is_polled);
        let (mut found, mut real_names) = see_real(&real, is_polled);
        // What was sent on the real loopback device may arrive a moment later.
        for attempt in 0..1000 {
            if found == expected {
                break;
            }
            if attempt > 20 {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::yield_now();
            (found, real_names) = see_real(&real, is_polled);
        }
        assert_eq!(expected, found, "after call {number} of {calls:?}");
        names = (simulated_names, real_names);
    }
}

/// Keeps the descriptors of epoll instances.
fn update(instances: &mut Vec<Fd>, call: Call, opened: &[Fd]) {
    match call {
        Call::EpollCreate => instances.extend(opened),
        Call::Close(fd) => instances.retain(|other| *other != fd),
        Call::Dup(fd) if instances.contains(&fd) => instances.extend(opened),
        Call::Dup2(fd, to) if fd != to && !opened.is_empty() => {
            instances.retain(|other| *other != to);
            if instances.contains(&fd) {
                instances.push(to);
            }
        }
        _ => {}
    }
}

/// Whether a call depends on what the simulated kernel leaves open: which ports are chosen, a
/// connection of a socket with itself, and how long a port is not used again.
fn is_skipped(kernel: &Kernel, (simulated, real): &(Names, Names), call: Call) -> bool {
    let (Call::BindSame(fd, other) | Call::Connect(fd, other)) = call else {
        return false;
    };
    let (Some((name, _)), Some((really, _))) = (simulated.get(&other), real.get(&other)) else {
        return false;
    };
    // The port was given back, and the simulated kernel has chosen it again for another socket.
    let is_ambiguous = simulated
        .iter()
        .any(|(fd, (same, _))| same.port() == name.port() && real[fd].0.port() != really.port());
    // The port was given back, and the real kernel may have chosen it again for another program.
    let mut tried = kernel.clone();
    let new = tried.socket(FIRST, OpenFlags::EMPTY).unwrap();
    let at = SocketAddrV4::new(Ipv4Addr::LOCALHOST, name.port());
    let is_free = name.port() != 0 && tried.bind(FIRST, new, at).is_ok();
    let own = simulated.get(&fd);
    let is_own = own.is_some_and(|(own, _)| own.port() == name.port());
    let connects = matches!(call, Call::Connect(..));
    let is_again = tried.connect(FIRST, fd, *name) == Err(Errno::EADDRNOTAVAIL);
    is_ambiguous || is_free || connects && (is_own || is_again)
}

/// An established connection: the listener is 3, the one that connected 4, the one that was
/// accepted 5, and an epoll instance waits for all events of both at 6.
fn connection(flags: Events) -> Vec<Call> {
    let events = Events::IN | Events::OUT | Events::RDHUP | flags;
    let add = |fd, data| {
        let event = EpollEvent { events, data };
        Call::EpollCtl(6, fd, EpollControl::Add(event))
    };
    vec![
        Call::Socket,
        Call::BindAny(3, Ipv4Addr::LOCALHOST),
        Call::Listen(3, 20),
        Call::Socket,
        Call::Connect(4, 3),
        Call::Connect(4, 3),
        Call::Accept(3),
        Call::EpollCreate,
        add(4, 4),
        add(5, 5),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_programs_give_the_same_on_both_kernels(
        calls in prop::collection::vec(call(), 1..60),
    ) {
        compare(&calls);
    }

    #[test]
    fn what_becomes_of_a_connection_is_the_same_on_both_kernels(
        is_edge in any::<bool>(),
        calls in prop::collection::vec(call(), 1..25),
    ) {
        let flags = if is_edge { Events::ET } else { Events::EMPTY };
        compare(&[connection(flags), calls].concat());
    }
}
