//! The side of the controller.

use std::{io, marker::PhantomData, mem, rc::Rc, time::Duration};

use rustix::process::getpid;

use crate::{
    asker::Asker,
    bell::yield_until,
    fork,
    message::{Answer, Event},
    process::{Process, wait_readable},
    seat::{Occupant, Seat},
    shared::Shared,
    slot::Message,
};

/// The controller looks again after this, should the program have closed the descriptor by which it
/// is woken.
pub(crate) const LOOKS_AGAIN: Duration = Duration::from_millis(20);

/// Forked processes, each in a slot, that ask the process which made this, the controller, for every
/// system call.
///
/// The processes die when the thread ends that made this, so it stays on that thread. Dropping it
/// ends all of them and waits for that. The controller must not wait for children that it does not
/// know: how they ended would be lost.
#[derive(Debug)]
pub struct Mailbox {
    pub(crate) shared: Rc<Shared>,
    pub(crate) seats: Vec<Seat>,
    /// How many processes there were.
    forked: u64,
    stays: PhantomData<*mut ()>,
}

/// Who returns from [`Mailbox::fork`].
#[derive(Debug)]
pub enum Forked {
    /// The controller.
    Parent,
    /// The new process.
    Child(Asker),
}

impl Mailbox {
    /// A mailbox with so many free slots, numbered from 0. Memory is used only for those that are used.
    ///
    /// # Errors
    ///
    /// By `mmap(2)` and `eventfd(2)`; there must be a slot.
    pub fn new(slots: usize) -> io::Result<Self> {
        let shared = Rc::new(Shared::new(slots)?);
        fork::keep_ended_children();
        Ok(Self {
            shared,
            seats: (0..slots).map(|_| Seat::default()).collect(),
            forked: 0,
            stays: PhantomData,
        })
    }

    /// Forks a process into a free slot. It returns in both processes.
    ///
    /// The child has the calling thread alone, with its stack, and a copy of all memory but that of the
    /// mailbox. It has all descriptors but those by which the controller watches others. All signals
    /// but the real-time ones have their default disposition in it, also `SIGPIPE`, and none is
    /// blocked. It dies with the controller. It must end by its [`Asker`], and cannot use its copy of
    /// the mailbox.
    ///
    /// # Errors
    ///
    /// By `fork(2)` and `pidfd_open(2)`; no process is left then.
    ///
    /// # Panics
    ///
    /// Panics if the slot is not free.
    pub fn fork(&mut self, slot: usize) -> io::Result<Forked> {
        self.prepare(slot);
        let Some(pid) = fork::fork()? else {
            fork::die_with(self.shared.controller);
            fork::reset_signals();
            self.seats.clear();
            return Ok(Forked::Child(Asker::new(Rc::clone(&self.shared), slot)));
        };
        let process = Process::new(pid)?;
        self.occupy(slot, process);
        Ok(Forked::Parent)
    }

    /// Waits for what the process does next. After anything but [`Event::Asked`] the slot is free,
    /// and nothing is left of the process.
    ///
    /// `limit` is the processor time that it may use, as far as the controller has to sleep for it. For a
    /// process that waits for something real this waits without a limit.
    ///
    /// # Errors
    ///
    /// By `poll(2)`, `pidfd_open(2)` and `waitid(2)`, which need memory and a descriptor.
    ///
    /// # Panics
    ///
    /// Panics if the slot is free, or its process waits for an answer.
    pub fn next(&mut self, slot: usize, limit: Duration) -> io::Result<Event> {
        if let Some(never) = self.await_birth(slot)? {
            return Ok(never);
        }
        let shared = Rc::clone(&self.shared);
        let bell = &shared.slot(slot).asked;
        let heard = self.seats[slot].heard;
        let Occupant::Works(process) = &self.seats[slot].occupant else {
            panic!("the process in slot {slot} does not work")
        };
        if !yield_until(|| bell.count() != heard) {
            let _asleep = bell.fall_asleep();
            let before = process.processor_time();
            let mut left = limit;
            while bell.count() == heard {
                let watched = [shared.doorbell(), process.descriptor()];
                let [woken, ended] = wait_readable(watched, left.min(LOOKS_AGAIN))?;
                if woken {
                    shared.quieten();
                }
                // It may have spoken before it ended, so that this comes after.
                if bell.count() != heard {
                    break;
                }
                if ended {
                    return self.take(slot, Process::wait).map(Event::Died);
                }
                let used = process
                    .processor_time()
                    .zip(before)
                    .map(|(now, before)| now.saturating_sub(before));
                left = limit.saturating_sub(used.unwrap_or_default());
                if left.is_zero() {
                    self.kill(slot)?;
                    return Ok(Event::OutOfTime);
                }
            }
        }
        self.hear(slot)
    }

    /// Answers the process, which works then.
    ///
    /// # Panics
    ///
    /// Panics if the process does not wait for an answer, or if there are more than
    /// [`DATA`](crate::DATA) bytes of data.
    pub fn answer(&mut self, slot: usize, answer: &Answer<'_>) {
        let occupant = &mut self.seats[slot].occupant;
        let waits = matches!(occupant, Occupant::Waits(_));
        assert!(waits, "slot {slot} waits for no answer: {occupant:?}");
        let place = self.shared.slot(slot);
        place.write_answer(answer);
        if let Occupant::Waits(process) = mem::take(occupant) {
            *occupant = Occupant::Works(process);
        }
        place.answered.ring_and_wake();
    }

    /// Ends the process, whatever it is doing, and waits for its end. If the slot is free, this does
    /// nothing.
    ///
    /// # Errors
    ///
    /// By `waitid(2)`.
    pub fn kill(&mut self, slot: usize) -> io::Result<()> {
        if let Occupant::Granted { .. } = self.seats[slot].occupant
            && (self.shared.slot(slot).birth.revoke() || self.await_birth(slot)?.is_some())
        {
            self.seats[slot].occupant = Occupant::None;
            return Ok(());
        }
        if self.seats[slot].process().is_none() {
            return Ok(());
        }
        self.take(slot, |process| {
            process.kill();
            process.wait()
        })?;
        Ok(())
    }

    /// The number that the system gave to the process in this slot, if one is known to be there.
    pub fn pid(&self, slot: usize) -> Option<u32> {
        let pid = self.seats[slot].process()?.pid.as_raw_nonzero();
        Some(pid.get().cast_unsigned())
    }

    /// Takes what a process has said.
    fn hear(&mut self, slot: usize) -> io::Result<Event> {
        let place = self.shared.slot(slot);
        let message = place.read_message();
        let seat = &mut self.seats[slot];
        seat.heard = place.asked.count();
        let event = match message {
            Message::Asks(request) => {
                if let Occupant::Works(process) = mem::take(&mut seat.occupant) {
                    seat.occupant = Occupant::Waits(process);
                }
                return Ok(Event::Asked(request));
            }
            Message::Exits(status) => Event::Exited(status),
            Message::Panics(panic) => Event::Panicked(panic),
        };
        // It is ending by itself, or would have to be made to.
        self.kill(slot)?;
        Ok(event)
    }

    /// Makes a free slot one that was never used.
    pub(crate) fn prepare(&mut self, slot: usize) {
        let seat = &mut self.seats[slot];
        let free = matches!(seat.occupant, Occupant::None);
        assert!(free, "slot {slot} is not free: {:?}", seat.occupant);
        self.shared.slot(slot).reset();
        seat.heard = 0;
    }

    pub(crate) fn occupy(&mut self, slot: usize, process: Process) {
        self.forked += 1;
        self.seats[slot].serial = self.forked;
        self.seats[slot].occupant = Occupant::Works(process);
    }

    /// Frees the slot of a process, and does this with it.
    fn take<T>(
        &mut self,
        slot: usize,
        with: impl FnOnce(Process) -> io::Result<T>,
    ) -> io::Result<T> {
        match mem::take(&mut self.seats[slot].occupant) {
            Occupant::Works(process) | Occupant::Waits(process) => with(process),
            other => {
                self.seats[slot].occupant = other;
                Err(io::ErrorKind::NotFound.into())
            }
        }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        // A copy in another process is nothing but memory.
        if getpid() != self.shared.controller {
            return;
        }
        // All of them end at the same time.
        for slot in 0..self.seats.len() {
            if let Some(process) = self.seats[slot].process() {
                process.kill();
            }
        }
        for slot in 0..self.seats.len() {
            // There is no one left to be told of an error.
            let _ = self.kill(slot);
        }
    }
}
