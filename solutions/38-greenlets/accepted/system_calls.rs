//! A task asks the scheduler for everything by switching back with a request, as a program
//! asks a kernel; nothing is shared, and all state is in the scheduler.

use std::collections::VecDeque;

use greenlet::{Back, Greenlet};

/// The number of a task: 0 for the first that was spawned, then 1, and so on.
pub type Id = usize;

/// The tasks that have not come to their end, and can never go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck(pub Vec<Id>);

type Body<T> = Greenlet<Reply<T>, Request<T>>;

enum Request<T> {
    Pause,
    Spawn(Box<dyn FnOnce(&Here<'_, T>) -> T>),
    Send(Id, T),
    Receive,
    Return(T),
}

enum Reply<T> {
    Go,
    Spawned(Id),
    Sent(Result<(), T>),
    Received(Id, T),
}

/// Runs tasks in turns, on one thread.
pub struct Scheduler<T> {
    /// All that were ever spawned, by number.
    tasks: Vec<Task<T>>,
    in_line: VecDeque<Id>,
    returned: Vec<(Id, T)>,
}

struct Task<T> {
    /// Nothing once it has returned.
    body: Option<Body<T>>,
    parent: Option<Id>,
    mailbox: Vec<(Id, T)>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Ready,
    WaitsForValue,
    WasPromisedValue,
}

/// What a task is given: the way to give up its turn, and to reach the others.
pub struct Here<'a, T> {
    back: &'a Back<'a, Reply<T>, Request<T>>,
    id: Id,
}

impl<T: 'static> Scheduler<T> {
    /// A scheduler without tasks.
    pub fn new() -> Self {
        Self {
            tasks: Vec::new(),
            in_line: VecDeque::new(),
            returned: Vec::new(),
        }
    }

    /// Puts a new task at the end of the line. Its parent is the main program.
    pub fn spawn(&mut self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        self.add(None, Box::new(body))
    }

    fn add(&mut self, parent: Option<Id>, body: Box<dyn FnOnce(&Here<'_, T>) -> T>) -> Id {
        let id = self.tasks.len();
        let body = Greenlet::new(move |back, _| Request::Return(body(&Here { back, id })));
        self.tasks.push(Task {
            body: Some(body),
            parent,
            mailbox: Vec::new(),
            state: State::Ready,
        });
        self.in_line.push_back(id);
        id
    }

    fn deliver(&mut self, from: Id, to: Id, value: T) -> Result<(), T> {
        match self.tasks.get_mut(to) {
            Some(task) if task.body.is_some() => {
                task.mailbox.push((from, value));
                if task.state == State::WaitsForValue {
                    task.state = State::WasPromisedValue;
                    self.in_line.push_back(to);
                }
                Ok(())
            }
            _ => Err(value),
        }
    }

    /// One turn of the task `id`.
    fn turn(&mut self, id: Id) {
        let mut reply = match self.tasks[id].state {
            State::Ready => Reply::Go,
            _ => {
                let (from, value) = self.tasks[id].mailbox.remove(0);
                Reply::Received(from, value)
            }
        };
        self.tasks[id].state = State::Ready;
        loop {
            let body = self.tasks[id].body.as_mut().unwrap();
            let Ok(request) = body.switch(reply) else {
                return;
            };
            reply = match request {
                Request::Pause => return self.in_line.push_back(id),
                Request::Spawn(body) => Reply::Spawned(self.add(Some(id), body)),
                Request::Send(to, value) => Reply::Sent(self.deliver(id, to, value)),
                Request::Receive if self.tasks[id].mailbox.is_empty() => {
                    self.tasks[id].state = State::WaitsForValue;
                    return;
                }
                Request::Receive => {
                    let (from, value) = self.tasks[id].mailbox.remove(0);
                    Reply::Received(from, value)
                }
                Request::Return(value) => return self.end(id, value),
            };
        }
    }

    fn end(&mut self, id: Id, mut value: T) {
        self.tasks[id].body = None;
        let mut ancestor = self.tasks[id].parent;
        while let Some(parent) = ancestor {
            match self.deliver(id, parent, value) {
                Ok(()) => return,
                Err(back) => value = back,
            }
            ancestor = self.tasks[parent].parent;
        }
        self.returned.push((id, value));
    }

    /// Runs the tasks in turns until none can go on.
    pub fn run(&mut self) -> Result<Vec<(Id, T)>, Stuck> {
        while let Some(id) = self.in_line.pop_front() {
            self.turn(id);
        }
        let alive = |id: &Id| self.tasks[*id].body.is_some();
        let stuck: Vec<Id> = (0..self.tasks.len()).filter(alive).collect();
        if !stuck.is_empty() {
            return Err(Stuck(stuck));
        }
        self.returned.sort_by_key(|(id, _)| *id);
        Ok(std::mem::take(&mut self.returned))
    }
}

impl<T: 'static> Here<'_, T> {
    /// The number of this task.
    pub fn id(&self) -> Id {
        self.id
    }

    /// Gives up the turn: this task goes to the end of the line.
    pub fn pause(&self) {
        self.back.switch(Request::Pause);
    }

    /// Puts a child of this task at the end of the line, and goes on.
    pub fn spawn(&self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        match self.back.switch(Request::Spawn(Box::new(body))) {
            Reply::Spawned(id) => id,
            _ => unreachable!(),
        }
    }

    /// Leaves a value for the task `to`, and goes on.
    pub fn send(&self, to: Id, value: T) -> Result<(), T> {
        match self.back.switch(Request::Send(to, value)) {
            Reply::Sent(sent) => sent,
            _ => unreachable!(),
        }
    }

    /// Takes the value that was left first, with the number of its sender.
    pub fn receive(&self) -> (Id, T) {
        match self.back.switch(Request::Receive) {
            Reply::Received(from, value) => (from, value),
            _ => unreachable!(),
        }
    }
}
