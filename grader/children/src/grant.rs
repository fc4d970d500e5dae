//! The side of the controller, where a process forks another one.

use std::{io, rc::Rc};

use rustix::process::Pid;

use crate::{
    bell::yield_until,
    birth::Born,
    mailbox::{LOOKS_AGAIN, Mailbox},
    message::Event,
    process::{Process, wait_readable},
    seat::Occupant,
};

impl Mailbox {
    /// Grants a free slot to the process in the slot `parent`, which will fork into it. It has to be
    /// told the number, by the answer to what it has asked.
    ///
    /// # Panics
    ///
    /// Panics if the slot is not free, or there is no process in the other one.
    pub fn grant(&mut self, slot: usize, parent: usize) {
        let serial = self.seats[parent].serial;
        assert!(
            self.seats[parent].process().is_some(),
            "no process in slot {parent}"
        );
        self.prepare(slot);
        self.shared.slot(slot).birth.grant();
        self.seats[slot].occupant = Occupant::Granted { parent, serial };
    }

    /// Waits until the process of a granted slot is there; what to tell if it will never be.
    pub(crate) fn await_birth(&mut self, slot: usize) -> io::Result<Option<Event>> {
        let Occupant::Granted { parent, serial } = self.seats[slot].occupant else {
            return Ok(None);
        };
        let shared = Rc::clone(&self.shared);
        let place = shared.slot(slot);
        yield_until(|| place.birth.state() != Born::NotYet);
        let _asleep = place.asked.fall_asleep();
        let pid = loop {
            // The parent is looked at first: what it does not do before it ends, it does not do.
            let working = self.working_parent(parent, serial)?;
            let errno = match (place.birth.state(), working) {
                (Born::Is(pid), _) => break pid,
                (Born::Failed(errno), _) => Some(errno),
                (Born::NotYet, None) => None,
                (Born::NotYet, Some(parent)) => {
                    let watched = [shared.doorbell(), parent.descriptor()];
                    let [woken, _] = wait_readable(watched, LOOKS_AGAIN)?;
                    if woken {
                        shared.quieten();
                    }
                    continue;
                }
            };
            self.seats[slot].occupant = Occupant::None;
            return Ok(Some(Event::NotForked(errno)));
        };
        self.seats[slot].occupant = Occupant::None;
        let pid = Pid::from_raw(pid.cast_signed()).ok_or(io::ErrorKind::InvalidData)?;
        self.occupy(slot, Process::new(pid)?);
        Ok(None)
    }

    /// The process that was granted a slot, if it can still fork: it has not ended, and asks nothing.
    fn working_parent(&self, parent: usize, serial: u64) -> io::Result<Option<&Process>> {
        let seat = &self.seats[parent];
        let asks = self.shared.slot(parent).asked.count() != seat.heard;
        match &seat.occupant {
            Occupant::Works(process) if seat.serial == serial && !asks => {
                Ok((!process.has_ended()?).then_some(process))
            }
            _ => Ok(None),
        }
    }
}
