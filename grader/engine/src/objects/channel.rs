//! Channels with many senders and one receiver. The messages themselves are kept by
//! the modelled library; here is only what decides who waits.

use std::panic::Location;

use super::old_op as op;
use crate::{
    access::{Access, Part, StepIndex},
    execution::Execution,
    object::{Channel, Closed, Message, ObjectId, State, Take},
    op::{Op, OpKind, Wake},
    runtime::{point, with},
    time,
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
pub fn open(id: ObjectId, capacity: Option<usize>) {
    with(|execution| channel(execution, id).capacity = capacity);
}

/// One more sender.
pub fn add_sender(id: ObjectId) {
    with(|execution| channel(execution, id).senders += 1);
}

/// One sender less. Like a release of a mutex it needs no scheduling point unless the
/// moment can be told.
pub fn drop_sender(id: ObjectId, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(OpKind::Disconnect, id, location), None);
    }
    with(|execution| {
        execution.touch_part(id, Part::ENDS, Access::ReleaseShared);
        execution.synchronise(id);
        channel(execution, id).senders -= 1;
    });
}

/// The receiver is gone.
pub fn drop_receiver(id: ObjectId, location: Place) {
    if with(|execution| !execution.over) {
        point(op(OpKind::Disconnect, id, location), None);
    }
    with(|execution| {
        if channel(execution, id).senders == 0 {
            // Nobody is left to find the receiver gone.
            execution.touch_unseen(id, Access::Write);
        } else {
            execution.touch(id, Access::Write);
        }
        let step = execution.step_index();
        let current = execution.current;
        let clock = &mut execution.tasks[current].clock;
        clock.join(&execution.objects[id.0 as usize].clock);
        let clock = clock.clone();
        let channel = channel(execution, id);
        channel.receiver = false;
        channel.closed = Some(Box::new(Closed { step, clock }));
        channel.messages.clear();
    });
}

/// Whether the messages of a channel stay their senders' until they are taken.
pub fn keeps_messages(id: ObjectId) -> bool {
    with(|execution| channel(execution, id).capacity == Some(0))
}

/// Waits for room. `put` puts the message in, if there is somebody to receive it.
pub fn send(id: ObjectId, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(OpKind::Send, id, location);
    point(send, None);
    let delivered = deliver(id, true, put);
    with(|execution| execution.record(send, Effect::Done));
    let Some(number) = delivered else {
        return Sent::Disconnected;
    };
    if with(|execution| channel(execution, id).capacity != Some(0)) {
        return Sent::Delivered;
    }
    point(op(OpKind::Handover(number), id, location), None);
    let taken = with(|execution| {
        let takes = &mut channel(execution, id).takes;
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
pub fn try_send(id: ObjectId, location: Place, put: &mut dyn FnMut()) -> Sent {
    let send = op(OpKind::TrySend, id, location);
    with(|execution| {
        if channel(execution, id).capacity == Some(0) {
            // It succeeds if the receiver waits, so that has to be a step.
            execution.tell_releases();
        }
    });
    point(send, None);
    let full = with(|execution| {
        look(execution, id);
        let channel = channel(execution, id);
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
            if let Some(clock) = channel(execution, id).waits.take() {
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

/// Waits for a message, at most `timeout` nanoseconds. `take` takes it out.
pub fn receive(
    id: ObjectId,
    timeout: Option<u64>,
    location: Place,
    take: &mut dyn FnMut(),
) -> Received {
    let receive = op(OpKind::Receive, id, location);
    let arrives = with(|execution| {
        if timeout.is_some() {
            execution.tell_releases();
        }
        channel(execution, id).capacity == Some(0) && execution.shows_releases()
    });
    if arrives && arrive(id, location) {
        return collect(id, receive, false, take);
    }
    let deadline = with(|execution| timeout.map(|t| time::deadline(execution, t)));
    let wake = point(receive, deadline);
    if wake == Wake::Timeout {
        with(|execution| {
            look(execution, id);
            channel(execution, id).waits = None;
            execution.parked_inside(None);
            execution.record(receive, Effect::Received(Received::TimedOut));
        });
        return Received::TimedOut;
    }
    collect(id, receive, timeout.is_none(), take)
}

/// The receiver comes to a rendezvous. Whether something is there for it already; if not,
/// senders can tell from now on that it waits.
fn arrive(id: ObjectId, location: Place) -> bool {
    point(op(OpKind::ReceiveArrive, id, location), None);
    with(|execution| {
        look(execution, id);
        let clock = execution.tasks[execution.current].clock.clone();
        let channel = channel(execution, id);
        let found = !channel.messages.is_empty() || channel.senders == 0;
        channel.waits = (!found).then(|| Box::new(clock));
        found
    })
}

/// Takes a message if there is one.
pub fn try_receive(id: ObjectId, location: Place, take: &mut dyn FnMut()) -> Received {
    let receive = op(OpKind::TryReceive, id, location);
    with(Execution::tell_releases);
    point(receive, None);
    collect(id, receive, false, take)
}

/// Tells, without waiting, whether there is a message, room, and somebody who sends.
fn look(execution: &mut Execution, id: ObjectId) {
    execution.touch(id, Access::Write);
    execution.touch_part(id, Part::ENDS, Access::Read);
}

/// The sender finds that the receiver is gone, and learns what was done before that. The step
/// in which the receiver went.
fn learn_of_the_end(execution: &mut Execution, id: ObjectId) -> Option<StepIndex> {
    let closed = channel(execution, id).closed.as_ref()?;
    let (step, clock) = (closed.step, closed.clock.clone());
    execution.learn(&clock);
    Some(step)
}

/// Puts a message in, if it can still be received; its number. `waits` says that it waits for
/// room.
fn deliver(id: ObjectId, waits: bool, put: &mut dyn FnMut()) -> Option<u64> {
    let open = with(|execution| {
        execution.touch(id, Access::Acquire);
        let open = channel(execution, id).receiver;
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
        let channel = channel(execution, id);
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
        let channel = self::channel(execution, id);
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

/// Takes a message out. `patient` is a receiver that waits for one, however long.
fn collect(id: ObjectId, op: Op, patient: bool, take: &mut dyn FnMut()) -> Received {
    let found = with(|execution| {
        let step = execution.step_index();
        if !patient {
            // It could have come before the message, and gone without it.
            look(execution, id);
        }
        let channel = channel(execution, id);
        channel.waits = None;
        let bounded = channel.capacity.is_some();
        match channel.messages.pop_front() {
            Some(message) => {
                let number = channel.taken;
                channel.taken += 1;
                channel.taken_at = step;
                execution.progress();
                if op.kind == OpKind::Receive {
                    execution.parked_inside(Some(&message.clock));
                }
                execution.learn(&message.clock);
                if patient {
                    execution.enabled_by(message.put_at);
                }
                if bounded {
                    execution.touch_part(id, Part::ENDS, Access::ReleaseShared);
                    let clock = execution.tasks[execution.current].clock.clone();
                    let take = Take {
                        number,
                        step,
                        clock,
                    };
                    self::channel(execution, id).takes.push_back(take);
                }
                Received::Message
            }
            None if channel.senders == 0 => {
                execution.touch_part(id, Part::ENDS, Access::Acquire);
                if op.kind == OpKind::Receive {
                    let clock = execution.object(id).clock.clone();
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
    with(|execution| execution.record(op, Effect::Received(found)));
    found
}

fn channel(execution: &mut Execution, id: ObjectId) -> &mut Channel {
    match &mut execution.object(id).state {
        State::Channel(channel) => channel,
        _ => unreachable!("a channel operation acts on a channel"),
    }
}
