//! One table of children in a static; each row says whose child it is, so that a copy of the table does no harm.

use std::{collections::BTreeMap, panic, process, sync::Mutex};

use os::{Child, Exit, Signal};

static CHILDREN: Mutex<BTreeMap<u32, Row>> = Mutex::new(BTreeMap::new());

/// The numbers of this process and of its ancestors that are daemons.
static DAEMONS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

struct Row {
    parent: u32,
    is_daemon: bool,
    child: Child,
    end: Option<Exit>,
}

pub struct Process {
    target: Option<Box<dyn FnOnce() -> i32>>,
    is_daemon: bool,
    pid: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    Daemonic,
    System,
}

fn wait(pid: u32) -> Result<Exit, ProcessError> {
    let mut children = CHILDREN.lock().expect("nobody panics with it");
    let row = children.get_mut(&pid).ok_or(ProcessError::System)?;
    if row.end.is_none() {
        row.end = row.child.wait().ok();
    }
    row.end.ok_or(ProcessError::System)
}

impl Process {
    pub fn new(target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            target: Some(Box::new(target)),
            is_daemon: false,
            pid: None,
        }
    }

    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        match self.pid {
            Some(_) => Err(ProcessError::AlreadyStarted),
            None => {
                self.is_daemon = is_daemon;
                Ok(())
            }
        }
    }

    pub fn is_daemon(&self) -> bool {
        self.is_daemon
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        let parent = process::id();
        if DAEMONS
            .lock()
            .expect("nobody panics with it")
            .contains(&parent)
        {
            return Err(ProcessError::Daemonic);
        }
        if self.pid.is_some() {
            return Err(ProcessError::AlreadyStarted);
        }
        let target = self.target.take().ok_or(ProcessError::System)?;
        let is_daemon = self.is_daemon;
        let forked = os::fork(move || {
            if is_daemon {
                let mut daemons = DAEMONS.lock().expect("nobody panics with it");
                daemons.push(process::id());
            }
            run_main(target)
        });
        let child = forked.map_err(|_| ProcessError::System)?;
        let pid = child.pid();
        let row = Row {
            parent,
            is_daemon,
            child,
            end: None,
        };
        CHILDREN
            .lock()
            .expect("nobody panics with it")
            .insert(pid, row);
        self.pid = Some(pid);
        Ok(())
    }

    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        wait(self.pid.ok_or(ProcessError::NotStarted)?)
    }
}

pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    let done = panic::catch_unwind(panic::AssertUnwindSafe(body));
    let own = process::id();
    let mut pids = Vec::new();
    let mut children = CHILDREN.lock().expect("nobody panics with it");
    for (pid, row) in children.iter_mut() {
        if row.parent == own && row.end.is_none() {
            pids.push(*pid);
            if row.is_daemon {
                let _ = row.child.signal(Signal::TERM);
            }
        }
    }
    drop(children);
    for pid in pids {
        let _ = wait(pid);
    }
    match done {
        Ok(code) => code,
        Err(payload) => panic::resume_unwind(payload),
    }
}
