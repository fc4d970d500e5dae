//! The standard library, with everything that threads meet at replaced by a model.
//!
//! An answer is compiled with `--extern std=` this crate, so that `std::sync::Mutex`
//! in a student's file *is* the modelled one, under its own name, and the compiler's
//! messages read as always. What does not concern concurrency is the real library,
//! passed through. What is neither modelled nor harmless is left out, so that the
//! compiler names it instead of a real lock, file or process blocking the one real
//! thread. `docs/modelled-std.md` lists what is what.
//!
//! Bounds, names of parameters and messages are those of the real library (1.95).

// What a pointer like `Arc` needs of the compiler; `sync::arc` says what for.
#![feature(
    clone_from_ref,
    clone_to_uninit,
    coerce_unsized,
    dispatch_from_dyn,
    dropck_eyepatch,
    legacy_receiver_trait,
    pin_coerce_unsized_trait,
    unsize
)]

// Items below shadow the glob; that is how the replacement works.
pub use passed_through::*;

pub mod cell;
pub mod env;
pub mod hint;
pub mod io;
mod macros;
pub mod panic;
pub mod prelude;
pub mod sync;
pub mod task;
pub mod thread;
pub mod time;

mod passed_through {
    //! What is the same for everybody. `fs` is not here: files are the world outside.

    #![expect(clippy::legacy_numeric_constants, reason = "the real library has them")]

    pub use ::std::{
        alloc, any, arch, array, ascii, assert, assert_eq, assert_ne, backtrace, borrow, boxed,
        cfg, cfg_select, char, clone, cmp, collections, column, compile_error, concat, convert,
        debug_assert, debug_assert_eq, debug_assert_ne, default, env, error, f32, f64, ffi, file,
        fmt, format, format_args, future, hash, i8, i16, i32, i64, i128, include, include_bytes,
        include_str, is_x86_feature_detected, isize, iter, line, marker, matches, mem, module_path,
        num, ops, option, option_env, panic, path, pin, primitive, ptr, range, rc, result, slice,
        str, string, stringify, todo, u8, u16, u32, u64, u128, unimplemented, unreachable, usize,
        vec, write, writeln,
    };
}

pub mod net {
    //! `std::net` without its sockets.

    pub use ::std::net::{
        AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6,
    };
}

pub mod os {
    //! `std::os` without the operating system.

    pub use ::std::os::raw;
}

pub mod process {
    //! `std::process` without other processes.

    pub use ::std::process::{ExitCode, Termination, abort, exit};
}

#[doc(hidden)]
pub mod __macros {
    //! What the exported macros expand to.

    pub use crate::{
        macros::{eprint, print},
        thread::local_key::Id,
    };
}
