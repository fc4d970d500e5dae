//! Random programs of processes, in which each process says at every step all that it was told.

use std::{
    cell::{Cell, RefCell},
    hash::{DefaultHasher, Hash, Hasher},
    panic::Location,
    ptr,
    rc::Rc,
};

use interleave::{
    Config, Granularity, Handle, Strategy, SystemChoices,
    objects::{
        condvar::{self, Condvar},
        event::{self, Recorded},
        mutex::{self, Mutex},
        thread,
    },
    run, time,
};
use kernel::{
    Action as SignalAction, ActionFlags, Answer, Children, FIRST, Limits, OpenFlags, Pid, Signal,
    SignalCall, SystemCall, Target, WaitOptions,
};
use processes::Memory;

use crate::compared::shown;

/// What a process does, one after the other.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// A call, in which children are named by their numbers.
    Call(SystemCall),
    /// Begins a child that does these things.
    Fork(Vec<Action>),
    /// Handles a signal.
    Handle { signal: Signal, restart: bool },
    /// Looks at a modelled clock.
    Clock,
    /// Sleeps.
    Sleep,
    /// The first process waits for a notification that does not come.
    WaitInVain,
    /// The first process has another thread from now on.
    Thread,
    /// Looks at what it has.
    Look,
    /// Ends.
    Exit(u8),
    /// Panics.
    Panic,
}

pub(crate) type Program = Vec<Action>;

/// In a call, the process itself and its parent. Children are numbered from 1.
pub(crate) const ITSELF: Pid = 0;
pub(crate) const PARENT: Pid = 9;

pub(crate) const LIMITS: Limits = Limits {
    processes: 8,
    descriptors: 16,
    pipe_pages: 1,
    socket_bytes: 2,
    backlog: 1,
};

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// A digest of all that this process was told: it is in memory, which children inherit.
    static TOLD: Cell<u64> = const { Cell::new(0) };
    static NAME: RefCell<String> = const { RefCell::new(String::new()) };
}

fn here() -> &'static Location<'static> {
    Location::caller()
}

/// The process was told this, and says so.
fn say(what: &str) {
    let mut told = DefaultHasher::new();
    (TOLD.get(), what).hash(&mut told);
    TOLD.set(told.finish());
    let name = NAME.with_borrow(Clone::clone);
    let text = format!(
        "{name} is {}: {what}, {:x}",
        processes::pid(),
        TOLD.get() & 0xffff
    );
    if processes::is_child() {
        processes::tell(text.as_bytes(), here());
    } else {
        LOG.with_borrow_mut(|log| log.push(text));
    }
}

fn listen(bytes: &[u8], location: &'static Location<'static>) {
    event::event(Recorded::Point, location);
    let text = String::from_utf8_lossy(bytes).into_owned();
    LOG.with_borrow_mut(|log| log.push(format!("{text}, heard")));
}

fn handle(signal: Signal) {
    say(&format!("{signal:?}"));
    match signal {
        Signal::CHLD => {
            let options = WaitOptions::ENDS;
            let children = Children::Any;
            let waited = processes::call(SystemCall::TryWait { children, options });
            say(&format!("{waited:?}"));
        }
        Signal::TERM => {
            let forked = processes::fork(|| {
                say("forked in a handler");
                3
            });
            say(&format!("{forked:?}"));
        }
        _ => {
            let bytes = b"h".to_vec();
            let written = processes::call(SystemCall::Write { fd: 4, bytes });
            say(&format!("{written:?}"));
        }
    }
}

/// Does what the process has to do.
fn act(actions: &[Action]) -> i32 {
    let mut children: Vec<Pid> = Vec::new();
    for action in actions {
        match action {
            Action::Call(call) => {
                let call = named(call, &children);
                say(&format!("{:?}", processes::call(call)));
            }
            Action::Fork(actions) => {
                let number = children.len() + 1;
                let body = || {
                    NAME.with_borrow_mut(|name| *name = format!("{name}.{number}"));
                    act(actions)
                };
                let forked = processes::fork(body);
                say(&format!("{forked:?}"));
                children.extend(forked);
            }
            Action::Handle { signal, restart } => {
                processes::set_handler(*signal, handle);
                let flags = ActionFlags {
                    restart: *restart,
                    ..ActionFlags::default()
                };
                let action = SignalAction {
                    flags,
                    ..SignalAction::HANDLE
                };
                let signal = *signal;
                let call = SystemCall::Signal(SignalCall::SetAction { signal, action });
                say(&format!("{:?}", processes::call(call)));
            }
            Action::Clock => say(&format!("{}", time::read_clock())),
            Action::Sleep => time::sleep(Some(5000), here()),
            Action::WaitInVain if !processes::is_child() => {
                let mutex = Handle::<Mutex>::new();
                let mutex = mutex.resolve(ptr::null_mut(), 0);
                let condvar = Handle::<Condvar>::new();
                let condvar = condvar.resolve(ptr::null_mut(), 0);
                mutex::lock(mutex, here());
                let woken = condvar::wait(condvar, mutex, None, Some(3000), here());
                mutex::unlock(mutex, None, here());
                say(&format!("{woken:?}"));
            }
            Action::Thread if !processes::is_child() => {
                // What threads share is no modelled object.
                let speaks = || {
                    for number in 0..2 {
                        say(&format!("another thread {number}"));
                        thread::yield_now(here());
                    }
                };
                thread::spawn(None, here(), Box::new(speaks));
            }
            Action::Look => say(&format!("{:?}", processes::look())),
            Action::Exit(status) if processes::is_child() => processes::exit((*status).into()),
            Action::Panic if processes::is_child() => panic!("on purpose"),
            Action::WaitInVain | Action::Thread | Action::Exit(_) | Action::Panic => {}
        }
    }
    7
}

/// The call with the numbers of processes that it means.
fn named(call: &SystemCall, children: &[Pid]) -> SystemCall {
    let number = |of: Pid| match of {
        ITSELF => processes::pid(),
        PARENT => match processes::call(SystemCall::Parent) {
            Ok(Answer::Number(parent)) => parent as Pid,
            _ => FIRST,
        },
        child => children.get(child as usize - 1).copied().unwrap_or(99),
    };
    let one = |children: Children| match children {
        Children::One(of) => Children::One(number(of)),
        any => any,
    };
    match call.clone() {
        SystemCall::Wait { children, options } => SystemCall::Wait {
            children: one(children),
            options,
        },
        SystemCall::TryWait { children, options } => SystemCall::TryWait {
            children: one(children),
            options,
        },
        SystemCall::Signal(SignalCall::Kill {
            target: Target::One(of),
            number: signal,
        }) => SystemCall::Signal(SignalCall::Kill {
            target: Target::One(number(of)),
            number: signal,
        }),
        call => call,
    }
}

/// All that one execution shows, and whether the program needs finer steps.
pub(crate) fn execute(
    program: &Rc<Program>,
    memory: Memory,
    (granularity, system): (Granularity, SystemChoices),
    strategy: &mut dyn Strategy,
) -> (String, Option<Granularity>) {
    let actions = Rc::clone(program);
    LOG.take();
    let config = Config {
        granularity,
        system,
        traced: true,
        ..Config::default()
    };
    let executed = run(config, strategy, move || {
        processes::stage(LIMITS, memory).expect("shared memory");
        processes::listen(listen);
        TOLD.set(0);
        NAME.set("0".to_owned());
        act(&actions);
    });
    let finer = executed.finer;
    let log = LOG.take();
    (format!("{log:#?} {}", shown(executed)), finer)
}

/// A call that opens the file `a`.
pub(crate) fn open(flags: OpenFlags) -> Action {
    let path = "a".to_owned();
    Action::Call(SystemCall::Open { path, flags })
}
