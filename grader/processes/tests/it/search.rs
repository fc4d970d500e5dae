//! All executions of a program, and what came of them.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fs_err::read_dir;
use interleave::{
    Config, Executed, Granularity, Outcome, Strategy, run,
    strategy::{Dpor, Portfolio},
};
use kernel::{
    Answer, Children, Errno, Fd, Limits, OpenFlags, Pid, SystemCall, WaitOptions, WaitStatus,
    Waited,
};

/// A test by name.
pub(crate) type Test = (&'static str, fn());

/// What the first process says came of the program.
pub(crate) type Said = Rc<RefCell<String>>;

/// Says what came of the program.
pub(crate) fn say(said: &Said, what: &str) {
    what.clone_into(&mut said.borrow_mut());
}

/// One execution, and what came of it.
pub(crate) fn execute(
    program: fn(&Said),
    granularity: Granularity,
    strategy: &mut dyn Strategy,
) -> (String, Executed) {
    let said = Said::default();
    let saying = Rc::clone(&said);
    let config = Config {
        granularity,
        ..Config::default()
    };
    let executed = run(config, strategy, move || {
        processes::stage(Limits::default()).expect("shared memory");
        program(&saying);
    });
    let ended = match &executed.outcome {
        Outcome::Completed => String::new(),
        Outcome::Deadlock(blocked) => format!(" {} wait", blocked.len()),
        other => format!(" {other:?}"),
    };
    (format!("{}{ended}", said.borrow()), executed)
}

/// All outcomes by reduction, and how many executions that took.
pub(crate) fn search(program: fn(&Said)) -> (BTreeMap<String, u64>, u64) {
    let mut granularity = Granularity::Coarse;
    'anew: loop {
        let mut search = Dpor::new();
        let (mut outcomes, mut executions) = (BTreeMap::new(), 0);
        loop {
            let (outcome, executed) = execute(program, granularity, &mut search);
            if let Some(finer) = executed.finer {
                granularity = finer;
                continue 'anew;
            }
            if !search.was_pruned() {
                executions += 1;
                *outcomes.entry(outcome).or_default() += 1;
            }
            if !search.advance() {
                return (outcomes, executions);
            }
        }
    }
}

/// The only outcome of a program.
pub(crate) fn only(program: fn(&Said)) -> String {
    let (outcomes, _) = search(program);
    assert_eq!(outcomes.len(), 1, "{outcomes:#?}");
    outcomes.into_keys().next().expect("there is one")
}

/// What comes of the first samples of a seed.
pub(crate) fn sampled(program: fn(&Said), seed: u64, samples: u64) -> Vec<String> {
    let mut portfolio = Portfolio::new(seed);
    let outcomes = (0..samples).map(|number| {
        let strategy = portfolio.strategy(number);
        let (outcome, executed) = execute(program, Granularity::Releases, strategy);
        portfolio.learn(number, &executed);
        outcome
    });
    outcomes.collect()
}

pub(crate) fn open(path: &str, flags: OpenFlags) -> Fd {
    let path = path.to_owned();
    match processes::call(SystemCall::Open { path, flags }) {
        Ok(Answer::Descriptor(fd)) => fd,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn read(fd: Fd) -> String {
    match processes::call(SystemCall::Read { fd, count: 99 }) {
        Ok(Answer::Bytes(bytes)) => String::from_utf8(bytes).expect("it is text"),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn write(fd: Fd, text: &str) {
    let bytes = text.as_bytes().to_vec();
    let written = processes::call(SystemCall::Write { fd, bytes });
    assert_eq!(written, Ok(Answer::Number(text.len() as u64)));
}

pub(crate) fn close(fd: Fd) {
    assert_eq!(
        processes::call(SystemCall::Close { fd }),
        Ok(Answer::Nothing)
    );
}

pub(crate) fn pipe() -> [Fd; 2] {
    let flags = OpenFlags::EMPTY;
    match processes::call(SystemCall::Pipe { flags }) {
        Ok(Answer::Ends(ends)) => ends,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn fork(body: impl FnOnce() -> i32) -> Pid {
    processes::fork(body).expect("there is room")
}

/// Waits for a child, and says how it ended.
pub(crate) fn wait(pid: Pid) -> u8 {
    match end_of(pid) {
        WaitStatus::Exited(status) => status,
        other => panic!("{other:?}"),
    }
}

/// Waits for a child, and says what became of it.
pub(crate) fn end_of(pid: Pid) -> WaitStatus {
    let children = Children::One(pid);
    let options = WaitOptions::ENDS;
    match processes::call(SystemCall::Wait { children, options }) {
        Ok(Answer::Waited(Some(Waited { status, .. }))) => status,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn has_children() -> bool {
    let children = Children::Any;
    let options = WaitOptions::ENDS;
    processes::call(SystemCall::TryWait { children, options }) != Err(Errno::ECHILD)
}

/// How many children this process really has.
pub(crate) fn real_children() -> usize {
    let tasks = read_dir("/proc/self/task").expect("there is /proc");
    let children = tasks.map(|task| {
        let path = task.expect("it can be read").path().join("children");
        let text = fs_err::read_to_string(path).expect("it can be read");
        text.split_whitespace().count()
    });
    children.sum()
}
