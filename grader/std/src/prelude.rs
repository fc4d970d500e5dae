//! `std::prelude`: the real one, with the macros that are modelled in its place.
//!
//! Since Rust 1.95 a plain `println!` comes from the prelude and not from the crate root.

macro_rules! preludes {
    ($($edition:ident)*) => {
        $(
            /// The prelude of this edition.
            pub mod $edition {
                pub use ::std::prelude::$edition::*;

                pub use crate::{dbg, eprint, eprintln, print, println, thread_local};
            }
        )*
    };
}

preludes!(v1 rust_2015 rust_2018 rust_2021 rust_2024);
