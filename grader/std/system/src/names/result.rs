//! What functions of C give: a value, or one that says that there is an error, which `errno` tells.

use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use kernel::{Answer, Errno, Metadata, Nanos, SystemCall};
use libc::{c_int, c_void, sem_t};

/// An error number of C: also one that the simulated kernel never gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure(pub(super) c_int);

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Self(errno.number())
    }
}

/// What a call comes to.
pub(super) type Called<T> = Result<T, Failure>;

/// What a function of C gives.
pub(super) trait Value {
    /// That there is an error.
    const FAILED: Self;
}

impl Value for c_int {
    const FAILED: Self = -1;
}

impl Value for isize {
    const FAILED: Self = -1;
}

impl Value for i64 {
    const FAILED: Self = -1;
}

impl Value for *mut c_void {
    const FAILED: Self = libc::MAP_FAILED;
}

impl Value for *mut sem_t {
    const FAILED: Self = libc::SEM_FAILED;
}

/// What a function gives that does not set `errno`, but gives it.
pub(super) fn number_of_error(returned: c_int) -> c_int {
    match returned {
        0 => 0,
        // SAFETY: it is the address of a variable of this thread.
        _ => unsafe { *libc::__errno_location() },
    }
}

/// Does what a function of C is to do for the program under test.
///
/// When an execution is over, a thread that waits is unwound. That must stop at a function of C: the
/// call fails with `ECANCELED`, and the program goes on until it would wait again.
pub(super) fn result<T: Value>(body: impl FnOnce() -> Called<T>) -> T {
    caught(body).unwrap_or_else(fail)
}

/// The same for a function that gives no value of its own, or the number of the error.
pub(super) fn caught<T>(body: impl FnOnce() -> Called<T>) -> Called<T> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(called) => called,
        Err(payload) if interleave::is_abandonment(&*payload) => Err(Failure(libc::ECANCELED)),
        Err(payload) => resume_unwind(payload),
    }
}

/// Notes an error, and says that there is one.
pub(super) fn fail<T: Value>(Failure(number): Failure) -> T {
    // SAFETY: it is the address of a variable of this thread.
    unsafe { *libc::__errno_location() = number };
    T::FAILED
}

/// Makes a call of the simulated kernel.
#[track_caller]
pub(super) fn call(call: SystemCall) -> Called<Answer> {
    Ok(processes::call_at(call, Location::caller())?)
}

/// A call that waits for so long at most.
pub(super) fn within(call: SystemCall, limit: Nanos) -> SystemCall {
    let call = Box::new(call);
    SystemCall::Within { call, limit }
}

/// A call that waits for so many milliseconds at most, or without a limit if they are negative, as
/// `poll(2)` has it.
pub(super) fn within_milliseconds(call: SystemCall, milliseconds: c_int) -> SystemCall {
    match u64::try_from(milliseconds) {
        Ok(milliseconds) => within(call, milliseconds * 1_000_000),
        Err(_) => call,
    }
}

/// The answer is not one to the call that was made.
#[cold]
pub(super) fn unexpected(answer: &Answer) -> ! {
    unreachable!("{answer:?} is no answer to this call")
}

/// Makes a call that gives nothing; of C, it gives 0.
#[track_caller]
pub(super) fn done(made: SystemCall) -> Called<c_int> {
    match call(made)? {
        Answer::Nothing => Ok(0),
        answer => unexpected(&answer),
    }
}

/// Makes a call that gives a number.
#[track_caller]
pub(super) fn number(made: SystemCall) -> Called<i64> {
    match call(made)? {
        Answer::Number(number) => Ok(number.cast_signed()),
        answer => unexpected(&answer),
    }
}

/// Makes a call that gives bytes.
#[track_caller]
pub(super) fn bytes(made: SystemCall) -> Called<Vec<u8>> {
    match call(made)? {
        Answer::Bytes(bytes) => Ok(bytes),
        answer => unexpected(&answer),
    }
}

/// Makes a call that gives what is known of a file.
#[track_caller]
pub(super) fn metadata(made: SystemCall) -> Called<Metadata> {
    match call(made)? {
        Answer::Metadata(metadata) => Ok(metadata),
        answer => unexpected(&answer),
    }
}

/// Makes a call that gives a descriptor.
#[track_caller]
pub(super) fn descriptor(made: SystemCall) -> Called<c_int> {
    match call(made)? {
        Answer::Descriptor(fd) => Ok(fd),
        answer => unexpected(&answer),
    }
}

/// Makes a call that gives two descriptors, and writes them to `pair`.
///
/// # Safety
///
/// There must be room for both.
#[track_caller]
pub(super) unsafe fn ends(made: SystemCall, pair: *mut c_int) -> Called<c_int> {
    match call(made)? {
        Answer::Ends(ends) => {
            // SAFETY: as above.
            unsafe { pair.cast::<[c_int; 2]>().write(ends) };
            Ok(0)
        }
        answer => unexpected(&answer),
    }
}
