//! The copy of an execution that a forked process has.
//!
//! Only the thread that forked goes on there. What it does to modelled objects stays in the
//! process: it is done at once if it is possible, and never else, for no other thread of the copy
//! could make it so. A mutex that another thread held at the fork is never free again, as on a
//! real system.

use std::{cell::Cell, panic::Location};

use crate::{
    panics::PanicRecord,
    runtime::{try_with, with},
};

/// How a thread ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its function returned.
    Returned,
    /// A panic that it did not catch ended it.
    Panicked,
}

/// What a process does that the copy cannot do.
#[derive(Debug, Clone, Copy)]
pub struct Outlet {
    /// The thread waits for what never comes.
    pub waits_forever: fn() -> !,
    /// The thread has ended: it returned, or unwound. There is no other one that could go on.
    pub ends: fn(Ended) -> !,
    /// The thread panics, and has not begun to unwind. It must not panic there.
    pub panics: fn(&PanicRecord),
    /// The thread sleeps for so many nanoseconds, or for good.
    pub sleeps: fn(Option<u64>, &'static Location<'static>),
    /// The thread looks at the clock: nanoseconds since the start of the execution.
    pub reads_clock: fn() -> u64,
}

thread_local! {
    static OUTLET: Cell<Option<Outlet>> = const { Cell::new(None) };
}

/// The current process is a forked one from now on, and the current thread its only one.
///
/// # Panics
///
/// Panics outside of an execution.
pub fn go_solo(outlet: Outlet) {
    with(|execution| {
        execution.over = true;
        execution.panics.clear();
        let current = execution.current;
        execution.tasks[current].panics = 0;
    });
    OUTLET.set(Some(outlet));
}

/// The forked process runs another program from now on, of which nothing has happened yet: each static
/// has its first value when it is touched next, and the thread no values of its own. What it had is not
/// dropped, as it is not where a program is started really. `execve(2)`
///
/// # Panics
///
/// Panics outside of an execution.
pub fn begin_program() {
    with(|execution| {
        execution.begin_generation();
        let current = execution.current;
        execution.tasks[current].locals.clear();
    });
}

/// What a forked process does that its copy cannot do; nothing in another one.
pub(crate) fn outlet() -> Option<Outlet> {
    OUTLET.get()
}

/// The panic that the current thread of a forked process was ended by, if it has caught none.
pub fn last_panic() -> Option<PanicRecord> {
    try_with(|execution| execution.panics.last().cloned()).flatten()
}

#[cfg(test)]
mod tests {
    use std::{panic, rc::Rc};

    use super::*;
    use crate::{
        Config, Handle,
        objects::mutex::{self, Mutex},
        runtime::run,
        strategy::RandomWalk,
        time,
    };

    thread_local! {
        static TIME: Cell<u64> = const { Cell::new(7) };
    }

    const OUTLET: Outlet = Outlet {
        waits_forever: || panic::resume_unwind(Box::new("waits forever")),
        ends: |_| unreachable!("the outlet is taken away before that"),
        panics: |_| {},
        sleeps: |duration, _| TIME.set(TIME.get() + duration.expect("it ends")),
        reads_clock: || TIME.get(),
    };

    #[test]
    fn what_is_possible_is_done_and_what_is_not_never_is() {
        let went = Rc::new(Cell::new((false, false)));
        let seen = Rc::clone(&went);
        // It stands for the copy: a real one would end here.
        let body = move || {
            let here = std::panic::Location::caller();
            let handle = Handle::<Mutex>::new();
            let mutex = handle.resolve(std::ptr::null_mut(), 0);
            go_solo(OUTLET);
            mutex::lock(mutex, here);
            seen.set((true, false));
            let waits = panic::catch_unwind(panic::AssertUnwindSafe(|| mutex::lock(mutex, here)));
            seen.set((true, waits.is_err()));
        };
        let body = move || {
            body();
            super::OUTLET.set(None);
        };
        run(Config::default(), &mut RandomWalk::new(1), body);
        assert_eq!(went.get(), (true, true));
    }

    #[test]
    fn its_time_is_that_of_the_system() {
        let seen = Rc::new(Cell::new([0; 3]));
        let told = Rc::clone(&seen);
        let body = move || {
            let here = std::panic::Location::caller();
            go_solo(OUTLET);
            time::sleep(Some(5), here);
            told.set([time::read_clock(), time::read_system_clock(), time::now()]);
            super::OUTLET.set(None);
        };
        run(Config::default(), &mut RandomWalk::new(1), body);
        assert_eq!(seen.get(), [12; 3]);
    }
}
