//! What threads are given and leave behind.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    thread::{self, JoinHandle},
};

use super::{Context, JOINED, PANICKED, Plain, Shared};
use crate::random::program::Action;

thread_local! {
    /// The number of the thread.
    pub(super) static NUMBER: Cell<i64> = const { Cell::new(0) };
    /// What does something when the thread has ended.
    static LEFT: RefCell<Option<Left>> = const { RefCell::new(None) };
}

/// A value whose destructor does something.
struct Left {
    shared: Plain<Shared>,
    actions: Vec<Action>,
}

impl Drop for Left {
    fn drop(&mut self) {
        let mut context = Context::new(0);
        context.perform(&self.shared, &self.actions);
    }
}

impl Context {
    fn new(number: i64) -> Self {
        Self {
            number,
            log: Vec::new(),
            sender: None,
            receiver: None,
            arc: None,
            weak: None,
            known: Vec::new(),
            children: VecDeque::new(),
        }
    }

    /// That of the next thread to be spawned.
    pub(super) fn child(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            arc: self.arc.clone(),
            weak: self.weak.clone(),
            known: self.known.clone(),
            ..Self::new(i64::try_from(self.known.len()).expect("there are few"))
        }
    }

    /// Does all that a thread does; its log.
    pub(super) fn live(mut self, shared: &Plain<Shared>, actions: &[Action]) -> Vec<i64> {
        NUMBER.set(self.number);
        self.known.push(thread::current());
        self.perform(shared, actions);
        self.let_go();
        self.join_all();
        self.log
    }

    /// Gives up what others may wait for.
    pub(super) fn let_go(&mut self) {
        self.arc = None;
        self.sender = None;
        // The main thread looks at what is left in the channel.
        if self.number != 0 {
            self.receiver = None;
        }
    }

    pub(super) fn adopt(&mut self, child: JoinHandle<Vec<i64>>) {
        self.known.push(child.thread().clone());
        self.children.push_back(child);
    }

    pub(super) fn join_all(&mut self) {
        while !self.children.is_empty() {
            self.join();
        }
    }

    /// Joins the first of the children.
    pub(super) fn join(&mut self) {
        if let Some(child) = self.children.pop_front() {
            match child.join() {
                Ok(log) => {
                    self.log.push(JOINED);
                    self.log.extend(log);
                }
                Err(_) => self.log.push(PANICKED),
            }
        }
    }

    pub(super) fn spawn(&mut self, shared: &Plain<Shared>, actions: &[Action]) {
        let (child, shared, actions) = (self.child(), Plain::clone(shared), actions.to_vec());
        self.adopt(thread::spawn(move || child.live(&shared, &actions)));
    }

    pub(super) fn scope(&mut self, shared: &Plain<Shared>, threads: &[Vec<Action>]) {
        let mut logs = vec![Vec::new(); threads.len()];
        thread::scope(|scope| {
            for (actions, log) in threads.iter().zip(&mut logs) {
                let child = self.child();
                let handle = scope.spawn(move || *log = child.live(shared, actions));
                self.known.push(handle.thread().clone());
            }
        });
        for log in logs {
            self.log.push(JOINED);
            self.log.extend(log);
        }
    }

    pub(super) fn is_finished(&mut self) {
        if let Some(child) = self.children.front() {
            self.log.push(i64::from(child.is_finished()));
        }
    }
}

/// Leaves a thread-local value. Another that was left before is dropped at once.
pub(super) fn leave(shared: &Plain<Shared>, actions: &[Action]) {
    let left = Left {
        shared: Plain::clone(shared),
        actions: actions.to_vec(),
    };
    drop(LEFT.replace(Some(left)));
}
