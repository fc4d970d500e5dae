//! A call waits exactly when [`Kernel::waits_for`] said so before: random programs of several
//! processes.

use kernel::{
    Call, Children, FIRST, Fd, Kernel, Limits, LockKind, Locking, OpenFlags, Pid, Reply, Request,
    WaitFor,
};
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Step {
    May(Request),
    Pipe,
    Open,
    SetNonblocking(Fd, bool),
    Close(Fd),
    Fork,
    Exit,
}

fn step() -> impl Strategy<Value = Step> {
    let fd = || 0..9;
    let count = || prop::sample::select(&[0, 1, 100, 4000, 4096, 5000, 9000][..]);
    let kind = prop::sample::select(&[LockKind::Shared, LockKind::Exclusive][..]);
    prop_oneof![
        6 => (fd(), count()).prop_map(|(fd, count)| Step::May(Request::Read { fd, count })),
        8 => (fd(), count()).prop_map(|(fd, count)| Step::May(Request::Write { fd, count })),
        4 => (fd(), kind).prop_map(|(fd, kind)| Step::May(Request::Lock { fd, kind })),
        1 => Just(Step::May(Request::Wait(Children::Any))),
        1 => (2..5u32).prop_map(|pid| Step::May(Request::Wait(Children::One(pid)))),
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
        Request::Wait(children) => waits(&kernel.wait(pid, children)),
    }
}

proptest! {
    #[test]
    fn a_call_waits_exactly_when_it_was_said_so(
        steps in prop::collection::vec((0..5usize, step()), 1..60),
    ) {
        let limits = Limits { processes: 5, descriptors: 9, pipe_pages: 2 };
        let mut kernel = Kernel::new(limits);
        let mut running = vec![FIRST];
        for (who, step) in steps {
            let pid = running[who % running.len()];
            match step {
                Step::May(request) => {
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
                Step::Fork => running.extend(kernel.fork(pid)),
                Step::Exit if running.len() > 1 => {
                    kernel.exit(pid, 0);
                    running.retain(|other| *other != pid);
                }
                Step::Exit => {}
            }
        }
    }
}
