//! What processes have left when the first one ends.

use std::collections::BTreeMap;

use kernel::{FIRST, Fd};

use super::System;
use crate::{execution::Execution, objects::Listed, op::TaskId};

/// Something that was there when the first process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// A process that had not ended.
    Running(TaskId),
    /// A process that had ended, and for which nobody had waited.
    Zombie(TaskId),
    /// A descriptor of the first process, and the call that gave it.
    Descriptor(Fd, &'static str),
    /// The name of a segment of shared memory.
    SharedMemory(String),
    /// The name of a semaphore.
    Semaphore(String),
    /// The path of a file.
    File(String),
}

/// By which calls the first process got the descriptors that it did not begin with.
#[derive(Debug, Default)]
pub(super) struct Origins(BTreeMap<Fd, &'static str>);

impl System {
    /// The first process has made a call of this name, which has opened these descriptors.
    pub(super) fn note_origins(&mut self, call: &'static str, new: impl Iterator<Item = Fd>) {
        self.origins.0.extend(new.map(|fd| (fd, call)));
    }

    /// What is there now: processes first, then descriptors, then names.
    fn left(&self) -> Vec<Left> {
        let kernel = &self.kernel;
        let others = self.tasks.iter().filter(|(pid, _)| **pid != FIRST);
        let zombies = kernel.zombies();
        let living = kernel.living();
        let processes = others.filter_map(|(pid, task)| {
            if zombies.contains(pid) {
                Some(Left::Zombie(*task))
            } else {
                living.contains(pid).then_some(Left::Running(*task))
            }
        });
        let open = kernel.descriptors(FIRST).into_iter();
        let descriptors =
            open.filter_map(|fd| Some(Left::Descriptor(fd, self.origins.0.get(&fd).copied()?)));
        let segments = kernel.segments().into_iter();
        let segments = segments.filter_map(|segment| segment.name.clone());
        let semaphores = kernel.semaphore_names().map(ToOwned::to_owned);
        processes
            .chain(descriptors)
            .chain(segments.map(Left::SharedMemory))
            .chain(semaphores.map(Left::Semaphore))
            .chain(kernel.file_paths().into_iter().map(Left::File))
            .collect()
    }
}

impl Execution {
    /// What the processes of the program have left, if it has some.
    pub(crate) fn left(&self) -> Vec<Left> {
        let systems = System::table(&self.objects).iter();
        systems.flat_map(|system| system.state.left()).collect()
    }
}
