//! Panics of cases are results. They are not printed.

use std::{panic, sync::Once, thread};

/// What the threads are called that cases begin in. Those that they start have no name.
pub(crate) const CASE: &str = "case";

/// Keeps the panic hook from printing what panics in cases say. Threads with other names,
/// those of tests, have the hook that was there before.
pub(crate) fn silence() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name().is_some_and(|name| name != CASE) {
                before(panic);
            }
        }));
    });
}
