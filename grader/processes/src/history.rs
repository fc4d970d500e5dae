//! What the first process was told: with that its memory is known, and so that of its children.

use std::{
    cell::Cell,
    hash::{DefaultHasher, Hasher},
};

use kernel::{Answer, Errno, Pid, Signal};
use postcard::ser_flavors::Flavor;
use serde::Serialize;

thread_local! {
    /// A digest of what it was told by system calls in the current execution; nothing if it can learn of
    /// others in another way.
    static HISTORY: Cell<Option<u64>> = const { Cell::new(None) };
    /// How many handlers run in it, one in the other.
    static HANDLERS: Cell<u32> = const { Cell::new(0) };
}

/// An execution begins, for which this has to be known or not.
pub(crate) fn begin(is_wanted: bool) {
    HISTORY.set(is_wanted.then_some(0));
    HANDLERS.set(0);
}

/// The first process was told something.
pub(crate) fn hear(told: &impl Serialize) {
    take_in(|digest| postcard::serialize_with_flavor::<_, _, u64>(told, digest).ok());
}

/// The same for the answer to a call.
pub(crate) fn hear_answer(answer: &Result<Answer, Errno>) {
    match answer {
        // Most of what it is told, byte by byte.
        Ok(Answer::Bytes(bytes)) => take_in(|mut digest| {
            digest.0.write_u8(b'b');
            digest.0.write_usize(bytes.len());
            digest.0.write(bytes);
            Some(digest.0.finish())
        }),
        answer => hear(answer),
    }
}

fn take_in(what: impl FnOnce(Digest) -> Option<u64>) {
    let Some(before) = HISTORY.get() else {
        return;
    };
    let mut digest = Digest(DefaultHasher::new());
    digest.0.write_u64(before);
    HISTORY.set(what(digest));
}

/// Runs the handler of a signal in the first process.
pub(crate) fn during_handler(signal: Signal, handler: impl FnOnce()) {
    struct Leave;

    impl Drop for Leave {
        fn drop(&mut self) {
            HANDLERS.set(HANDLERS.get().saturating_sub(1));
        }
    }

    hear(&signal);
    HANDLERS.set(HANDLERS.get() + 1);
    let _leave = Leave;
    handler();
}

/// The key of a process that the first one forks now: what was told to the one thread that it has, and
/// the number of the child. Nothing if there are more threads, and in a handler: a child that returns
/// from it goes on in the middle of a call.
pub(crate) fn key(child: Pid) -> Option<u64> {
    if HANDLERS.get() > 0 {
        return None;
    }
    let mut key = DefaultHasher::new();
    key.write_u64(HISTORY.get()?);
    key.write_u64(interleave::told_alone()?);
    key.write_u32(child);
    Some(key.finish())
}

/// Digests what is written.
struct Digest(DefaultHasher);

impl Flavor for Digest {
    type Output = u64;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.write_u8(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.write(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<u64> {
        Ok(self.0.finish())
    }
}
