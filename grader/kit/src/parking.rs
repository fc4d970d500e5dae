//! A thread of a scenario that never goes on.

use std::panic::Location;

use interleave::objects::thread;

/// Parks the calling thread for ever: neither an unpark nor a spurious wake-up ends it. It is
/// for a thread that holds what other threads need, or whose end they wait for.
///
/// # Panics
///
/// Panics outside of a scenario that runs on the modelled library.
///
/// ```no_run
/// # use kit::park_forever;
/// # use std::{sync::Mutex, thread};
/// let lock = Mutex::new(0);
/// let _guard = lock.lock();
/// thread::scope(|scope| {
///     // It can only sleep: the oracle says `comes_to_rest`.
///     scope.spawn(|| drop(lock.lock()));
///     park_forever()
/// })
/// ```
#[track_caller]
pub fn park_forever() -> ! {
    let location = Location::caller();
    loop {
        thread::park(None, location);
    }
}

#[cfg(test)]
mod tests {
    use interleave::{Config, Outcome, strategy::RandomWalk};

    use super::*;

    #[test]
    fn nobody_can_unpark_it() {
        let program = || {
            let location = Location::caller();
            let body = Box::new(move || thread::unpark(0, location));
            thread::spawn(None, location, body);
            park_forever()
        };
        let executed = interleave::run(Config::default(), &mut RandomWalk::new(1), program);
        assert!(matches!(executed.outcome, Outcome::Deadlock(_)));
    }
}
