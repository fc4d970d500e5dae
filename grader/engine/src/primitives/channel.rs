//! Channels with many senders and one receiver. The messages themselves are kept by
//! the modelled library; here is only what decides who waits.

use std::panic::Location;

use super::mutex::op;
use crate::{
    candidates,
    execution::Execution,
    object::{Channel, ObjectId, State},
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

/// One sender less. Like a release of a mutex it needs no scheduling point.
pub fn channel_drop_sender(id: ObjectId) {
    with(|execution| {
        execution.synchronise(id);
        channel(execution, id).senders -= 1;
    });
}

/// The receiver is gone.
pub fn channel_drop_receiver(id: ObjectId) {
    with(|execution| {
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
            channel(execution, id).taken > number
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
        let waits = candidates::receiver_waits(execution, execution.current);
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
    let deadline = with(|execution| timeout.map(|t| super::time::deadline(execution.now, t)));
    let wake = point(receive, deadline);
    if wake == Wake::Timeout {
        with(|execution| execution.record(receive, StepResult::TimedOut));
        return Received::TimedOut;
    }
    collect(id, receive, take)
}

/// Takes a message if there is one.
pub fn channel_try_receive(id: ObjectId, location: Place, take: &mut dyn FnMut()) -> Received {
    let receive = op(OpKind::TryReceive, id, location);
    point(receive, None);
    collect(id, receive, take)
}

/// Puts a message in; what became of it, its number, and whether it is a rendezvous.
fn deliver(id: ObjectId, put: &mut dyn FnMut()) -> (Sent, u64, bool) {
    let open = with(|execution| channel(execution, id).receiver);
    if !open {
        return (Sent::Disconnected, 0, false);
    }
    put();
    with(|execution| {
        let clock = execution.tasks[execution.current].clock.clone();
        let channel = channel(execution, id);
        channel.messages.push_back(clock);
        channel.put += 1;
        (
            Sent::Delivered,
            channel.put - 1,
            channel.capacity == Some(0),
        )
    })
}

fn collect(id: ObjectId, op: Op, take: &mut dyn FnMut()) -> Received {
    let found = with(|execution| {
        let current = execution.current;
        let channel = channel(execution, id);
        match channel.messages.pop_front() {
            Some(clock) => {
                channel.taken += 1;
                execution.tasks[current].clock.join(&clock);
                Received::Message
            }
            None if channel.senders == 0 => {
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
