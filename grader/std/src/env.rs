//! `std::env`: the real one. An execution that looks there is noted, because what it finds does
//! not depend on the schedule, and what it leaves there is still there in the next execution.

use ::std::{env, ffi::OsStr, io, path::PathBuf};
use interleave::{Outside, note_outside};

pub use ::std::env::*;

macro_rules! noted {
    ($($(#[$doc:meta])* $name:ident() -> $result:ty;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> $result {
                note_outside(Outside::Environment);
                env::$name()
            }
        )*
    };
}

noted! {
    /// Returns the arguments that this program was started with.
    args() -> Args;
    /// Returns the arguments that this program was started with.
    args_os() -> ArgsOs;
    /// Returns an iterator of (variable, value) pairs of strings.
    vars() -> Vars;
    /// Returns an iterator of (variable, value) pairs of OS strings.
    vars_os() -> VarsOs;
    /// Returns the current working directory.
    ///
    /// # Errors
    ///
    /// If the directory does not exist or cannot be read.
    current_dir() -> io::Result<PathBuf>;
    /// Returns the full filesystem path of the current running executable.
    ///
    /// # Errors
    ///
    /// If the system does not tell the path.
    current_exe() -> io::Result<PathBuf>;
    /// Returns the path of the current user's home directory if known.
    home_dir() -> Option<PathBuf>;
    /// Returns the path of a temporary directory.
    temp_dir() -> PathBuf;
}

/// Fetches the environment variable `key` from the current process.
///
/// # Errors
///
/// If the variable is not set, or is not UTF-8.
pub fn var<K: AsRef<OsStr>>(key: K) -> Result<String, VarError> {
    note_outside(Outside::Environment);
    env::var(key)
}

/// Fetches the environment variable `key` from the current process.
pub fn var_os<K: AsRef<OsStr>>(key: K) -> Option<::std::ffi::OsString> {
    note_outside(Outside::Environment);
    env::var_os(key)
}

/// Sets the environment variable `key` to the value `value` for the currently running process.
///
/// # Safety
///
/// As for the real one: no other thread may read or write the environment meanwhile.
pub unsafe fn set_var<K: AsRef<OsStr>, V: AsRef<OsStr>>(key: K, value: V) {
    note_outside(Outside::Environment);
    // SAFETY: the caller promises it.
    unsafe { env::set_var(key, value) };
}

/// Removes an environment variable from the environment of the currently running process.
///
/// # Safety
///
/// As for the real one: no other thread may read or write the environment meanwhile.
pub unsafe fn remove_var<K: AsRef<OsStr>>(key: K) {
    note_outside(Outside::Environment);
    // SAFETY: the caller promises it.
    unsafe { env::remove_var(key) };
}

/// Changes the current working directory to the specified path.
///
/// # Errors
///
/// If the directory cannot be entered.
pub fn set_current_dir<P: AsRef<::std::path::Path>>(path: P) -> io::Result<()> {
    note_outside(Outside::Environment);
    env::set_current_dir(path)
}
