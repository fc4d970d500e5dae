//! Waiting for several descriptors at once.

use std::{
    io,
    os::fd::{AsFd, AsRawFd},
};

use crate::child::checked;

/// Waits until at least one of `sources` can be read without waiting, and says which, by
/// their positions. A source whose other end is closed can be read: it gives its end. `poll(2)`
///
/// # Errors
///
/// If the system refuses, or if there is nothing to wait for.
pub fn wait_readable<S: AsFd>(sources: &[S]) -> io::Result<Vec<usize>> {
    /// No time limit.
    const FOREVER: libc::c_int = -1;
    if sources.is_empty() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let source = |source: &S| libc::pollfd {
        fd: source.as_fd().as_raw_fd(),
        events: libc::POLLIN,
        revents: 0,
    };
    let mut polled: Vec<_> = sources.iter().map(source).collect();
    let count = polled.len() as libc::nfds_t;
    loop {
        // SAFETY: the list has that many items, and the call writes to no others.
        match checked(unsafe { libc::poll(polled.as_mut_ptr(), count, FOREVER) }) {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let ready = |(_, polled): &(usize, &libc::pollfd)| polled.revents != 0;
    let ready = polled.iter().enumerate().filter(ready);
    Ok(ready.map(|(position, _)| position).collect())
}
