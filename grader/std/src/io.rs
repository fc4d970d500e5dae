//! `std::io`: what is written to the standard streams belongs to the execution, and
//! there is nothing to be read from outside.

use ::std::{
    fmt::{self, Arguments},
    marker::PhantomData,
};
use interleave::Stream;

pub use ::std::io::{
    BufRead, BufReader, BufWriter, Bytes, Chain, Cursor, Empty, Error, ErrorKind, IntoInnerError,
    IoSlice, IoSliceMut, IsTerminal, LineWriter, Lines, Read, Repeat, Result, Seek, SeekFrom, Sink,
    Split, Take, Write, WriterPanicked, copy, empty, prelude, repeat, sink,
};

macro_rules! stream {
    ($(#[$doc:meta])* $name:ident $lock:ident $function:ident $stream:ident $print:path) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(());

        /// A locked reference to the stream. No other thread writes into the same line
        /// in any case.
        #[derive(Debug)]
        pub struct $lock<'a>(PhantomData<&'a ()>);

        $(#[$doc])*
        pub fn $function() -> $name {
            $name(())
        }

        impl $name {
            /// Locks this handle, returning a writable guard.
            pub fn lock(&self) -> $lock<'static> {
                $lock(PhantomData)
            }
        }

        stream!(@write $stream $print, $name, &$name, $lock<'_>);
    };
    (@write $stream:ident $print:path, $($writer:ty),*) => {
        $(
            impl Write for $writer {
                fn write(&mut self, buf: &[u8]) -> Result<usize> {
                    if !interleave::capture_output(Stream::$stream, buf) {
                        $print(format_args!("{}", Text(buf)));
                    }
                    Ok(buf.len())
                }

                fn flush(&mut self) -> Result<()> {
                    if Stream::$stream == Stream::Output {
                        interleave::flush_output();
                    }
                    Ok(())
                }

                fn write_fmt(&mut self, args: Arguments<'_>) -> Result<()> {
                    $print(args);
                    Ok(())
                }
            }
        )*
    };
}

/// Bytes as text, for the macros of the real library.
struct Text<'a>(&'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.0))
    }
}

stream!(
    /// A handle to the standard output stream of the execution.
    Stdout StdoutLock stdout Output crate::macros::print
);
stream!(
    /// A handle to the standard error stream of the execution.
    Stderr StderrLock stderr Error crate::macros::eprint
);
