//! The clock and its timers: `clock_nanosleep(2)`, `alarm(2)`, `setitimer(2)`.
//!
//! Time passes only when [`Kernel::advance_to`] says so. An explorer does that when all processes
//! wait: to the earliest of [`Kernel::next_timer`] and of what their calls wait for
//! ([`WaitFor::until`]).

use serde::{Deserialize, Serialize};

use crate::{
    access::Accesses,
    kernel::{Kernel, Reply, WaitFor},
    process::Pid,
    signal::Signal,
};

/// A time since the beginning, or a duration, in nanoseconds.
pub type Nanos = u64;

const SECOND: Nanos = 1_000_000_000;

/// What an interval timer has left, and is set to: `struct itimerval` of `setitimer(2)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IntervalTimer {
    /// In how long it sends `SIGALRM`; 0 for never.
    pub value: Nanos,
    /// How long after that it does so again; 0 for never.
    pub interval: Nanos,
}

/// The timer of a process: `ITIMER_REAL`, which `alarm(2)` sets too.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Timer {
    /// When it sends its signal, or has sent the last one.
    at: Nanos,
    /// Whether it is going to.
    is_armed: bool,
    interval: Nanos,
}

impl WaitFor {
    /// When the call need not wait any more whatever others do, if there is such a time.
    pub const fn until(self) -> Option<Nanos> {
        match self {
            Self::Time(until) => Some(until),
            Self::Semaphore(_, until) => until,
            _ => None,
        }
    }
}

impl Kernel {
    /// How long the system has been running.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// When the next timer of a process sends a signal.
    pub fn next_timer(&self) -> Option<Nanos> {
        self.next_alarm().map(|(at, _)| at)
    }

    /// Lets time pass. Timers send their signals in the order of their times; those of one time in
    /// that of the numbers of their processes.
    ///
    /// # Panics
    ///
    /// Panics if it is later already.
    pub fn advance_to(&mut self, time: Nanos) {
        assert!(time >= self.now, "time does not go back");
        while let Some((_, pid)) = self.next_alarm().filter(|(at, _)| *at <= time) {
            self.expire_timer(pid);
        }
        self.now = time;
    }

    /// Says what time it is for the calls to come, and lets no timer send a signal. For an explorer
    /// in which each process has a time of its own, which is not later than that of all others:
    /// there [`expire_timer`](Self::expire_timer) says when a timer does.
    pub fn set_time(&mut self, time: Nanos) {
        self.now = time;
    }

    /// When the timer of a process sends its signal, if it is going to.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn timer(&self, pid: Pid) -> Option<Nanos> {
        let timer = self.process(pid).timer;
        timer.is_armed.then_some(timer.at)
    }

    /// The timer of a process sends its signal, if it is going to.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn expire_timer(&mut self, pid: Pid) {
        let timer = &mut self.process_mut(pid).timer;
        if std::mem::take(&mut timer.is_armed) {
            self.send_signal(pid, Signal::ALRM);
        }
    }

    /// What the expiry of the timer of a process touches.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn expiry_accesses(&self, pid: Pid) -> Accesses {
        let mut accesses = Accesses::new();
        self.signal_accesses(pid, Signal::ALRM, &mut accesses);
        accesses
    }

    /// Waits until it is that late. `clock_nanosleep(2)`
    pub fn sleep_until(&self, time: Nanos) -> Reply<()> {
        if self.now >= time {
            Reply::Done(())
        } else {
            Reply::Waits(WaitFor::Time(time))
        }
    }

    /// Sets the timer of a process to so many seconds from now, or stops it with 0. Gives the
    /// seconds that the one before had left: rounded, but never to 0. `alarm(2)`
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn alarm(&mut self, pid: Pid, seconds: u32) -> u64 {
        let value = Nanos::from(seconds) * SECOND;
        let old = self.setitimer(pid, IntervalTimer { value, interval: 0 });
        let rounded = (old.value + SECOND / 2) / SECOND;
        rounded.max(u64::from(old.value > 0))
    }

    /// Sets the timer of a process, and gives what the one before had left: `ITIMER_REAL` of
    /// `setitimer(2)`. An interval timer goes on when its `SIGALRM` has been taken; if the process
    /// ignores that signal, it does not.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn setitimer(&mut self, pid: Pid, timer: IntervalTimer) -> IntervalTimer {
        let old = self.getitimer(pid);
        let is_armed = timer.value > 0;
        self.process_mut(pid).timer = Timer {
            at: self.now.saturating_add(timer.value),
            is_armed,
            interval: if is_armed { timer.interval } else { 0 },
        };
        old
    }

    /// What the timer of a process has left: `ITIMER_REAL` of `getitimer(2)`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such process.
    pub fn getitimer(&self, pid: Pid) -> IntervalTimer {
        let timer = self.process(pid).timer;
        IntervalTimer {
            value: if timer.is_armed {
                // One that is due has something left all the same.
                timer.at.saturating_sub(self.now).max(1)
            } else {
                0
            },
            interval: timer.interval,
        }
    }

    /// Lets an interval timer go on in its rhythm, because its signal has been taken. Linux does it
    /// then: if the signal is never taken, there is no other.
    pub(crate) fn rearm_timer(&mut self, pid: Pid) {
        let now = self.now;
        let timer = &mut self.process_mut(pid).timer;
        if timer.is_armed || timer.interval == 0 {
            return;
        }
        let missed = now.saturating_sub(timer.at) / timer.interval;
        let next = timer.interval.saturating_mul(missed.saturating_add(1));
        timer.at = timer.at.saturating_add(next);
        timer.is_armed = true;
    }

    /// The timer that is the next, and whose it is.
    fn next_alarm(&self) -> Option<(Nanos, Pid)> {
        let all = self.processes.all();
        let armed = all.filter(|(_, process)| process.timer.is_armed);
        armed.map(|(pid, process)| (process.timer.at, pid)).min()
    }
}
