//! Each thread puts its result into a place of its own, and the caller passes panics on inside the scope.

use std::{cell::RefCell, panic::resume_unwind, sync::Mutex, thread};

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(mut tasks: Vec<T>) -> Vec<T::Output> {
    let mut outputs = Vec::with_capacity(tasks.len());
    while let Some(task) = tasks.get_mut(outputs.len()) {
        if let Some(output) = task.step() {
            outputs.push(output);
        }
    }
    outputs
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let places: Vec<RefCell<Option<T::Output>>> =
        tasks.iter().map(|_| RefCell::new(None)).collect();
    let mut left: Vec<_> = tasks.into_iter().zip(&places).collect();
    while !left.is_empty() {
        left.retain_mut(|(task, place)| {
            let output = task.step();
            let goes_on = output.is_none();
            place.replace(output);
            goes_on
        });
    }
    drop(left);
    places.into_iter().filter_map(RefCell::into_inner).collect()
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(mut tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let places: Vec<Mutex<Option<T::Output>>> = tasks.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for (task, place) in tasks.iter_mut().zip(&places) {
            handles.push(scope.spawn(move || {
                let mut output = None;
                while output.is_none() {
                    output = task.step();
                }
                *place.lock().unwrap() = output;
            }));
        }
        for handle in handles {
            if let Err(payload) = handle.join() {
                resume_unwind(payload);
            }
        }
    });
    places
        .into_iter()
        .filter_map(|place| place.into_inner().unwrap())
        .collect()
}
