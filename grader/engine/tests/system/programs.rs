//! Programs of processes, and what comes of them.

use std::{cell::RefCell, collections::BTreeMap, panic::Location, rc::Rc};

use interleave::{
    CallSite, Config, Executed, Granularity, Id, Outcome, Strategy, SystemChoices,
    objects::{
        system::{self, Begins, Ended, System},
        thread,
    },
    run,
    strategy::{Bounded, Dpor},
};
use kernel::{
    Answer, Children, Errno, FIRST, Fd, Limits, OpenFlags, Pid, Signal, SignalCall, SystemCall,
    Target, WaitOptions, Waited,
};

/// What a process does, one after the other.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Call(SystemCall),
    /// Begins a child that does these things.
    Fork(Vec<Action>),
    /// Begins another thread of the process, which does these things.
    Thread(Vec<Action>),
    /// Writes one less than what it has read last, and a new line, at the beginning of the file.
    WriteOneLess(Fd),
}

/// A program: the actions of the first process.
pub(crate) type Program = Vec<Action>;

pub(crate) const LIMITS: Limits = Limits {
    processes: 8,
    descriptors: 16,
    pipe_pages: 1,
    socket_bytes: 2,
    backlog: 1,
};

/// The process that makes the call, and its parent, where a call names a process.
pub(crate) const ITSELF: u32 = 0;
pub(crate) const PARENT: u32 = 9;

/// What came of a program: the results of each process by its place in the tree of processes, and
/// whether all came to an end.
pub(crate) type Outcomes = BTreeMap<String, u64>;

/// A process by its place: the second child of the first child of the first process is `0.1.2`.
type Name = String;

#[derive(Debug, Default)]
struct Seen {
    results: BTreeMap<Name, Vec<String>>,
    names: BTreeMap<Pid, Name>,
}

type Shared = Rc<RefCell<Seen>>;

fn here() -> CallSite {
    Location::caller().into()
}

/// A process of a program.
#[derive(Clone)]
struct Process {
    system: Id<System>,
    seen: Shared,
    pid: Pid,
    name: Name,
}

impl Process {
    /// Does what the process has to do, until it ends.
    fn act(&self, actions: &[Action]) -> Result<(), Ended> {
        let (mut children, mut threads) = (0, 0);
        let mut last = Vec::new();
        for action in actions {
            let result = match action {
                Action::Call(call) => self.made(call)?,
                Action::WriteOneLess(fd) => {
                    let number: i64 = String::from_utf8_lossy(&last).trim().parse().unwrap_or(0);
                    let bytes = format!("{}\n", number - 1).into_bytes();
                    let (fd, at) = (*fd, 0);
                    self.made(&SystemCall::Pwrite { fd, bytes, at })?
                }
                Action::Fork(actions) => {
                    children += 1;
                    self.fork(children, actions)?.map(|_| Answer::Nothing)
                }
                Action::Thread(actions) => {
                    threads += 1;
                    self.begin_thread(threads, actions);
                    Ok(Answer::Nothing)
                }
            };
            if let Ok(Answer::Bytes(bytes)) = &result {
                last.clone_from(bytes);
            }
            self.say(&result);
        }
        Ok(())
    }

    fn fork(&self, number: u32, actions: &[Action]) -> Result<Result<Pid, Errno>, Ended> {
        let (parent, actions) = (self.clone(), actions.to_vec());
        let name = format!("{}.{number}", self.name);
        let named = name.clone();
        let main = move |pid| {
            let child = Self {
                pid,
                name: named,
                ..parent
            };
            child.note_name(pid, &child.name);
            let _ = child.act(&actions).and_then(|()| child.take_signals());
        };
        let forked = system::begin(
            self.system,
            self.pid,
            Begins::Forked,
            here(),
            Box::new(main),
            &mut |signal| self.handle(signal),
        )?;
        if let Ok(child) = forked {
            self.note_name(child, &name);
        }
        Ok(forked)
    }

    /// A handler of a signal: that of `SIGCHLD` waits for a child, the others write.
    fn handle(&self, signal: Signal) -> Result<(), Ended> {
        let call = if signal == Signal::CHLD {
            SystemCall::TryWait {
                children: Children::Any,
                options: WaitOptions::ENDS,
            }
        } else {
            let bytes = b"h".to_vec();
            SystemCall::Write { fd: 4, bytes }
        };
        let result = self.made(&call)?;
        let result = format!("{signal:?} {}", self.told(&result));
        self.say_text(result);
        Ok(())
    }

    fn take_signals(&self) -> Result<(), Ended> {
        system::take_signals(self.system, self.pid, here(), &mut |signal| {
            self.handle(signal)
        })
    }

    fn begin_thread(&self, number: u32, actions: &[Action]) {
        let thread = Self {
            name: format!("{}-{number}", self.name),
            ..self.clone()
        };
        let actions = actions.to_vec();
        let body = move || {
            // Its process may have ended.
            let _ = thread.act(&actions);
        };
        thread::spawn(None, Location::caller(), Box::new(body));
    }

    fn note_name(&self, pid: Pid, name: &Name) {
        self.seen.borrow_mut().names.insert(pid, name.clone());
    }

    /// The name of a process, unless another thread has just begun it.
    fn name_of(&self, pid: Pid) -> Name {
        let seen = self.seen.borrow();
        seen.names.get(&pid).cloned().unwrap_or_default()
    }

    fn say(&self, result: &Result<Answer, Errno>) {
        let text = self.told(result);
        self.say_text(text);
    }

    fn say_text(&self, text: String) {
        let mut seen = self.seen.borrow_mut();
        seen.results
            .entry(self.name.clone())
            .or_default()
            .push(text);
    }

    fn told(&self, result: &Result<Answer, Errno>) -> String {
        match result {
            Ok(Answer::Bytes(bytes)) => format!("{:?}", String::from_utf8_lossy(bytes)),
            // Numbers of processes depend on who forked first, which no program can help.
            Ok(Answer::Waited(Some(Waited { pid, status }))) => {
                format!("waited {} {status:?}", self.name_of(*pid))
            }
            other => format!("{other:?}"),
        }
    }

    /// Makes a call. A process is named by its place, so that no call has its number: a child by the
    /// number of the child, and by [`ITSELF`] and [`PARENT`] what they say.
    fn made(&self, call: &SystemCall) -> Result<Result<Answer, Errno>, Ended> {
        let number = |of: u32| {
            let seen = self.seen.borrow();
            let own = seen.names.get(&self.pid).cloned().unwrap_or_default();
            let name = match of {
                ITSELF => own.clone(),
                PARENT => own
                    .rsplit_once('.')
                    .map_or("none", |(parent, _)| parent)
                    .to_owned(),
                child => format!("{own}.{child}"),
            };
            let found = seen.names.iter().find(|(_, known)| **known == name);
            found.map_or(99, |(pid, _)| *pid)
        };
        let one = |children: &Children| match children {
            Children::One(of) => Children::One(number(*of)),
            any => *any,
        };
        let call = match call {
            SystemCall::Wait { children, options } => SystemCall::Wait {
                children: one(children),
                options: *options,
            },
            SystemCall::TryWait { children, options } => SystemCall::TryWait {
                children: one(children),
                options: *options,
            },
            SystemCall::Signal(SignalCall::Kill {
                target: Target::One(of),
                number: signal,
            }) => SystemCall::Signal(SignalCall::Kill {
                target: Target::One(number(*of)),
                number: *signal,
            }),
            call => call.clone(),
        };
        let answer = system::call(self.system, self.pid, &call, here(), &mut |signal| {
            self.handle(signal)
        })?;
        Ok(match answer {
            Ok(Answer::Number(parent)) if call == SystemCall::Parent => {
                let name = self.name_of(parent as Pid);
                Ok(Answer::Bytes(name.into_bytes()))
            }
            answer => answer,
        })
    }
}

/// One execution: what came of it.
pub(crate) fn execute(
    program: &Program,
    config: &Config,
    strategy: &mut dyn Strategy,
) -> (String, Executed) {
    execute_after(|| (), program, config, strategy)
}

/// One execution in which the main thread does something else before: what came of it.
pub(crate) fn execute_after(
    before: impl FnOnce() + 'static,
    program: &Program,
    config: &Config,
    strategy: &mut dyn Strategy,
) -> (String, Executed) {
    let seen = Shared::default();
    let (theirs, program) = (Rc::clone(&seen), program.clone());
    let executed = run(config.clone(), strategy, move || {
        before();
        let system = system::boot(LIMITS);
        let first = Process {
            system,
            seen: theirs,
            pid: FIRST,
            name: "0".to_owned(),
        };
        first.note_name(FIRST, &first.name);
        first.act(&program).expect("it is the first process");
    });
    let seen = seen.borrow();
    let ended = match &executed.outcome {
        Outcome::Completed => "all ended".to_owned(),
        Outcome::Deadlock(blocked) => format!("{} wait", blocked.len()),
        other => format!("{other:?}"),
    };
    (format!("{:?} {ended}", seen.results), executed)
}

/// What came of all executions of a search, and how many there were; nothing if there were more
/// than `most`.
fn all<S: Strategy>(
    program: &Program,
    new: impl Fn() -> S,
    advance: impl Fn(&mut S) -> bool,
    counts: impl Fn(&S) -> bool,
    (granularity, system, most): (Granularity, SystemChoices, u64),
) -> Option<(Outcomes, u64)> {
    let mut config = Config {
        granularity,
        system,
        ..Config::default()
    };
    'anew: loop {
        let mut search = new();
        let mut outcomes = Outcomes::new();
        let (mut tried, mut executions) = (0, 0);
        loop {
            let (outcome, executed) = execute(program, &config, &mut search);
            if let Some(finer) = executed.finer {
                config.granularity = finer;
                continue 'anew;
            }
            tried += 1;
            if counts(&search) {
                executions += 1;
                *outcomes.entry(outcome).or_default() += 1;
            }
            if !advance(&mut search) {
                return Some((outcomes, executions));
            }
            if tried == most {
                return None;
            }
        }
    }
}

/// What comes of a program by plain enumeration of its schedules.
pub(crate) fn enumerated(program: &Program, most: u64) -> Option<(Outcomes, u64)> {
    enumerated_with(program, SystemChoices::default(), most)
}

/// The same with choices of the system.
pub(crate) fn enumerated_with(
    program: &Program,
    system: SystemChoices,
    most: u64,
) -> Option<(Outcomes, u64)> {
    let finest = (Granularity::Releases, system, most);
    all(
        program,
        Bounded::exhaustive,
        Bounded::advance,
        |_| true,
        finest,
    )
}

/// What comes of it by reduction.
pub(crate) fn reduced(program: &Program, most: u64) -> Option<(Outcomes, u64)> {
    reduced_with(program, SystemChoices::default(), most)
}

/// The same with choices of the system.
pub(crate) fn reduced_with(
    program: &Program,
    system: SystemChoices,
    most: u64,
) -> Option<(Outcomes, u64)> {
    let coarse = (Granularity::Coarse, system, most);
    let counts = |search: &Dpor| !search.was_pruned();
    all(program, Dpor::new, Dpor::advance, counts, coarse)
}

/// Looks at the file `a`, when nothing else is open on the descriptor.
pub(crate) fn look(fd: Fd) -> [Action; 2] {
    let read = SystemCall::Pread {
        fd,
        count: 99,
        at: 0,
    };
    [open(OpenFlags::READ), Action::Call(read)]
}

pub(crate) fn call(call: SystemCall) -> Action {
    Action::Call(call)
}

pub(crate) fn pipe() -> Action {
    call(SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    })
}

pub(crate) fn close(fd: Fd) -> Action {
    call(SystemCall::Close { fd })
}

pub(crate) fn open(flags: OpenFlags) -> Action {
    let path = "a".to_owned();
    Action::Call(SystemCall::Open { path, flags })
}

pub(crate) fn wait(child: u32) -> Action {
    let children = Children::One(child);
    let options = WaitOptions::ENDS;
    Action::Call(SystemCall::Wait { children, options })
}
