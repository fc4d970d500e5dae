//! A schedule as a value: the choices that make an execution.

use data_encoding::BASE64URL_NOPAD;

use crate::op::{TaskId, Wake};

/// One choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// This thread takes its announced step.
    Run(TaskId, Wake),
    /// Of the threads that wait on a condition variable, this one is notified,
    /// counted from the longest-waiting.
    Pick(usize),
}

/// The choices of an execution, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Schedule(pub Vec<Choice>);

/// A text is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// It has a character that does not belong there.
    #[error("the schedule is not base64url text")]
    Alphabet,
    /// It ends in the middle of a choice.
    #[error("the schedule ends in the middle of a choice")]
    Truncated,
    /// A number in it is too large.
    #[error("the schedule has a number that is too large")]
    Overflow,
}

impl Choice {
    fn code(self) -> u64 {
        match self {
            Self::Run(task, Wake::Normal) => task as u64 * 4,
            Self::Run(task, Wake::Timeout) => task as u64 * 4 + 1,
            Self::Run(task, Wake::Spurious) => task as u64 * 4 + 2,
            Self::Pick(index) => index as u64 * 4 + 3,
        }
    }

    fn from_code(code: u64) -> Self {
        let index = usize::try_from(code / 4).unwrap_or(usize::MAX);
        match code % 4 {
            0 => Self::Run(index, Wake::Normal),
            1 => Self::Run(index, Wake::Timeout),
            2 => Self::Run(index, Wake::Spurious),
            _ => Self::Pick(index),
        }
    }
}

impl Schedule {
    /// How many steps it has.
    pub fn steps(&self) -> usize {
        let steps = self.0.iter().filter(|c| matches!(c, Choice::Run(..)));
        steps.count()
    }

    /// The schedule as text: run lengths of choices, in variable-length numbers, in base64url.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::new();
        for run in self.0.chunk_by(|a, b| a == b) {
            write_number(&mut bytes, run[0].code());
            write_number(&mut bytes, run.len() as u64);
        }
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// The schedule that [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    ///
    /// If `text` is no schedule.
    pub fn decode(text: &str) -> Result<Self, ScheduleError> {
        /// Longer schedules than this come from no execution.
        const LONGEST: usize = 10_000_000;
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| ScheduleError::Alphabet)?;
        let mut rest = bytes.as_slice();
        let mut choices = Vec::new();
        while !rest.is_empty() {
            let choice = Choice::from_code(read_number(&mut rest)?);
            let length = read_number(&mut rest)? as usize;
            if length > LONGEST - choices.len().min(LONGEST) {
                return Err(ScheduleError::Overflow);
            }
            choices.resize(choices.len() + length, choice);
        }
        Ok(Self(choices))
    }
}

fn write_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_number(rest: &mut &[u8]) -> Result<u64, ScheduleError> {
    let mut number = 0u64;
    for shift in (0..63).step_by(7) {
        let (&byte, tail) = rest.split_first().ok_or(ScheduleError::Truncated)?;
        *rest = tail;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(ScheduleError::Overflow)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn choices() -> impl proptest::strategy::Strategy<Value = Vec<Choice>> {
        prop::collection::vec((0u64..400).prop_map(Choice::from_code), 0..200)
    }

    proptest! {
        #[test]
        fn every_schedule_survives_its_text(choices in choices()) {
            let schedule = Schedule(choices);
            prop_assert_eq!(Schedule::decode(&schedule.encode()), Ok(schedule));
        }

        #[test]
        fn no_text_makes_the_decoder_panic(text in ".{0,40}") {
            let _ = Schedule::decode(&text);
        }
    }

    #[test]
    fn a_run_length_that_would_fill_memory_is_refused() {
        let mut bytes = Vec::new();
        write_number(&mut bytes, 0);
        write_number(&mut bytes, 1 << 40);
        let text = BASE64URL_NOPAD.encode(&bytes);
        assert_eq!(Schedule::decode(&text), Err(ScheduleError::Overflow));
    }
}
