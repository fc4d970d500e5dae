//! What an execution leaves to the next one: room, and nothing in it.

use std::cell::Cell;

use crate::{
    access::Footprint, candidates::Candidates, object::Object, readiness::Readiness, task::Task,
};

thread_local! {
    static SPARE: Cell<Option<Spare>> = const { Cell::new(None) };
}

/// Empty collections that have grown as far as an earlier execution needed.
#[derive(Default)]
pub(crate) struct Spare {
    pub(crate) tasks: Vec<Task>,
    pub(crate) objects: Vec<Object>,
    pub(crate) readiness: Readiness,
    pub(crate) candidates: Candidates,
    pub(crate) footprint: Footprint,
    /// How many choices that execution made.
    pub(crate) choices: usize,
}

impl Spare {
    /// Room is made for so many choices at most; few executions make more.
    pub(crate) const CHOICES: usize = 256;

    /// What the last execution on this operating-system thread left.
    pub(crate) fn take() -> Self {
        let mut spare = SPARE.take().unwrap_or_default();
        spare.readiness.reset();
        spare
    }

    /// Leaves it to the next execution.
    pub(crate) fn leave(mut self) {
        self.tasks.clear();
        self.objects.clear();
        self.candidates.clear();
        self.footprint.clear();
        SPARE.set(Some(self));
    }
}
