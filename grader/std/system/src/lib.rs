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

pub use ::std::{fs, net, os, process};

pub mod io {
    //! `std::io`: the modelled one, with the pipes and the standard input of the real one.

    pub use ::std::io::{PipeReader, PipeWriter, Stdin, StdinLock, pipe, stdin};
    pub use interleave_std::io::*;
}

mod define;
pub mod names;
