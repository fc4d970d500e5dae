//! Mutexes in shared memory: `pthread_mutex_lock(3)`, `pthread_mutexattr_setrobust(3)`. Each function gives
//! the number of an error.

use kernel::{Answer, MutexCall, MutexId, Robustness, SystemCall};
use libc::{c_int, pthread_mutex_t, pthread_mutexattr_t};

use super::{
    mappings::{is_shared, with_addresses},
    result::{Failure, call, done, number_of_error, result, unexpected},
};

/// Calls the real function, unless the mutex is one of the program under test.
macro_rules! real_unless_shared {
    ($name:literal, $mutex:ident $(, $argument:ident: $type:ty)*) => {
        if !is_shared($mutex) {
            type Function = unsafe extern "C" fn(*mut pthread_mutex_t $(, $type)*) -> c_int;
            // SAFETY: that is its type; and the caller promises what it asks for.
            return unsafe {
                super::real::<Function>($name)
                    .map_or(libc::ENOSYS, |f| f($mutex $(, $argument)*))
            };
        }
        if !processes::is_program() {
            // The execution is over, and its mutexes with it.
            return 0;
        }
    };
}

/// Makes a call with the mutex at an address.
#[track_caller]
fn done_with(mutex: *mut pthread_mutex_t, made: impl Fn(MutexId) -> MutexCall) -> c_int {
    let found = with_addresses(|all| all.mutexes.get(&mutex.addr()).copied());
    number_of_error(result(|| {
        let id = found.ok_or(Failure(libc::EINVAL))?;
        loop {
            match done(SystemCall::Mutex(made(id))) {
                // A handler has run, of which this tells nothing.
                Err(Failure(libc::EINTR)) => {}
                done => return done,
            }
        }
    }))
}

pub unsafe fn pthread_mutex_init(
    mutex: *mut pthread_mutex_t,
    attributes: *const pthread_mutexattr_t,
) -> c_int {
    real_unless_shared!(c"pthread_mutex_init", mutex, attributes: *const pthread_mutexattr_t);
    let mut robust = libc::PTHREAD_MUTEX_STALLED;
    if !attributes.is_null() {
        // SAFETY: the caller promises that it is valid; the answer is written to a variable.
        unsafe { libc::pthread_mutexattr_getrobust(attributes, &raw mut robust) };
    }
    let robustness = if robust == libc::PTHREAD_MUTEX_ROBUST {
        Robustness::Robust
    } else {
        Robustness::Stalled
    };
    number_of_error(result(|| {
        match call(SystemCall::Mutex(MutexCall::Init { robustness }))? {
            Answer::Mutex(id) => {
                with_addresses(|all| all.mutexes.insert(mutex.addr(), id));
                Ok(0)
            }
            answer => unexpected(&answer),
        }
    }))
}

pub unsafe fn pthread_mutex_destroy(mutex: *mut pthread_mutex_t) -> c_int {
    real_unless_shared!(c"pthread_mutex_destroy", mutex);
    done_with(mutex, |id| MutexCall::Destroy { id })
}

pub unsafe fn pthread_mutex_lock(mutex: *mut pthread_mutex_t) -> c_int {
    real_unless_shared!(c"pthread_mutex_lock", mutex);
    done_with(mutex, |id| MutexCall::Lock { id })
}

pub unsafe fn pthread_mutex_trylock(mutex: *mut pthread_mutex_t) -> c_int {
    real_unless_shared!(c"pthread_mutex_trylock", mutex);
    done_with(mutex, |id| MutexCall::TryLock { id })
}

pub unsafe fn pthread_mutex_unlock(mutex: *mut pthread_mutex_t) -> c_int {
    real_unless_shared!(c"pthread_mutex_unlock", mutex);
    done_with(mutex, |id| MutexCall::Unlock { id })
}

pub unsafe fn pthread_mutex_consistent(mutex: *mut pthread_mutex_t) -> c_int {
    real_unless_shared!(c"pthread_mutex_consistent", mutex);
    done_with(mutex, |id| MutexCall::Consistent { id })
}
