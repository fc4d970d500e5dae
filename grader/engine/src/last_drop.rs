//! Values that are dropped with the last `Arc`, and whether it matters which thread does it.
//!
//! A destructor that does something visible does it in the thread whose `Arc` happens to be
//! the last. That the drops are ordered by nothing is known only then; who searches begins
//! anew, with drops that depend on one another.

use crate::{access::Access, config::Granularity, execution::Execution, runtime::try_with};

/// While this lives, the current thread drops a value with its last `Arc`.
#[derive(Debug)]
#[must_use = "the drop is over when this is dropped"]
pub struct LastDrop {
    /// How many drops it counts for among those whose thread can be another one.
    counted: u32,
}

impl LastDrop {
    /// The value's destructor is about to run.
    pub fn begin() -> Self {
        Self::note(1)
    }

    /// The same for a value whose sharers are not counted by steps.
    pub fn begin_uncounted() -> Self {
        Self::note(0)
    }

    fn note(counted: u32) -> Self {
        try_with(|execution| {
            let current = execution.current;
            execution.tasks[current].last_drops += 1;
            execution.last_drops += counted;
        });
        Self { counted }
    }
}

impl Drop for LastDrop {
    fn drop(&mut self) {
        try_with(|execution| {
            let current = execution.current;
            let task = &mut execution.tasks[current];
            task.last_drops = task.last_drops.saturating_sub(1);
            execution.last_drops = execution.last_drops.saturating_sub(self.counted);
        });
    }
}

impl Execution {
    /// The current thread does something that others can tell. If a destructor does it, and
    /// another thread could have been the one to run it, all of them are to be tried.
    #[inline]
    pub(crate) fn tell_drops(&mut self) {
        if self.last_drops > 0 {
            self.tell_last_drop();
        }
    }

    /// The same for what it does to a resource.
    #[inline]
    pub(crate) fn tell_access(&mut self, access: Access) {
        if self.last_drops > 0 {
            let gives_back = matches!(access, Access::Release | Access::ReleaseShared);
            if gives_back && !self.releases_can_be_told() && !self.is_weak() {
                // Whoever waits for it comes after all drops, whichever thread was the last.
                self.dropped_untold = true;
            } else {
                self.tell_last_drop();
            }
        }
    }

    /// Something seems to be ordered by nothing. What a thread gave back that dropped the last
    /// `Arc` may order it, together with the drops of the others.
    pub(crate) fn doubt_drops(&mut self) {
        if self.dropped_untold {
            self.need(Granularity::Drops);
        }
    }

    #[cold]
    fn tell_last_drop(&mut self) {
        if self.tasks[self.current].last_drops > 0 && !self.has_joined_all() {
            self.need(Granularity::Drops);
        }
    }

    /// Whether all that other threads have done comes before this under any schedule, because
    /// they were joined. Clocks are no help: they say what came before what under this one.
    pub(crate) fn has_joined_all(&self) -> bool {
        let current = self.current;
        let joined = self.tasks[current].joined;
        (0..self.tasks.len()).all(|other| other == current || joined.contains(other))
    }
}
