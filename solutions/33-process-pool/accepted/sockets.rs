//! A socket for each worker instead of two pipes; messages begin with their length in
//! decimal, and the workers that are free stand in a line.

use std::{
    collections::VecDeque,
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::unix::net::UnixStream,
    rc::Rc,
};

/// The worker died while it was at work on the task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerDied;

type Work = Rc<dyn Fn(&[u8]) -> Vec<u8>>;

/// A fixed number of processes that work on tasks.
pub struct ProcessPool {
    work: Work,
    /// By position; each place is empty only while its worker is replaced.
    workers: Vec<Option<(os::Child, BufReader<UnixStream>)>>,
    free: VecDeque<usize>,
}

fn say(mut socket: &UnixStream, message: &[u8]) -> io::Result<()> {
    socket.write_all(format!("{}\n", message.len()).as_bytes())?;
    socket.write_all(message)
}

fn hear(socket: &mut BufReader<UnixStream>) -> Option<Vec<u8>> {
    let mut line = String::new();
    socket.read_line(&mut line).ok()?;
    let mut message = vec![0; line.trim_end().parse().ok()?];
    socket.read_exact(&mut message).ok()?;
    Some(message)
}

impl ProcessPool {
    /// Starts `workers` processes, which will call `work` for each task.
    pub fn new(workers: usize, work: impl Fn(&[u8]) -> Vec<u8> + 'static) -> io::Result<Self> {
        let mut pool = Self {
            work: Rc::new(work),
            workers: Vec::new(),
            free: VecDeque::new(),
        };
        for position in 0..workers.max(1) {
            pool.workers.push(None);
            pool.hire(position)?;
        }
        Ok(pool)
    }

    fn hire(&mut self, position: usize) -> io::Result<()> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut ours = Some(ours);
        let (work, colleagues) = (Rc::clone(&self.work), &mut self.workers);
        let child = os::fork(|| {
            drop(ours.take());
            colleagues.clear();
            let mut socket = BufReader::new(theirs);
            while let Some(task) = hear(&mut socket) {
                if say(socket.get_ref(), &work(&task)).is_err() {
                    break;
                }
            }
            0
        })?;
        self.workers[position] = ours.map(|socket| (child, BufReader::new(socket)));
        self.free.push_back(position);
        Ok(())
    }

    fn bury(&mut self, position: usize) -> io::Result<()> {
        if let Some((mut child, socket)) = self.workers[position].take() {
            socket.get_ref().shutdown(Shutdown::Both)?;
            drop(socket);
            child.wait()?;
        }
        Ok(())
    }

    /// Lets the workers work on all tasks, and gives the results in their order.
    pub fn map(&mut self, tasks: &[Vec<u8>]) -> io::Result<Vec<Result<Vec<u8>, WorkerDied>>> {
        let mut results: Vec<Option<Result<Vec<u8>, WorkerDied>>> = vec![None; tasks.len()];
        let mut at_work: Vec<(usize, usize)> = Vec::new();
        let mut next = 0;
        while next < tasks.len() || !at_work.is_empty() {
            if next < tasks.len()
                && let Some(position) = self.free.pop_front()
            {
                let worker = self.workers[position].as_ref().expect("it is free");
                if say(worker.1.get_ref(), &tasks[next]).is_ok() {
                    at_work.push((position, next));
                    next += 1;
                } else {
                    self.bury(position)?;
                    self.hire(position)?;
                }
                continue;
            }
            let sockets = at_work.iter().map(|(position, _)| {
                let worker = self.workers[*position].as_ref();
                worker.expect("it is at work").1.get_ref()
            });
            let ready = os::wait_readable(&sockets.collect::<Vec<_>>())?;
            // From the back, so that the positions before stay as they are.
            for index in ready.into_iter().rev() {
                let (position, task) = at_work.remove(index);
                let worker = self.workers[position].as_mut().expect("it is at work");
                let result = hear(&mut worker.1);
                if result.is_some() {
                    self.free.push_back(position);
                } else {
                    self.bury(position)?;
                    self.hire(position)?;
                }
                results[task] = Some(result.ok_or(WorkerDied));
            }
        }
        Ok(results.into_iter().flatten().collect())
    }

    /// Ends all workers, and waits until they have ended.
    pub fn shutdown(mut self) -> io::Result<()> {
        (0..self.workers.len()).try_for_each(|position| self.bury(position))
    }
}

impl Drop for ProcessPool {
    fn drop(&mut self) {
        for position in 0..self.workers.len() {
            let _ = self.bury(position);
        }
    }
}
