//! Printing goes to the execution's own buffer.

use ::std::fmt::{self, Write};
use interleave::Stream;

/// Passes text on to the engine.
struct Captured(Stream);

impl Write for Captured {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        interleave::capture_output(self.0, text.as_bytes());
        Ok(())
    }
}

/// Behind `print!` and `println!`.
#[expect(
    clippy::print_stdout,
    reason = "outside of an execution it is the real macro"
)]
pub fn print(text: fmt::Arguments<'_>) {
    if interleave::is_running() {
        let _ = Captured(Stream::Output).write_fmt(text);
    } else {
        ::std::print!("{text}");
    }
}

/// Behind `eprint!` and `eprintln!`.
#[expect(
    clippy::print_stderr,
    reason = "outside of an execution it is the real macro"
)]
pub fn eprint(text: fmt::Arguments<'_>) {
    if interleave::is_running() {
        let _ = Captured(Stream::Error).write_fmt(text);
    } else {
        ::std::eprint!("{text}");
    }
}

/// Prints to the standard output.
#[macro_export]
macro_rules! print {
    ($($arg:tt)*) => { $crate::__macros::print(::core::format_args!($($arg)*)) };
}

/// Prints to the standard output, with a newline.
#[macro_export]
macro_rules! println {
    () => { $crate::__macros::print(::core::format_args!("\n")) };
    ($($arg:tt)*) => {
        $crate::__macros::print(::core::format_args!("{}\n", ::core::format_args!($($arg)*)))
    };
}

/// Prints to the standard error.
#[macro_export]
macro_rules! eprint {
    ($($arg:tt)*) => { $crate::__macros::eprint(::core::format_args!($($arg)*)) };
}

/// Prints to the standard error, with a newline.
#[macro_export]
macro_rules! eprintln {
    () => { $crate::__macros::eprint(::core::format_args!("\n")) };
    ($($arg:tt)*) => {
        $crate::__macros::eprint(::core::format_args!("{}\n", ::core::format_args!($($arg)*)))
    };
}

/// Prints and returns the value of an expression.
#[macro_export]
macro_rules! dbg {
    () => { $crate::eprintln!("[{}:{}:{}]", ::core::file!(), ::core::line!(), ::core::column!()) };
    ($val:expr $(,)?) => {
        match $val {
            tmp => {
                $crate::eprintln!(
                    "[{}:{}:{}] {} = {:#?}",
                    ::core::file!(), ::core::line!(), ::core::column!(),
                    ::core::stringify!($val), &tmp
                );
                tmp
            }
        }
    };
    ($($val:expr),+ $(,)?) => { ($($crate::dbg!($val)),+,) };
}

/// Declare a new thread local storage key of type [`LocalKey`](crate::thread::LocalKey).
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = const $init:block $(; $($rest:tt)*)?) => {
        $crate::__local_key!([$(#[$attr])*] $vis $name, $t, const { $init });
        $($crate::thread_local!($($rest)*);)?
    };
    ($(#[$attr:meta])* $vis:vis static $name:ident: $t:ty = $init:expr $(; $($rest:tt)*)?) => {
        $crate::__local_key!([$(#[$attr])*] $vis $name, $t, $init);
        $($crate::thread_local!($($rest)*);)?
    };
}

/// One key.
#[doc(hidden)]
#[macro_export]
macro_rules! __local_key {
    ([$($attr:tt)*] $vis:vis $name:ident, $t:ty, $init:expr) => {
        $($attr)*
        $vis const $name: $crate::thread::LocalKey<$t> = {
            static ID: $crate::__macros::Id = $crate::__macros::Id::new();
            fn init() -> $t {
                $init
            }
            $crate::thread::LocalKey::new(init, &ID)
        };
    };
}
