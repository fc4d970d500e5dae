//! Semaphores: `sem_overview(7)`.

use std::time::Duration;

use interleave_std::time::{SystemTime, UNIX_EPOCH};
use kernel::{Answer, OpenFlags, SemaphoreCall, SemaphoreId, SystemCall};
use libc::{c_char, c_int, c_uint, mode_t, sem_t, timespec};

use super::{
    flags::translate,
    mappings::{CREATION, is_shared, with_addresses},
    path::text,
    result::{Called, Failure, call, done, number, result, unexpected, within},
};

/// Calls the real function, unless the semaphore is one of the program under test.
macro_rules! real_unless_shared {
    ($name:literal, $semaphore:ident $(, $argument:ident: $type:ty)*) => {
        if !is_shared($semaphore) {
            type Function = unsafe extern "C" fn(*mut sem_t $(, $type)*) -> c_int;
            // SAFETY: that is its type; and the caller promises what it asks for.
            return unsafe {
                super::real::<Function>($name).map_or(-1, |f| f($semaphore $(, $argument)*))
            };
        }
        if !processes::is_program() {
            // The execution is over, and its semaphores with it.
            return 0;
        }
    };
}

/// The semaphore at an address.
fn at(semaphore: *mut sem_t) -> Called<SemaphoreId> {
    let found = with_addresses(|all| all.semaphores.get(&semaphore.addr()).copied());
    found.ok_or(Failure(libc::EINVAL))
}

/// Makes a call with the semaphore at an address that gives nothing.
#[track_caller]
fn done_with(semaphore: *mut sem_t, made: impl FnOnce(SemaphoreId) -> SemaphoreCall) -> c_int {
    result(|| done(SystemCall::Semaphore(made(at(semaphore)?))))
}

/// Makes a call that gives a semaphore.
#[track_caller]
fn new(made: SemaphoreCall) -> Called<SemaphoreId> {
    match call(SystemCall::Semaphore(made))? {
        Answer::Semaphore(id) => Ok(id),
        answer => unexpected(&answer),
    }
}

pub unsafe fn sem_init(semaphore: *mut sem_t, shared: c_int, value: c_uint) -> c_int {
    real_unless_shared!(c"sem_init", semaphore, shared: c_int, value: c_uint);
    result(|| {
        let id = new(SemaphoreCall::Init { value })?;
        with_addresses(|all| all.semaphores.insert(semaphore.addr(), id));
        Ok(0)
    })
}

pub unsafe fn sem_destroy(semaphore: *mut sem_t) -> c_int {
    real_unless_shared!(c"sem_destroy", semaphore);
    done_with(semaphore, |id| SemaphoreCall::Destroy { id })
}

/// A process that opens a semaphore again gets the same address.
pub unsafe fn sem_open(
    name: *const c_char,
    flags: c_int,
    mode: mode_t,
    value: c_uint,
) -> *mut sem_t {
    if !processes::is_program() {
        type Open = unsafe extern "C" fn(*const c_char, c_int, mode_t, c_uint) -> *mut sem_t;
        // SAFETY: that is its type with all arguments; and the caller promises what it asks for.
        return unsafe {
            super::real::<Open>(c"sem_open")
                .map_or(libc::SEM_FAILED, |f| f(name, flags, mode, value))
        };
    }
    result(|| {
        // SAFETY: the caller promises that it ends in a zero byte.
        let name = unsafe { text(name)? }.to_owned();
        let flags = flags & (libc::O_CREAT | libc::O_EXCL);
        let flags = translate(flags, &CREATION, OpenFlags::EMPTY)?;
        let id = new(SemaphoreCall::Open { name, flags, value })?;
        with_addresses(|all| {
            let known = all.semaphores.iter().find(|(_, known)| **known == id);
            if let Some((address, _)) = known {
                return Ok(*address as *mut sem_t);
            }
            let address = all.reserve(size_of::<sem_t>())?;
            all.semaphores.insert(address, id);
            Ok(address as *mut sem_t)
        })
    })
}

pub unsafe fn sem_close(semaphore: *mut sem_t) -> c_int {
    real_unless_shared!(c"sem_close", semaphore);
    done_with(semaphore, |id| SemaphoreCall::Close { id })
}

pub unsafe fn sem_unlink(name: *const c_char) -> c_int {
    if !processes::is_program() {
        type Unlink = unsafe extern "C" fn(*const c_char) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Unlink>(c"sem_unlink").map_or(-1, |f| f(name)) };
    }
    result(|| {
        // SAFETY: the caller promises that it ends in a zero byte.
        let name = unsafe { text(name)? }.to_owned();
        done(SystemCall::Semaphore(SemaphoreCall::Unlink { name }))
    })
}

pub unsafe fn sem_post(semaphore: *mut sem_t) -> c_int {
    real_unless_shared!(c"sem_post", semaphore);
    done_with(semaphore, |id| SemaphoreCall::Post { id })
}

pub unsafe fn sem_wait(semaphore: *mut sem_t) -> c_int {
    real_unless_shared!(c"sem_wait", semaphore);
    done_with(semaphore, |id| SemaphoreCall::Wait { id, until: None })
}

pub unsafe fn sem_trywait(semaphore: *mut sem_t) -> c_int {
    real_unless_shared!(c"sem_trywait", semaphore);
    done_with(semaphore, |id| SemaphoreCall::TryWait { id })
}

pub unsafe fn sem_timedwait(semaphore: *mut sem_t, until: *const timespec) -> c_int {
    real_unless_shared!(c"sem_timedwait", semaphore, until: *const timespec);
    result(|| {
        let id = at(semaphore)?;
        // SAFETY: the caller promises that it is valid.
        let until = unsafe { *until };
        let nanoseconds = u32::try_from(until.tv_nsec).ok();
        let nanoseconds = nanoseconds.filter(|part| *part < 1_000_000_000);
        let part = nanoseconds.ok_or(Failure(libc::EINVAL))?;
        let seconds = u64::try_from(until.tv_sec).unwrap_or_default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let left = Duration::new(seconds, part).saturating_sub(now.unwrap_or_default());
        let limit = u64::try_from(left.as_nanos()).unwrap_or(u64::MAX);
        let wait = SystemCall::Semaphore(SemaphoreCall::Wait { id, until: None });
        done(within(wait, limit))
    })
}

pub unsafe fn sem_getvalue(semaphore: *mut sem_t, to: *mut c_int) -> c_int {
    real_unless_shared!(c"sem_getvalue", semaphore, to: *mut c_int);
    result(|| {
        let id = at(semaphore)?;
        let value = number(SystemCall::Semaphore(SemaphoreCall::Value { id }))?;
        // SAFETY: the caller promises that there is room for it.
        unsafe { to.write(c_int::try_from(value).unwrap_or(c_int::MAX)) };
        Ok(0)
    })
}
