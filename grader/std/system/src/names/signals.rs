//! Signals: `sigaction(2)`, `signal(2)`. What a program does with a signal can be the default and nothing;
//! functions that handle one are refused.

use std::{mem, ptr};

use kernel::{Action, ActionFlags, Answer, Disposition, Signal, SignalCall, SystemCall};
use libc::{c_int, sighandler_t};

use super::result::{Called, Failure, call, fail, result, unexpected};

pub unsafe fn sigaction(
    signal: c_int,
    new: *const libc::sigaction,
    old: *mut libc::sigaction,
) -> c_int {
    if !processes::is_program() {
        type Sigaction = unsafe extern "C" fn(
            c_int,
            *const libc::sigaction,
            *mut libc::sigaction,
        ) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Sigaction>(c"sigaction").map_or(-1, |f| f(signal, new, old)) };
    }
    result(|| {
        let signal = Signal::from_number(signal).ok_or(Failure(libc::EINVAL))?;
        // SAFETY: the caller promises that they are valid, or null.
        let new = unsafe { new.as_ref() };
        let before = match new {
            None => call(SystemCall::Signal(SignalCall::Action { signal }))?,
            Some(new) => {
                let action = action(new)?;
                call(SystemCall::Signal(SignalCall::SetAction { signal, action }))?
            }
        };
        let Answer::Action(before) = before else {
            unexpected(&before);
        };
        if !old.is_null() {
            // SAFETY: all zeros are an action.
            let mut told: libc::sigaction = unsafe { mem::zeroed() };
            told.sa_sigaction = handler(before.disposition);
            // SAFETY: the caller promises that there is room for it.
            unsafe { old.write(told) };
        }
        Ok(0)
    })
}

pub unsafe fn signal(signal: c_int, handler: sighandler_t) -> sighandler_t {
    if !processes::is_program() {
        type Function = unsafe extern "C" fn(c_int, sighandler_t) -> sighandler_t;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Function>(c"signal").map_or(libc::SIG_ERR, |f| f(signal, handler))
        };
    }
    // SAFETY: all zeros are an action.
    let (mut new, mut old): (libc::sigaction, libc::sigaction) = unsafe { mem::zeroed() };
    new.sa_sigaction = handler;
    new.sa_flags = libc::SA_RESTART;
    // SAFETY: both are valid.
    match unsafe { sigaction(signal, ptr::from_ref(&new), ptr::from_mut(&mut old)) } {
        0 => old.sa_sigaction,
        _ => libc::SIG_ERR,
    }
}

/// What is to become of a signal.
fn action(new: &libc::sigaction) -> Called<Action> {
    let disposition = match new.sa_sigaction {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        _ => return Err(Failure(libc::ENOSYS)),
    };
    let has = |flag| new.sa_flags & flag != 0;
    Ok(Action {
        disposition,
        flags: ActionFlags {
            restart: has(libc::SA_RESTART),
            nodefer: has(libc::SA_NODEFER),
            resethand: has(libc::SA_RESETHAND),
            nocldstop: has(libc::SA_NOCLDSTOP),
            nocldwait: has(libc::SA_NOCLDWAIT),
        },
        ..Action::default()
    })
}

fn handler(disposition: Disposition) -> sighandler_t {
    match disposition {
        Disposition::Default | Disposition::Handle => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
    }
}

/// There is no handler that could run instead of this wait, so that it would never end.
pub unsafe fn pause() -> c_int {
    if !processes::is_program() {
        type Pause = unsafe extern "C" fn() -> c_int;
        // SAFETY: that is its type.
        return unsafe { super::real::<Pause>(c"pause").map_or(-1, |f| f()) };
    }
    fail(Failure(libc::ENOSYS))
}
