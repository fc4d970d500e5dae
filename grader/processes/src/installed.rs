//! The programs that a process can run: functions that a scenario has installed, by their names.

use std::{cell::RefCell, collections::BTreeMap, convert::Infallible, panic::Location};

use kernel::{Errno, Pid, Spawn, SystemCall};

use crate::program;

/// What a program is given that starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Started {
    /// Its arguments, the first of which is by custom its name.
    pub arguments: Vec<String>,
    /// Its environment: names and values.
    pub environment: Vec<(String, String)>,
}

/// What a program does, with the status that it exits with.
pub type Program = fn(&Started) -> i32;

thread_local! {
    static INSTALLED: RefCell<BTreeMap<String, Program>> = const { RefCell::new(BTreeMap::new()) };
}

/// Installs a program under a name for the rest of the execution, for this process and those that it
/// begins from now on.
pub fn install(name: &str, program: Program) {
    INSTALLED.with_borrow_mut(|installed| installed.insert(name.to_owned(), program));
}

/// Takes all of them away, as at the beginning of an execution.
pub(crate) fn reset() {
    INSTALLED.with_borrow_mut(BTreeMap::clear);
}

/// Starts a program as a child of this process. The number of the child. `posix_spawn(3)`
///
/// # Errors
///
/// `ENOENT` if no program of that name is installed, and those of [`Kernel::spawn`](kernel::Kernel::spawn).
///
/// # Panics
///
/// Panics outside of an execution with processes, and if the real system cannot fork.
pub fn spawn_at(
    spawn: &Spawn,
    environment: Vec<(String, String)>,
    location: &'static Location<'static>,
) -> Result<Pid, Errno> {
    let program = find(&spawn.program)?;
    let arguments = spawn.arguments.clone();
    let given = Started {
        arguments,
        environment,
    };
    program::spawn_at(spawn, || program(&given), location)
}

/// This process goes on with another program. `execve(2)`
///
/// # Errors
///
/// `ENOENT` if no program of that name is installed.
///
/// # Panics
///
/// Panics outside of an execution with processes, and in the first process: it is that of the scenario.
pub fn exec_at(
    name: String,
    given: &Started,
    location: &'static Location<'static>,
) -> Result<Infallible, Errno> {
    let program = find(&name)?;
    let call = SystemCall::Exec {
        program: name,
        arguments: given.arguments.clone(),
    };
    program::exec_at(call, || program(given), location)
}

fn find(name: &str) -> Result<Program, Errno> {
    let found = INSTALLED.with_borrow(|installed| installed.get(name).copied());
    found.ok_or(Errno::ENOENT)
}
