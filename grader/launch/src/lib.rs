//! Starting programs. No other crate starts any; a [`Launch`] holds everything that a program sees
//! and may use.
#![forbid(unsafe_code)]

mod run;

use std::{
    ffi::OsString,
    io,
    os::{
        fd::OwnedFd,
        unix::process::{CommandExt as _, ExitStatusExt as _},
    },
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

pub use grader_schema::launch::{Descriptors, Input, Launch, Limits, Output, Sandbox};
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};

pub use run::{Ended, run, run_by_lines};

/// A program as it would run in the place of this one: with the same environment, directory and
/// descriptors, and without limits.
pub fn inheriting(program: impl Into<PathBuf>, arguments: Vec<OsString>) -> Launch {
    Launch {
        program: program.into(),
        arguments,
        environment: std::env::vars_os().collect(),
        directory: ".".into(),
        descriptors: Descriptors {
            input: Input::Inherited,
            output: Output::Inherited,
            errors: Output::Inherited,
        },
        limits: Limits::default(),
        sandbox: Sandbox::Unconfined,
        leads_group: false,
    }
}

/// Starts a program. `given` becomes its standard input where the launch asks for that.
///
/// The limits of memory and files hold from a moment after the start: a program whose limits
/// matter from its first instruction has to wait for its input first.
///
/// # Errors
///
/// If the program cannot be started, or if `given` is not there though the launch asks for it.
/// The message names the program.
pub fn start(launch: &Launch, given: Option<OwnedFd>) -> io::Result<Child> {
    let mut command = command(launch);
    if launch.descriptors.input == Input::Given {
        let given = given.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "the launch asks for a descriptor, and none is given",
            )
        })?;
        command.stdin(given);
    }
    let child = command.spawn().map_err(|error| named(launch, &error))?;
    limit(Pid::from_child(&child), &launch.limits);
    Ok(child)
}

/// Becomes the program. Its limits are not set, because no parent is left to enforce them.
///
/// Comes back only with an error: the program cannot be started.
pub fn replace(launch: &Launch) -> io::Error {
    named(launch, &command(launch).exec())
}

/// Ends a program and everything in its process group, and waits for the program itself.
pub fn end(child: &mut Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// Whether a program was stopped because it asked for more memory than its limits allow: the
/// standard library of Rust says so and aborts.
pub fn ran_out_of_memory(status: ExitStatus, errors: &str) -> bool {
    status.signal() == Some(Signal::ABORT.as_raw()) && errors.contains("memory allocation of ")
}

fn command(launch: &Launch) -> Command {
    let Descriptors {
        input,
        output,
        errors,
    } = launch.descriptors;
    let Sandbox::Unconfined = launch.sandbox;
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.arguments)
        .env_clear()
        .envs(launch.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&launch.directory)
        .stdin(match input {
            Input::Null | Input::Given => Stdio::null(),
            Input::Pipe => Stdio::piped(),
            Input::Inherited => Stdio::inherit(),
        })
        .stdout(stream(output))
        .stderr(stream(errors));
    if launch.leads_group {
        command.process_group(0);
    }
    command
}

fn stream(output: Output) -> Stdio {
    match output {
        Output::Null => Stdio::null(),
        Output::Pipe => Stdio::piped(),
        Output::Inherited => Stdio::inherit(),
    }
}

fn limit(program: Pid, limits: &Limits) {
    for (resource, most) in [
        (Resource::Data, limits.data),
        (Resource::As, limits.address_space),
        (Resource::Fsize, limits.file_size),
        (Resource::Core, limits.core),
    ] {
        if most.is_some() {
            let limit = Rlimit {
                current: most,
                maximum: most,
            };
            // A limit that is lower already may not be raised, which is as well; and the
            // program may have ended.
            let _ = prlimit(Some(program), resource, limit);
        }
    }
}

fn named(launch: &Launch, error: &io::Error) -> io::Error {
    let program = launch.program.display();
    io::Error::new(error.kind(), format!("cannot run `{program}`: {error}"))
}
