//! A call waits exactly when [`Kernel::waits_for`] said so before, and nothing stays when nothing is
//! open: random programs of several processes.

use std::net::{Ipv4Addr, Shutdown, SocketAddrV4};

use kernel::{
    Action, Call, Children, Effect, EpollControl, EpollEvent, Events, FIRST, Fd, Kernel, Limits,
    LockKind, Locking, MessageFlags, MutexId, Nanos, OpenFlags, OpenObjects, Operation, Pid,
    PollFd, Reply, Request, Robustness, SemaphoreId, Signal, SignalSet, Submission, Target,
    WaitFor, WaitOptions,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    May(May),
    Socket,
    Socketpair,
    Listen(Fd, u16),
    Shutdown(Fd, Shutdown),
    Epoll,
    EpollAdd(Fd, Fd, Events),
    Ring,
    Submit(Fd, Operation),
    /// Completes one of those that could complete.
    Complete(Fd, usize),
    Pipe,
    Open,
    SetNonblocking(Fd, bool),
    Close(Fd),
    Fork,
    Exit,
    Kill(Pid, Signal),
    Sigaction(Signal, Action),
    SetMask(SignalSet),
    SetGroup,
    Advance,
    Alarm,
    Post(usize),
    Unlock(usize),
}

/// A call that may have to wait.
#[derive(Debug, Clone)]
enum May {
    Make(Request),
    /// With one of the semaphores.
    Semaphore(usize, Option<Nanos>),
    /// With one of the mutexes.
    Lock(usize),
}

/// What all processes share.
struct Objects {
    semaphores: [SemaphoreId; 2],
    mutexes: [MutexId; 2],
}

impl Objects {
    fn request(&self, may: May) -> Request {
        match may {
            May::Make(request) => request,
            May::Semaphore(place, until) => Request::Semaphore(self.semaphores[place], until),
            May::Lock(place) => Request::Mutex(self.mutexes[place]),
        }
    }
}

fn make_request(request: Request) -> Step {
    Step::May(May::Make(request))
}

fn step() -> impl Strategy<Value = Step> {
    let fd = || 0..9;
    let count = || prop::sample::select(&[0, 1, 100, 4000, 4096, 5000, 9000][..]);
    let kind = prop::sample::select(&[LockKind::Shared, LockKind::Exclusive][..]);
    let children = prop_oneof![
        2 => Just(Children::Any),
        2 => (2..8u32).prop_map(Children::One),
        1 => (1..8u32).prop_map(Children::Group),
        1 => Just(Children::OwnGroup),
    ];
    let signals = [
        Signal::USR1,
        Signal::CHLD,
        Signal::STOP,
        Signal::CONT,
        Signal::TERM,
        Signal::KILL,
    ];
    let signal = prop::sample::select(signals.to_vec());
    let set = prop::collection::vec(signal.clone(), 0..4).prop_map(SignalSet::from_iter);
    let action = prop::sample::select(&[Action::DEFAULT, Action::IGNORE, Action::HANDLE][..]);
    let (semaphore, mutex) = (|| 0..2usize, || 0..2usize);
    let time = || 0..5_000_000_000u64;
    let how = prop::sample::select(&[Shutdown::Read, Shutdown::Write, Shutdown::Both][..]);
    prop_oneof![
        6 => (fd(), count()).prop_map(|(fd, count)| make_request(Request::Read { fd, count })),
        8 => (fd(), count()).prop_map(|(fd, count)| make_request(Request::Write { fd, count })),
        4 => (fd(), kind).prop_map(|(fd, kind)| make_request(Request::Lock { fd, kind })),
        4 => (children, any::<(bool, bool)>()).prop_map(|(children, (stopped, continued))| {
            make_request(Request::Wait(children, WaitOptions { stopped, continued }))
        }),
        2 => set.clone().prop_map(|set| make_request(Request::Signal(set))),
        2 => set.prop_map(Step::SetMask),
        4 => (1..8u32, signal.clone()).prop_map(|(pid, signal)| Step::Kill(pid, signal)),
        1 => (signal, action).prop_map(|(signal, action)| Step::Sigaction(signal, action)),
        1 => Just(Step::SetGroup),
        2 => Just(Step::Advance),
        1 => Just(Step::Alarm),
        2 => semaphore().prop_map(Step::Post),
        2 => mutex().prop_map(Step::Unlock),
        1 => time().prop_map(|until| make_request(Request::Sleep(until))),
        4 => (semaphore(), prop::option::of(time())).prop_map(|(place, until)| {
            Step::May(May::Semaphore(place, until))
        }),
        4 => mutex().prop_map(|place| Step::May(May::Lock(place))),
        4 => may_with_sockets().prop_map(make_request),
        3 => may_with_several().prop_map(make_request),
        2 => Just(Step::Pipe),
        3 => Just(Step::Socket),
        1 => Just(Step::Socketpair),
        3 => (fd(), port()).prop_map(|(fd, port)| Step::Listen(fd, port)),
        1 => (fd(), how).prop_map(|(fd, how)| Step::Shutdown(fd, how)),
        1 => Just(Step::Epoll),
        2 => (fd(), fd(), events()).prop_map(|(epoll, fd, events)| Step::EpollAdd(epoll, fd, events)),
        1 => Just(Step::Ring),
        3 => (fd(), operation()).prop_map(|(ring, operation)| Step::Submit(ring, operation)),
        3 => (fd(), 0..3usize).prop_map(|(ring, which)| Step::Complete(ring, which)),
        1 => Just(Step::Open),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| Step::SetNonblocking(fd, is)),
        1 => fd().prop_map(Step::Close),
        1 => Just(Step::Fork),
        1 => Just(Step::Exit),
    ]
}

fn port() -> impl Strategy<Value = u16> {
    7..9u16
}

fn at(port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)
}

fn events() -> impl Strategy<Value = Events> {
    let events = [
        Events::IN,
        Events::OUT,
        Events::IN | Events::ET,
        Events::OUT | Events::ONESHOT,
    ];
    prop::sample::select(events.to_vec())
}

fn flags() -> impl Strategy<Value = MessageFlags> {
    let flags = [
        MessageFlags::EMPTY,
        MessageFlags::PEEK,
        MessageFlags::DONTWAIT,
    ];
    prop::sample::select(flags.to_vec())
}

fn may_with_sockets() -> impl Strategy<Value = Request> {
    let fd = || 0..9;
    let count = || prop::sample::select(&[0, 1, 40, 100][..]);
    prop_oneof![
        (fd(), count(), flags()).prop_map(|(fd, count, flags)| Request::Recv { fd, count, flags }),
        (fd(), count(), flags()).prop_map(|(fd, count, flags)| Request::Send { fd, count, flags }),
        fd().prop_map(Request::Accept),
        (fd(), port()).prop_map(|(fd, port)| Request::Connect { fd, to: at(port) }),
    ]
}

fn may_with_several() -> impl Strategy<Value = Request> {
    let fd = || 0..9;
    let asked = (-1..9, events()).prop_map(|(fd, events)| PollFd { fd, events });
    prop_oneof![
        prop::collection::vec(asked, 0..3).prop_map(Request::Poll),
        (fd(), 0..3usize).prop_map(|(epoll, most)| Request::EpollWait { epoll, most }),
        (fd(), 0..3usize).prop_map(|(ring, at_least)| Request::RingWait { ring, at_least }),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let fd = || 0..9;
    let count = || prop::sample::select(&[0, 1, 40, 4096][..]);
    prop_oneof![
        (fd(), count()).prop_map(|(fd, count)| Operation::Read(fd, count)),
        (fd(), count()).prop_map(|(fd, count)| Operation::Write(fd, vec![7; count])),
        fd().prop_map(|fd| Operation::Accept(fd, OpenFlags::EMPTY)),
        (fd(), port()).prop_map(|(fd, port)| Operation::Connect(fd, at(port))),
        (fd(), count(), flags()).prop_map(|(fd, count, flags)| Operation::Recv(fd, count, flags)),
        (fd(), count(), flags()).prop_map(|(fd, count, flags)| Operation::Send(
            fd,
            vec![7; count],
            flags
        )),
        Just(Operation::Cancel(0)),
    ]
}

/// What a call waits for, or that it does not wait.
fn waits<T>(call: &Call<T>) -> Option<WaitFor> {
    match call {
        Ok(Reply::Waits(what)) => Some(*what),
        Ok(Reply::Done(_) | Reply::Partly { .. }) | Err(_) => None,
    }
}

fn make(kernel: &mut Kernel, pid: Pid, request: Request) -> Option<WaitFor> {
    match request {
        Request::Read { fd, count } => waits(&kernel.read(pid, fd, count)),
        Request::Write { fd, count } => waits(&kernel.write(pid, fd, &vec![7; count])),
        Request::Lock { fd, kind } => waits(&kernel.flock(pid, fd, Locking::Lock(kind))),
        Request::Wait(children, options) => waits(&kernel.wait(pid, children, options)),
        Request::Signal(set) => waits(&Ok(kernel.sigwait(pid, set))),
        Request::Sleep(until) => waits(&Ok(kernel.sleep_until(until))),
        Request::Semaphore(id, until) => waits(&kernel.sem_wait(pid, id, until)),
        Request::Mutex(id) => waits(&kernel.mutex_lock(pid, id)),
        Request::Recv { fd, count, flags } => waits(&kernel.recv(pid, fd, count, flags)),
        Request::Send { fd, count, flags } => waits(&kernel.send(pid, fd, &vec![7; count], flags)),
        Request::Accept(fd) => waits(&kernel.accept(pid, fd, OpenFlags::EMPTY)),
        Request::Connect { fd, to } => waits(&kernel.connect(pid, fd, to)),
        Request::Poll(descriptors) => waits(&kernel.poll(pid, &descriptors)),
        Request::EpollWait { epoll, most } => waits(&kernel.epoll_wait(pid, epoll, most)),
        Request::RingWait { ring, at_least } => waits(&kernel.ring_wait(pid, ring, at_least)),
    }
}

/// Takes all signals of a process, and runs its handlers. Whether it can make a call then.
fn take_signals(kernel: &mut Kernel, pid: Pid) -> bool {
    let mut handlers = Vec::new();
    loop {
        while let Some(taken) = kernel.next_signal(pid) {
            assert_eq!(kernel.take_signal(pid), Some(taken));
            match taken.effect {
                Effect::Ends => {
                    kernel.finish_exit(pid);
                    return false;
                }
                Effect::Stops | Effect::Nothing => {}
                Effect::Handled { before, .. } => handlers.push(before),
            }
        }
        if kernel.is_stopped(pid) {
            return false;
        }
        match handlers.pop() {
            Some(before) => kernel.set_mask(pid, before),
            None => return true,
        }
    }
}

/// Completes an operation of a ring: exactly those can complete of which that was said.
fn complete(kernel: &mut Kernel, pid: Pid, ring: Fd, which: usize) -> Result<(), TestCaseError> {
    let Ok(able) = kernel.ring_completable(pid, ring) else {
        return Ok(());
    };
    for number in 0..20 {
        let completes = kernel.clone().ring_complete(pid, ring, number).is_ok();
        prop_assert_eq!(completes, able.contains(&number));
    }
    if let Some(number) = able.get(which) {
        prop_assert_eq!(kernel.ring_complete(pid, ring, *number), Ok(()));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_waits_exactly_when_it_was_said_so_and_nothing_stays(
        steps in prop::collection::vec((0..5usize, step()), 1..80),
    ) {
        let limits = Limits {
            processes: 5,
            descriptors: 9,
            pipe_pages: 2,
            socket_bytes: 50,
            backlog: 1,
        };
        let mut kernel = Kernel::new(limits);
        let named = OpenFlags::CREATE;
        let objects = Objects {
            semaphores: [kernel.sem_init(1)?, kernel.sem_open(FIRST, "a", named, 0)?],
            mutexes: [Robustness::Robust, Robustness::Stalled].map(|kind| kernel.mutex_init(kind)),
        };
        for (who, step) in steps {
            let living = kernel.living();
            let Some(pid) = living.get(who % living.len().max(1)).copied() else {
                break;
            };
            if !take_signals(&mut kernel, pid) {
                continue;
            }
            match step {
                Step::May(may) => {
                    let request = objects.request(may);
                    let said = kernel.waits_for(pid, &request);
                    prop_assert_eq!(make(&mut kernel, pid, request.clone()), said, "{:?}", request);
                }
                Step::Socket => { kernel.socket(pid, OpenFlags::EMPTY).ok(); },
                Step::Socketpair => { kernel.socketpair(pid, OpenFlags::EMPTY).ok(); },
                Step::Listen(fd, port) => {
                    kernel.bind(pid, fd, at(port)).ok();
                    kernel.listen(pid, fd, 0).ok();
                }
                Step::Shutdown(fd, how) => { kernel.shutdown(pid, fd, how).ok(); },
                Step::Epoll => { kernel.epoll_create(pid).ok(); },
                Step::EpollAdd(epoll, fd, events) => {
                    let event = EpollEvent { events, data: 0 };
                    kernel.epoll_ctl(pid, epoll, fd, EpollControl::Add(event)).ok();
                }
                Step::Ring => { kernel.ring_setup(pid, 3).ok(); },
                Step::Submit(ring, operation) => {
                    let submission = Submission { operation, user: 0 };
                    kernel.ring_submit(pid, ring, vec![submission]).ok();
                }
                Step::Complete(ring, which) => complete(&mut kernel, pid, ring, which)?,
                Step::Pipe => { kernel.pipe(pid, OpenFlags::EMPTY).ok(); },
                Step::Open => {
                    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
                    kernel.open(pid, "a", flags).ok();
                }
                Step::SetNonblocking(fd, is) => { kernel.set_nonblocking(pid, fd, is).ok(); },
                Step::Close(fd) => { kernel.close(pid, fd).ok(); },
                Step::Fork => { kernel.fork(pid).ok(); },
                Step::Exit => kernel.exit(pid, 0),
                Step::Kill(target, signal) => {
                    kernel.kill(pid, Target::One(target), signal.number()).ok();
                }
                Step::Sigaction(signal, action) => { kernel.sigaction(pid, signal, action).ok(); },
                Step::SetMask(set) => kernel.set_mask(pid, set),
                Step::SetGroup => { kernel.setpgid(pid, 0, 0).ok(); },
                Step::Advance => kernel.advance_to(kernel.now() + 700_000_000),
                Step::Alarm => { kernel.alarm(pid, 1); },
                Step::Post(place) => { kernel.sem_post(pid, objects.semaphores[place]).ok(); },
                Step::Unlock(place) => { kernel.mutex_unlock(pid, objects.mutexes[place]).ok(); },
            }
        }
        // What no process has any more is gone.
        for pid in kernel.living() {
            kernel.exit(pid, 0);
        }
        let nothing = OpenObjects { pipes: 0, sockets: 0, descriptions: 0 };
        prop_assert_eq!(kernel.open_objects(), nothing);
    }
}
