//! The standard library, with everything that threads meet at replaced by a model.
//!
//! An answer is compiled with `--extern std=` this crate, so that `std::sync::Mutex`
//! in a student's file *is* the modelled one, under its own name, and the compiler's
//! messages read as always. What does not concern concurrency is the real library,
//! passed through. What concerns it and is not modelled yet is left out, so that the
//! compiler names it instead of a real lock blocking the one real thread.
//!
//! Bounds, names of parameters and messages are those of the real library (1.95).

// Items below shadow the glob; that is how the replacement works.
pub use ::std::*;

pub mod hint;
mod macros;
pub mod panic;
pub mod prelude;
pub mod sync;
pub mod thread;
pub mod time;

#[doc(hidden)]
pub mod __macros {
    //! What the exported macros expand to.

    pub use crate::{
        macros::{eprint, print},
        thread::local_key::Id,
    };
}
