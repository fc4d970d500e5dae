//! wrong: `pause` calls the next task, to its end, instead of switching to it
//! page: takes_turns
//! fails: takes_turns property
//! fails: passes_values panic
//! fails: says_who_is_stuck panic
//! fails: small_programs panic
//! fails: keeps_deep_stacks property
//! fails: goes_on_when_help_comes panic

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    marker::PhantomData,
    rc::Rc,
};

/// The number of a task: 0 for the first that was spawned, then 1, and so on.
pub type Id = usize;

/// The tasks that can never go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck(pub Vec<Id>);

/// Runs tasks in turns, on one thread.
pub struct Scheduler<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

/// What a task is given: the way to give up its turn, and to reach the others.
pub struct Here<'a, T> {
    shared: Rc<RefCell<Shared<T>>>,
    id: Id,
    _task: PhantomData<&'a T>,
}

type Body<T> = Box<dyn FnOnce(&Here<'_, T>) -> T>;

struct Shared<T> {
    line: VecDeque<(Id, Body<T>)>,
    parents: BTreeMap<Id, Option<Id>>,
    mailboxes: BTreeMap<Id, VecDeque<(Id, T)>>,
    spawned: usize,
    returned: Vec<(Id, T)>,
}

impl<T: 'static> Shared<T> {
    fn spawn(&mut self, parent: Option<Id>, body: Body<T>) -> Id {
        let id = self.spawned;
        self.spawned += 1;
        self.parents.insert(id, parent);
        self.mailboxes.insert(id, VecDeque::new());
        self.line.push_back((id, body));
        id
    }
}

/// Calls the next task in line. Says whether there was one.
fn call_next<T: 'static>(shared: &Rc<RefCell<Shared<T>>>) -> bool {
    let Some((id, body)) = shared.borrow_mut().line.pop_front() else {
        return false;
    };
    let here = Here {
        shared: Rc::clone(shared),
        id,
        _task: PhantomData,
    };
    let value = body(&here);
    let mut shared = shared.borrow_mut();
    shared.mailboxes.remove(&id);
    let parent = shared.parents.get(&id).copied().flatten();
    match parent.and_then(|parent| shared.mailboxes.get_mut(&parent)) {
        Some(mailbox) => mailbox.push_back((id, value)),
        None => shared.returned.push((id, value)),
    }
    true
}

impl<T: 'static> Scheduler<T> {
    /// A scheduler without tasks.
    pub fn new() -> Self {
        Self {
            shared: Rc::new(RefCell::new(Shared {
                line: VecDeque::new(),
                parents: BTreeMap::new(),
                mailboxes: BTreeMap::new(),
                spawned: 0,
                returned: Vec::new(),
            })),
        }
    }

    /// Puts a new task at the end of the line. Its parent is the main program.
    pub fn spawn(&mut self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        self.shared.borrow_mut().spawn(None, Box::new(body))
    }

    /// Runs the tasks in turns until none can go on.
    pub fn run(&mut self) -> Result<Vec<(Id, T)>, Stuck> {
        while call_next(&self.shared) {}
        let mut returned = std::mem::take(&mut self.shared.borrow_mut().returned);
        returned.sort_by_key(|(id, _)| *id);
        Ok(returned)
    }
}

impl<T: 'static> Here<'_, T> {
    /// The number of this task.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Gives up the turn.
    pub fn pause(&self) {
        call_next(&self.shared);
    }

    /// Puts a child of this task at the end of the line, and goes on.
    pub fn spawn(&self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        self.shared
            .borrow_mut()
            .spawn(Some(self.id), Box::new(body))
    }

    /// Leaves a value for the task `to`, and goes on.
    pub fn send(&self, to: Id, value: T) -> Result<(), T> {
        match self.shared.borrow_mut().mailboxes.get_mut(&to) {
            Some(mailbox) => {
                mailbox.push_back((self.id, value));
                Ok(())
            }
            None => Err(value),
        }
    }

    /// Takes the value that was left first, with the number of its sender.
    pub fn receive(&self) -> (Id, T) {
        loop {
            let first = self
                .shared
                .borrow_mut()
                .mailboxes
                .get_mut(&self.id)
                .and_then(VecDeque::pop_front);
            if let Some(value) = first {
                return value;
            }
            assert!(call_next(&self.shared), "nobody sends anything");
        }
    }
}
