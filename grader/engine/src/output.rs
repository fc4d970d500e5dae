//! What the program under test prints.

use crate::{execution::Execution, outcome::Outcome};

/// What is kept to be shown, in bytes.
const KEPT: usize = 16 << 10;

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
