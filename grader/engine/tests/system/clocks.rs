//! A process that learns of another by a call is no earlier than that one was: its clock says so.
//! What it does not learn of leaves its clock alone, however early the scheduler lets that come.

use std::net::{Ipv4Addr, Shutdown, SocketAddrV4};

use kernel::{
    Action as SignalAction, Children, Disposition, EpollControl, EpollEvent, EventCall, Events, Fd,
    LockKind, Locking, MessageFlags, MutexCall, Nanos, OpenFlags, Operation, PollFd, RingCall,
    Robustness, SemaphoreCall, Signal, SignalCall, SocketCall, Submission, SystemCall, Target,
    TimeCall, WaitOptions,
};
use proptest::prelude::*;

use crate::{
    differential::{calls, compare},
    programs::{Action, LIMITS, PARENT, Program, call, close, open, pipe, wait},
    signals,
    times::{outcomes, sleep, timed},
};

const SECOND: Nanos = 1_000_000_000;

/// What a pipe with one page has room for.
const PAGE: usize = 4096;

/// The first process does what comes before, forks a child that sleeps for a second and then passes
/// something on, and takes that.
struct Passing {
    name: &'static str,
    before: Vec<SystemCall>,
    passes: Vec<SystemCall>,
    takes: Vec<SystemCall>,
}

pub(crate) fn read(fd: Fd, count: usize) -> SystemCall {
    SystemCall::Read { fd, count }
}

pub(crate) fn write(fd: Fd, count: usize) -> SystemCall {
    let bytes = vec![b'x'; count];
    SystemCall::Write { fd, bytes }
}

pub(crate) fn new_pipe() -> SystemCall {
    SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    }
}

pub(crate) fn pair() -> SystemCall {
    SystemCall::Socket(SocketCall::Pair {
        flags: OpenFlags::EMPTY,
    })
}

pub(crate) fn closing(fd: Fd) -> SystemCall {
    SystemCall::Close { fd }
}

pub(crate) fn poll(fd: Fd, events: Events) -> SystemCall {
    let descriptors = vec![PollFd { fd, events }];
    SystemCall::Event(EventCall::Poll { descriptors })
}

pub(crate) fn flock(fd: Fd, locking: Locking) -> SystemCall {
    SystemCall::Flock { fd, locking }
}

pub(crate) fn opening() -> SystemCall {
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    let path = "a".to_owned();
    SystemCall::Open { path, flags }
}

fn kill(signal: Signal) -> SystemCall {
    SystemCall::Signal(SignalCall::Kill {
        target: Target::One(PARENT),
        number: signal.number(),
    })
}

fn at_port() -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, 4000)
}

pub(crate) fn socket() -> SystemCall {
    SystemCall::Socket(SocketCall::Socket {
        flags: OpenFlags::EMPTY,
    })
}

pub(crate) fn listening(fd: Fd) -> Vec<SystemCall> {
    let (address, backlog) = (at_port(), 0);
    vec![
        socket(),
        SystemCall::Socket(SocketCall::Bind { fd, address }),
        SystemCall::Socket(SocketCall::Listen { fd, backlog }),
    ]
}

pub(crate) fn connect(fd: Fd) -> SystemCall {
    let to = at_port();
    SystemCall::Socket(SocketCall::Connect { fd, to })
}

pub(crate) fn accept(fd: Fd) -> SystemCall {
    let flags = OpenFlags::EMPTY;
    SystemCall::Socket(SocketCall::Accept { fd, flags })
}

pub(crate) fn recv(fd: Fd) -> SystemCall {
    SystemCall::Socket(SocketCall::Recv {
        fd,
        count: 1,
        flags: MessageFlags::EMPTY,
    })
}

pub(crate) fn send(fd: Fd, count: usize) -> SystemCall {
    SystemCall::Socket(SocketCall::Send {
        fd,
        bytes: vec![b'x'; count],
        flags: MessageFlags::EMPTY,
    })
}

fn epoll(watched: Fd) -> Vec<SystemCall> {
    let event = EpollEvent {
        events: Events::IN,
        data: 0,
    };
    let (epoll, fd, control) = (5, watched, EpollControl::Add(event));
    vec![
        SystemCall::Event(EventCall::Create),
        SystemCall::Event(EventCall::Control { epoll, fd, control }),
    ]
}

fn epoll_wait() -> SystemCall {
    SystemCall::Event(EventCall::Wait { epoll: 5, most: 1 })
}

fn ring(operation: Operation) -> Vec<SystemCall> {
    let submissions = vec![Submission { operation, user: 0 }];
    vec![
        SystemCall::Ring(RingCall::Setup { most: 2 }),
        SystemCall::Ring(RingCall::Submit {
            ring: 5,
            submissions,
        }),
    ]
}

fn complete() -> SystemCall {
    SystemCall::Ring(RingCall::Complete { ring: 5, number: 0 })
}

fn ring_wait() -> SystemCall {
    SystemCall::Ring(RingCall::Wait {
        ring: 5,
        at_least: 1,
    })
}

fn block(signal: Signal) -> SystemCall {
    SystemCall::Signal(SignalCall::SetMask {
        mask: signal.into(),
    })
}

fn handle(signal: Signal) -> SystemCall {
    let action = SignalAction {
        disposition: Disposition::Handle,
        ..SignalAction::default()
    };
    SystemCall::Signal(SignalCall::SetAction { signal, action })
}

pub(crate) fn semaphore(of: impl FnOnce(kernel::SemaphoreId) -> SemaphoreCall) -> SystemCall {
    // The first one of a kernel.
    let mut kernel = kernel::Kernel::default();
    let id = kernel.sem_init(0).expect("it is a value that can be");
    SystemCall::Semaphore(of(id))
}

pub(crate) fn mutex(of: impl FnOnce(kernel::MutexId) -> MutexCall) -> SystemCall {
    let mut kernel = kernel::Kernel::default();
    SystemCall::Mutex(of(kernel.mutex_init(Robustness::Robust)))
}

fn row(
    name: &'static str,
    before: Vec<SystemCall>,
    passes: Vec<SystemCall>,
    takes: Vec<SystemCall>,
) -> Passing {
    Passing {
        name,
        before,
        passes,
        takes,
    }
}

/// Calls that wait for what the child passes on.
fn passings() -> Vec<Passing> {
    let ends = WaitOptions::ENDS;
    let any = Children::Any;
    let init = || SystemCall::Semaphore(SemaphoreCall::Init { value: 0 });
    let robust = || {
        let robustness = Robustness::Robust;
        SystemCall::Mutex(MutexCall::Init { robustness })
    };
    let half = Shutdown::Write;
    let stopped = WaitOptions {
        stopped: true,
        ..ends
    };
    let stops_itself = SystemCall::Signal(SignalCall::Kill {
        target: Target::One(crate::programs::ITSELF),
        number: Signal::STOP.number(),
    });
    vec![
        row(
            "read",
            vec![new_pipe()],
            vec![write(4, 1)],
            vec![read(3, 1)],
        ),
        row(
            "short read",
            vec![new_pipe()],
            vec![write(4, 1)],
            vec![read(3, 9)],
        ),
        row(
            "read of what is left",
            vec![new_pipe()],
            vec![write(4, 2)],
            vec![read(3, 1), read(3, 1)],
        ),
        row(
            "write that finds room",
            vec![new_pipe(), write(4, PAGE)],
            vec![read(3, PAGE)],
            vec![write(4, 1)],
        ),
        row(
            "write that finds room in the middle",
            vec![new_pipe()],
            vec![read(3, PAGE), read(3, PAGE)],
            vec![write(4, 2 * PAGE)],
        ),
        row(
            "end of the file",
            vec![new_pipe()],
            vec![closing(4)],
            vec![closing(4), read(3, 1)],
        ),
        row(
            "end of the file by an exit",
            vec![new_pipe()],
            vec![],
            vec![closing(4), read(3, 1)],
        ),
        row(
            "broken pipe found by poll",
            vec![new_pipe(), write(4, PAGE)],
            vec![closing(3)],
            vec![closing(3), poll(4, Events::OUT)],
        ),
        row(
            "broken pipe found by a write that waits",
            vec![new_pipe(), write(4, PAGE)],
            vec![],
            vec![closing(3), write(4, 1)],
        ),
        row(
            "wait for a child",
            vec![],
            vec![],
            vec![SystemCall::Wait {
                children: Children::One(1),
                options: ends,
            }],
        ),
        row(
            "wait for any child",
            vec![],
            vec![],
            vec![SystemCall::Wait {
                children: any,
                options: ends,
            }],
        ),
        row(
            "wait for a child that stops",
            vec![],
            vec![stops_itself],
            vec![SystemCall::Wait {
                children: any,
                options: stopped,
            }],
        ),
        row(
            "accept",
            listening(3),
            vec![socket(), connect(4)],
            vec![accept(3)],
        ),
        row(
            "connect that waits for the backlog",
            [listening(3), vec![socket(), connect(4)]].concat(),
            vec![accept(3)],
            vec![socket(), connect(5)],
        ),
        row("recv", vec![pair()], vec![send(4, 1)], vec![recv(3)]),
        row(
            "read of a socket",
            vec![pair()],
            vec![write(4, 1)],
            vec![read(3, 1)],
        ),
        row(
            "send that finds room",
            vec![pair(), send(4, LIMITS.socket_bytes)],
            vec![recv(3), recv(3)],
            vec![send(4, 1)],
        ),
        row(
            "end of a stream",
            vec![pair()],
            vec![SystemCall::Socket(SocketCall::Shutdown {
                fd: 4,
                how: half,
            })],
            vec![recv(3)],
        ),
        row(
            "end of a stream by an exit",
            vec![pair()],
            vec![],
            vec![closing(4), recv(3)],
        ),
        row(
            "semaphore",
            vec![init()],
            vec![semaphore(|id| SemaphoreCall::Post { id })],
            vec![semaphore(|id| SemaphoreCall::Wait { id, until: None })],
        ),
        row(
            "lock of a file",
            vec![
                opening(),
                opening(),
                flock(3, Locking::Lock(LockKind::Exclusive)),
            ],
            vec![flock(3, Locking::Unlock)],
            vec![flock(4, Locking::Lock(LockKind::Exclusive))],
        ),
        row(
            "lock of a file that its holder closes",
            vec![opening(), new_pipe()],
            vec![
                opening(),
                flock(6, Locking::Lock(LockKind::Exclusive)),
                write(5, 1),
            ],
            vec![read(4, 1), flock(3, Locking::Lock(LockKind::Shared))],
        ),
        row(
            "sigwait",
            vec![block(Signal::USR1)],
            vec![kill(Signal::USR1)],
            vec![SystemCall::Signal(SignalCall::Wait {
                set: Signal::USR1.into(),
            })],
        ),
        row(
            "sigwait for the end of a child",
            vec![block(Signal::CHLD)],
            vec![],
            vec![SystemCall::Signal(SignalCall::Wait {
                set: Signal::CHLD.into(),
            })],
        ),
        row(
            "poll",
            vec![new_pipe()],
            vec![write(4, 1)],
            vec![poll(3, Events::IN)],
        ),
        row(
            "poll for room",
            vec![new_pipe(), write(4, PAGE)],
            vec![read(3, PAGE)],
            vec![poll(4, Events::OUT)],
        ),
        row(
            "poll of a socket",
            vec![pair()],
            vec![send(4, 1)],
            vec![poll(3, Events::IN)],
        ),
        row(
            "poll for an end",
            vec![new_pipe()],
            vec![],
            vec![closing(4), poll(3, Events::IN)],
        ),
        row(
            "epoll_wait",
            [vec![new_pipe()], epoll(3)].concat(),
            vec![write(4, 1)],
            vec![epoll_wait()],
        ),
        row(
            "completion ring",
            [vec![new_pipe()], ring(Operation::Read(3, 1))].concat(),
            vec![write(4, 1), complete()],
            vec![ring_wait()],
        ),
        row(
            "robust mutex of a child that has ended",
            vec![robust(), new_pipe()],
            vec![mutex(|id| MutexCall::Lock { id }), write(4, 1)],
            vec![read(3, 1), mutex(|id| MutexCall::Lock { id })],
        ),
    ]
}

fn now() -> SystemCall {
    SystemCall::Time(TimeCall::Now)
}

fn program(passing: &Passing) -> (Program, usize) {
    let all = |calls: &[SystemCall]| calls.iter().cloned().map(call).collect::<Vec<_>>();
    let mut program = all(&passing.before);
    let child = [vec![sleep(SECOND)], passing.passes.clone()].concat();
    program.push(Action::Fork(all(&child)));
    program.extend(all(&passing.takes));
    let results = program.len();
    program.push(call(now()));
    (program, results)
}

/// What a clock said in the last result of the first process, in nanoseconds, if that came to it.
fn clock(told: &str) -> Option<Nanos> {
    let (_, last) = told.rsplit_once("Ok(Number(")?;
    let (number, ended) = last.split_once("))")?;
    assert!(!ended.contains("Ok") && !ended.contains("Err"), "{told}");
    number.parse().ok()
}

#[test]
fn who_takes_what_a_process_passes_on_after_a_sleep_is_no_earlier() {
    let mut early = Vec::new();
    for passing in passings() {
        let (program, results) = program(&passing);
        for told in outcomes(&program, results) {
            if clock(&told).is_none_or(|now| now < SECOND) {
                early.push((passing.name, told));
            }
        }
    }
    assert!(early.is_empty(), "{early:#?}");
}

/// Programs in which the first process finds something out that may be so yet or not, and then looks
/// at its clock. The text is what it says when it is so.
fn findings() -> Vec<(Passing, &'static str)> {
    let read_all = SystemCall::Pread {
        fd: 3,
        count: 9,
        at: 0,
    };
    let try_wait = SystemCall::TryWait {
        children: Children::Any,
        options: WaitOptions::ENDS,
    };
    let exclusive = LockKind::Exclusive;
    let stat = SystemCall::Stat {
        path: "a".to_owned(),
    };
    let unlink = SystemCall::Unlink {
        path: "a".to_owned(),
    };
    let truncate = SystemCall::Truncate { fd: 3, size: 0 };
    let try_poll = |fd, events| {
        let descriptors = vec![PollFd { fd, events }];
        SystemCall::Event(EventCall::TryPoll { descriptors })
    };
    vec![
        (
            row(
                "file",
                vec![opening()],
                vec![write(3, 1)],
                vec![read_all.clone()],
            ),
            "\\x\\",
        ),
        (
            row(
                "file that is emptied",
                vec![opening(), write(3, 1)],
                vec![truncate],
                vec![read_all],
            ),
            "\\\\",
        ),
        (
            row("name", vec![opening()], vec![unlink], vec![stat]),
            "ENOENT",
        ),
        (
            row("end of a child", vec![], vec![], vec![try_wait]),
            "waited",
        ),
        (
            row(
                "broken pipe",
                vec![new_pipe()],
                vec![closing(3)],
                vec![closing(3), write(4, 1)],
            ),
            "EPIPE",
        ),
        (
            row(
                "bytes that are polled",
                vec![new_pipe()],
                vec![write(4, 1)],
                vec![try_poll(3, Events::IN)],
            ),
            "Events(1)",
        ),
        (
            row(
                "reader that has gone",
                vec![new_pipe()],
                vec![],
                vec![closing(3), try_poll(4, Events::OUT)],
            ),
            "Events(12)",
        ),
        (
            row(
                "semaphore",
                vec![SystemCall::Semaphore(SemaphoreCall::Init { value: 0 })],
                vec![semaphore(|id| SemaphoreCall::Post { id })],
                vec![semaphore(|id| SemaphoreCall::TryWait { id })],
            ),
            "Ok(Nothing),",
        ),
        (
            row(
                "lock that the description has given back",
                vec![opening(), flock(3, Locking::Lock(exclusive)), opening()],
                vec![flock(3, Locking::Unlock)],
                vec![flock(4, Locking::TryLock(exclusive))],
            ),
            "Ok(Nothing),",
        ),
        (
            row(
                "pending signal",
                vec![block(Signal::USR1)],
                vec![kill(Signal::USR1)],
                vec![SystemCall::Signal(SignalCall::Pending)],
            ),
            "SignalSet(512)",
        ),
        (
            row(
                "handler that has run",
                vec![new_pipe(), handle(Signal::USR1)],
                vec![kill(Signal::USR1)],
                vec![],
            ),
            "USR1",
        ),
    ]
}

#[test]
fn who_finds_out_what_a_process_did_after_a_sleep_is_no_earlier() {
    for (passing, is_so) in findings() {
        let (program, results) = program(&passing);
        let (found, others): (Vec<_>, Vec<_>) = outcomes(&program, results - 1)
            .into_iter()
            .partition(|told| told.contains(is_so));
        assert!(!found.is_empty(), "{}: {others:#?}", passing.name);
        // A handler that runs between the reading and the end comes later than that.
        let tells_later = passing.takes.is_empty();
        let wrong = found
            .iter()
            .filter(|told| !tells_later && clock(told).is_none_or(|now| now < SECOND));
        assert_eq!(wrong.count(), 0, "{}: {found:#?}", passing.name);
        let wrong = others
            .iter()
            .filter(|told| clock(told).is_none_or(|now| now >= SECOND));
        assert_eq!(wrong.count(), 0, "{}: {others:#?}", passing.name);
    }
}

/// What the first process reads from its clock in each outcome.
fn clocks(program: &Program) -> Vec<Nanos> {
    let told = outcomes(program, program.len() - 1);
    told.iter()
        .map(|told| clock(told).unwrap_or_else(|| panic!("{told}")))
        .collect()
}

fn child(calls: Vec<SystemCall>) -> Action {
    Action::Fork(calls.into_iter().map(call).collect())
}

#[test]
fn who_reads_what_one_process_wrote_knows_nothing_of_what_another_writes_later() {
    let program = vec![
        pipe(),
        child(vec![write(4, 1)]),
        call(read(3, 1)),
        child(vec![sleep(SECOND), write(4, 1)]),
        call(now()),
    ];
    assert!(clocks(&program).iter().all(|now| *now < SECOND));
}

#[test]
fn who_waits_for_one_child_knows_nothing_of_the_end_of_another() {
    let program = vec![
        child(vec![]),
        child(vec![sleep(SECOND)]),
        wait(1),
        call(now()),
    ];
    assert!(clocks(&program).iter().all(|now| *now < SECOND));
}

#[test]
fn readers_with_a_shared_lock_know_nothing_of_each_other() {
    let shared = || vec![opening(), flock(4, Locking::Lock(LockKind::Shared))];
    let program = vec![
        open(OpenFlags::WRITE | OpenFlags::CREATE),
        child([vec![sleep(SECOND)], shared()].concat()),
        call(opening()),
        call(flock(4, Locking::Lock(LockKind::Shared))),
        call(now()),
    ];
    assert!(clocks(&program).iter().all(|now| *now < SECOND));
}

#[test]
fn who_posts_a_semaphore_knows_nothing_of_who_posts_it_as_well() {
    let post = || semaphore(|id| SemaphoreCall::Post { id });
    let program = vec![
        call(SystemCall::Semaphore(SemaphoreCall::Init { value: 0 })),
        child(vec![sleep(SECOND), post()]),
        call(post()),
        call(now()),
    ];
    assert!(clocks(&program).iter().all(|now| *now < SECOND));
}

/// Nothing was there for a second, so what comes afterwards comes later.
#[test]
fn what_is_written_after_a_poll_that_found_nothing_is_no_earlier() {
    let limited = |call| SystemCall::Within {
        call: Box::new(call),
        limit: SECOND,
    };
    let program = vec![
        pipe(),
        Action::Fork(vec![call(limited(poll(3, Events::IN))), close(3)]),
        call(write(4, 1)),
        call(now()),
    ];
    let (all, _) = crate::programs::enumerated(&program, 10_000).expect("there are not so many");
    let in_vain: Vec<_> = all
        .keys()
        .filter(|told| told.contains("Events(0)"))
        .collect();
    assert!(!in_vain.is_empty(), "{all:#?}");
    for told in in_vain {
        let (_, of_first) = told.split_once("\"0\": [").expect("it has begun");
        let (of_first, _) = of_first.split_once("\"]").expect("it has ended");
        assert!(clock(of_first).is_some_and(|now| now >= SECOND), "{told}");
    }
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => prop::sample::select(&[1, SECOND, 3 * SECOND][..]).prop_map(sleep).prop_map(call),
        1 => timed().prop_map(call),
        4 => calls().prop_map(call),
        1 => signals::action(),
        2 => prop::sample::select(vec![
            semaphore(|id| SemaphoreCall::Post { id }),
            semaphore(|id| SemaphoreCall::Wait { id, until: None }),
            semaphore(|id| SemaphoreCall::TryWait { id }),
        ]).prop_map(call),
        2 => Just(call(now())),
    ]
}

/// Programs whose processes sleep and look at their clocks.
fn programs() -> impl Strategy<Value = Program> {
    let some = |count| prop::collection::vec(action(), count);
    (
        some(0..2),
        some(1..4),
        prop::option::of(some(1..3)),
        some(1..3),
    )
        .prop_map(|(before, first, second, after)| {
            let init = SystemCall::Semaphore(SemaphoreCall::Init { value: 0 });
            let mut program = vec![pipe(), call(init)];
            program.extend(before);
            program.push(Action::Fork([first, vec![call(now())]].concat()));
            program.extend(second.map(Action::Fork));
            program.extend(after);
            program.extend([call(now()), wait(1), call(now())]);
            program
        })
}

#[test]
fn reduction_loses_no_reading_of_a_clock() {
    compare(programs());
}
