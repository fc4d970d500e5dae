//! A meeting of processes.

use std::io::{self, PipeReader, PipeWriter, Read, Write};

/// A place where processes wait for each other, each for all others. If one of them never comes, the
/// others wait forever, which is a deadlock.
///
/// Each participant has a pipe, which takes two descriptors of each process that the meeting
/// is inherited by.
#[derive(Debug)]
pub struct Meeting(Vec<(PipeReader, PipeWriter)>);

impl Meeting {
    /// A meeting of so many participants, for processes that are forked from now on.
    ///
    /// # Errors
    ///
    /// By `pipe(2)`.
    pub fn of(participants: usize) -> io::Result<Self> {
        let ends = (0..participants).map(|_| io::pipe());
        ends.collect::<io::Result<_>>().map(Self)
    }

    /// Waits until all others have come, as the participant of this number, from 0.
    ///
    /// # Errors
    ///
    /// By `write(2)` and `read(2)`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such participant.
    pub fn attend(&self, participant: usize) -> io::Result<()> {
        for (number, (_, sends)) in self.0.iter().enumerate() {
            if number != participant {
                (&*sends).write_all(&[0])?;
            }
        }
        let (arrivals, _) = &self.0[participant];
        (&*arrivals).read_exact(&mut vec![0; self.0.len() - 1])
    }
}
