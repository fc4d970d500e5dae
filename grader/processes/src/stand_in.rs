//! The thread of the engine that stands for a forked process.

use std::{panic::Location, time::Duration};

use children::{Death, Event, Request};
use interleave::{
    CallSite,
    objects::system::{self, End, Ended},
};
use kernel::{Answer, Errno, Pid, Signal};

use crate::{
    call_site,
    message::{Ask, Told},
    scene::{self, Seat, with_mailbox},
    tell,
};

/// How much processor time a process may use from one call to the next.
const MOST_TIME: Duration = Duration::from_secs(2);

/// The exit status of a process that panicked.
const PANICKED: u8 = 101;

/// Does in the name of a process what it asks for, until it ends. It was forked at the site `born`.
pub(crate) fn stand_in(pid: Pid, seat: Seat, born: CallSite) {
    let mut process = StandIn {
        pid,
        slot: seat.slot,
        site: born.clone(),
        born,
    };
    // It returns from no handler where it runs none.
    while process.serve().is_ok() {}
    drop(seat);
}

/// What is known of the process.
struct StandIn {
    pid: Pid,
    slot: usize,
    /// Where it was forked: what it does there is its life.
    born: CallSite,
    /// Where it has asked last.
    site: CallSite,
}

impl StandIn {
    /// Does what the process asks for, until the handler returns that it runs.
    fn serve(&mut self) -> Result<(), Ended> {
        loop {
            let event = with_mailbox(|mailbox| mailbox.next(self.slot, MOST_TIME));
            let event = event.expect("the real system tells of its processes");
            let Event::Asked(request) = event else {
                system::exit(scene::system(), self.pid, end(&event), self.born.clone());
                return Err(Ended);
            };
            let (asks, addresses) = Ask::of(&request).unzip();
            self.site = CallSite {
                location: location(&request).unwrap_or(self.site.location),
                stack: call_site::received(&addresses.unwrap_or_default()),
            };
            let (pid, site) = (self.pid, self.site.clone());
            let mut handle = |signal| self.handle(signal);
            let told = match asks {
                Some(Ask::Call(call)) => {
                    system::call(scene::system(), pid, &call, site, &mut handle)?
                        .map_or_else(Told::Failed, Told::Called)
                }
                Some(Ask::Tell(bytes)) => {
                    tell::hear(&bytes, site.location);
                    Told::Heard
                }
                Some(Ask::Look) => Told::Has(tell::possessions(pid)),
                Some(Ask::Fork) => self.fork()?,
                Some(Ask::Signals) => {
                    system::take_signals(scene::system(), pid, site, &mut handle)?;
                    Told::Called(Answer::Nothing)
                }
                Some(Ask::Handled) => return Ok(()),
                Some(Ask::Never) | None => {
                    match system::wait_forever(scene::system(), pid, site, &mut handle)? {}
                }
            };
            self.tell(&told);
        }
    }

    /// Answers the process, which goes on then.
    fn tell(&self, told: &Told) {
        let reply = told.reply();
        with_mailbox(|mailbox| mailbox.answer(self.slot, &reply));
    }

    /// Has the process run the handler of a signal.
    fn handle(&mut self, signal: Signal) -> Result<(), Ended> {
        self.tell(&Told::Handle(signal));
        self.serve()
    }

    /// Begins a child of the process, which forks it as soon as it is told.
    fn fork(&mut self) -> Result<Told, Ended> {
        let Some(seat) = Seat::take() else {
            return Ok(Told::Failed(Errno::EAGAIN));
        };
        let (pid, slot, site, new) = (self.pid, self.slot, self.site.clone(), seat.slot);
        let born = site.clone();
        let main = Box::new(move |child| stand_in(child, seat, born));
        let mut handle = |signal| self.handle(signal);
        let forked = system::fork(scene::system(), pid, site, main, &mut handle)?;
        Ok(match forked {
            Ok(child) => {
                with_mailbox(|mailbox| mailbox.grant(new, slot));
                Told::MayFork(child, new)
            }
            Err(errno) => Told::Failed(errno),
        })
    }
}

/// How a process ends that asks no more.
fn end(event: &Event) -> End {
    match *event {
        Event::Exited(status) | Event::Died(Death::Exit(status)) => End::Exits(status),
        Event::Panicked(_) => End::Exits(PANICKED),
        Event::Died(Death::Signal(number)) => {
            End::Dies(Signal::from_number(number).unwrap_or(Signal::KILL))
        }
        Event::OutOfTime => End::Dies(Signal::XCPU),
        Event::NotForked(_) | Event::Asked(_) => End::Dies(Signal::KILL),
    }
}

/// Where a process asks, if that can be a place of this program.
fn location(request: &Request<'_>) -> Option<&'static Location<'static>> {
    interleave::is_address_of_static(request.place).then(|| request.location())?
}
