//! How executions are run, apart from who chooses their schedules.

use grader_schema::protocol::Run;
use interleave::{Executed, Granularity, Schedule};

/// Steps that an execution may take at first, as a multiple of those without progress. One that
/// goes on to change something is given more room, to see whether it ends.
const USUAL_LENGTH: usize = 2;

/// The same for one that is given more room.
const GREATEST_LENGTH: usize = 50;

/// How executions are run, apart from who chooses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) granularity: Granularity,
    pub(super) traced: bool,
    /// Steps that they may take, as a multiple of those without progress.
    length: usize,
}

impl Manner {
    pub(super) fn new(granularity: Granularity) -> Self {
        Self {
            granularity,
            traced: false,
            length: USUAL_LENGTH,
        }
    }

    /// How an execution of this schedule is run again.
    pub(super) fn of(schedule: &Schedule, granularity: Granularity, run: &Run) -> Self {
        let usual = (run.max_steps as usize).saturating_mul(USUAL_LENGTH);
        let mut manner = Self::new(granularity);
        if schedule.steps() > usual {
            manner.length = GREATEST_LENGTH;
        }
        manner
    }

    /// Takes in how fine the steps have to be.
    pub(super) fn refine(&mut self, executed: &Executed) {
        self.granularity = executed.finer.unwrap_or(self.granularity);
    }

    /// Steps that an execution may take.
    pub(super) fn longest(&self, run: &Run) -> usize {
        (run.max_steps as usize).saturating_mul(self.length)
    }

    /// Whether executions are given more room already.
    pub(super) fn has_room(&self) -> bool {
        self.length == GREATEST_LENGTH
    }

    /// The same with more room.
    pub(super) fn with_room(self) -> Self {
        Self {
            length: GREATEST_LENGTH,
            ..self
        }
    }
}
