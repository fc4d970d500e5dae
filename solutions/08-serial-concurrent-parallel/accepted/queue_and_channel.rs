//! A queue of tasks that take turns; threads send their results with their places.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc,
    thread,
};

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

fn in_order<T>(mut ends: Vec<(usize, T)>) -> impl Iterator<Item = T> {
    ends.sort_by_key(|(place, _)| *place);
    ends.into_iter().map(|(_, end)| end)
}

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let mut outputs = Vec::new();
    for mut task in tasks {
        let output = std::iter::from_fn(|| Some(task.step())).flatten().next();
        outputs.extend(output);
    }
    outputs
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let mut queue: VecDeque<(usize, T)> = tasks.into_iter().enumerate().collect();
    let mut ends = Vec::new();
    while let Some((place, mut task)) = queue.pop_front() {
        match task.step() {
            Some(output) => ends.push((place, output)),
            None => queue.push_back((place, task)),
        }
    }
    in_order(ends).collect()
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let (sender, ends) = mpsc::channel();
    let ends: Vec<_> = thread::scope(|scope| {
        for (place, mut task) in tasks.into_iter().enumerate() {
            let sender = sender.clone();
            scope.spawn(move || {
                let work = AssertUnwindSafe(|| {
                    loop {
                        if let Some(output) = task.step() {
                            break output;
                        }
                    }
                });
                let _ = sender.send((place, catch_unwind(work)));
            });
        }
        drop(sender);
        ends.iter().collect()
    });
    let output =
        |end: thread::Result<T::Output>| end.unwrap_or_else(|payload| resume_unwind(payload));
    in_order(ends).map(output).collect()
}
