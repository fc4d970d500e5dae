//! Steps in the order of virtual time: what happens on an idle machine, where nobody is slow. Who
//! gives up after a second does so before another thread has slept for an hour. Samplers hardly come
//! to that, because a thread that has slept is one like all others for them.

use super::{Candidate, Pick, Strategy, TIRED, View};
use crate::op::Wake;

/// The schedule in the order of virtual time, and without preemptions where that leaves a choice.
#[derive(Debug, Default)]
pub struct ByTime {
    /// The time of the last step.
    time: u64,
    /// Steps since time has passed. Who spins until another thread does something lets none pass.
    steps: usize,
}

/// When a thread would take a step.
fn moment(view: &View<'_>, candidate: Candidate) -> u64 {
    let task = &view.tasks[candidate.task];
    let now = task.clock.time();
    match candidate.wake {
        Wake::Normal => now,
        Wake::Timeout => task.deadline().unwrap_or(now).max(now),
        // It needs luck, which comes last.
        Wake::Spurious => u64::MAX,
    }
}

impl Strategy for ByTime {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        let default = view.default_choice();
        let earliest = view
            .candidates()
            .map(|candidate| moment(view, candidate))
            .min()?;
        if earliest > self.time {
            self.time = earliest;
            self.steps = 0;
        }
        self.steps += 1;
        if self.steps > TIRED || moment(view, default) == earliest {
            return Some(default);
        }
        view.candidates()
            .find(|candidate| moment(view, *candidate) == earliest)
    }

    fn pick(&mut self, _: usize, _: Pick) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, panic::Location, rc::Rc};

    use super::*;
    use crate::{
        Config,
        objects::thread::{join, spawn, yield_now},
        runtime::run,
        time,
    };

    #[test]
    fn who_sleeps_longer_goes_on_later_however_often_others_sleep() {
        let order = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&order);
        run(Config::default(), &mut ByTime::default(), move || {
            let here = Location::caller();
            let threads = [(1, 1000), (300, 1), (1, 500)].map(|(times, duration)| {
                let seen = Rc::clone(&seen);
                let body = move || {
                    (0..times).for_each(|_| time::sleep(Some(duration), here));
                    // The end of a sleep is a part of its step.
                    yield_now(here);
                    seen.borrow_mut().push(times * duration);
                };
                spawn(None, here, Box::new(body))
            });
            for thread in threads {
                join(thread, here);
            }
        });
        assert_eq!(*order.borrow(), [500, 300, 1000]);
    }

    #[test]
    fn who_spins_lets_others_go_on_in_the_end() {
        let executed = run(Config::default(), &mut ByTime::default(), || {
            let here = Location::caller();
            let thread = spawn(None, here, Box::new(move || time::sleep(Some(1000), here)));
            while !crate::objects::thread::is_finished(thread, here) {
                yield_now(here);
            }
            join(thread, here);
        });
        assert!(matches!(executed.outcome, crate::Outcome::Completed));
        assert!(executed.schedule.0.len() < 1000);
    }
}
