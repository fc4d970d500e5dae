//! A `Process` is a handle of its entry in a list that is never shortened; daemons are reaped before the others are looked at.

use std::{
    cell::{OnceCell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    rc::Rc,
};

use os::{Child, Exit, Signal};

struct Entry {
    target: RefCell<Option<Box<dyn FnOnce() -> i32>>>,
    is_daemon: RefCell<bool>,
    child: RefCell<Option<Child>>,
    end: OnceCell<Exit>,
}

thread_local! {
    static ENTRIES: RefCell<Vec<Rc<Entry>>> = const { RefCell::new(Vec::new()) };
    static OWN: RefCell<Option<Rc<Entry>>> = const { RefCell::new(None) };
}

pub struct Process(Rc<Entry>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    Daemonic,
    System,
}

impl Entry {
    fn was_started(&self) -> bool {
        self.target.borrow().is_none()
    }

    fn wait(&self) -> Result<Exit, ProcessError> {
        if let Some(mut child) = self.child.take() {
            let end = child.wait().map_err(|_| ProcessError::System)?;
            let _ = self.end.set(end);
        }
        self.end.get().copied().ok_or(ProcessError::System)
    }
}

impl Process {
    pub fn new(target: impl FnOnce() -> i32 + 'static) -> Self {
        let target: Box<dyn FnOnce() -> i32> = Box::new(target);
        Self(Rc::new(Entry {
            target: RefCell::new(Some(target)),
            is_daemon: RefCell::new(false),
            child: RefCell::new(None),
            end: OnceCell::new(),
        }))
    }

    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        if self.0.was_started() {
            return Err(ProcessError::AlreadyStarted);
        }
        self.0.is_daemon.replace(is_daemon);
        Ok(())
    }

    pub fn is_daemon(&self) -> bool {
        *self.0.is_daemon.borrow()
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        let in_daemon =
            OWN.with_borrow(|own| own.as_ref().is_some_and(|entry| *entry.is_daemon.borrow()));
        if in_daemon {
            return Err(ProcessError::Daemonic);
        }
        if self.0.was_started() {
            return Err(ProcessError::AlreadyStarted);
        }
        let forked = os::fork(|| {
            ENTRIES.with_borrow_mut(Vec::clear);
            OWN.set(Some(Rc::clone(&self.0)));
            let target = self.0.target.take().expect("it was not started");
            run_main(target)
        });
        self.0.target.take();
        let child = forked.map_err(|_| ProcessError::System)?;
        self.0.child.replace(Some(child));
        ENTRIES.with_borrow_mut(|entries| entries.push(Rc::clone(&self.0)));
        Ok(())
    }

    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        if !self.0.was_started() {
            return Err(ProcessError::NotStarted);
        }
        self.0.wait()
    }
}

pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(body));
    let entries = ENTRIES.take();
    let (daemons, others): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| *entry.is_daemon.borrow());
    for daemon in &daemons {
        if let Some(child) = &mut *daemon.child.borrow_mut() {
            let _ = child.signal(Signal::TERM);
        }
    }
    for entry in daemons.into_iter().chain(others) {
        let _ = entry.wait();
    }
    result.unwrap_or_else(|payload| resume_unwind(payload))
}
