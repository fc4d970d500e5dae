//! What a system chooses to do in a call, where a check asks for such
//! [choices](crate::SystemChoices): each is a surprise to the program.

use std::borrow::Cow;

use kernel::{Accesses, Answer, Errno, Pid, Request, SystemCall};

use super::{System, calls::shown};
use crate::{execution::Execution, objects::Id, op::Op, trace::Surprise};

impl Execution {
    /// Chooses what the system does in a call: the call that comes to that, and the surprise if it is
    /// one. What the choice depends on is added to the accesses.
    pub(super) fn choose_outcome<'a>(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &'a SystemCall,
        accesses: &mut Accesses,
    ) -> (Cow<'a, SystemCall>, Option<Surprise>) {
        let choices = self.config.system;
        if self.over {
            return (Cow::Borrowed(call), None);
        }
        if choices.connection_resets && self.resets(system, process, call, accesses) {
            return (Cow::Borrowed(call), Some(Surprise::Reset));
        }
        if choices.short_transfers
            && let Some((shorter, surprise)) = self.shorten(system, process, call)
        {
            return (Cow::Owned(shorter), Some(surprise));
        }
        if choices.reaping_order {
            let children = self.state(system).kernel.reapable(process, call);
            if children.len() > 1
                && let picked @ 1.. = self.pick_luck(children.len() - 1)
            {
                let child = children[picked];
                return (
                    Cow::Owned(call.of_child(child)),
                    Some(Surprise::Reaped(child)),
                );
            }
        }
        (Cow::Borrowed(call), None)
    }

    /// Whether the connection is reset with which a call transfers bytes.
    fn resets(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        accesses: &mut Accesses,
    ) -> bool {
        let may_be = self.state(system).kernel.may_be_reset(process, call);
        let resets = may_be && self.is_unlucky();
        let kernel = &mut self.state(system).kernel;
        accesses.extend(kernel.reset_accesses(process, call, resets));
        if resets {
            kernel.reset_connection(process, call);
        }
        resets
    }

    /// The call for fewer bytes than it could transfer, if it is to be one.
    fn shorten(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
    ) -> Option<(SystemCall, Surprise)> {
        let shorter = self.state(system).kernel.short_transfers(process, call);
        if shorter.is_empty() {
            return None;
        }
        let picked = self.pick_luck(shorter.len());
        let bytes = *shorter.get(picked.checked_sub(1)?)?;
        let of = call.asked_bytes();
        Some((call.shortened(bytes), Surprise::Short { bytes, of }))
    }

    /// A call that waits is interrupted.
    pub(super) fn interrupt(
        &mut self,
        system: Id<System>,
        process: Pid,
        call: &SystemCall,
        request: Option<&Request>,
        op: Op,
    ) -> kernel::Call<Answer> {
        if let Some(request) = request {
            self.touch_awaited(system, process, request);
        }
        self.progress();
        let reply = Err(Errno::EINTR);
        self.record_surprise(op, Some(Surprise::Interrupted), || shown(call, &reply));
        reply
    }
}
