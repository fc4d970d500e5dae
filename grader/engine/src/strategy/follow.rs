//! Takes the choices of a given schedule again.

use super::{Candidate, Pick, Strategy, View};
use crate::schedule::{Choice, Schedule};

/// Follows a schedule; after its last choice no thread is preempted any more.
#[derive(Debug)]
pub struct Follow {
    choices: Vec<Choice>,
    at: usize,
    exact: bool,
}

impl Follow {
    /// Follows `schedule` to the letter, and gives up where it is not possible.
    pub fn exactly(schedule: Schedule) -> Self {
        Self {
            choices: schedule.0,
            at: 0,
            exact: true,
        }
    }

    /// Follows `schedule` where it is possible, and leaves out what is not.
    pub fn loosely(schedule: Schedule) -> Self {
        Self {
            choices: schedule.0,
            at: 0,
            exact: false,
        }
    }
}

impl Strategy for Follow {
    fn choose(&mut self, view: &View<'_>) -> Option<Candidate> {
        while let Some(&choice) = self.choices.get(self.at) {
            let Choice::Run(task, wake) = choice else {
                if self.exact {
                    return None;
                }
                self.at += 1;
                continue;
            };
            self.at += 1;
            let wanted = |c: &Candidate| c.task == task && c.wake == wake;
            let found = view.candidates().find(wanted);
            if found.is_some() || self.exact {
                return found;
            }
        }
        Some(view.default_choice())
    }

    fn when_all_wait(&mut self, view: &View<'_>) -> Option<Candidate> {
        let Choice::Run(task, wake) = *self.choices.get(self.at)? else {
            return None;
        };
        let step = Candidate { task, wake };
        let found = view.rare.iter().find(|&c| c == step);
        self.at += usize::from(found.is_some());
        found
    }

    fn pick(&mut self, _: usize, _: Pick) -> usize {
        match self.choices.get(self.at) {
            Some(&Choice::Pick(index)) => {
                self.at += 1;
                index
            }
            _ => 0,
        }
    }

    fn is_exact(&self) -> bool {
        self.at < self.choices.len()
    }
}
