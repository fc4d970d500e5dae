//! Waits for what may never end.

use std::{sync::mpsc, thread, time::Duration};

/// What `work` returns, or nothing if it takes longer than `limit` or panics. It is not
/// stopped then: it goes on in a thread that nobody waits for.
pub fn within<R: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> R + Send + 'static,
) -> Option<R> {
    let (sender, receiver) = mpsc::channel();
    let name = thread::current().name().unwrap_or("within").to_owned();
    let worker = thread::Builder::new().name(name).spawn(move || {
        // Nobody listens any more if it took too long.
        let _ = sender.send(work());
    });
    worker.ok()?;
    receiver.recv_timeout(limit).ok()
}
