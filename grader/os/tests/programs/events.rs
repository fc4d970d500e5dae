//! Waiting for several descriptors.

use std::{
    fs::File,
    io::{Read as _, Write as _, pipe},
    os::unix::net::UnixStream,
    process,
    time::Duration,
};

use os::{Epoll, Events, PollFd, Signal, SignalPipe, Trigger, fork, kill, poll};

use super::waits::named;

/// At once.
const NOW: Option<Duration> = Some(Duration::ZERO);
/// So long that it is not over before something comes.
const LONG: Option<Duration> = Some(Duration::from_mins(10));

pub(crate) fn each() -> String {
    let (mut reads, mut writes) = pipe().expect("a pipe");
    writes.write_all(b"x").expect("there is room");
    let mut one = [PollFd::new(&reads, Events::READABLE)];
    let count = poll(&mut one, LONG).expect("nothing interrupts it");
    let read = one[0].found();
    let mut two = [PollFd::new(&writes, Events::WRITABLE)];
    poll(&mut two, LONG).expect("nothing interrupts it");
    let written = two[0].found();
    drop(writes);
    let (other, held) = pipe().expect("a pipe");
    drop(other);
    let mut both = [
        PollFd::new(&reads, Events::READABLE),
        PollFd::new(&held, Events::NONE),
    ];
    let of_both = poll(&mut both, LONG).expect("nothing interrupts it");
    let found = both.map(|polled| polled.found());
    reads.read_exact(&mut [0]).expect("it is there");
    let mut last = [PollFd::new(&reads, Events::READABLE)];
    poll(&mut last, LONG).expect("nothing interrupts it");
    format!(
        "{count} {read:?} {written:?} | {of_both} {found:?} | {:?}",
        last[0].found()
    )
}

pub(crate) fn gives_up() -> String {
    let (reads, _writes) = pipe().expect("a pipe");
    let mut polled = [PollFd::new(&reads, Events::READABLE)];
    let at_once = poll(&mut polled, NOW).expect("nothing interrupts it");
    let found = polled[0].found();
    let later = poll(&mut polled, Some(Duration::from_nanos(1))).expect("nothing interrupts it");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&reads, 1, Events::READABLE, Trigger::Level)
        .expect("it is new");
    let none = epoll
        .wait(9, Some(Duration::from_micros(1)))
        .expect("nothing interrupts it");
    format!("{at_once} {found:?} {later} {}", none.len())
}

pub(crate) fn waits() -> String {
    let (reads, mut writes) = pipe().expect("a pipe");
    let mut child = fork(|| i32::from(writes.write_all(b"x").is_err())).expect("a child");
    let mut polled = [PollFd::new(&reads, Events::READABLE)];
    let count = poll(&mut polled, None).expect("nothing interrupts it");
    let exit = child.wait();
    format!("{count} {:?} {exit:?}", polled[0].found())
}

pub(crate) fn nothing() -> String {
    poll(&mut [], Some(Duration::from_millis(1)))
        .expect("nothing interrupts it")
        .to_string()
}

pub(crate) fn connection() -> String {
    let (one, other) = UnixStream::pair().expect("there is room");
    other
        .shutdown(std::net::Shutdown::Write)
        .expect("it is open");
    let events = Events::READABLE | Events::PEER_CLOSED;
    let mut polled = [PollFd::new(&one, events)];
    poll(&mut polled, LONG).expect("nothing interrupts it");
    let first = polled[0].found();
    drop(other);
    polled[0].set_events(events | Events::WRITABLE);
    poll(&mut polled, LONG).expect("nothing interrupts it");
    format!("{first:?} then {:?}", polled[0].found())
}

pub(crate) fn interrupted() -> String {
    let signals = SignalPipe::new(&[Signal::USR1]).expect("a pipe");
    let parent = process::id();
    fork(|| i32::from(kill(parent, Signal::USR1).is_err())).expect("a child");
    let mut polled = [PollFd::new(&signals, Events::READABLE)];
    match poll(&mut polled, None) {
        Ok(count) => format!("{count} {:?}", polled[0].found()),
        error => named(error).to_owned(),
    }
}

pub(crate) fn level() -> String {
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&reads, 7, Events::READABLE, Trigger::Level)
        .expect("it is new");
    writes.write_all(b"x").expect("there is room");
    let first = epoll.wait(9, LONG).expect("nothing interrupts it");
    let second = epoll.wait(9, LONG).expect("nothing interrupts it");
    let times = if first == second { "twice" } else { "once" };
    reads.read_exact(&mut [0]).expect("it is there");
    let after = epoll.wait(9, NOW).expect("nothing interrupts it");
    format!("{first:?} {times}, {after:?} after")
}

/// How many descriptors are ready at once.
fn count(epoll: &Epoll) -> usize {
    epoll.wait(9, NOW).expect("nothing interrupts it").len()
}

pub(crate) fn edge() -> String {
    let (mut reads, mut writes) = pipe().expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&reads, 1, Events::READABLE, Trigger::Edge)
        .expect("it is new");
    writes.write_all(b"ab").expect("there is room");
    let first = count(&epoll);
    // What is left does not count.
    reads.read_exact(&mut [0]).expect("it is there");
    let second = count(&epoll);
    writes.write_all(b"c").expect("there is room");
    format!("{first} {second} {} {}", count(&epoll), count(&epoll))
}

pub(crate) fn one_shot() -> String {
    let (reads, mut writes) = pipe().expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&reads, 1, Events::READABLE, Trigger::OneShot)
        .expect("it is new");
    writes.write_all(b"a").expect("there is room");
    let first = count(&epoll);
    writes.write_all(b"b").expect("there is room");
    let second = count(&epoll);
    epoll
        .modify(&reads, 1, Events::READABLE, Trigger::OneShot)
        .expect("it is there");
    format!("{first} {second} {} {}", count(&epoll), count(&epoll))
}

pub(crate) fn epoll_errors() -> String {
    let (reads, writes) = pipe().expect("a pipe");
    // Neither a file nor a directory ever waits.
    let directory = File::open(".").expect("it is there");
    let epoll = Epoll::new().expect("there is room");
    let add = |fd| epoll.add(fd, 1, Events::READABLE, Trigger::Level);
    add(&reads).expect("it is new");
    let errors = [
        named(add(&reads)),
        named(epoll.modify(&writes, 1, Events::WRITABLE, Trigger::Edge)),
        named(epoll.delete(&writes)),
        named(epoll.add(&directory, 1, Events::READABLE, Trigger::Level)),
        named(epoll.add(&epoll, 1, Events::READABLE, Trigger::Level)),
        named(epoll.wait(0, NOW)),
    ];
    format!("{errors:?}")
}

pub(crate) fn most() -> String {
    let pipes = [pipe(), pipe()].map(|ends| ends.expect("a pipe"));
    let epoll = Epoll::new().expect("there is room");
    for (token, (_, writes)) in (1..).zip(&pipes) {
        epoll
            .add(writes, token, Events::WRITABLE, Trigger::Level)
            .expect("it is new");
    }
    let one = epoll.wait(1, LONG).expect("nothing interrupts it");
    let two = epoll.wait(9, LONG).expect("nothing interrupts it");
    let mut tokens: Vec<_> = two.iter().map(|ready| ready.token).collect();
    tokens.sort_unstable();
    format!("{} {} {tokens:?}", one.len(), two.len())
}

pub(crate) fn hang_up() -> String {
    let (reads, writes) = pipe().expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&reads, u64::MAX, Events::READABLE, Trigger::Level)
        .expect("it is new");
    let mut child = fork(move || {
        drop(writes);
        0
    })
    .expect("a child");
    let found = epoll.wait(9, None).expect("nothing interrupts it");
    format!("{found:?} {:?}", child.wait())
}

pub(crate) fn modified() -> String {
    let (_reads, writes) = pipe().expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&writes, 1, Events::NONE, Trigger::Level)
        .expect("it is new");
    let before = epoll.wait(9, NOW).expect("nothing interrupts it");
    epoll
        .modify(&writes, 2, Events::WRITABLE, Trigger::Level)
        .expect("it is there");
    let after = epoll.wait(9, NOW).expect("nothing interrupts it");
    format!("{before:?} {after:?}")
}

pub(crate) fn signal() -> String {
    let signals = SignalPipe::new(&[Signal::TERM]).expect("a pipe");
    let epoll = Epoll::new().expect("there is room");
    epoll
        .add(&signals, 5, Events::READABLE, Trigger::Level)
        .expect("it is new");
    kill(process::id(), Signal::TERM).expect("it is there");
    let found = epoll.wait(9, LONG).expect("it was taken before");
    let tokens: Vec<_> = found.iter().map(|ready| ready.token).collect();
    format!("{tokens:?} {}", signals.read().expect("it came"))
}
