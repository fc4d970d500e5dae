//! Probes of the tools for `doctor`: whether they run, and their versions.

use std::path::Path;

use fs_err as fs;

use super::{Error, Toolchain, compile::Rustc, launches};
use crate::run_directory::RunDirectory;

/// `cargo -V` of the cargo that compiles the checking library.
///
/// # Errors
///
/// If it does not run.
pub(crate) fn cargo_version(toolchain: &Toolchain) -> Result<String, Error> {
    let launch = launches::question(&toolchain.cargo(), &["-V"], Path::new("."));
    let ended = grader_launch::run(&launch, Vec::new()).map_err(Error::NoCompiler)?;
    if ended.succeeded() {
        Ok(String::from_utf8_lossy(&ended.output).trim().to_owned())
    } else {
        Err(Error::NoCompiler(std::io::Error::other(ended.messages())))
    }
}

/// Links the smallest program and runs it.
///
/// # Errors
///
/// If either fails, with what the linker or the program said.
pub(crate) fn try_linking(toolchain: &Toolchain, state: &Path) -> Result<(), Error> {
    let directory = RunDirectory::fresh(&state.join("build"))?;
    fs::write(directory.path().join("probe.rs"), "fn main() {}\n")?;
    let failed = |messages: String| Error::Link {
        exercise: "doctor".to_owned(),
        messages,
    };
    let ended = Rustc::new(toolchain, directory.path(), "probe", "probe.rs").run()?;
    if !ended.succeeded() {
        return Err(failed(ended.messages()));
    }
    let launch = launches::probe(&directory.path().join("probe"), directory.path());
    let ended = grader_launch::run(&launch, Vec::new())?;
    if ended.succeeded() {
        Ok(())
    } else {
        Err(failed(ended.messages()))
    }
}
