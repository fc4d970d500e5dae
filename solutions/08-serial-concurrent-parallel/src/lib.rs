//! 08 · Serial, concurrent, parallel: the same tasks in three ways.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

// BEGIN SOLUTION
use std::{panic, thread};
// END SOLUTION

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

// BEGIN SOLUTION
/// Does one task to its end.
fn finish<T: Task>(mut task: T) -> T::Output {
    loop {
        if let Some(output) = task.step() {
            return output;
        }
    }
}
// END SOLUTION

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    // BEGIN SOLUTION
    // | let _ = tasks;
    // | todo!()
    tasks.into_iter().map(finish).collect()
    // END SOLUTION
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    // BEGIN SOLUTION
    // | let _ = tasks;
    // | todo!()
    let mut tasks = tasks;
    let mut outputs: Vec<Option<T::Output>> = tasks.iter().map(|_| None).collect();
    while outputs.iter().any(Option::is_none) {
        for (task, output) in tasks.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                *output = task.step();
            }
        }
    }
    outputs.into_iter().flatten().collect()
    // END SOLUTION
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    // BEGIN SOLUTION
    // | let _ = tasks;
    // | todo!()
    let ends: Vec<thread::Result<T::Output>> = thread::scope(|scope| {
        let handles: Vec<_> = tasks
            .into_iter()
            .map(|task| scope.spawn(move || finish(task)))
            .collect();
        handles.into_iter().map(|handle| handle.join()).collect()
    });
    let output = |end: thread::Result<T::Output>| match end {
        Ok(output) => output,
        Err(payload) => panic::resume_unwind(payload),
    };
    ends.into_iter().map(output).collect()
    // END SOLUTION
}
