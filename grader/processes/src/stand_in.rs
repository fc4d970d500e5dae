//! The thread of the engine that stands for a forked process.

use std::{cell::Cell, panic::Location, rc::Rc};

use children::{Death, Event, Request};
use interleave::{
    CallSite,
    objects::system::{self, Begins, End, Ended},
};
use kernel::{Answer, Errno, Pid, Signal};

use crate::{
    call_site,
    life::Life,
    message::{Ask, Told},
    scene::{self, Seat},
    tell,
};

/// The exit status of a process that panicked.
const PANICKED: u8 = 101;

/// A process that is being forked: its thread is made before it is known which process that is.
#[derive(Default)]
pub(crate) struct Birth(Rc<Cell<Option<Life>>>);

impl Birth {
    /// What the thread does that stands for it: what the process asks for, until it ends. It is forked at
    /// the site `born`.
    pub(crate) fn thread(&self, born: CallSite) -> Box<dyn FnOnce(Pid)> {
        let life = Rc::clone(&self.0);
        Box::new(move |pid| {
            let mut process = StandIn {
                pid,
                life: life.take().expect("it was forked"),
                handlers: 0,
                site: born.clone(),
                born,
            };
            // It returns from no handler where it runs none.
            while process.serve().is_ok() {}
        })
    }

    /// This is the process. It must be said before the thread has its first turn.
    pub(crate) fn is(self, life: Life) {
        self.0.set(Some(life));
    }
}

/// What is known of the process.
struct StandIn {
    pid: Pid,
    /// Where it was forked: what it does there is its life.
    born: CallSite,
    life: Life,
    /// How many handlers of signals it runs, one in the other.
    handlers: u32,
    /// Where it has asked last.
    site: CallSite,
}

impl StandIn {
    /// Does what the process asks for, until the handler returns that it runs.
    fn serve(&mut self) -> Result<(), Ended> {
        loop {
            let heard = self.life.next();
            let Event::Asked(request) = &heard.event else {
                system::exit(scene::system(), self.pid, end(&heard.event), &self.born);
                return Err(Ended);
            };
            self.site = CallSite {
                location: location(request).unwrap_or(self.site.location),
                stack: call_site::received(&heard.addresses),
            };
            let (pid, site) = (self.pid, self.site.clone());
            let is_in_handler = self.handlers > 0;
            let mut handle = |signal| self.handle(signal);
            let told = match &heard.ask {
                Some(Ask::Call(call)) => {
                    system::call(scene::system(), pid, call, site, &mut handle)?
                        .map_or_else(Told::Failed, Told::Called)
                }
                Some(Ask::Tell(bytes)) => {
                    tell::hear(bytes, site.location);
                    Told::Heard
                }
                Some(Ask::Look) => Told::Has(tell::possessions(pid)),
                Some(Ask::Fork) => {
                    self.begin(Begins::Forked)?;
                    continue;
                }
                Some(Ask::Spawn(spawn)) => {
                    self.begin(Begins::Spawned(spawn))?;
                    continue;
                }
                Some(Ask::Signals) => {
                    system::take_signals(scene::system(), pid, site, &mut handle)?;
                    Told::Called(Answer::Nothing)
                }
                Some(Ask::Handled) if is_in_handler => return Ok(()),
                // It was forked in a handler, so that its parent made the call which that interrupted.
                Some(Ask::Handled) => Told::Failed(Errno::EINTR),
                Some(Ask::Never | Ask::Begin) | None => {
                    match system::wait_forever(scene::system(), pid, site, &mut handle)? {}
                }
            };
            self.life.tell(&told);
        }
    }

    /// Has the process run the handler of a signal.
    fn handle(&mut self, signal: Signal) -> Result<(), Ended> {
        self.life.tell(&Told::Handle(signal));
        self.handlers += 1;
        self.serve()?;
        self.handlers -= 1;
        Ok(())
    }

    /// Begins a child of the process, and tells it.
    fn begin(&mut self, begins: Begins<'_>) -> Result<(), Ended> {
        let Some(seat) = Seat::take() else {
            self.life.tell(&Told::Failed(Errno::EAGAIN));
            return Ok(());
        };
        let (pid, site, birth) = (self.pid, self.site.clone(), Birth::default());
        let thread = birth.thread(site.clone());
        let mut handle = |signal| self.handle(signal);
        match system::begin(scene::system(), pid, begins, site, thread, &mut handle)? {
            Ok(child) => birth.is(self.life.fork(child, seat)),
            Err(errno) => self.life.tell(&Told::Failed(errno)),
        }
        Ok(())
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
