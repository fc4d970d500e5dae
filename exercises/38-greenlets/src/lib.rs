//! 38 · Greenlets: tasks that switch by hand, in turns.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::marker::PhantomData;

/// The number of a task: 0 for the first that was spawned, then 1, and so on.
pub type Id = usize;

/// The tasks that have not come to their end, and can never go on: each waits for a
/// value that nobody is left to send. Their numbers, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck(pub Vec<Id>);

/// Runs tasks in turns, on one thread.
pub struct Scheduler<T> {
    // Choose your own fields.
    _values: Vec<T>,
}

/// What a task is given: the way to give up its turn, and to reach the others.
pub struct Here<'a, T> {
    // Choose your own fields.
    _task: PhantomData<&'a T>,
}

impl<T: 'static> Default for Scheduler<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: 'static> Scheduler<T> {
    /// A scheduler without tasks.
    pub fn new() -> Self {
        todo!()
    }

    /// Puts a new task at the end of the line. Its parent is the main program.
    pub fn spawn(&mut self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        let _ = body;
        todo!()
    }

    /// Runs the tasks in turns until none can go on. Gives what was returned to the main
    /// program since the last call, with the numbers of those who returned it, in their
    /// order; or says who is stuck.
    pub fn run(&mut self) -> Result<Vec<(Id, T)>, Stuck> {
        todo!()
    }
}

impl<T: 'static> Here<'_, T> {
    /// The number of this task.
    pub fn id(&self) -> Id {
        todo!()
    }

    /// Gives up the turn: this task goes to the end of the line.
    pub fn pause(&self) {
        todo!()
    }

    /// Puts a child of this task at the end of the line, and goes on.
    pub fn spawn(&self, body: impl FnOnce(&Here<'_, T>) -> T + 'static) -> Id {
        let _ = body;
        todo!()
    }

    /// Leaves a value for the task `to`, and goes on. If that task waits in `receive` it
    /// goes to the end of the line. If there is no such task, or no more, the value comes
    /// back.
    pub fn send(&self, to: Id, value: T) -> Result<(), T> {
        let _ = (to, value);
        todo!()
    }

    /// Takes the value that was left first, with the number of its sender. If there is
    /// none the turn is over: this task stands in no line until a value comes.
    pub fn receive(&self) -> (Id, T) {
        todo!()
    }
}
