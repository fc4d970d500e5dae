//! The senders of a channel.

use std::panic::Location;

use super::{Channel, Id, Message, Operation, Take, look, op};
use crate::{
    access::{Access, StepIndex},
    execution::Execution,
    runtime::{point, with},
    trace::Effect,
};

type Place = &'static Location<'static>;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It may be put into the channel now.
    Delivered,
    /// There is no room.
    Full,
    /// Nobody can receive it any more.
    Disconnected,
}

/// Waits for room. `put` puts the message in, if there is somebody to receive it.
pub fn send(id: Id<Channel>, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(Operation::Send, id, location);
    point(send, None);
    let delivered = deliver(id, true, put);
    with(|execution| execution.record(send, Effect::Done));
    let Some(number) = delivered else {
        return Sent::Disconnected;
    };
    if with(|execution| execution.state(id).capacity != Some(0)) {
        return Sent::Delivered;
    }
    point(op(Operation::Handover(number as u32), id, location), None);
    let taken = with(|execution| {
        let takes = &mut execution.state(id).takes;
        let mine = takes.iter().position(|take| take.number == number);
        let take = mine.and_then(|index| takes.remove(index));
        if let Some(take) = &take {
            execution.parked_inside(Some(&take.clock));
            // Whatever the receiver did before it took the message comes before the return.
            execution.learn(&take.clock);
            execution.enabled_by(take.step);
        } else if let Some(step) = learn_of_the_end(execution, id) {
            execution.enabled_by(step);
        }
        take.is_some()
    });
    if taken {
        Sent::Delivered
    } else {
        Sent::Disconnected
    }
}

/// Like [`send`], but does not wait.
pub fn try_send(id: Id<Channel>, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(Operation::TrySend, id, location);
    with(|execution| {
        if execution.state(id).capacity == Some(0) {
            // It succeeds if the receiver waits, so that has to be a step.
            execution.tell_releases();
        }
    });
    point(send, None);
    let full = with(|execution| {
        look(execution, id);
        let channel = execution.state(id);
        let room = match channel.capacity {
            Some(0) => channel.waits.is_some() && channel.messages.is_empty(),
            _ => channel.has_room(),
        };
        channel.receiver && !room
    });
    let outcome = if full {
        Sent::Full
    } else if deliver(id, false, put).is_some() {
        with(|execution| {
            if let Some(clock) = execution.state(id).waits.take() {
                // It is given to a receiver that waits, and that one had come before.
                execution.learn(&clock);
            }
        });
        Sent::Delivered
    } else {
        Sent::Disconnected
    };
    with(|execution| execution.record(send, Effect::Sent(outcome)));
    outcome
}

/// The sender finds that the receiver is gone, and learns what was done before that. The step
/// in which the receiver went.
fn learn_of_the_end(execution: &mut Execution, id: Id<Channel>) -> Option<StepIndex> {
    let closed = execution.state(id).closed.as_ref()?;
    let (step, clock) = (closed.step, closed.clock.clone());
    execution.learn(&clock);
    Some(step)
}

/// Puts a message in, if it can still be received; its number. `waits` says that it waits for
/// room.
fn deliver(id: Id<Channel>, waits: bool, put: &mut dyn FnMut()) -> Option<u64> {
    let open = with(|execution| {
        execution.touch(id, Access::Acquire);
        let open = execution.state(id).receiver;
        if !open {
            learn_of_the_end(execution, id);
        }
        open
    });
    if !open {
        return None;
    }
    put();
    with(|execution| {
        execution.progress();
        let channel = execution.state(id);
        let number = channel.put;
        channel.put += 1;
        if channel.capacity == Some(0) && number > 0 {
            // One message at a time is there to be taken.
            let taken_at = channel.taken_at;
            execution.room_from(taken_at);
        } else if let Some(take) = maker_of_room(channel, number) {
            if waits {
                execution.parked_inside(Some(&take.clock));
            }
            execution.learn(&take.clock);
            execution.room_from(take.step);
        }
        let clock = execution.tasks[execution.current].clock.clone();
        let put_at = execution.step_index();
        let channel = execution.state(id);
        channel.messages.push_back(Message { clock, put_at });
        Some(number)
    })
}

/// The taking of the message that was put so many messages before `number` as the channel
/// holds: that one made room for it.
fn maker_of_room(channel: &mut Channel, number: u64) -> Option<Take> {
    let maker = number.checked_sub(channel.capacity? as u64)?;
    let index = channel.takes.iter().position(|take| take.number == maker)?;
    channel.takes.remove(index)
}
