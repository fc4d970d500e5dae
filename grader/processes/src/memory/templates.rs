//! Processes that stopped where they were forked, so that others can be forked there again.

use crate::{memory::tree::NodeId, scene::Seat};

/// A process that stopped at its fork.
#[derive(Debug)]
struct Template {
    /// The first node of those that are forked there.
    first: NodeId,
    /// The execution that used it last.
    used: u64,
    seat: Seat,
}

/// Those that are there, of processes that the first process forks.
#[derive(Debug, Default)]
pub(super) struct Templates(Vec<Template>);

impl Templates {
    /// The slot of the template for processes that begin at `first`, if there is one. It stays at least
    /// as long as the current execution, `now`.
    pub(super) fn hold(&mut self, first: NodeId, now: u64) -> Option<usize> {
        let template = self.0.iter_mut().find(|template| template.first == first)?;
        template.used = now;
        Some(template.seat.slot)
    }

    /// Whether there is room for one more, if there are `most` at most; that may end one which the current
    /// execution does not use.
    pub(super) fn make_room(&mut self, most: usize, now: u64) -> bool {
        if self.0.len() < most {
            return true;
        }
        let unused = self.0.iter().enumerate();
        let unused = unused.filter(|(_, template)| template.used != now);
        let oldest = unused.min_by_key(|(_, template)| template.used);
        let oldest = oldest.map(|(number, _)| number);
        oldest.map(|number| self.0.swap_remove(number)).is_some()
    }

    /// Adds one, for which there is room.
    pub(super) fn add(&mut self, first: NodeId, seat: Seat, now: u64) {
        let used = now;
        self.0.push(Template { first, used, seat });
    }
}
