//! What a process of a scenario does: the same in the first one and in forked ones.

use std::{
    convert::Infallible,
    mem,
    panic::{AssertUnwindSafe, Location, catch_unwind},
    process::abort,
};

use children::{Asker, Forked, Panic, Place};
use interleave::{
    CallSite,
    objects::system::{self, Begins, Ended, Handle},
    solo::{self, Outlet},
};
use kernel::{Answer, Errno, FIRST, Pid, SocketCall, Spawn, SystemCall};

use crate::{
    call_site, handlers, history,
    life::Life,
    memory::{self, Origin},
    message::{Ask, MOST, Told},
    output,
    scene::{self, Oneself, Seat, become_child, inside, with_mailbox, with_self},
    stand_in::Birth,
    time,
};

/// Makes a system call in the name of this process, and waits until it is done. Handlers of signals
/// that have come run before it returns; see [`set_handler`](crate::set_handler).
///
/// # Errors
///
/// Those of the call.
///
/// # Panics
///
/// Panics outside of an execution with processes.
#[track_caller]
pub fn call(call: SystemCall) -> Result<Answer, Errno> {
    call_at(call, Location::caller())
}

/// The same, made at another place of the program than the caller's.
///
/// # Errors
///
/// Those of the call.
///
/// # Panics
///
/// Panics outside of an execution with processes.
pub fn call_at(call: SystemCall, location: &'static Location<'static>) -> Result<Answer, Errno> {
    let call = cut(call);
    let site = call_site::here(location);
    let answered = ask(|| Ask::Call(call.clone()), &site);
    answered.map_or_else(
        || {
            let answer =
                as_first(|handle| system::call(scene::system(), FIRST, &call, site, handle));
            history::hear_answer(&answer);
            answer
        },
        |told| match told {
            Told::Called(answer) => Ok(answer),
            Told::Failed(errno) => Err(errno),
            Told::MayFork(..) | Told::Begin(_) | Told::Heard | Told::Has(_) | Told::Handle(_) => {
                abort()
            }
        },
    )
}

/// Begins a child of this process. It does `body`, and exits with what that gives; of that, the
/// lowest eight bits count. This process goes on at once. The number of the child.
///
/// # Errors
///
/// `EAGAIN` if there are as many processes as there may be.
///
/// # Panics
///
/// Panics outside of an execution with processes, and if the real system cannot fork.
#[track_caller]
pub fn fork(body: impl FnOnce() -> i32) -> Result<Pid, Errno> {
    match fork_at(Location::caller())? {
        Side::Parent(child) => Ok(child),
        Side::Child => live(body),
    }
}

/// Who returns from [`fork_at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The process that called it: the number of its child.
    Parent(Pid),
    /// The child.
    Child,
}

/// Begins a child of this process, and returns in both, as `fork(2)` does. The thread that called
/// this is the only one of the child, which exits with 0 when the thread ends.
///
/// # Errors
///
/// `EAGAIN` if there are as many processes as there may be.
///
/// # Panics
///
/// Panics outside of an execution with processes, and if the real system cannot fork.
pub fn fork_at(location: &'static Location<'static>) -> Result<Side, Errno> {
    begin(Begins::Forked, location)
}

/// Begins a child that runs a program: it does `main`, and exits with what that gives; of that, the lowest
/// eight bits count. Its statics and thread-local values are as at the beginning of the execution, and it
/// handles no signals. The number of the child. `posix_spawn(3)`
///
/// # Errors
///
/// Those of [`Kernel::spawn`](kernel::Kernel::spawn).
///
/// # Panics
///
/// Panics outside of an execution with processes, and if the real system cannot fork.
pub(crate) fn spawn_at(
    spawn: &Spawn,
    main: impl FnOnce() -> i32,
    location: &'static Location<'static>,
) -> Result<Pid, Errno> {
    match begin(Begins::Spawned(spawn), location)? {
        Side::Parent(child) => Ok(child),
        Side::Child => run_program(main),
    }
}

/// This process goes on with the program that the call names: it does `main` and exits, as in
/// [`spawn_at`].
///
/// # Errors
///
/// Those of the call.
///
/// # Panics
///
/// Panics outside of an execution with processes, and in the first process.
pub(crate) fn exec_at(
    call: SystemCall,
    main: impl FnOnce() -> i32,
    location: &'static Location<'static>,
) -> Result<Infallible, Errno> {
    assert!(
        scene::is_child(),
        "the first process is that of the scenario"
    );
    call_at(call, location)?;
    run_program(main)
}

fn run_program(main: impl FnOnce() -> i32) -> ! {
    handlers::reset();
    output::reset();
    scene::begin_program();
    live(|| {
        let _flushes = Flushes;
        main()
    })
}

/// A program whose main function returns or panics writes what it has printed.
struct Flushes;

impl Drop for Flushes {
    fn drop(&mut self) {
        output::flush();
    }
}

fn begin(begins: Begins<'_>, location: &'static Location<'static>) -> Result<Side, Errno> {
    let site = call_site::here(location);
    let what = || match begins {
        Begins::Forked => Ask::Fork,
        Begins::Spawned(spawn) => Ask::Spawn(spawn.clone()),
    };
    match ask(what, &site) {
        None => begin_of_first(begins, site),
        Some(Told::MayFork(pid, slot)) => Ok(fork_further(pid, slot)),
        Some(Told::Failed(errno)) => Err(errno),
        Some(Told::Called(_) | Told::Begin(_) | Told::Heard | Told::Has(_) | Told::Handle(_)) => {
            abort()
        }
    }
}

/// Makes a call as the first process, in which handlers run. When a signal has ended that process,
/// destructors find that it is gone.
fn as_first<R>(
    call: impl FnOnce(&mut Handle<'_>) -> Result<Result<R, Errno>, Ended>,
) -> Result<R, Errno> {
    let mut handle = |signal| {
        history::during_handler(signal, || handlers::run(signal));
        Ok(())
    };
    call(&mut handle).unwrap_or(Err(Errno::ESRCH))
}

/// Ends this process, if it is a forked one: of the status, the lowest eight bits count. Signals that
/// have come before are handled first. `_exit(2)`
///
/// # Panics
///
/// Panics in the first process, whose end is that of the program.
pub fn exit(status: i32) -> ! {
    if handlers::are_there() {
        ask(|| Ask::Signals, &call_site::here(Location::caller()));
    }
    with_self(|oneself| match oneself {
        Oneself::First => panic!("the first process of a scenario cannot exit"),
        Oneself::Child(_, asker) => asker.exit(status),
    })
}

/// The number of this process. `getpid(2)`
pub fn pid() -> Pid {
    scene::own_pid()
}

/// What a forked process is answered that asks; nothing in the first process. Handlers run that have
/// to before the answer.
pub(crate) fn ask(what: impl FnOnce() -> Ask, site: &CallSite) -> Option<Told> {
    let request = |asks: &Ask| {
        with_self(|oneself| match oneself {
            Oneself::First => None,
            Oneself::Child(_, asker) => {
                let answer = asker.ask(asks.request(site));
                Some(Told::of(&answer).unwrap_or_else(|| abort()))
            }
        })
    };
    if with_self(|oneself| matches!(oneself, Oneself::First)) {
        return None;
    }
    let mut told = request(&what())?;
    while let Told::Handle(signal) = told {
        handlers::run(signal);
        told = request(&Ask::Handled)?;
    }
    Some(told)
}

/// Forks the first process, if the child has to run.
fn begin_of_first(begins: Begins<'_>, site: CallSite) -> Result<Side, Errno> {
    let seat = Seat::take().ok_or(Errno::EAGAIN)?;
    let birth = Birth::default();
    let thread = birth.thread(site.clone());
    let forked =
        as_first(|handle| system::begin(scene::system(), FIRST, begins, site, thread, handle));
    let key = forked.ok().and_then(history::key);
    history::hear(&forked);
    let pid = forked?;
    // No other thread runs before this one waits for its next turn.
    let life = match memory::origin(key) {
        Origin::Template(beginning) => Some(Life::new(Some(beginning), None)),
        Origin::NewTemplate(beginning) => fork_really(pid, seat, true).map(|seat| {
            memory::add_template(beginning, seat);
            Life::new(Some(beginning), None)
        }),
        Origin::RememberedFork(beginning) => {
            fork_really(pid, seat, false).map(|seat| Life::new(Some(beginning), Some(seat)))
        }
        Origin::Fork => fork_really(pid, seat, false).map(|seat| Life::new(None, Some(seat))),
    };
    Ok(life.map_or(Side::Child, |life| {
        birth.is(life);
        Side::Parent(pid)
    }))
}

/// Forks the first process into a seat, which is given back in the parent. Of a template, the processes
/// return that it forks.
fn fork_really(pid: Pid, seat: Seat, is_template: bool) -> Option<Seat> {
    memory::count_fork();
    match with_mailbox(|mailbox| mailbox.fork(seat.slot)).expect("the real system can fork") {
        Forked::Parent => Some(seat),
        Forked::Child(mut asker) => {
            // It is the parent's, and so is what is in it.
            mem::forget(seat);
            if is_template {
                be_template(&mut asker);
            }
            become_child(pid, asker);
            solo::go_solo(Outlet {
                waits_forever,
                ends,
                panics: output::prints_panic,
                sleeps: time::sleep,
                reads_clock: time::now,
            });
            None
        }
    }
}

/// Forks a process whenever it is told to; returns in these.
fn be_template(asker: &mut Asker) {
    inside(|| {
        loop {
            let answer = asker.ask(Ask::Begin.request(&Location::caller().into()));
            let Some(Told::Begin(slot)) = Told::of(&answer) else {
                abort()
            };
            // If it cannot fork, the controller learns that from the slot.
            if asker
                .fork(slot)
                .is_ok_and(|side| side == children::Side::Child)
            {
                return;
            }
        }
    });
}

/// Forks a forked process, which may do so into this slot.
fn fork_further(pid: Pid, slot: Option<usize>) -> Side {
    let Some(slot) = slot else {
        return Side::Parent(pid);
    };
    with_self(|oneself| match oneself {
        Oneself::First => abort(),
        Oneself::Child(own, asker) => match asker.fork(slot).expect("the real system can fork") {
            children::Side::Parent => Side::Parent(pid),
            children::Side::Child => {
                *own = pid;
                Side::Child
            }
        },
    })
}

/// The life of a forked process.
fn live(body: impl FnOnce() -> i32) -> ! {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(status) => exit(status),
        Err(_) => panicked(),
    }
}

/// The thread of a forked process has ended.
fn ends(ended: solo::Ended) -> ! {
    match ended {
        solo::Ended::Returned => exit(0),
        solo::Ended::Panicked => panicked(),
    }
}

/// A panic ends this process.
fn panicked() -> ! {
    let panic = solo::last_panic().map_or_else(Panic::default, |panic| Panic {
        message: panic.message,
        place: panic
            .place
            .map(|(file, line, column)| Place { file, line, column }),
    });
    with_self(|oneself| match oneself {
        Oneself::First => abort(),
        Oneself::Child(_, asker) => asker.panicked(&panic),
    })
}

/// A thread of a forked process waits for what never comes.
fn waits_forever() -> ! {
    ask(|| Ask::Never, &call_site::here(Location::caller()));
    abort()
}

/// The call with no more bytes than a message holds.
fn cut(mut call: SystemCall) -> SystemCall {
    match &mut call {
        SystemCall::Write { bytes, .. }
        | SystemCall::Pwrite { bytes, .. }
        | SystemCall::Socket(SocketCall::Send { bytes, .. }) => bytes.truncate(MOST),
        SystemCall::Read { count, .. }
        | SystemCall::Pread { count, .. }
        | SystemCall::Socket(SocketCall::Recv { count, .. }) => *count = MOST.min(*count),
        _ => {}
    }
    call
}
