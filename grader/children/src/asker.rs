//! The side of a process.

use std::{io, rc::Rc};

use crate::{
    fork,
    message::{Answer, Panic, Request},
    process::low_byte,
    shared::Shared,
    slot::{Message, Slot},
};

/// By what a forked process asks the controller.
///
/// A process that ends in another way than by the calls here, be it `_exit(2)` or a signal, has
/// [died](crate::Event::Died).
#[derive(Debug)]
pub struct Asker {
    shared: Rc<Shared>,
    number: usize,
    /// How many answers were heard.
    heard: u32,
}

/// Who returns from [`Asker::fork`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The process that called it.
    Parent,
    /// The new process.
    Child,
}

impl Asker {
    pub(crate) fn new(shared: Rc<Shared>, number: usize) -> Self {
        let heard = shared.slot(number).answered.count();
        Self {
            shared,
            number,
            heard,
        }
    }

    /// The slot of this process.
    pub fn slot(&self) -> usize {
        self.number
    }

    /// Asks for a system call and waits for the answer.
    ///
    /// # Panics
    ///
    /// Panics if there are more than [`DATA`](crate::DATA) bytes of data. A call that may do less than it
    /// was asked for, as `write(2)` may, has to be cut by those who know that.
    pub fn ask(&mut self, request: Request<'_>) -> Answer<'static> {
        self.say(&Message::Asks(request));
        let slot = self.shared.slot(self.number);
        slot.answered.wait(self.heard);
        self.heard = slot.answered.count();
        slot.read_answer()
    }

    /// Forks a process into a slot that the controller has [granted](crate::Mailbox::grant) to this
    /// one. It returns in both processes. In the child `self` asks by the new slot.
    ///
    /// The child is a child of the controller, and what it does on signals is what its parent does.
    ///
    /// # Errors
    ///
    /// If the slot was not granted, or by `fork(2)`. The controller hears of the latter from the slot.
    ///
    /// # Panics
    ///
    /// Panics if there is no such slot.
    pub fn fork(&mut self, slot: usize) -> io::Result<Side> {
        let shared = Rc::clone(&self.shared);
        let new = shared.slot(slot);
        if !new.birth.begin() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let forked = fork::fork_sibling(new.birth.pid());
        let side = match forked {
            Ok(Some(_)) => return Ok(Side::Parent),
            Ok(None) => {
                fork::die_with(shared.controller);
                *self = Self::new(Rc::clone(&shared), slot);
                Ok(Side::Child)
            }
            Err(error) => {
                new.birth.fail(error.raw_os_error().unwrap_or_default());
                Err(error)
            }
        };
        shared.wake_controller(new);
        side
    }

    /// Tells the controller that this process ends, and ends it: `_exit(2)`. Of the status, the
    /// lowest eight bits count.
    pub fn exit(&mut self, status: i32) -> ! {
        self.end(&Message::Exits(low_byte(status)), status)
    }

    /// Tells the controller that a panic ends this process, and ends it with status 101, as the
    /// Rust runtime does. Of a panic that is longer than [`DATA`](crate::DATA) the beginning is told.
    pub fn panicked(&mut self, panic: &Panic) -> ! {
        self.end(&Message::Panics(panic.clone()), 101)
    }

    fn end(&mut self, message: &Message<'_>, status: i32) -> ! {
        self.say(message);
        // SAFETY: ends this process.
        unsafe { libc::_exit(status & 0xff) }
    }

    fn say(&mut self, message: &Message<'_>) {
        let slot: &Slot = self.shared.slot(self.number);
        slot.write_message(message);
        slot.asked.ring();
        self.shared.wake_controller(slot);
    }
}
