//! The piece of shared memory by which one process and the controller talk.
//!
//! A process that runs wild can write anything here. So the controller believes no length, and takes
//! whatever it finds for some message.

use std::{
    borrow::Cow,
    cell::UnsafeCell,
    ptr,
    sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed},
};

use crate::{
    bell::Bell,
    birth::Birth,
    message::{Answer, DATA, Panic, Place, Request},
};

/// What a process says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    Asks(Request<'a>),
    Exits(u8),
    Panics(Panic),
}

/// One slot. All zero bytes are a slot that was never used.
///
/// The words are written by one side before it rings and read by the other one after it has heard
/// that, so that the bells alone give the order.
#[derive(Debug)]
#[repr(C, align(64))]
pub(crate) struct Slot {
    /// Rung by the process.
    pub(crate) asked: Bell,
    /// Rung by the controller.
    pub(crate) answered: Bell,
    /// Of a process that is forked by another one than the controller.
    pub(crate) birth: Birth,
    kind: AtomicU32,
    call: AtomicU32,
    args: [AtomicU64; 5],
    place: AtomicU64,
    result: AtomicI64,
    flags: AtomicU32,
    length: AtomicU32,
    data: UnsafeCell<[u8; DATA]>,
}

const ASKS: u32 = 0;
const EXITS: u32 = 1;
const PANICS: u32 = 2;

impl Slot {
    /// Makes it a slot that was never used. No process may use it.
    pub(crate) fn reset(&self) {
        self.asked.reset();
        self.answered.reset();
        self.birth.reset();
    }

    /// Writes what the process says. It has to ring then.
    ///
    /// # Panics
    ///
    /// Panics if there is too much data.
    pub(crate) fn write_message(&self, message: &Message<'_>) {
        match message {
            Message::Asks(request) => self.write_request(ASKS, request),
            Message::Exits(status) => {
                let args = [u64::from(*status), 0, 0, 0, 0];
                let request = Request {
                    args,
                    ..Request::default()
                };
                self.write_request(EXITS, &request);
            }
            Message::Panics(panic) => self.write_request(PANICS, &encoded(panic)),
        }
    }

    fn write_request(&self, kind: u32, request: &Request<'_>) {
        self.write_data(&request.data);
        self.kind.store(kind, Relaxed);
        self.call.store(request.call.into(), Relaxed);
        for (word, arg) in self.args.iter().zip(request.args) {
            word.store(arg, Relaxed);
        }
        self.place.store(request.place, Relaxed);
    }

    /// What the process has said.
    pub(crate) fn read_message(&self) -> Message<'static> {
        let request = Request {
            call: self.call.load(Relaxed) as u16,
            args: self.args.each_ref().map(|word| word.load(Relaxed)),
            place: self.place.load(Relaxed),
            data: Cow::Owned(self.read_data()),
        };
        match self.kind.load(Relaxed) {
            EXITS => Message::Exits(request.args[0] as u8),
            PANICS => Message::Panics(decoded(&request)),
            _ => Message::Asks(request),
        }
    }

    /// Writes what the controller answers. It has to ring then.
    ///
    /// # Panics
    ///
    /// Panics if there is too much data.
    pub(crate) fn write_answer(&self, answer: &Answer<'_>) {
        self.write_data(&answer.data);
        self.result.store(answer.result, Relaxed);
        self.flags.store(answer.flags, Relaxed);
    }

    /// What the controller has answered.
    pub(crate) fn read_answer(&self) -> Answer<'static> {
        Answer {
            result: self.result.load(Relaxed),
            flags: self.flags.load(Relaxed),
            data: Cow::Owned(self.read_data()),
        }
    }

    fn write_data(&self, data: &[u8]) {
        let most = DATA;
        assert!(
            data.len() <= most,
            "{} bytes are more than {most}",
            data.len()
        );
        // SAFETY: there is room for that. The other side reads when it has heard the bell, which
        // rings later; should it read before, it gets other bytes, and any bytes are data.
        unsafe { ptr::copy_nonoverlapping(data.as_ptr(), self.data.get().cast(), data.len()) };
        self.length.store(data.len() as u32, Relaxed);
    }

    fn read_data(&self) -> Vec<u8> {
        let length = (self.length.load(Relaxed) as usize).min(DATA);
        let mut data = Vec::with_capacity(length);
        // SAFETY: no more is read than there is, and there is room for it. The other side waits;
        // should it write nevertheless, other bytes are read, and any bytes are data.
        unsafe {
            ptr::copy_nonoverlapping(self.data.get().cast(), data.as_mut_ptr(), length);
            data.set_len(length);
        }
        data
    }
}

/// A panic as the slot has it: the message and then the file; their lengths and the place as arguments.
fn encoded(panic: &Panic) -> Request<'static> {
    let place = panic.place.clone().unwrap_or_default();
    let file = &place.file[..place.file.floor_char_boundary(DATA / 2)];
    let room = DATA - file.len();
    let message = &panic.message[..panic.message.floor_char_boundary(room)];
    Request {
        args: [
            message.len() as u64,
            panic.place.is_some().into(),
            place.line.into(),
            place.column.into(),
            0,
        ],
        data: Cow::Owned([message, file].concat().into_bytes()),
        ..Request::default()
    }
}

fn decoded(request: &Request<'_>) -> Panic {
    let [length, has_place, line, column, _] = request.args;
    let data = &request.data;
    let length = usize::try_from(length).unwrap_or(DATA);
    let (message, file) = data.split_at(length.min(data.len()));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Panic {
        message: text(message),
        place: (has_place != 0).then(|| Place {
            file: text(file),
            line: line as u32,
            column: column as u32,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Shared;

    #[test]
    fn a_slot_that_was_written_wildly_has_some_message() {
        let shared = Shared::new(1).expect("there is memory");
        let slot = shared.slot(0);
        for length in [0, 5, DATA as u32 + 1, u32::MAX] {
            for kind in 0..5 {
                slot.length.store(length, Relaxed);
                slot.kind.store(kind, Relaxed);
                slot.args[0].store(u64::MAX, Relaxed);
                slot.args[1].store(u64::MAX, Relaxed);
                let expected = (length as usize).min(DATA);
                let length = match slot.read_message() {
                    Message::Asks(request) => request.data.len(),
                    Message::Exits(_) => expected,
                    // The arguments say that all of it is the message.
                    Message::Panics(panic) => panic.message.len(),
                };
                assert_eq!(length, expected);
            }
        }
    }
}
