//! What a thread is told by modelled objects beyond what follows from its own operations.
//!
//! The only thread of a process learns of others by its system calls, which are answered elsewhere, and
//! by what is taken in here: choices in its steps, wake-ups out of turn, and the clock. All else that
//! it finds it has put there itself. So its past is a function of the two.

use crate::{execution::Execution, op::Wake, runtime::try_with};

/// A digest of what one thread was told, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Told(u64);

impl Told {
    /// It goes on by this wake-up, which is not the usual one.
    pub(crate) fn woken(&mut self, wake: Wake) {
        self.take_in(1, wake as u64);
    }

    /// One of several continuations of its step was chosen.
    pub(crate) fn picked(&mut self, index: usize) {
        self.take_in(2, index as u64);
    }

    /// It has read this from its clock, in nanoseconds.
    pub(crate) fn read_clock(&mut self, now: u64) {
        self.take_in(3, now);
    }

    /// The finaliser of `SplitMix64` (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
    /// Generators", 2014), on what came before and what comes now.
    fn take_in(&mut self, kind: u64, value: u64) {
        let mut mixed = self.0.rotate_left(7) ^ value.wrapping_mul(4).wrapping_add(kind);
        mixed = mixed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        self.0 = mixed ^ (mixed >> 31);
    }
}

/// A digest of what the current thread was told by modelled objects so far, and of its time, if it is
/// the only one that its process has had. With others, what it knows is not a function of that. Nothing
/// outside of an execution, and when that is over.
pub fn told_alone() -> Option<u64> {
    try_with(Execution::told_alone).flatten()
}

impl Execution {
    fn told_alone(&mut self) -> Option<u64> {
        let current = &self.tasks[self.current];
        let of_its_process = self
            .tasks
            .iter()
            .filter(|task| task.process == current.process);
        let is_alone = !self.over && of_its_process.count() == 1;
        is_alone.then(|| {
            let mut told = current.told;
            told.read_clock(current.clock.time());
            told.0
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, panic::Location, rc::Rc};

    use super::*;
    use crate::{
        Config, Handle, Strategy,
        objects::{
            condvar::{self, Condvar},
            mutex::{self, Mutex},
            thread::{join, spawn, yield_now},
        },
        run,
        strategy::{Candidate, Pick, View},
        time,
    };

    fn here() -> &'static Location<'static> {
        Location::caller()
    }

    /// Lets threads go on by luck if it can, or never.
    #[derive(Debug)]
    struct Lucky(bool);

    impl Strategy for Lucky {
        fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
            let lucky = || view.candidates().find(|c| c.wake == Wake::Spurious);
            let usual = view.default_choice();
            self.0.then(lucky).flatten().or(Some(usual))
        }

        fn when_all_wait(&mut self, view: &View<'_>) -> Option<Candidate> {
            view.rare.iter().find(|c| c.wake == Wake::Spurious)
        }

        fn pick(&mut self, count: usize, _: Pick) -> usize {
            if self.0 { count - 1 } else { 0 }
        }
    }

    fn told(lucky: bool, program: fn()) -> Option<u64> {
        let told = Rc::new(Cell::new(None));
        let seen = Rc::clone(&told);
        run(Config::default(), &mut Lucky(lucky), move || {
            program();
            seen.set(told_alone());
        });
        told.get()
    }

    #[test]
    fn what_a_thread_does_itself_tells_it_nothing() {
        let yields = || (0..3).for_each(|_| yield_now(here()));
        assert!(told(false, || ()).is_some());
        assert_eq!(told(false, yields), told(false, || ()));
    }

    #[test]
    fn choices_and_clocks_tell_a_thread_something() {
        let unlucky = || {
            crate::runtime::with(Execution::is_unlucky);
        };
        assert_ne!(told(false, unlucky), told(true, unlucky));
        let reads = || {
            time::read_clock();
        };
        let sleeps = || {
            time::sleep(Some(5), here());
            time::read_clock();
        };
        let all = [told(false, || ()), told(false, reads), told(false, sleeps)];
        assert!(all[0] != all[1] && all[1] != all[2], "{all:?}");
    }

    #[test]
    fn a_spurious_wake_up_tells_a_thread_something() {
        let waits = || {
            let mutex = Handle::<Mutex>::new();
            let mutex = mutex.resolve(std::ptr::null_mut(), 0);
            let condvar = Handle::<Condvar>::new();
            let condvar = condvar.resolve(std::ptr::null_mut(), 0);
            mutex::lock(mutex, here());
            condvar::wait(condvar, mutex, None, None, here());
        };
        let woken = told(true, waits);
        assert!(woken.is_some() && woken != told(true, || ()), "{woken:?}");
    }

    #[test]
    fn what_one_of_several_threads_knows_is_not_told_by_this() {
        let joins = || {
            let thread = spawn(None, here(), Box::new(|| ()));
            join(thread, here());
        };
        assert_eq!(told(false, joins), None);
        assert_eq!(told_alone(), None);
    }
}
