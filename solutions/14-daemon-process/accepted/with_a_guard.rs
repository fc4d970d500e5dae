//! The end is the destructor of a guard, which runs after a panic as well. Daemons and the others have lists of their own.

use std::{cell::RefCell, mem, rc::Rc};

use os::{Child, Exit, Signal};

/// A child until it was waited for, then its end.
type Life = Rc<RefCell<Result<Exit, Child>>>;

#[derive(Default)]
struct Family {
    is_daemon: bool,
    daemons: Vec<Life>,
    others: Vec<Life>,
}

thread_local! {
    static FAMILY: RefCell<Family> = RefCell::default();
}

pub struct Process {
    state: State,
    is_daemon: bool,
}

enum State {
    New(Box<dyn FnOnce() -> i32>),
    Started(Life),
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    Daemonic,
    System,
}

fn wait(life: &Life) -> Result<Exit, ProcessError> {
    let mut life = life.borrow_mut();
    if let Err(child) = &mut *life {
        let end = child.wait().map_err(|_| ProcessError::System)?;
        *life = Ok(end);
    }
    life.as_ref().copied().map_err(|_| ProcessError::System)
}

impl Process {
    pub fn new(target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            state: State::New(Box::new(target)),
            is_daemon: false,
        }
    }

    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        if let State::New(_) = self.state {
            self.is_daemon = is_daemon;
            return Ok(());
        }
        Err(ProcessError::AlreadyStarted)
    }

    pub fn is_daemon(&self) -> bool {
        self.is_daemon
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        if FAMILY.with_borrow(|family| family.is_daemon) {
            return Err(ProcessError::Daemonic);
        }
        let target = match mem::replace(&mut self.state, State::Refused) {
            State::New(target) => target,
            other => {
                self.state = other;
                return Err(ProcessError::AlreadyStarted);
            }
        };
        let own = Family {
            is_daemon: self.is_daemon,
            ..Family::default()
        };
        let child = os::fork(|| {
            FAMILY.set(own);
            run_main(target)
        });
        let child = child.map_err(|_| ProcessError::System)?;
        let life = Rc::new(RefCell::new(Err(child)));
        self.state = State::Started(Rc::clone(&life));
        FAMILY.with_borrow_mut(|family| match self.is_daemon {
            true => family.daemons.push(life),
            false => family.others.push(life),
        });
        Ok(())
    }

    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        match &self.state {
            State::New(_) => Err(ProcessError::NotStarted),
            State::Started(life) => wait(life),
            State::Refused => Err(ProcessError::System),
        }
    }
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        let Family {
            daemons, others, ..
        } = FAMILY.take();
        for daemon in &daemons {
            if let Err(child) = &mut *daemon.borrow_mut() {
                let _ = child.signal(Signal::TERM);
            }
        }
        for life in daemons.iter().chain(&others) {
            let _ = wait(life);
        }
    }
}

pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    let _end = End;
    body()
}
