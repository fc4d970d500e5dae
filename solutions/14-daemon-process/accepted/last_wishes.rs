//! Each child leaves two wishes for the end of its parent, as closures: one that ends it, and one that waits for it.

use std::{
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, PoisonError},
};

use os::{Child, Exit, Signal};

type Wish = Box<dyn FnOnce()>;

thread_local! {
    static FIRST: RefCell<Vec<Wish>> = const { RefCell::new(Vec::new()) };
    static THEN: RefCell<Vec<Wish>> = const { RefCell::new(Vec::new()) };
    static MAY_START: Cell<bool> = const { Cell::new(true) };
}

pub struct Process {
    target: Option<Box<dyn FnOnce() -> i32>>,
    is_daemon: bool,
    child: Option<Arc<Mutex<Waited>>>,
}

struct Waited(Child, Option<Exit>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProcessError {
    NotStarted,
    AlreadyStarted,
    Daemonic,
    System,
}

impl Waited {
    fn end(shared: &Mutex<Self>) -> Option<Exit> {
        let mut waited = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Waited(child, end) = &mut *waited;
        *end = end.or_else(|| child.wait().ok());
        *end
    }

    fn is_to_end(shared: &Mutex<Self>) {
        let mut waited = shared.lock().unwrap_or_else(PoisonError::into_inner);
        // An error says that it was waited for.
        let _ = waited.0.signal(Signal::TERM);
    }
}

impl Process {
    pub fn new(target: impl FnOnce() -> i32 + 'static) -> Self {
        Self {
            target: Some(Box::new(target)),
            is_daemon: false,
            child: None,
        }
    }

    pub fn set_daemon(&mut self, is_daemon: bool) -> Result<(), ProcessError> {
        let flag = self.child.is_none().then_some(&mut self.is_daemon);
        *flag.ok_or(ProcessError::AlreadyStarted)? = is_daemon;
        Ok(())
    }

    pub fn is_daemon(&self) -> bool {
        self.is_daemon
    }

    pub fn start(&mut self) -> Result<(), ProcessError> {
        if !MAY_START.get() {
            return Err(ProcessError::Daemonic);
        }
        let Some(target) = self.target.take() else {
            return Err(ProcessError::AlreadyStarted);
        };
        let may_start = !self.is_daemon;
        let forked = os::fork(move || {
            // The wishes are those of the parent, which has its own.
            drop((FIRST.take(), THEN.take()));
            MAY_START.set(may_start);
            run_main(target)
        });
        let child = Waited(forked.map_err(|_| ProcessError::System)?, None);
        let child = Arc::new(Mutex::new(child));
        if self.is_daemon {
            let ends = Arc::clone(&child);
            FIRST.with_borrow_mut(|first| first.push(Box::new(move || Waited::is_to_end(&ends))));
        }
        let waits = Arc::clone(&child);
        let wait = move || {
            Waited::end(&waits);
        };
        THEN.with_borrow_mut(|then| then.push(Box::new(wait)));
        self.child = Some(child);
        Ok(())
    }

    pub fn join(&mut self) -> Result<Exit, ProcessError> {
        let child = self.child.as_ref().ok_or(ProcessError::NotStarted)?;
        Waited::end(child).ok_or(ProcessError::System)
    }
}

pub fn run_main(body: impl FnOnce() -> i32) -> i32 {
    let done = catch_unwind(AssertUnwindSafe(body));
    for wish in FIRST.take().into_iter().chain(THEN.take()) {
        wish();
    }
    match done {
        Ok(code) => code,
        Err(panic) => resume_unwind(panic),
    }
}
