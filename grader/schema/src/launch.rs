//! What it takes to start a program: the compiler, the verdict program or a driver.

use std::{ffi::OsString, path::PathBuf};

use serde::{Deserialize, Serialize};

/// The argument of a driver by which it forks each process in each execution, and remembers nothing of
/// what processes do. Its answers are the same.
pub const PLAIN_FORKS: &str = "--plain-forks";

/// A program, with everything that decides what it sees and what it may use.
///
/// The grader decides it for every process of a check. The driver's is a part of the
/// [`Plan`](crate::plan::Plan), because the verdict program starts the drivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The program: a path, or a name that is looked up on the `PATH` of `environment`.
    pub program: PathBuf,
    /// Its arguments, without its name.
    pub arguments: Vec<OsString>,
    /// The whole environment: nothing else is inherited.
    pub environment: Vec<(OsString, OsString)>,
    /// The working directory.
    pub directory: PathBuf,
    /// Standard input, output and error. No other descriptor is inherited.
    pub descriptors: Descriptors,
    /// What it may use.
    pub limits: Limits,
    /// The sandbox of the kernel.
    pub sandbox: Sandbox,
    /// Whether it leads a process group of its own, by which everything that it starts can be
    /// ended too.
    pub leads_group: bool,
}

/// The three standard descriptors of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptors {
    /// Where standard input comes from.
    pub input: Input,
    /// Where standard output goes.
    pub output: Output,
    /// Where standard error goes.
    pub errors: Output,
}

/// Where standard input comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Input {
    /// From the null device.
    Null,
    /// From the process that starts the program, by a pipe.
    Pipe,
    /// A descriptor that the process which starts the program hands over: a socket.
    Given,
    /// From where the process that starts the program has its own.
    Inherited,
}

/// Where standard output or standard error goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// To the null device.
    Null,
    /// To the process that starts the program, by a pipe.
    Pipe,
    /// To where the process that starts the program has its own.
    Inherited,
}

/// What a program may use. Nothing stands for no limit.
///
/// These protect the machine; no verdict rests on them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall-clock time in milliseconds, after which it is killed.
    pub wall_ms: Option<u64>,
    /// Bytes that are kept of standard output, and as many of standard error; what is beyond
    /// that is read and dropped.
    pub kept_output: Option<u64>,
    /// Bytes of private writable memory (`RLIMIT_DATA`): what it has allocated, whether or not
    /// it was touched.
    pub data: Option<u64>,
    /// Bytes of address space (`RLIMIT_AS`), with what is only reserved.
    pub address_space: Option<u64>,
    /// Bytes of the longest file that it may write (`RLIMIT_FSIZE`).
    pub file_size: Option<u64>,
    /// Bytes of a core dump (`RLIMIT_CORE`).
    pub core: Option<u64>,
}

/// What the kernel prevents a program from doing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// No sandbox: the program may do what the user who runs the grader may do.
    #[default]
    Unconfined,
}
