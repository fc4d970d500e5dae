//! Recursion: each thread starts that of the next task, and gives the results of all that come after it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    thread,
};

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

fn to_the_end<T: Task>(task: &mut T) -> T::Output {
    match task.step() {
        Some(output) => output,
        None => to_the_end(task),
    }
}

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(mut tasks: Vec<T>) -> Vec<T::Output> {
    tasks.iter_mut().map(to_the_end).collect()
}

/// One round after the other.
fn rounds<T: Task>(tasks: &mut [T], outputs: &mut [Option<T::Output>]) {
    let mut open = false;
    for (task, output) in tasks.iter_mut().zip(outputs.iter_mut()) {
        if output.is_none() {
            *output = task.step();
            open |= output.is_none();
        }
    }
    if open {
        rounds(tasks, outputs);
    }
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(mut tasks: Vec<T>) -> Vec<T::Output> {
    let mut outputs = Vec::new();
    outputs.resize_with(tasks.len(), || None);
    rounds(&mut tasks, &mut outputs);
    outputs
        .into_iter()
        .map(|output| output.expect("it is done"))
        .collect()
}

type Ends<O> = Vec<thread::Result<O>>;

fn start_all<T>(tasks: &mut [T]) -> Ends<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let Some((first, rest)) = tasks.split_first_mut() else {
        return Vec::new();
    };
    thread::scope(|scope| {
        let own = scope.spawn(|| to_the_end(first));
        // A thread that starts the others and waits for them.
        let rest = if rest.is_empty() {
            Vec::new()
        } else {
            start_all(rest)
        };
        let mut ends = vec![own.join()];
        ends.extend(rest);
        ends
    })
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(mut tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let ends = catch_unwind(AssertUnwindSafe(|| start_all(&mut tasks)));
    let ends = ends.unwrap_or_else(|payload| resume_unwind(payload));
    let mut outputs = Vec::new();
    for end in ends {
        match end {
            Ok(output) => outputs.push(output),
            Err(payload) => resume_unwind(payload),
        }
    }
    outputs
}
