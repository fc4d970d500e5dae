//! The launches of all programs that judge: what each program may see and use.

use std::{ffi::OsString, path::Path};

use grader_launch::{Descriptors, Input, Launch, Limits, Output, Sandbox};
use grader_schema::launch::PLAIN_FORKS;

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Memory that a verdict program may allocate, in bytes. The most that was seen is 37 MB, for
/// the reference of exercise 26.
pub(super) const VERDICT_MEMORY: u64 = 512 * MIB;

/// The compiler, for an answer or a program that is made of it. The largest exercise compiles
/// in a second.
pub(super) fn compiler(program: &Path, arguments: Vec<OsString>, directory: &Path) -> Launch {
    let limits = Limits {
        wall_ms: Some(MINUTE_MS),
        kept_output: Some(256 * KIB),
        ..Limits::default()
    };
    tool(program, arguments, directory, limits)
}

/// A tool that is asked what it is. It may install itself first: rustup's stand-in does.
pub(super) fn question(program: &Path, arguments: &[&str], directory: &Path) -> Launch {
    let arguments = arguments.iter().map(OsString::from).collect();
    let limits = Limits {
        wall_ms: Some(15 * MINUTE_MS),
        kept_output: Some(64 * KIB),
        ..Limits::default()
    };
    tool(program, arguments, directory, limits)
}

/// A program that does nothing and ends.
pub(super) fn probe(program: &Path, directory: &Path) -> Launch {
    let limits = Limits {
        wall_ms: Some(20 * SECOND_MS),
        kept_output: Some(16 * KIB),
        ..Limits::default()
    };
    tool(program, Vec::new(), directory, limits)
}

/// Cargo, which compiles the checking library: without an end to its time, because it may have
/// to fetch crates first.
pub(super) fn cargo(
    program: &Path,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    directory: &Path,
) -> Launch {
    Launch {
        environment,
        ..tool(program, arguments, directory, Limits::default())
    }
}

/// The verdict program: it reads the plan and writes the verdicts.
pub(super) fn verdict(program: &Path, directory: &Path, wall_ms: u64) -> Launch {
    let limits = Limits {
        wall_ms: Some(wall_ms),
        kept_output: Some(64 * MIB),
        data: Some(VERDICT_MEMORY),
        core: Some(0),
        ..Limits::default()
    };
    Launch {
        descriptors: Descriptors {
            input: Input::Pipe,
            ..PIPED
        },
        ..tool(program, Vec::new(), directory, limits)
    }
}

/// A driver, which the verdict program starts once for each check, in a directory of its own
/// below this one. It runs the student's code, so it gets no environment, and everything that
/// it starts is ended with it. How long a request may take is a part of the plan.
pub(super) fn driver(program: &Path, directory: &Path, plain_forks: bool) -> Launch {
    Launch {
        program: program.to_path_buf(),
        arguments: plain_forks
            .then(|| PLAIN_FORKS.into())
            .into_iter()
            .collect(),
        environment: Vec::new(),
        directory: directory.to_path_buf(),
        descriptors: Descriptors {
            input: Input::Given,
            output: Output::Null,
            errors: Output::Null,
        },
        limits: Limits {
            // Every coroutine has a stack, of which most is never touched.
            address_space: Some(8 * GIB),
            file_size: Some(64 * MIB),
            core: Some(0),
            ..Limits::default()
        },
        sandbox: Sandbox::Unconfined,
        leads_group: true,
    }
}

/// Both outputs are read, and there is no input.
const PIPED: Descriptors = Descriptors {
    input: Input::Null,
    output: Output::Pipe,
    errors: Output::Pipe,
};

/// A program of the toolchain or of the kit: it sees of the environment what a compiler needs.
fn tool(program: &Path, arguments: Vec<OsString>, directory: &Path, limits: Limits) -> Launch {
    Launch {
        program: program.to_path_buf(),
        arguments,
        environment: std::env::vars_os()
            .filter(|(name, _)| name.to_str().is_some_and(is_kept))
            .collect(),
        directory: directory.to_path_buf(),
        descriptors: PIPED,
        limits,
        sandbox: Sandbox::Unconfined,
        leads_group: false,
    }
}

/// Whether a compiler is told of this variable.
pub(super) fn is_kept(name: &str) -> bool {
    matches!(name, "PATH" | "HOME" | "LANG" | "TMPDIR") || name.starts_with("RUSTUP_")
}
