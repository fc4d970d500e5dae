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
    net::{Ipv4Addr, Shutdown, SocketAddrV4},
    time::Duration,
};

use call::{Call, Gave, call};
use kernel::{
    Address, EpollControl, EpollEvent, Errno, Events, FIRST, Fd, Kernel, Limits, OpenFlags,
};
use proptest::prelude::*;
use real::Real;
use seen::{Names, see_real, see_simulated};
use simulated::simulated;

/// Makes the calls on both, and compares what each gives and what is seen after each.
fn compare(calls: &[Call]) {
    compare_with(calls, |_, _, _| false);
}

/// The same without those calls of which `is_left_out` is said: of the state before a call, the
/// calls that were made, and the call.
fn compare_with(calls: &[Call], is_left_out: impl Fn(&Kernel, &[Call], Call) -> bool) {
    let mut real = Real::default();
    let mut kernel = Kernel::new(Limits::default());
    let mut names = (Names::new(), Names::new());
    // A poll of an instance changes the order of its items on Linux, so that those are not polled.
    let mut instances: Vec<Fd> = Vec::new();
    let mut made: Vec<Call> = Vec::new();
    for call in calls.iter().copied() {
        let nests = matches!(call, Call::EpollCtl(_, fd, _) if instances.contains(&fd));
        if nests || is_skipped(&kernel, &names, call) || is_left_out(&kernel, &made, call) {
            continue;
        }
        let number = made.len();
        made.push(call);
        let gave = simulated(&mut kernel, call, number);
        let numbers = match &gave {
            Gave::Descriptors(numbers) => numbers.as_slice(),
            _ => &[],
        };
        let really = real.call(call, numbers, number);
        assert_eq!(gave, really, "the last call of {made:?}");
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
        assert_eq!(expected, found, "after the last call of {made:?}");
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

/// Whether a call would make the rest of a random program depend on the time: Linux acknowledges the
/// end of a stream 40 ms late, and wakes by that the one that has sent it, which is an edge.
fn depends_on_time(kernel: &Kernel, made: &[Call], call: Call) -> bool {
    let is_edge = |call: &Call| match call {
        Call::EpollCtl(_, _, EpollControl::Add(event) | EpollControl::Modify(event)) => {
            event.events.has(Events::ET)
        }
        _ => false,
    };
    let ends = |call: &Call| matches!(call, Call::Shutdown(_, how) if *how != Shutdown::Read);
    let is_inet = |fd| matches!(kernel.getsockname(FIRST, fd), Ok(Address::Inet(_)));
    match call {
        Call::Shutdown(fd, _) => ends(&call) && is_inet(fd) && made.iter().any(is_edge),
        _ => is_edge(&call) && made.iter().any(ends),
    }
}

/// Has the instance 6 wait for all events of a descriptor.
fn add(fd: Fd, flags: Events) -> Call {
    let events = Events::IN | Events::OUT | Events::RDHUP | flags;
    let data = u64::from(fd.unsigned_abs());
    Call::EpollCtl(6, fd, EpollControl::Add(EpollEvent { events, data }))
}

/// An established connection: the listener is 3, the one that connected 4, the one that was
/// accepted 5, and an epoll instance waits for all events of both at 6.
fn connection(flags: Events) -> Vec<Call> {
    vec![
        Call::Socket,
        Call::BindAny(3, Ipv4Addr::LOCALHOST),
        Call::Listen(3, 20),
        Call::Socket,
        Call::Connect(4, 3),
        Call::Connect(4, 3),
        Call::Accept(3),
        Call::EpollCreate,
        add(4, flags),
        add(5, flags),
    ]
}

/// The same with a pair of sockets: 3 and 4, of which 5 is a copy of the first.
fn pair(flags: Events) -> Vec<Call> {
    vec![
        Call::Socketpair,
        Call::Dup(3),
        Call::EpollCreate,
        add(3, flags),
        add(4, flags),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_programs_give_the_same_on_both_kernels(
        calls in prop::collection::vec(call(), 1..50),
    ) {
        compare_with(&calls, depends_on_time);
    }

    #[test]
    fn what_becomes_of_a_connection_is_the_same_on_both_kernels(
        is_pair in any::<bool>(),
        is_edge in any::<bool>(),
        // Whether the instance is asked after the call.
        calls in prop::collection::vec((call(), any::<bool>()), 1..20),
    ) {
        let flags = if is_edge { Events::ET } else { Events::EMPTY };
        let mut program = if is_pair { pair(flags) } else { connection(flags) };
        for (call, asks) in calls {
            program.push(call);
            program.extend(asks.then_some(Call::EpollWait(6, 9)));
        }
        compare_with(&program, depends_on_time);
    }
}
