//! The modelled standard library with an operating system.
//!
//! What threads meet at is modelled, as in the library without one, and virtual time is the same. Files,
//! sockets, pipes and processes are those of the real library: it makes its system calls by the names of
//! the C library, and a driver puts [`names`] in the place of these ([`libc_names!`]), which lead to the
//! simulated kernel wherever the program under test calls. So these types are the real ones, and so is
//! what `std` does around its calls: the repetition after `EINTR`, and the rest of a short write.
//!
//! A driver of programs with processes is compiled with `--extern std=` this crate.

// Items below shadow the glob.
pub use interleave_std::*;

pub use ::std::{fs, net, os};

pub mod io {
    //! `std::io`: the modelled one, with the pipes and the standard input of the real one.

    pub use ::std::io::{PipeReader, PipeWriter, Stdin, StdinLock, pipe, stdin};
    pub use interleave_std::io::*;
}

pub mod process {
    //! `std::process`: the real one, with an exit that writes what the modelled streams keep.

    pub use ::std::process::*;

    /// Terminates the current process with the specified exit code, without running destructors. What was
    /// printed is written before.
    #[expect(
        clippy::exit,
        clippy::disallowed_methods,
        reason = "it is what the caller asks for"
    )]
    pub fn exit(code: i32) -> ! {
        interleave::flush_output();
        ::std::process::exit(code)
    }
}

mod define;
pub mod names;
