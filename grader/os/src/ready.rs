//! Waiting for several descriptors at once.

use std::{io, os::fd::AsFd};

use rustix::event::{PollFd, PollFlags, poll};

/// Waits until at least one of `sources` can be read without waiting, and says which, by
/// their positions. A source whose other end is closed can be read: it gives its end.
///
/// # Errors
///
/// If the system refuses, or if there is nothing to wait for.
pub fn wait_readable<S: AsFd>(sources: &[S]) -> io::Result<Vec<usize>> {
    if sources.is_empty() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut polled: Vec<_> = sources
        .iter()
        .map(|source| PollFd::new(source, PollFlags::IN))
        .collect();
    loop {
        match poll(&mut polled, None) {
            Ok(_) => break,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let ready = |(_, polled): &(usize, &PollFd<'_>)| !polled.revents().is_empty();
    let ready = polled.iter().enumerate().filter(ready);
    Ok(ready.map(|(position, _)| position).collect())
}
