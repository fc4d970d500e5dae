//! The clock and the alarm: `clock_gettime(2)`, `clock_nanosleep(2)`, `alarm(2)`. Time is virtual, as in the modelled library. A
//! sleep is a call of the kernel, which signals interrupt.

use std::time::Duration;

use interleave::time;
use interleave_std::time::{SystemTime, UNIX_EPOCH};
use kernel::{Nanos, SystemCall, TimeCall};
use libc::{c_int, c_uint, clockid_t, timespec};

use super::{
    real_unless_program,
    result::{Called, Failure, done, number, result, within},
};

/// A second in nanoseconds.
const SECOND: u32 = 1_000_000_000;

/// The clocks by which one can sleep.
const CLOCKS: [clockid_t; 3] = [
    libc::CLOCK_REALTIME,
    libc::CLOCK_MONOTONIC,
    libc::CLOCK_BOOTTIME,
];

pub unsafe fn clock_gettime(clock: clockid_t, to: *mut timespec) -> c_int {
    // The library's own function need not enter the kernel.
    if !processes::is_program() {
        type Gettime = unsafe extern "C" fn(clockid_t, *mut timespec) -> c_int;
        // SAFETY: that is its type; and the caller promises what it asks for.
        return unsafe { super::real::<Gettime>(c"clock_gettime").map_or(-1, |f| f(clock, to)) };
    }
    result(|| {
        // SAFETY: the caller promises room for it.
        unsafe { to.write(timespec_of(now(clock)?)) };
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

fn timespec_of(time: Duration) -> timespec {
    timespec {
        tv_sec: time.as_secs().cast_signed(),
        tv_nsec: time.subsec_nanos().into(),
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

/// Sleeps so long, or until a handler of a signal has run.
#[track_caller]
fn sleep(duration: Duration) -> Called<c_int> {
    let sleep = SystemCall::Time(TimeCall::Sleep { until: Nanos::MAX });
    done(match u64::try_from(duration.as_nanos()) {
        Ok(limit) => within(sleep, limit),
        Err(_) => sleep,
    })
}

/// The same; if a handler has run, what is left is written to `left`.
///
/// # Safety
///
/// There must be room for it, if it is not null.
#[track_caller]
unsafe fn sleep_or_tell(duration: Duration, left: *mut timespec) -> Called<c_int> {
    if left.is_null() {
        return sleep(duration);
    }
    let before = now(libc::CLOCK_MONOTONIC)?;
    let slept = sleep(duration);
    if slept == Err(Failure(libc::EINTR)) {
        let passed = now(libc::CLOCK_MONOTONIC)?.saturating_sub(before);
        // SAFETY: as above.
        unsafe { left.write(timespec_of(duration.saturating_sub(passed))) };
    }
    slept
}

pub unsafe fn nanosleep(duration: *const timespec, left: *mut timespec) -> c_int {
    real_unless_program!(SYS_nanosleep, duration, left);
    // SAFETY: the caller promises that both are valid.
    result(|| unsafe { sleep_or_tell(duration_of(*duration)?, left) })
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
        if !CLOCKS.contains(&clock) {
            return Err(Failure(libc::EINVAL));
        }
        if flags & libc::TIMER_ABSTIME != 0 {
            return sleep(given.saturating_sub(now(clock)?));
        }
        // SAFETY: the caller promises room for what is left.
        unsafe { sleep_or_tell(given, left) }
    });
    match slept {
        0 => 0,
        // SAFETY: it is the address of a variable of this thread.
        _ => unsafe { *libc::__errno_location() },
    }
}

pub unsafe fn alarm(seconds: c_uint) -> c_uint {
    if !processes::is_program() {
        type Alarm = unsafe extern "C" fn(c_uint) -> c_uint;
        // SAFETY: that is its type.
        return unsafe { super::real::<Alarm>(c"alarm").map_or(0, |f| f(seconds)) };
    }
    let left = result(|| number(SystemCall::Time(TimeCall::Alarm { seconds })));
    // There is no error of it.
    c_uint::try_from(left).unwrap_or_default()
}
