//! Which write let which read go on.
//!
//! A read that waits until there is something, and gets as much as it asked for out of one write,
//! depends on that write alone: it could not have come before it, and later writes make no
//! difference: neither does the process learn of those who have written later. If other processes read
//! as well, it could have come before that write all the same, with what another read took.

use std::collections::{BTreeMap, VecDeque};

use kernel::{Accesses, Answer, Part, Reply, SystemCall};

use super::System;
use crate::{access::StepIndex, clock::VectorClock, execution::Execution, objects::Id, op::TaskId};

/// What is known of the bytes in pipes.
#[derive(Debug, Default)]
pub(super) struct Pipes(BTreeMap<usize, Bytes>);

#[derive(Debug, Default)]
struct Bytes {
    chunks: VecDeque<Chunk>,
    /// Who has read.
    readers: Vec<TaskId>,
}

/// What one step has written, as far as it was not read.
#[derive(Debug)]
struct Chunk {
    step: StepIndex,
    bytes: usize,
    /// What the process knew that wrote it, as soon as it had.
    clock: VectorClock,
}

/// Where the bytes of a read came from.
struct Taken {
    /// The write of the first of them.
    first: StepIndex,
    /// What the process knew that wrote these.
    clock: VectorClock,
    /// Whether they are all of that write.
    from_one: bool,
}

impl Bytes {
    fn note_reader(&mut self, reader: TaskId) {
        if !self.readers.contains(&reader) {
            self.readers.push(reader);
        }
    }

    fn take(&mut self, mut count: usize) -> Option<Taken> {
        let first = self.chunks.front()?;
        let mut taken = Taken {
            first: first.step,
            clock: first.clock.clone(),
            from_one: true,
        };
        while count > 0 {
            let Some(chunk) = self.chunks.front_mut() else {
                break;
            };
            taken.from_one &= chunk.step == taken.first;
            let now = count.min(chunk.bytes);
            chunk.bytes -= now;
            count -= now;
            if chunk.bytes == 0 {
                self.chunks.pop_front();
            }
        }
        Some(taken)
    }

    fn note_written(&mut self, step: StepIndex, bytes: usize) {
        let clock = VectorClock::default();
        self.chunks.push_back(Chunk { step, bytes, clock });
    }
}

impl Execution {
    /// Takes note of what a call did to a pipe, and takes from its accesses what made no
    /// difference. `waits` says that the call would have waited.
    pub(super) fn follow_bytes(
        &mut self,
        system: Id<System>,
        call: &SystemCall,
        reply: &kernel::Call<Answer>,
        accesses: &mut Accesses,
        waits: bool,
    ) {
        let written = accesses.iter().find_map(|(part, access)| match part {
            Part::Writes(pipe) => Some((*pipe, *access == kernel::Access::Write)),
            _ => None,
        });
        let (Some((pipe, writes)), Ok(reply)) = (written, reply) else {
            return;
        };
        let step = self.step_index();
        let current = self.current;
        let bytes = self.state(system).pipes.0.entry(pipe).or_default();
        match reply {
            Reply::Done(Answer::Number(count))
            | Reply::Partly {
                done: Answer::Number(count),
                ..
            } if writes => bytes.note_written(step, *count as usize),
            Reply::Done(Answer::Bytes(read)) => {
                let taken = bytes.take(read.len());
                let others = bytes.readers.iter().any(|reader| *reader != current);
                bytes.note_reader(current);
                let is_full =
                    matches!(call, SystemCall::Read { count, .. } if *count == read.len());
                if let Some(taken) = taken.filter(|taken| waits && is_full && taken.from_one) {
                    accesses.retain(|(part, _)| *part != Part::Writes(pipe));
                    self.tasks[current].clock.join(&taken.clock);
                    if others {
                        self.room_from(taken.first);
                    } else {
                        self.enabled_by(taken.first);
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes note of what the completion of an operation of a ring did to a pipe, in which so many
    /// bytes were before.
    pub(super) fn follow_completion(&mut self, system: Id<System>, pipe: usize, before: usize) {
        let step = self.step_index();
        let current = self.current;
        let state = self.state(system);
        let after = state.kernel.bytes_in_pipe(pipe);
        let bytes = state.pipes.0.entry(pipe).or_default();
        if after > before {
            bytes.note_written(step, after - before);
        } else if after < before {
            bytes.take(before - after);
            bytes.note_reader(current);
        }
    }

    /// Takes note of what the current process knows, if it has written to a pipe in this step.
    pub(super) fn note_writer(&mut self, system: Id<System>, accesses: &Accesses) {
        let written = accesses.iter().find_map(|access| match *access {
            (Part::Writes(pipe), kernel::Access::Write) => Some(pipe),
            _ => None,
        });
        let Some(pipe) = written else {
            return;
        };
        let step = self.step_index();
        let clock = self.tasks[self.current].clock.clone();
        let last = self.state(system).pipes.0.get_mut(&pipe);
        let last = last.and_then(|bytes| bytes.chunks.back_mut());
        if let Some(chunk) = last.filter(|chunk| chunk.step == step) {
            chunk.clock = clock;
        }
    }
}

impl System {
    /// The pipe that a step writes to or reads from, and how many bytes are in it.
    pub(super) fn pipe_of(&self, accesses: &Accesses) -> Option<(usize, usize)> {
        let pipe = accesses.iter().find_map(|(part, _)| match part {
            Part::Writes(pipe) => Some(*pipe),
            _ => None,
        })?;
        Some((pipe, self.kernel.bytes_in_pipe(pipe)))
    }
}
