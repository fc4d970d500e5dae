//! `core` as an answer sees it: the real one, with the modelled library's parts in the
//! place of those by which threads meet. Without it `core::sync::atomic` would go
//! around the model.

mod passed_through {
    //! What is the same for everybody.

    #![expect(clippy::legacy_numeric_constants, reason = "the real library has them")]

    pub use ::core::{
        alloc, any, arch, array, ascii, assert, assert_eq, assert_ne, borrow, cfg, cfg_select,
        char, clone, cmp, column, compile_error, concat, convert, debug_assert, debug_assert_eq,
        debug_assert_ne, default, env, error, f32, f64, ffi, file, fmt, format_args, future, hash,
        i8, i16, i32, i64, i128, include, include_bytes, include_str, isize, iter, line, marker,
        matches, mem, module_path, net, num, ops, option, option_env, panic, pin, prelude,
        primitive, ptr, range, result, slice, str, stringify, task, time, todo, u8, u16, u32, u64,
        u128, unimplemented, unreachable, usize, write, writeln,
    };
}

pub use passed_through::*;
pub use std::{cell, hint};

pub mod sync {
    //! `core::sync`.

    pub use std::sync::atomic;
}
