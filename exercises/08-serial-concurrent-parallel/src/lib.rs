//! 08 · Serial, concurrent, parallel: the same tasks in three ways.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let _ = tasks;
    todo!()
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let _ = tasks;
    todo!()
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let _ = tasks;
    todo!()
}
