//! What the program under test prints.

use crate::{
    execution::Execution,
    outcome::Outcome,
    runtime::{end_by_output, try_with, with},
};

/// What is kept to be shown, in bytes.
const KEPT: usize = 16 << 10;

/// A stream that a program prints to: `stdin(3)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Where the programs of an execution print that have an operating system.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    /// The current thread prints.
    pub prints: fn(Stream, &[u8]),
    /// The current thread wants to be written what its process has printed to standard output.
    pub flushes: fn(),
}

/// From now on, the threads of the current execution print there.
///
/// # Panics
///
/// Panics outside of an execution.
pub fn set_printer(printer: Printer) {
    with(|execution| execution.printer = Some(printer));
}

/// Takes what the program under test prints; whether the caller runs inside of an
/// execution. Printing more than the limit ends the execution.
pub fn capture_output(stream: Stream, bytes: &[u8]) -> bool {
    let Some(printer) = try_with(|execution| execution.printer) else {
        return false;
    };
    if let Some(printer) = printer {
        (printer.prints)(stream, bytes);
        return true;
    }
    let is_too_much = with(|execution| {
        execution.take_output(bytes);
        execution.has_printed_too_much()
    });
    if is_too_much {
        end_by_output();
    }
    true
}

/// Writes what the process of the current thread has printed to standard output and keeps until a line
/// is whole, if programs have an operating system.
pub fn flush_output() {
    if let Some(printer) = try_with(|execution| execution.printer).flatten() {
        (printer.flushes)();
    }
}

impl Execution {
    /// Takes what is printed. Printing more than the limit decides the outcome.
    pub(crate) fn take_output(&mut self, bytes: &[u8]) {
        let room = KEPT.saturating_sub(self.output.len());
        self.output.extend(&bytes[..bytes.len().min(room)]);
        self.printed = self.printed.saturating_add(bytes.len());
        if self.printed > self.config.max_output && !self.over {
            self.outcome = Some(Outcome::OutputLimit);
        }
    }

    /// Whether that has decided the outcome, and the current thread is to stop.
    pub(crate) fn has_printed_too_much(&self) -> bool {
        !self.over && matches!(self.outcome, Some(Outcome::OutputLimit))
    }
}
