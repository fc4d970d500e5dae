//! A call waits exactly when [`Kernel::waits_for`] said so before: random programs of several
//! processes.

use kernel::{
    Action, Call, Children, Effect, FIRST, Fd, Kernel, Limits, LockKind, Locking, MutexId, Nanos,
    OpenFlags, Pid, Reply, Request, Robustness, SemaphoreId, Signal, SignalSet, Target, WaitFor,
    WaitOptions,
};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    May(May),
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
#[derive(Debug, Clone, Copy)]
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
        2 => Just(Step::Pipe),
        1 => Just(Step::Open),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| Step::SetNonblocking(fd, is)),
        1 => fd().prop_map(Step::Close),
        1 => Just(Step::Fork),
        1 => Just(Step::Exit),
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
    }
}

/// Takes all signals of a process, and runs its handlers. Whether it can make a call then.
fn take_signals(kernel: &mut Kernel, pid: Pid) -> bool {
    let mut handlers = Vec::new();
    loop {
        while let Some(taken) = kernel.next_signal(pid) {
            assert_eq!(kernel.take_signal(pid), Some(taken));
            match taken.effect {
                Effect::Ends => return false,
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

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_call_waits_exactly_when_it_was_said_so(
        steps in prop::collection::vec((0..5usize, step()), 1..60),
    ) {
        let limits = Limits { processes: 5, descriptors: 9, pipe_pages: 2, ..Limits::default() };
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
                    let said = kernel.waits_for(pid, request);
                    prop_assert_eq!(make(&mut kernel, pid, request), said, "{:?}", request);
                }
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
    }
}
