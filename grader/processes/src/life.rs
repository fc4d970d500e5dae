//! A process as the thread sees it that stands for it: it runs really, or is known from earlier
//! executions.

use std::{rc::Rc, time::Duration};

use children::Event;
use kernel::Pid;

use crate::{
    memory::{self, Before, Beginning, Heard, NodeId},
    message::Told,
    scene::{Seat, with_mailbox},
};

/// How much processor time a process may use from one call to the next.
const MOST_TIME: Duration = Duration::from_secs(2);

/// A process.
#[derive(Debug)]
pub(crate) struct Life {
    /// Where it is in the tree of what processes do, if it is there.
    node: Option<NodeId>,
    /// Where it runs, if it does. It runs if it has no node.
    seat: Option<Seat>,
    /// Whether it has to run, to be compared with what is known of it.
    is_compared: bool,
}

/// A process did not do again what it did under the same answers, or does not run.
#[derive(Debug)]
struct Failed;

impl Life {
    /// A process that begins there, or of which nothing is remembered. It runs in this seat, if it does.
    pub(crate) fn new(beginning: Option<Beginning>, seat: Option<Seat>) -> Self {
        Self {
            node: beginning.map(|beginning| beginning.first),
            seat,
            is_compared: beginning.is_some_and(Beginning::is_compared),
        }
    }

    /// What it does next.
    pub(crate) fn next(&mut self) -> Rc<Heard> {
        let Some(node) = self.node else {
            return Heard::of(self.hear());
        };
        let event = if self.seat.is_some() {
            self.hear()
        } else {
            if !self.is_compared
                && let Some(known) = memory::heard(node)
            {
                return known;
            }
            self.run_to(node)
        };
        let heard = Heard::of(event);
        match memory::heard(node) {
            Some(known) if known.event == heard.event => return known,
            // It runs since it began, and all that was done for it is what it really did.
            Some(_) => {
                if heard.is_own() {
                    memory::distrust();
                }
                self.node = None;
            }
            None if heard.is_own() => memory::note(node, Rc::clone(&heard)),
            None => {}
        }
        heard
    }

    /// Answers it.
    pub(crate) fn tell(&mut self, told: &Told) {
        let next = self.follow(told);
        self.answer(told);
        self.node = next;
    }

    /// Tells it that it may fork a child of this number; the child, which runs in `seat` if it runs from
    /// the beginning.
    pub(crate) fn fork(&mut self, child: Pid, seat: Seat) -> Self {
        let slot = seat.slot;
        let next = self.follow(&Told::MayFork(child, None));
        let beginning = next.map(memory::child).map(memory::begin);
        let mut seat = Some(seat);
        if let Some(own) = &self.seat
            && beginning.is_none_or(Beginning::runs)
        {
            with_mailbox(|mailbox| mailbox.grant(slot, own.slot));
            memory::count_fork();
            self.answer(&Told::MayFork(child, Some(slot)));
        } else {
            seat = None;
            self.answer(&Told::MayFork(child, None));
        }
        self.node = next;
        Self::new(beginning, seat)
    }

    fn hear(&self) -> Event {
        let seat = self.seat.as_ref().expect("it runs");
        hear(seat)
    }

    fn answer(&self, told: &Told) {
        if let Some(seat) = &self.seat {
            answer(seat, told);
        }
    }

    /// Where it comes by being told this. If that is not remembered, it runs.
    fn follow(&mut self, told: &Told) -> Option<NodeId> {
        let node = self.node?;
        let next = memory::follow(node, told);
        if next.is_none() && self.seat.is_none() {
            let event = self.run_to(node);
            if memory::heard(node).is_none_or(|known| known.event != event) {
                give_up();
            }
        }
        next
    }

    /// Makes it run, up to `node`; what it does there.
    fn run_to(&mut self, node: NodeId) -> Event {
        let (seat, event) = run_to(node).unwrap_or_else(|Failed| give_up());
        self.seat = Some(seat);
        event
    }
}

/// A process that runs, where it has come to `node`, and what it does there.
fn run_to(node: NodeId) -> Result<(Seat, Event), Failed> {
    let path = memory::path(node);
    let seat = Seat::take().ok_or(Failed)?;
    memory::count_fork();
    let mut event = match path.origin {
        Before::Fork(forked) => be_forked(forked, &seat)?,
        Before::Birth | Before::Told(..) => begin(path.first, &seat)?,
    };
    for (heard, told) in &path.steps {
        if event != heard.event {
            return Err(Failed);
        }
        answer(&seat, told);
        event = hear(&seat);
    }
    Ok((seat, event))
}

/// Has the template at `first` fork a process into a seat; what that does first.
fn begin(first: NodeId, seat: &Seat) -> Result<Event, Failed> {
    let template = memory::template(first).ok_or(Failed)?;
    let waits = with_mailbox(|mailbox| mailbox.next(template, MOST_TIME));
    if !matches!(waits, Ok(Event::Asked(_))) {
        return Err(Failed);
    }
    let begins = Told::Begin(seat.slot).reply();
    with_mailbox(|mailbox| {
        mailbox.grant(seat.slot, template);
        mailbox.answer(template, &begins);
    });
    Ok(hear(seat))
}

/// Has another instance of the process that came to `forked` by forking fork into a seat; what the new
/// process does first.
fn be_forked(forked: NodeId, seat: &Seat) -> Result<Event, Failed> {
    let (node, heard, told) = memory::step_before(forked).ok_or(Failed)?;
    let Told::MayFork(child, _) = told else {
        return Err(Failed);
    };
    let (parent, event) = run_to(node)?;
    if event != heard.event {
        return Err(Failed);
    }
    with_mailbox(|mailbox| mailbox.grant(seat.slot, parent.slot));
    answer(&parent, &Told::MayFork(child, Some(seat.slot)));
    // The parent stays until it has forked.
    Ok(hear(seat))
}

fn hear(seat: &Seat) -> Event {
    let event = with_mailbox(|mailbox| mailbox.next(seat.slot, MOST_TIME));
    event.expect("the real system tells of its processes")
}

fn answer(seat: &Seat, told: &Told) {
    let reply = told.reply();
    with_mailbox(|mailbox| mailbox.answer(seat.slot, &reply));
}

/// What was done for a process in this execution is not what it does.
fn give_up() -> ! {
    memory::distrust();
    interleave::leave_schedule()
}
