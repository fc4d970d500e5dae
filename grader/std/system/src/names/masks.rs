//! Signals that a process blocks, and those that it waits for: `sigprocmask(2)`, `sigpending(2)`,
//! `sigwait(3)`.

use std::mem;

use kernel::{Answer, Signal, SignalCall, SignalSet, SystemCall};
use libc::{c_int, sigset_t};

use super::{
    real_unless_program,
    result::{Called, Failure, call, done, number_of_error, result, unexpected},
};

/// The bytes of a set that the real system knows of.
const SIZE: usize = 8;

/// The signals of a set; those of real time are left out.
///
/// # Safety
///
/// There must be one.
pub(super) unsafe fn set_of(set: *const sigset_t) -> SignalSet {
    // SAFETY: as above.
    let has = |signal: &Signal| unsafe { libc::sigismember(set, signal.number()) } == 1;
    Signal::ALL.into_iter().filter(has).collect()
}

/// Writes a set.
///
/// # Safety
///
/// There must be room for it.
unsafe fn write(set: SignalSet, to: *mut sigset_t) {
    // SAFETY: all zeros are a set, and there is room for it.
    unsafe {
        to.write(mem::zeroed());
        for signal in set.iter() {
            libc::sigaddset(to, signal.number());
        }
    }
}

/// Makes a call that gives signals.
#[track_caller]
fn signals(made: SignalCall) -> Called<SignalSet> {
    match call(SystemCall::Signal(made))? {
        Answer::Signals(signals) => Ok(signals),
        answer => unexpected(&answer),
    }
}

pub unsafe fn sigprocmask(how: c_int, new: *const sigset_t, old: *mut sigset_t) -> c_int {
    real_unless_program!(SYS_rt_sigprocmask, how, new, old, SIZE);
    result(|| {
        // Who only adds to them or takes away has to know what they were.
        let before = signals(SignalCall::Mask)?;
        if !new.is_null() {
            // SAFETY: the caller promises that it is a set.
            let new = unsafe { set_of(new) };
            let mask = match how {
                libc::SIG_BLOCK => before | new,
                libc::SIG_UNBLOCK => before.without(new),
                libc::SIG_SETMASK => new,
                _ => return Err(Failure(libc::EINVAL)),
            };
            done(SystemCall::Signal(SignalCall::SetMask { mask }))?;
        }
        if !old.is_null() {
            // SAFETY: the caller promises that there is room for it.
            unsafe { write(before, old) };
        }
        Ok(0)
    })
}

/// It gives the number of the error. The threads of a process have one mask here.
pub unsafe fn pthread_sigmask(how: c_int, new: *const sigset_t, old: *mut sigset_t) -> c_int {
    // SAFETY: the caller promises the same.
    number_of_error(unsafe { sigprocmask(how, new, old) })
}

pub unsafe fn sigpending(to: *mut sigset_t) -> c_int {
    real_unless_program!(SYS_rt_sigpending, to, SIZE);
    result(|| {
        let pending = signals(SignalCall::Pending)?;
        // SAFETY: the caller promises that there is room for it.
        unsafe { write(pending, to) };
        Ok(0)
    })
}

/// It gives the number of the error, which is never that a handler has run: then it waits on.
pub unsafe fn sigwait(set: *const sigset_t, signal: *mut c_int) -> c_int {
    if !processes::is_program() {
        type Sigwait = unsafe extern "C" fn(*const sigset_t, *mut c_int) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Sigwait>(c"sigwait").map_or(libc::ENOSYS, |f| f(set, signal))
        };
    }
    // SAFETY: the caller promises that it is a set.
    let set = unsafe { set_of(set) };
    let taken = result(|| {
        loop {
            match call(SystemCall::Signal(SignalCall::Wait { set })) {
                Ok(Answer::Signal(taken)) => return Ok(taken.number()),
                Ok(answer) => unexpected(&answer),
                Err(Failure(libc::EINTR)) => {}
                Err(failure) => return Err(failure),
            }
        }
    });
    if taken < 0 {
        return number_of_error(taken);
    }
    // SAFETY: the caller promises that there is room for it.
    unsafe { signal.write(taken) };
    0
}
