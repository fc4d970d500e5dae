//! What the comparisons with the real kernel have in common.

use kernel::{Errno, Reply};

/// What is written: the same in both kernels, and another each time.
pub(crate) fn bytes(count: usize, number: usize) -> Vec<u8> {
    let first = number as u8;
    (0..count)
        .map(|place| first.wrapping_add(place as u8))
        .collect()
}

/// The result of a call of the simulated kernel, in words that both kernels have.
pub(crate) fn result<T, G>(
    result: Result<T, Errno>,
    words: impl FnOnce(T) -> G,
    error: impl FnOnce(i32) -> G,
) -> G {
    match result {
        Ok(done) => words(done),
        Err(errno) => error(errno.number()),
    }
}

/// What is done of a call that must not wait.
pub(crate) fn done<T>(reply: kernel::Call<T>) -> Result<T, Errno> {
    reply.map(|reply| match reply {
        Reply::Done(done) => done,
        Reply::Waits(_) | Reply::Partly { .. } => panic!("it must not wait"),
    })
}
