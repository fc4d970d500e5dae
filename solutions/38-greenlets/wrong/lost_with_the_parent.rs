//! wrong: what a child returns is lost if its parent has returned before
//! page: passes_values
//! fails: follows_any_program property
//! fails: passes_values property

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::{Rc, Weak},
};

use greenlet::{Back, Greenlet};

/// The number of a task: 0 for the first that was spawned, then 1, and so on.
pub type Id = usize;

/// The tasks that have not come to their end, and can never go on: each waits for a
/// value that nobody is left to send. Their numbers, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck(pub Vec<Id>);

/// Runs tasks in turns, on one thread.
pub struct Scheduler<T> {
    shared: Rc<RefCell<Shared<T>>>,
}

/// What a task is given: the way to give up its turn, and to reach the others.
pub struct Here<'a, T> {
    back: &'a Back<'a, (), Option<T>>,
    /// The scheduler owns the greenlet that this is in, so it must not be owned from here.
    shared: Weak<RefCell<Shared<T>>>,
    id: Id,
}

/// A greenlet gives nothing when it only gives up its turn, and its value in the end.
type Body<T> = Greenlet<(), Option<T>>;

struct Shared<T> {
    /// Those who are ready, in the order of their turns.
    line: VecDeque<Id>,
    tasks: BTreeMap<Id, Task<T>>,
    spawned: usize,
    /// What the tasks without a parent have returned.
    returned: Vec<(Id, T)>,
}

/// A task that is alive.
struct Task<T> {
    /// Not here while it runs.
    body: Option<Body<T>>,
    parent: Option<Id>,
    mailbox: VecDeque<(Id, T)>,
    /// It stands in no line, until a value comes.
    waits: bool,
}

impl<T: 'static> Shared<T> {
    fn spawn(
        this: &Rc<RefCell<Self>>,
        parent: Option<Id>,
        body: impl FnOnce(&Here<'_, T>) -> T + 'static,
    ) -> Id {
        let mut shared = this.borrow_mut();
        let id = shared.spawned;
        shared.spawned += 1;
        let shared_by_all = Rc::downgrade(this);
        let body = Greenlet::new(move |back, ()| {
            let shared = shared_by_all;
            Some(body(&Here { back, shared, id }))
        });
        let task = Task {
            body: Some(body),
            parent,
            mailbox: VecDeque::new(),
            waits: false,
        };
        shared.tasks.insert(id, task);
        shared.line.push_back(id);
        id
    }

    fn deliver(&mut self, to: Id, from: Id, value: T) -> Result<(), T> {
        let Some(task) = self.tasks.get_mut(&to) else {
            return Err(value);
        };
        task.mailbox.push_back((from, value));
        if task.waits {
            task.waits = false;
            self.line.push_back(to);
        }
        Ok(())
    }

    /// `id` has returned `value`: it goes to the nearest ancestor that is alive.
    fn bury(&mut self, id: Id, value: T) {
        let heir = self.tasks.remove(&id).and_then(|task| task.parent);
        if let Some(parent) = heir {
            let _ = self.deliver(parent, id, value);
        } else {
            self.returned.push((id, value));
        }
    }
}

impl<T: 'static> Default for Scheduler<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: 'static> Scheduler<T> {
    /// A scheduler without tasks.
    pub fn new() -> Self {
        Self {
            shared: Rc::new(RefCell::new(Shared {
                line: VecDeque::new(),
                tasks: BTreeMap::new(),
                spawned: 0,
                returned: Vec::new(),
            })),
        }
    }

    /// Puts a new task at the end of the line. Its parent is the main program.
    pub fn spawn(&mut self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        Shared::spawn(&self.shared, None, body)
    }

    /// Runs the tasks in turns until none can go on. Gives what was returned to the main
    /// program since the last call, with the numbers of those who returned it, in their
    /// order; or says who is stuck.
    pub fn run(&mut self) -> Result<Vec<(Id, T)>, Stuck> {
        loop {
            let mut shared = self.shared.borrow_mut();
            let Some(id) = shared.line.pop_front() else {
                break;
            };
            let body = shared.tasks.get_mut(&id).and_then(|task| task.body.take());
            let mut body = body.expect("who stands in line is alive");
            drop(shared);
            let given = body.switch(()).expect("who stands in line is alive");
            let mut shared = self.shared.borrow_mut();
            match given {
                Some(value) => shared.bury(id, value),
                None => {
                    if let Some(task) = shared.tasks.get_mut(&id) {
                        task.body = Some(body);
                    }
                }
            }
        }
        let mut shared = self.shared.borrow_mut();
        if !shared.tasks.is_empty() {
            return Err(Stuck(shared.tasks.keys().copied().collect()));
        }
        let mut returned = std::mem::take(&mut shared.returned);
        returned.sort_by_key(|(id, _)| *id);
        Ok(returned)
    }
}

impl<T: 'static> Here<'_, T> {
    fn shared(&self) -> Rc<RefCell<Shared<T>>> {
        self.shared
            .upgrade()
            .expect("who runs is run by the scheduler")
    }

    /// The first value in the mailbox; without one this task waits from now on.
    fn look(&self) -> Option<(Id, T)> {
        let shared = self.shared();
        let mut shared = shared.borrow_mut();
        let task = shared.tasks.get_mut(&self.id)?;
        task.waits = task.mailbox.is_empty();
        task.mailbox.pop_front()
    }
}

impl<T: 'static> Here<'_, T> {
    /// The number of this task.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Gives up the turn: this task goes to the end of the line.
    pub fn pause(&self) {
        self.shared().borrow_mut().line.push_back(self.id);
        self.back.switch(None);
    }

    /// Puts a child of this task at the end of the line, and goes on.
    pub fn spawn(&self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        Shared::spawn(&self.shared(), Some(self.id), body)
    }

    /// Leaves a value for the task `to`, and goes on. If that task waits in `receive` it
    /// goes to the end of the line. If there is no such task, or no more, the value comes
    /// back.
    pub fn send(&self, to: Id, value: T) -> Result<(), T> {
        self.shared().borrow_mut().deliver(to, self.id, value)
    }

    /// Takes the value that was left first, with the number of its sender. If there is
    /// none the turn is over: this task stands in no line until a value comes.
    pub fn receive(&self) -> (Id, T) {
        loop {
            if let Some(value) = self.look() {
                return value;
            }
            self.back.switch(None);
        }
    }
}
