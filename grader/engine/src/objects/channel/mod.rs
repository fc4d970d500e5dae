//! Channels with many senders and one receiver. The messages themselves are kept by
//! the modelled library; here is only what decides who waits.

mod receive;
mod send;

use std::{collections::VecDeque, panic::Location};

use super::{Facts, Held, Id, Object, Wait, op};
use crate::{
    access::{Access, Part, StepIndex},
    clock::VectorClock,
    execution::Execution,
    op::TaskId,
    runtime::{point, with},
    task::Task,
};

pub use receive::{Received, receive, try_receive};
pub use send::{Sent, send, try_send};

type Place = &'static Location<'static>;

/// A channel, without the values in it.
#[derive(Debug)]
pub struct Channel {
    /// The messages in the channel, in order.
    messages: VecDeque<Message>,
    /// For a bounded channel, how the last messages were taken, as many as it holds; for a
    /// rendezvous, those whose senders have not gone on.
    takes: VecDeque<Take>,
    /// `None` if unbounded, zero for a rendezvous.
    capacity: Option<usize>,
    senders: usize,
    receiver: bool,
    /// How the receiver went, once it has gone.
    closed: Option<Box<Closed>>,
    /// The clock with which the receiver began to wait at a rendezvous, while it waits.
    waits: Option<Box<VectorClock>>,
    /// The step that took the last message.
    taken_at: StepIndex,
    /// Messages taken so far.
    taken: u64,
    /// Messages put so far.
    put: u64,
}

/// What is known of a message in a channel.
#[derive(Debug)]
struct Message {
    /// The clock of its sender.
    clock: VectorClock,
    /// The step that put it.
    put_at: StepIndex,
}

/// A message that was taken out of a bounded channel.
#[derive(Debug)]
struct Take {
    /// Its number among the messages of the channel.
    number: u64,
    /// The step that took it.
    step: StepIndex,
    /// The clock of the receiver.
    clock: VectorClock,
}

/// How the receiver of a channel went.
#[derive(Debug)]
struct Closed {
    /// The step.
    step: StepIndex,
    /// The clock of the thread that dropped it.
    clock: VectorClock,
}

/// What threads do to a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Put a message into it.
    Send,
    /// Put a message into it if there is room.
    TrySend,
    /// Wait until the message of a rendezvous channel, which has this number, has been taken.
    Handover(u32),
    /// Take a message.
    Receive,
    /// Come to a rendezvous channel to receive: take what a sender brought, or begin to wait.
    ReceiveArrive,
    /// Take a message if there is one.
    TryReceive,
    /// Give up an end.
    Disconnect,
}

/// What can be told of a channel without waiting, beside its messages: whether there
/// is room, and whether there are senders.
const ENDS: Part = Part(1);

impl Object for Channel {
    type Operation = Operation;
    const PARTS: u32 = 2;

    #[inline]
    fn facts(_: Id<Self>, operation: Operation) -> Facts {
        match operation {
            Operation::Send => Facts::takes(Wait::Until, Access::Acquire),
            Operation::Handover(_) | Operation::Receive => Facts::waits(Wait::Until),
            Operation::TrySend | Operation::ReceiveArrive | Operation::TryReceive => Facts::LEARNS,
            Operation::Disconnect => Facts::TELLS.by_anyone(),
        }
    }

    fn is_enabled(&self, operation: Operation, _: &Task) -> bool {
        match operation {
            Operation::Send => !self.receiver || self.has_room(),
            Operation::Handover(number) => !self.receiver || self.taken > number.into(),
            Operation::Receive => !self.messages.is_empty() || self.senders == 0,
            Operation::TrySend
            | Operation::ReceiveArrive
            | Operation::TryReceive
            | Operation::Disconnect => true,
        }
    }

    fn holder(&self, operation: Operation, _: TaskId, _: &Task) -> Option<Held> {
        // Whoever sends or receives next lets a thread go on: no thread holds a channel.
        match operation {
            Operation::Send
            | Operation::Handover(_)
            | Operation::Receive
            | Operation::TrySend
            | Operation::ReceiveArrive
            | Operation::TryReceive
            | Operation::Disconnect => None,
        }
    }
}

impl Default for Channel {
    fn default() -> Self {
        Self {
            messages: VecDeque::new(),
            takes: VecDeque::new(),
            capacity: None,
            senders: 1,
            receiver: true,
            closed: None,
            waits: None,
            taken_at: 0,
            taken: 0,
            put: 0,
        }
    }
}

impl Channel {
    /// Whether a message can be put. A rendezvous has room for the one that its sender
    /// waits for until it is taken.
    fn has_room(&self) -> bool {
        self.capacity
            .is_none_or(|capacity| self.messages.len() < capacity.max(1))
    }
}

/// Sets the capacity of a new channel: `None` for no bound, zero for a rendezvous.
pub fn open(id: Id<Channel>, capacity: Option<usize>) {
    with(|execution| execution.state(id).capacity = capacity);
}

/// One more sender.
pub fn add_sender(id: Id<Channel>) {
    with(|execution| execution.state(id).senders += 1);
}

/// One sender less. Like a release of a mutex it needs no scheduling point unless the
/// moment can be told.
pub fn drop_sender(id: Id<Channel>, location: Place) {
    if with(|execution| execution.shows_releases()) {
        point(op(Operation::Disconnect, id, location), None);
    }
    with(|execution| {
        execution.touch_part(id, ENDS, Access::ReleaseShared);
        execution.synchronise(id);
        execution.state(id).senders -= 1;
    });
}

/// The receiver is gone.
pub fn drop_receiver(id: Id<Channel>, location: Place) {
    if with(|execution| !execution.over) {
        point(op(Operation::Disconnect, id, location), None);
    }
    with(|execution| {
        if execution.state(id).senders == 0 {
            // Nobody is left to find the receiver gone.
            execution.touch_unseen(id, Access::Write);
        } else {
            execution.touch(id, Access::Write);
        }
        let step = execution.step_index();
        let current = execution.current;
        execution.learn_from(id);
        let clock = execution.tasks[current].clock.clone();
        let channel = execution.state(id);
        channel.receiver = false;
        channel.closed = Some(Box::new(Closed { step, clock }));
        channel.messages.clear();
    });
}

/// Whether the messages of a channel stay their senders' until they are taken.
pub fn keeps_messages(id: Id<Channel>) -> bool {
    with(|execution| execution.state(id).capacity == Some(0))
}

/// Tells, without waiting, whether there is a message, room, and somebody who sends.
fn look(execution: &mut Execution, id: Id<Channel>) {
    execution.touch(id, Access::Write);
    execution.touch_part(id, ENDS, Access::Read);
}
