//! A count of the tasks that are not done, and a condition variable for who waits for all of them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Condvar, Mutex},
    thread,
};

/// Something that is done step by step.
pub trait Task {
    /// What comes of it.
    type Output;

    /// Does one step. The last one gives the result; it is not called after that.
    fn step(&mut self) -> Option<Self::Output>;
}

struct Left<O> {
    count: usize,
    ends: Vec<Option<thread::Result<O>>>,
}

/// Does one task after the other, and gives their results in order.
pub fn serial<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    let mut outputs = Vec::new();
    for mut task in tasks {
        let output = loop {
            match task.step() {
                None => continue,
                Some(output) => break output,
            }
        };
        outputs.push(output);
    }
    outputs
}

/// Does the tasks by turns in the calling thread, and gives their results in order.
pub fn concurrent<T: Task>(tasks: Vec<T>) -> Vec<T::Output> {
    enum State<T: Task> {
        Open(T),
        Done(T::Output),
    }
    let mut states: Vec<State<T>> = tasks.into_iter().map(State::Open).collect();
    while states.iter().any(|state| matches!(state, State::Open(_))) {
        for state in &mut states {
            if let State::Open(task) = state
                && let Some(output) = task.step()
            {
                *state = State::Done(output);
            }
        }
    }
    let done = |state| match state {
        State::Done(output) => Some(output),
        State::Open(_) => None,
    };
    states.into_iter().filter_map(done).collect()
}

/// Does each task in a thread of its own, all at the same time, and gives their results in order.
pub fn parallel<T>(tasks: Vec<T>) -> Vec<T::Output>
where
    T: Task + Send,
    T::Output: Send,
{
    let ends = tasks.iter().map(|_| None).collect();
    let left = Mutex::new(Left {
        count: tasks.len(),
        ends,
    });
    let all_done = Condvar::new();
    let ends = thread::scope(|scope| {
        for (place, mut task) in tasks.into_iter().enumerate() {
            let (left, all_done) = (&left, &all_done);
            scope.spawn(move || {
                let work = AssertUnwindSafe(move || {
                    loop {
                        if let Some(output) = task.step() {
                            return output;
                        }
                    }
                });
                let end = catch_unwind(work);
                let mut left = left.lock().unwrap();
                left.ends[place] = Some(end);
                left.count -= 1;
                if left.count == 0 {
                    all_done.notify_one();
                }
            });
        }
        let left = left.lock().unwrap();
        let mut left = all_done.wait_while(left, |left| left.count > 0).unwrap();
        std::mem::take(&mut left.ends)
    });
    let output =
        |end: thread::Result<T::Output>| end.unwrap_or_else(|payload| resume_unwind(payload));
    ends.into_iter().flatten().map(output).collect()
}
