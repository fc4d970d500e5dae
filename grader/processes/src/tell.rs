//! What the first process learns of the others beside their calls.

use std::{cell::Cell, panic::Location, process::abort};

use interleave::objects::system;
use kernel::Pid;

use crate::{
    history,
    message::{Ask, Possessions, Told},
    program::ask,
    scene,
};

/// What hears of it, and where it was said.
pub type Listener = fn(&[u8], &'static Location<'static>);

thread_local! {
    static LISTENER: Cell<Listener> = const { Cell::new(|_, _| {}) };
}

/// What a forked process [tells](tell) is heard by this function from now on. It runs in the first
/// process, as a part of the thread that stands for the other one, and it may have steps. The program
/// under test must not see what it does: processes that are forked later are known by what the
/// program was told before ([`Memory`](crate::Memory)).
pub fn listen(listener: Listener) {
    LISTENER.set(listener);
}

/// Tells the first process something of at most 32 KiB, which is said at `location`. It has heard it
/// when this returns. In the first process itself, nothing is told.
pub fn tell(bytes: &[u8], location: &'static Location<'static>) {
    match ask(|| Ask::Tell(bytes.to_vec()), &location.into()) {
        None | Some(Told::Heard) => {}
        Some(_) => abort(),
    }
}

/// What this process has. It is no step, and no other process can change it.
///
/// # Panics
///
/// Panics outside of an execution with processes.
pub fn look() -> Possessions {
    match ask(|| Ask::Look, &Location::caller().into()) {
        None => {
            let has = possessions(scene::own_pid());
            history::hear(&has);
            has
        }
        Some(Told::Has(possessions)) => possessions,
        Some(_) => abort(),
    }
}

/// Takes in what a process has told.
pub(crate) fn hear(bytes: &[u8], location: &'static Location<'static>) {
    (LISTENER.get())(bytes, location);
}

/// What a process has.
pub(crate) fn possessions(pid: Pid) -> Possessions {
    system::look(scene::system(), |kernel| Possessions {
        descriptors: kernel.descriptors(pid),
        children: kernel.children(pid).collect(),
    })
}
