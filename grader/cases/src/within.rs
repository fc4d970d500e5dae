//! Waits for what may never end.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It takes too long.
    Late,
    /// It panicked.
    Panicked,
}

/// What `work` returns, if it does so in time. It is not stopped otherwise: it goes on in a
/// thread that nobody waits for.
///
/// # Errors
///
/// If `work` takes longer than `limit`, or panics.
///
/// # Panics
///
/// If no thread can be started.
pub fn within<R: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> R + Send + 'static,
) -> Result<R, Failure> {
    let (sender, receiver) = mpsc::channel();
    // The panic hook goes by names.
    let name = thread::current().name().unwrap_or("within").to_owned();
    let worker = thread::Builder::new().name(name).spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = sender.send(work());
    });
    worker.expect("there is room for a thread");
    receiver.recv_timeout(limit).map_err(|error| match error {
        RecvTimeoutError::Timeout => Failure::Late,
        RecvTimeoutError::Disconnected => Failure::Panicked,
    })
}
