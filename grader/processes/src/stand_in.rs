//! The thread of the engine that stands for a forked process.

use std::{panic::Location, time::Duration};

use children::{Death, Event, Request};
use interleave::objects::system::{self, End};
use kernel::{Errno, Pid, Signal};

use crate::{
    message::{Ask, Told},
    scene::{self, Seat, with_mailbox},
    tell,
};

/// How much processor time a process may use from one call to the next.
const MOST_TIME: Duration = Duration::from_secs(2);

/// The exit status of a process that panicked.
const PANICKED: u8 = 101;

/// Does in the name of a process what it asks for, until it ends.
pub(crate) fn stand_in(pid: Pid, seat: Seat) {
    let slot = seat.slot;
    let mut place = Location::caller();
    loop {
        let event = with_mailbox(|mailbox| mailbox.next(slot, MOST_TIME));
        let event = event.expect("the real system tells of its processes");
        let end = match event {
            Event::Asked(request) => {
                place = location(&request).unwrap_or(place);
                let told = match Ask::of(&request) {
                    Some(Ask::Call(call)) => system::call(scene::system(), pid, &call, place)
                        .map_or_else(Told::Failed, Told::Called),
                    Some(Ask::Tell(bytes)) => {
                        tell::hear(&bytes, place);
                        Told::Heard
                    }
                    Some(Ask::Look) => Told::Has(tell::possessions(pid)),
                    Some(Ask::Fork) => fork(pid, slot, place),
                    Some(Ask::Never) | None => system::wait_forever(scene::system(), pid, place),
                };
                let reply = told.reply();
                with_mailbox(|mailbox| mailbox.answer(slot, &reply));
                continue;
            }
            Event::Exited(status) | Event::Died(Death::Exit(status)) => End::Exits(status),
            Event::Panicked(_) => End::Exits(PANICKED),
            Event::Died(Death::Signal(number)) => {
                End::Dies(Signal::from_number(number).unwrap_or(Signal::KILL))
            }
            Event::OutOfTime => End::Dies(Signal::XCPU),
            Event::NotForked(_) => End::Dies(Signal::KILL),
        };
        drop(seat);
        system::exit(scene::system(), pid, end, place);
        return;
    }
}

/// Where a process asks, if that can be a place of this program.
fn location(request: &Request<'_>) -> Option<&'static Location<'static>> {
    interleave::is_address_of_static(request.place).then(|| request.location())?
}

/// Begins a child of a process, which forks it as soon as it is told.
fn fork(pid: Pid, slot: usize, place: &'static Location<'static>) -> Told {
    let Some(seat) = Seat::take() else {
        return Told::Failed(Errno::EAGAIN);
    };
    let new = seat.slot;
    let main = Box::new(move |child| stand_in(child, seat));
    match system::fork(scene::system(), pid, place, main) {
        Ok(child) => {
            with_mailbox(|mailbox| mailbox.grant(new, slot));
            Told::MayFork(child, new)
        }
        Err(errno) => Told::Failed(errno),
    }
}
