//! What a check is written with.
//!
//! A check has two halves. Its *scenario* calls the student's code and records what
//! it sees ([`record`]); it runs in the driver process, beside that code. Its
//! *oracle* ([`Oracle`]) says what must hold of the recorded [`History`]; it runs in
//! the verdict process, which never maps the student's code. One source file holds
//! both, under `#[cfg(driver)]` and `#[cfg(verdict)]`, and is compiled once for each
//! side, so that a driver holds nothing to be read or forged.
#![forbid(unsafe_code)]

mod chart;
mod choices;
#[doc(hidden)]
pub use interleave::outside;

pub mod driver;
#[cfg(test)]
mod examples;
mod frame;
pub mod history;
pub mod linearizable;
mod oracle;
mod parking;
pub mod programs;
mod random;
pub mod record;
mod results;
pub mod system;
mod threads;
pub mod verdict;

pub use chart::Chart;
pub use grader_schema::{Text, step::Class};
pub use history::History;
pub use oracle::{Oracle, Property};
pub use parking::park_forever;
pub use random::Random;
pub use results::Results;
pub use {serde, serde_json};

pub mod prelude {
    //! Everything that a check source usually needs.

    pub use crate::{
        Chart, Class, History, Oracle, Random, Results, Text,
        driver::Case,
        history::EventKind,
        linearizable::{Spec, specs},
        message, park_forever,
        record::{call, mark, span},
        serde_json::{Value, json},
    };
}

/// Registers the checks of a source file: for each name a function in its module
/// `scenarios` and one in its module `oracles`.
#[macro_export]
macro_rules! checks {
    ($($name:ident),+ $(,)?) => {
        /// The scenarios of this file.
        #[cfg(driver)]
        pub const SCENARIOS: &[$crate::driver::Scenario] = &[$($crate::driver::Scenario {
            name: ::core::stringify!($name),
            run: scenarios::$name,
        }),+];

        /// What makes the oracles of this file.
        #[cfg(verdict)]
        pub fn oracles() -> ::std::vec::Vec<$crate::verdict::Named> {
            ::std::vec![$((::core::stringify!($name), oracles::$name as fn() -> $crate::Oracle)),+]
        }
    };
}

/// The `main` of a driver: `driver_main!("model"; public, hidden);`
///
/// One that has all names of the C library from elsewhere, because its programs are processes, says
/// so: `driver_main!("model"; public, hidden; names_elsewhere);`
#[macro_export]
macro_rules! driver_main {
    ($mode:literal; $($module:ident),+ $(,)?) => {
        $crate::driver_main! { $mode; $($module),+; names_elsewhere }

        $crate::looks_outside! {
            statx(
                directory: i32, path: *const i8, flags: i32, mask: u32, found: *mut ::core::ffi::c_void
            ) -> i32;
            readlink(path: *const i8, buffer: *mut i8, size: usize) -> isize;
            realpath(path: *const i8, resolved: *mut i8) -> *mut i8;
            opendir(path: *const i8) -> *mut ::core::ffi::c_void;
        }
    };
    ($mode:literal; $($module:ident),+; names_elsewhere) => {
        fn main() {
            $crate::driver::main($mode, &[$($module::SCENARIOS),+]);
        }

        /// Takes the place of the system's: hash maps iterate in the same order in
        /// every run.
        #[unsafe(no_mangle)]
        extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {
            $crate::driver::note_randomness();
            for index in 0..length {
                // SAFETY: the caller passes a buffer of that length.
                unsafe { *buffer.add(index) = 0x5a };
            }
            isize::try_from(length).unwrap_or(isize::MAX)
        }
    };
}

/// Functions that take the place of the system's, by which `Path` reaches the file system: who
/// looks there is noted.
#[doc(hidden)]
#[macro_export]
macro_rules! looks_outside {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            #[unsafe(no_mangle)]
            extern "C" fn $name($($argument: $type),*) -> $result {
                // SAFETY: whoever calls it promises what it asks for.
                unsafe { $crate::outside::$name($($argument),*) }
            }
        )*
    };
}

/// The `main` of a verdict process: `verdict_main!(public, hidden);`
#[macro_export]
macro_rules! verdict_main {
    ($($module:ident),+ $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            let mut oracles = ::std::vec::Vec::new();
            $(oracles.extend($module::oracles());)+
            $crate::verdict::main(&oracles)
        }
    };
}
