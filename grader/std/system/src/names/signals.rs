//! Signals: `sigaction(2)`, `signal(2)`.
//!
//! A function that handles a signal runs where the kernel decides that: where the process makes a call,
//! and before that returns.

use std::{cell::RefCell, mem, ptr};

use kernel::{Action, ActionFlags, Answer, Disposition, Signal, SignalCall, SystemCall};
use libc::{c_int, sighandler_t};

use super::{
    masks::set_of,
    result::{Called, Failure, call, fail, result, unexpected},
};

pub unsafe fn sigaction(
    signal: c_int,
    new: *const libc::sigaction,
    old: *mut libc::sigaction,
) -> c_int {
    if !processes::is_program() {
        type Sigaction =
            unsafe extern "C" fn(c_int, *const libc::sigaction, *mut libc::sigaction) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Sigaction>(c"sigaction").map_or(-1, |f| f(signal, new, old))
        };
    }
    result(|| {
        let signal = Signal::from_number(signal).ok_or(Failure(libc::EINVAL))?;
        // SAFETY: the caller promises that they are valid, or null.
        let new = unsafe { new.as_ref() };
        let mut told = handler_of(signal, None);
        let before = match new {
            None => call(SystemCall::Signal(SignalCall::Action { signal }))?,
            Some(new) => {
                let action = action(new)?;
                let made = SignalCall::SetAction { signal, action };
                if action.disposition == Disposition::Handle {
                    processes::set_handler(signal, handle);
                }
                let before = call(SystemCall::Signal(made))?;
                told = handler_of(signal, Some(new.sa_sigaction));
                before
            }
        };
        let Answer::Action(before) = before else {
            unexpected(&before);
        };
        if !old.is_null() {
            // SAFETY: all zeros are an action.
            let mut action: libc::sigaction = unsafe { mem::zeroed() };
            action.sa_sigaction = match before.disposition {
                Disposition::Default => libc::SIG_DFL,
                Disposition::Ignore => libc::SIG_IGN,
                Disposition::Handle => told,
            };
            // SAFETY: the caller promises that there is room for it.
            unsafe { old.write(action) };
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
    let has = |flag| new.sa_flags & flag != 0;
    let disposition = match new.sa_sigaction {
        libc::SIG_DFL => Disposition::Default,
        libc::SIG_IGN => Disposition::Ignore,
        // There is no more to be told than the number.
        _ if has(libc::SA_SIGINFO) => return Err(Failure(libc::ENOSYS)),
        _ => Disposition::Handle,
    };
    // SAFETY: it is a set.
    let mask = unsafe { set_of(&raw const new.sa_mask) };

    Ok(Action {
        disposition,
        mask,
        flags: ActionFlags {
            restart: has(libc::SA_RESTART),
            nodefer: has(libc::SA_NODEFER),
            resethand: has(libc::SA_RESETHAND),
            nocldstop: has(libc::SA_NOCLDSTOP),
            nocldwait: has(libc::SA_NOCLDWAIT),
        },
    })
}

thread_local! {
    /// What handles each signal in this process, by its number.
    static HANDLERS: RefCell<[sighandler_t; 32]> = const { RefCell::new([libc::SIG_DFL; 32]) };
}

/// What handled a signal until now; from now on it is `new`, if there is something new.
fn handler_of(signal: Signal, new: Option<sighandler_t>) -> sighandler_t {
    HANDLERS.with_borrow_mut(|handlers| {
        let handler = &mut handlers[signal as usize];
        let old = *handler;
        *handler = new.unwrap_or(old);
        old
    })
}

/// Handles a signal.
fn handle(signal: Signal) {
    let handler = handler_of(signal, None);
    if handler == libc::SIG_DFL || handler == libc::SIG_IGN {
        return;
    }
    // SAFETY: who set it promises that it is such a function.
    let handler: extern "C" fn(c_int) = unsafe { mem::transmute(handler) };
    handler(signal.number());
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
