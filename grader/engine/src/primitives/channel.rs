//! Channels with many senders and one receiver. The messages themselves are kept by
//! the modelled library; here is only what decides who waits.

use std::panic::Location;

use super::mutex::op;
use crate::{
    access::{Access, Resource},
    candidates,
    execution::Execution,
    object::{Channel, Message, ObjectId, State},
    op::{Op, OpKind, Wake},
    runtime::{point, with},
    trace::StepResult,
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

/// Sets the capacity of a new channel: `None` for no bound, zero for a rendezvous.
pub fn channel_open(id: ObjectId, capacity: Option<usize>) {
    with(|execution| channel(execution, id).capacity = capacity);
}

/// One more sender.
pub fn channel_add_sender(id: ObjectId) {
    with(|execution| channel(execution, id).senders += 1);
}

/// One sender less. Like a release of a mutex it needs no scheduling point unless the
/// moment can be told.
pub fn channel_drop_sender(id: ObjectId, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::Disconnect, id, location), None);
    }
    with(|execution| {
        execution.access(Resource::ends(id), Access::ReleaseShared);
        execution.synchronise(id);
        channel(execution, id).senders -= 1;
    });
}

/// The receiver is gone.
pub fn channel_drop_receiver(id: ObjectId, location: Place) {
    if with(|execution| execution.may_pause()) {
        point(op(OpKind::Disconnect, id, location), None);
    }
    with(|execution| {
        if channel(execution, id).senders == 0 {
            // Nobody is left to find the receiver gone.
            execution.touch_unseen(id, Access::Write);
        } else {
            execution.touch(id, Access::Write);
        }
        execution.synchronise(id);
        let channel = channel(execution, id);
        channel.receiver = false;
        channel.messages.clear();
    });
}

/// Whether the messages of a channel stay their senders' until they are taken.
pub fn channel_keeps_messages(id: ObjectId) -> bool {
    with(|execution| channel(execution, id).capacity == Some(0))
}

/// Waits for room. `put` puts the message in, if there is somebody to receive it.
pub fn channel_send(id: ObjectId, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(OpKind::Send, id, location);
    point(send, None);
    let (outcome, number, rendezvous) = deliver(id, put);
    with(|execution| execution.record(send, StepResult::Done));
    if outcome == Sent::Delivered && rendezvous {
        let handover = op(OpKind::Handover, id, location);
        point(handover, None);
        let taken = with(|execution| {
            execution.synchronise(id);
            let channel = channel(execution, id);
            let taken = channel.taken > number;
            let take = channel.takes.back().copied();
            if let Some(take) = take.filter(|_| taken) {
                execution.enabled_by(take);
            }
            taken
        });
        if !taken {
            return Sent::Disconnected;
        }
    }
    outcome
}

/// Like [`channel_send`], but does not wait.
pub fn channel_try_send(id: ObjectId, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(OpKind::TrySend, id, location);
    point(send, None);
    let full = with(|execution| {
        look(execution, id);
        let waits = candidates::receiver_waits(execution.scene(), execution.current);
        // Whether the receiver waits cannot be told from what it has done.
        execution.opaque |= channel(execution, id).capacity == Some(0);
        let channel = channel(execution, id);
        let room = match channel.capacity {
            Some(0) => waits && channel.messages.is_empty(),
            _ => channel.has_room(),
        };
        channel.receiver && !room
    });
    let outcome = if full { Sent::Full } else { deliver(id, put).0 };
    let value = match outcome {
        Sent::Delivered => "sent",
        Sent::Full => "full",
        Sent::Disconnected => "disconnected",
    };
    with(|execution| execution.record(send, StepResult::Value(value.to_owned())));
    outcome
}

/// Waits for a message, at most `timeout` nanoseconds. `take` takes it out.
pub fn channel_receive(
    id: ObjectId,
    timeout: Option<u64>,
    location: Place,
    take: &mut dyn FnMut(),
) -> Received {
    let receive = op(OpKind::Receive, id, location);
    let deadline = with(|execution| {
        if timeout.is_some() {
            execution.tell_releases();
        }
        timeout.map(|t| super::time::deadline(execution, t))
    });
    let wake = point(receive, deadline);
    if wake == Wake::Timeout {
        with(|execution| {
            look(execution, id);
            execution.record(receive, StepResult::TimedOut);
        });
        return Received::TimedOut;
    }
    collect(id, receive, timeout.is_none(), take)
}

/// Takes a message if there is one.
pub fn channel_try_receive(id: ObjectId, location: Place, take: &mut dyn FnMut()) -> Received {
    let receive = op(OpKind::TryReceive, id, location);
    with(Execution::tell_releases);
    point(receive, None);
    collect(id, receive, false, take)
}

/// Tells, without waiting, whether there is a message, room, and somebody who sends.
fn look(execution: &mut Execution, id: ObjectId) {
    execution.touch(id, Access::Write);
    execution.access(Resource::ends(id), Access::Read);
}

/// Puts a message in; what became of it, its number, and whether it is a rendezvous.
fn deliver(id: ObjectId, put: &mut dyn FnMut()) -> (Sent, u64, bool) {
    let open = with(|execution| {
        execution.touch(id, Access::Acquire);
        channel(execution, id).receiver
    });
    if !open {
        return (Sent::Disconnected, 0, false);
    }
    put();
    with(|execution| {
        let clock = execution.tasks[execution.current].clock.clone();
        let put_at = execution.step_index();
        let channel = channel(execution, id);
        channel.messages.push_back(Message { clock, put_at });
        let number = channel.put;
        channel.put += 1;
        // The message that was taken so many messages ago made room for this one.
        let room = channel.capacity.and_then(|capacity| {
            let take = number.checked_sub(capacity.max(1) as u64)?;
            let back = channel.taken.checked_sub(take)? as usize;
            channel
                .takes
                .iter()
                .rev()
                .nth(back.checked_sub(1)?)
                .copied()
        });
        if let Some(take) = room {
            execution.room_from(take);
        }
        let channel = self::channel(execution, id);
        (
            Sent::Delivered,
            channel.put - 1,
            channel.capacity == Some(0),
        )
    })
}

/// Takes a message out. `patient` is a receiver that waits for one, however long.
fn collect(id: ObjectId, op: Op, patient: bool, take: &mut dyn FnMut()) -> Received {
    let found = with(|execution| {
        let current = execution.current;
        let step = execution.step_index();
        if !patient {
            // It could have come before the message, and gone without it.
            look(execution, id);
        }
        let channel = channel(execution, id);
        match channel.messages.pop_front() {
            Some(message) => {
                channel.taken += 1;
                let capacity = channel.capacity;
                if let Some(capacity) = capacity {
                    channel.takes.push_back(step);
                    if channel.takes.len() > capacity.max(1) {
                        channel.takes.pop_front();
                    }
                }
                if capacity.is_some() {
                    execution.access(Resource::ends(id), Access::ReleaseShared);
                }
                if patient {
                    execution.enabled_by(message.put_at);
                }
                execution.tasks[current].clock.join(&message.clock);
                Received::Message
            }
            None if channel.senders == 0 => {
                execution.access(Resource::ends(id), Access::Acquire);
                execution.synchronise(id);
                Received::Disconnected
            }
            None => Received::Empty,
        }
    });
    if found == Received::Message {
        take();
    }
    let value = match found {
        Received::Message => "message",
        Received::Disconnected => "disconnected",
        Received::Empty | Received::TimedOut => "empty",
    };
    with(|execution| execution.record(op, StepResult::Value(value.to_owned())));
    found
}

fn channel(execution: &mut Execution, id: ObjectId) -> &mut Channel {
    match &mut execution.object(id).state {
        State::Channel(channel) => channel,
        _ => unreachable!("a channel operation acts on a channel"),
    }
}
