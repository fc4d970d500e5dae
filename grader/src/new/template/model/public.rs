//! The checks of exercise {{number}} that you see.

use kit::prelude::*;

kit::checks![counts_every_addition];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::thread;
    use {{crate}}::Counter;

    /// Two threads add 1 each.
    pub fn counts_every_addition(_: &Case) {
        let counter = Counter::new();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| counter.add(1));
            }
        });
        mark("total", counter.total());
    }
}

/// What must hold of what was seen. Atomics are taken at their word. If your README promises that
/// a thread waits, let one check say `comes_to_rest`: it tells sleeping from asking again and again.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn counts_every_addition() -> Oracle {
        Oracle::new()
            .completes(
                "Two threads add to the counter, and both come to their end.",
                "两个线程各加一次，都能结束。",
            )
            .equals(
                "After two additions of 1 the total is 2.",
                "两次各加 1 之后，总数是 2。",
                |results| results.value::<u32>("total").unwrap_or_default(),
                |_| 2,
                message!(|total| "The total is {total}.", "总数是 {total}。"),
            )
    }
}
