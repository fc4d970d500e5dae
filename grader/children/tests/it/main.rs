//! Really forked processes, each test in a controller of its own.

#![expect(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the numbers here are small"
)]

mod hand_off;
mod harness;

use std::process::ExitCode;

/// The tests of these modules by their names.
macro_rules! tests {
    ($($module:ident: $($test:ident)*;)*) => {
        &[$($((concat!(stringify!($module), "::", stringify!($test)), $module::$test as fn()),)*)*]
    };
}

fn main() -> ExitCode {
    harness::run(tests! {
        hand_off:
            data_comes_and_goes_as_it_is
            too_much_data_is_refused_and_nothing_is_said
            the_address_of_a_static_value_is_the_same
            random_conversations_of_several_processes
            two_hundred_processes_at_once;
    })
}
