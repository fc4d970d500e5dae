//! The clock: `clock_gettime(2)`, `clock_nanosleep(2)`. Time is virtual, as in the modelled library.

use std::{panic::Location, time::Duration};

use interleave::time;
use interleave_std::time::{SystemTime, UNIX_EPOCH};
use libc::{c_int, clockid_t, timespec};

use super::{
    real_unless_program,
    result::{Called, Failure, result},
};

/// A second in nanoseconds.
const SECOND: u32 = 1_000_000_000;

pub unsafe fn clock_gettime(clock: clockid_t, to: *mut timespec) -> c_int {
    // The library's own function need not enter the kernel.
    if !processes::is_program() {
        type Gettime = unsafe extern "C" fn(clockid_t, *mut timespec) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Gettime>(c"clock_gettime").map_or(-1, |f| f(clock, to)) };
    }
    result(|| {
        let now = now(clock)?;
        let now = timespec {
            tv_sec: now.as_secs().cast_signed(),
            tv_nsec: now.subsec_nanos().into(),
        };
        // SAFETY: the caller promises room for it.
        unsafe { to.write(now) };
        Ok(0)
    })
}

/// What a clock shows.
fn now(clock: clockid_t) -> Called<Duration> {
    match clock {
        libc::CLOCK_REALTIME | libc::CLOCK_REALTIME_COARSE => Ok(SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()),
        libc::CLOCK_MONOTONIC | libc::CLOCK_MONOTONIC_COARSE | libc::CLOCK_BOOTTIME => {
            Ok(Duration::from_nanos(time::read_clock()))
        }
        _ => Err(Failure(libc::EINVAL)),
    }
}

/// A duration, or a moment.
fn duration_of(time: timespec) -> Called<Duration> {
    let seconds = u64::try_from(time.tv_sec).ok();
    let rest = u32::try_from(time.tv_nsec)
        .ok()
        .filter(|rest| *rest < SECOND);
    match (seconds, rest) {
        (Some(seconds), Some(rest)) => Ok(Duration::new(seconds, rest)),
        _ => Err(Failure(libc::EINVAL)),
    }
}

fn sleep(duration: Duration, location: &'static Location<'static>) {
    time::sleep(u64::try_from(duration.as_nanos()).ok(), location);
}

pub unsafe fn nanosleep(duration: *const timespec, left: *mut timespec) -> c_int {
    real_unless_program!(SYS_nanosleep, duration, left);
    result(|| {
        // SAFETY: the caller promises that it is valid.
        sleep(duration_of(unsafe { *duration })?, Location::caller());
        Ok(0)
    })
}

/// It gives the number of the error, and does not set `errno`.
pub unsafe fn clock_nanosleep(
    clock: clockid_t,
    flags: c_int,
    duration: *const timespec,
    left: *mut timespec,
) -> c_int {
    if !processes::is_program() {
        type Sleep =
            unsafe extern "C" fn(clockid_t, c_int, *const timespec, *mut timespec) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe {
            super::real::<Sleep>(c"clock_nanosleep")
                .map_or(libc::ENOSYS, |f| f(clock, flags, duration, left))
        };
    }
    let slept: c_int = result(|| {
        // SAFETY: the caller promises that it is valid.
        let given = duration_of(unsafe { *duration })?;
        let now = now(clock)?;
        let duration = if flags & libc::TIMER_ABSTIME == 0 {
            given
        } else {
            given.saturating_sub(now)
        };
        sleep(duration, Location::caller());
        Ok(0)
    });
    match slept {
        0 => 0,
        // SAFETY: it is the address of a variable of this thread.
        _ => unsafe { *libc::__errno_location() },
    }
}
