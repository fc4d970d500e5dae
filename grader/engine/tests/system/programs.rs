//! Programs of processes, and what comes of them.

use std::{cell::RefCell, collections::BTreeMap, panic::Location, rc::Rc};

use interleave::{
    Config, Executed, Granularity, Id, Outcome, Strategy,
    objects::system::{self, System},
    run,
    strategy::{Bounded, Dpor},
};
use kernel::{
    Answer, Children, FIRST, Fd, Limits, OpenFlags, Pid, SystemCall, WaitOptions, Waited,
};

/// What a process does, one after the other.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    Call(SystemCall),
    /// Begins a child that does these things.
    Fork(Vec<Action>),
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

fn here() -> &'static Location<'static> {
    Location::caller()
}

/// Does what a process has to do.
fn act(system: Id<System>, seen: &Shared, pid: Pid, name: &Name, actions: &[Action]) {
    let mut children = 0;
    let mut last = Vec::new();
    for action in actions {
        let result = match action {
            Action::Call(call) => made(system, seen, pid, call),
            Action::WriteOneLess(fd) => {
                let number: i64 = String::from_utf8_lossy(&last).trim().parse().unwrap_or(0);
                let bytes = format!("{}\n", number - 1).into_bytes();
                let (fd, at) = (*fd, 0);
                made(system, seen, pid, &SystemCall::Pwrite { fd, bytes, at })
            }
            Action::Fork(actions) => {
                children += 1;
                let (child_name, actions) = (format!("{name}.{children}"), actions.clone());
                let theirs = Rc::clone(seen);
                let named = child_name.clone();
                let main = move |child| {
                    theirs.borrow_mut().names.insert(child, named.clone());
                    act(system, &theirs, child, &named, &actions);
                };
                match system::fork(system, pid, here(), Box::new(main)) {
                    Ok(child) => {
                        let mut seen = seen.borrow_mut();
                        seen.names.insert(child, child_name.clone());
                        Ok(Answer::Nothing)
                    }
                    Err(errno) => Err(errno),
                }
            }
        };
        let mut seen = seen.borrow_mut();
        let said = match result {
            Ok(Answer::Bytes(bytes)) => {
                last.clone_from(&bytes);
                format!("{:?}", String::from_utf8_lossy(&bytes))
            }
            // Numbers of processes depend on who forked first, which no program can help.
            Ok(Answer::Waited(Some(Waited { pid, .. }))) => format!("waited {}", seen.names[&pid]),
            other => format!("{other:?}"),
        };
        seen.results.entry(name.clone()).or_default().push(said);
    }
}

/// Makes a call. A process is named by its place, so that no call has its number.
fn made(
    system: Id<System>,
    seen: &Shared,
    pid: Pid,
    call: &SystemCall,
) -> Result<Answer, kernel::Errno> {
    let number = |of: u32| {
        let seen = seen.borrow();
        let prefix = &seen.names[&pid];
        let name = format!("{prefix}.{of}");
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
        call => call.clone(),
    };
    match system::call(system, pid, &call, here())? {
        Answer::Number(parent) if call == SystemCall::Parent => {
            let name = seen.borrow().names[&(parent as Pid)].clone();
            Ok(Answer::Bytes(name.into_bytes()))
        }
        answer => Ok(answer),
    }
}

/// One execution: what came of it.
fn execute(program: &Program, config: &Config, strategy: &mut dyn Strategy) -> (String, Executed) {
    let seen = Shared::default();
    let (theirs, program) = (Rc::clone(&seen), program.clone());
    let executed = run(config.clone(), strategy, move || {
        let system = system::boot(LIMITS);
        theirs.borrow_mut().names.insert(FIRST, "0".to_owned());
        act(system, &theirs, FIRST, &"0".to_owned(), &program);
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
    (granularity, most): (Granularity, u64),
) -> Option<(Outcomes, u64)> {
    let mut config = Config {
        granularity,
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
    let finest = (Granularity::Releases, most);
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
    let coarse = (Granularity::Coarse, most);
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

pub(crate) fn open(flags: OpenFlags) -> Action {
    let path = "a".to_owned();
    Action::Call(SystemCall::Open { path, flags })
}

pub(crate) fn wait(child: u32) -> Action {
    let children = Children::One(child);
    let options = WaitOptions::ENDS;
    Action::Call(SystemCall::Wait { children, options })
}
