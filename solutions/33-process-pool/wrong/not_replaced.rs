//! wrong: a worker that died is not replaced until no other is left
//! fails: survives_a_death property
//! fails: nothing_is_left property
//! fails: workers_hold_only_their_own property
//! fails: more_workers_hold_only_their_own property

use std::{
    collections::VecDeque,
    io::{self, PipeReader, PipeWriter, Read, Write},
    mem,
    rc::Rc,
};

use os::Child;

/// The worker died while it was at work on the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerDied;

/// A fixed number of processes that work on tasks.
pub struct ProcessPool {
    work: Rc<dyn Fn(&[u8]) -> Vec<u8>>,
    workers: Vec<Worker>,
}

struct Worker {
    child: Child,
    tasks: PipeWriter,
    results: PipeReader,
    /// The number of the task that it is at work on.
    at: Option<usize>,
}

/// Writes a message: its length, then itself.
fn send(pipe: &mut PipeWriter, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    pipe.write_all(&length.to_le_bytes())?;
    pipe.write_all(message)
}

/// Reads a whole message, in however many pieces it comes.
fn receive(pipe: &mut PipeReader) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    pipe.read_exact(&mut length)?;
    let mut message = vec![0; u32::from_le_bytes(length) as usize];
    pipe.read_exact(&mut message)?;
    Ok(message)
}

impl ProcessPool {
    /// Starts `workers` processes (at least one), which will call `work` for each task
    /// that they are given.
    pub fn new(workers: usize, work: impl Fn(&[u8]) -> Vec<u8> + 'static) -> io::Result<Self> {
        let mut pool = Self {
            work: Rc::new(work),
            workers: Vec::new(),
        };
        for _ in 0..workers.max(1) {
            pool.start()?;
        }
        Ok(pool)
    }

    /// Starts one more worker.
    fn start(&mut self) -> io::Result<()> {
        let (mut tasks_in, tasks) = io::pipe()?;
        let (results, mut results_out) = io::pipe()?;
        let mut ours = Some((tasks, results));
        let (work, others) = (&self.work, &mut self.workers);
        let child = os::fork(|| {
            // The child has copies of everything that is open here. As long as it holds
            // the other side of a pipe, nobody sees the end of that pipe.
            ours = None;
            others.clear();
            while let Ok(task) = receive(&mut tasks_in) {
                if send(&mut results_out, &work(&task)).is_err() {
                    return 1;
                }
            }
            0
        })?;
        let (tasks, results) = ours.expect("only the child closes them");
        self.workers.push(Worker {
            child,
            tasks,
            results,
            at: None,
        });
        Ok(())
    }

    /// Buries a worker that has died, and starts another in its place.
    fn replace(&mut self, position: usize) -> io::Result<()> {
        let mut dead = self.workers.remove(position);
        drop((dead.tasks, dead.results));
        dead.child.wait()?;
        if self.workers.is_empty() {
            self.start()?;
        }
        Ok(())
    }

    /// Gives the task to a worker that has nothing to do.
    fn give(&mut self, number: usize, task: &[u8]) -> io::Result<()> {
        loop {
            let idle = self.workers.iter().position(|worker| worker.at.is_none());
            let position = idle.expect("somebody is idle");
            let worker = &mut self.workers[position];
            if send(&mut worker.tasks, task).is_ok() {
                worker.at = Some(number);
                return Ok(());
            }
            self.replace(position)?;
        }
    }

    fn stop(&mut self) -> io::Result<()> {
        for mut worker in mem::take(&mut self.workers) {
            drop((worker.tasks, worker.results));
            worker.child.wait()?;
        }
        Ok(())
    }

    /// Lets the workers work on all tasks, and gives the results in the order of the
    /// tasks.
    pub fn map(&mut self, tasks: &[Vec<u8>]) -> io::Result<Vec<Result<Vec<u8>, WorkerDied>>> {
        let mut results: Vec<_> = tasks.iter().map(|_| Err(WorkerDied)).collect();
        let mut waiting: VecDeque<_> = tasks.iter().enumerate().collect();
        loop {
            while self.workers.iter().any(|worker| worker.at.is_none()) {
                let Some((number, task)) = waiting.pop_front() else {
                    break;
                };
                self.give(number, task)?;
            }
            let busy: Vec<usize> = (0..self.workers.len())
                .filter(|&position| self.workers[position].at.is_some())
                .collect();
            if busy.is_empty() {
                return Ok(results);
            }
            let pipes: Vec<_> = busy.iter().map(|&at| &self.workers[at].results).collect();
            // One at a time, as a replacement changes the positions.
            let position = busy[os::wait_readable(&pipes)?[0]];
            let worker = &mut self.workers[position];
            let number = worker.at.take().expect("it is at work");
            match receive(&mut worker.results) {
                Ok(result) => results[number] = Ok(result),
                Err(_) => self.replace(position)?,
            }
        }
    }

    /// Ends all workers, and waits until they have ended.
    pub fn shutdown(self) -> io::Result<()> {
        let mut pool = self;
        pool.stop()
    }
}

impl Drop for ProcessPool {
    /// The same as [`shutdown`](ProcessPool::shutdown).
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
