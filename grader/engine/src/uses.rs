//! What a program is built from: the sorts of object that it uses, and where first.

use std::panic::Location;

use crate::{execution::Execution, objects::Class, op::Op};

/// A sort of object that a program uses.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// The sort.
    pub class: Class,
    /// Where it was used first in this file.
    pub location: &'static Location<'static>,
}

impl Execution {
    /// Notes what sort of object the current thread is about to act on, if the execution is asked to.
    #[inline]
    pub(crate) fn note_pending_use(&mut self) {
        if self.config.lists_uses {
            self.note_use(self.tasks[self.current].pending);
        }
    }

    /// Notes what sort of object `op` is about to act on, if the execution is asked to.
    #[inline]
    pub(crate) fn note_use(&mut self, op: Op) {
        // An `Arc` is counted whoever uses it, and is noted in no program or in all that have one.
        if self.config.lists_uses
            && let Some(object) = op.object()
            && object.class != Class::Arc
        {
            self.note_use_of(object.class, op);
        }
    }

    #[cold]
    fn note_use_of(&mut self, class: Class, op: Op) {
        let same =
            |known: &Use| known.class == class && known.location.file() == op.location.file();
        if !self.uses.iter().any(same) {
            self.uses.push(Use {
                class,
                location: op.location,
            });
        }
    }
}
