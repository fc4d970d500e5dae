//! `std::hint`: a spinning thread lets the others go on.

use ::std::panic::Location;

pub use ::std::hint::*;

/// Tells that the thread spins. The schedule takes it as `yield_now`.
#[track_caller]
pub fn spin_loop() {
    interleave::objects::thread::yield_now(Location::caller());
}
