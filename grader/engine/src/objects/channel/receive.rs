//! The receiver of a channel.

use std::panic::Location;

use super::{Channel, ENDS, Id, Operation, Take, look, op};
use crate::{
    access::Access,
    execution::Execution,
    op::Wake,
    runtime::{point, with},
    time,
    trace::Effect,
};

type Place = &'static Location<'static>;

/// What a receiver finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// The first message is the receiver's.
    Message,
    /// There is none.
    Empty,
    /// There is none, and nobody can send one any more.
    Disconnected,
    /// There was none before the time was up.
    TimedOut,
}

/// Waits for a message, at most `timeout` nanoseconds. `take` takes it out.
pub fn receive(
    id: Id<Channel>,
    timeout: Option<u64>,
    location: Place,
    take: &mut dyn FnMut(),
) -> Received {
    let receive = op(Operation::Receive, id, location);
    let arrives = with(|execution| {
        if timeout.is_some() {
            execution.tell_releases();
        }
        execution.state(id).capacity == Some(0) && execution.shows_releases()
    });
    if arrives && arrive(id, location) {
        return collect(id, Operation::Receive, location, false, take);
    }
    let deadline = with(|execution| timeout.map(|t| time::deadline(execution, t)));
    let wake = point(receive, deadline);
    if wake == Wake::Timeout {
        with(|execution| {
            look(execution, id);
            execution.state(id).waits = None;
            execution.parked_inside(None);
            execution.record(receive, Effect::Received(Received::TimedOut));
        });
        return Received::TimedOut;
    }
    collect(id, Operation::Receive, location, timeout.is_none(), take)
}

/// The receiver comes to a rendezvous. Whether something is there for it already; if not,
/// senders can tell from now on that it waits.
fn arrive(id: Id<Channel>, location: Place) -> bool {
    point(op(Operation::ReceiveArrive, id, location), None);
    with(|execution| {
        look(execution, id);
        let clock = execution.tasks[execution.current].clock.clone();
        let channel = execution.state(id);
        let found = !channel.messages.is_empty() || channel.senders == 0;
        channel.waits = (!found).then(|| Box::new(clock));
        found
    })
}

/// Takes a message if there is one.
pub fn try_receive(id: Id<Channel>, location: Place, take: &mut dyn FnMut()) -> Received {
    with(Execution::tell_releases);
    point(op(Operation::TryReceive, id, location), None);
    collect(id, Operation::TryReceive, location, false, take)
}

/// Takes a message out. `patient` is a receiver that waits for one, however long.
fn collect(
    id: Id<Channel>,
    operation: Operation,
    location: Place,
    patient: bool,
    take: &mut dyn FnMut(),
) -> Received {
    let found = with(|execution| {
        let step = execution.step_index();
        if !patient {
            // It could have come before the message, and gone without it.
            look(execution, id);
        }
        let channel = execution.state(id);
        channel.waits = None;
        let bounded = channel.capacity.is_some();
        match channel.messages.pop_front() {
            Some(message) => {
                let number = channel.taken;
                channel.taken += 1;
                channel.taken_at = step;
                execution.progress();
                if operation == Operation::Receive {
                    execution.parked_inside(Some(&message.clock));
                }
                execution.learn(&message.clock);
                if patient {
                    execution.enabled_by(message.put_at);
                }
                if bounded {
                    execution.touch_part(id, ENDS, Access::ReleaseShared);
                    let clock = execution.tasks[execution.current].clock.clone();
                    let take = Take {
                        number,
                        step,
                        clock,
                    };
                    execution.state(id).takes.push_back(take);
                }
                Received::Message
            }
            None if channel.senders == 0 => {
                execution.touch_part(id, ENDS, Access::Acquire);
                if operation == Operation::Receive {
                    let clock = execution.entry(id).clock.clone();
                    execution.parked_inside(Some(&clock));
                }
                execution.synchronise(id);
                Received::Disconnected
            }
            None => Received::Empty,
        }
    });
    if found == Received::Message {
        take();
    }
    with(|execution| execution.record(op(operation, id, location), Effect::Received(found)));
    found
}
