//! Where a panic of the library is said to be: at the line of the program that asked for it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Once},
    thread,
    time::{Duration, Instant, SystemTime},
};

use interleave::Outcome;

use crate::explorer::sometimes;

/// The file in which the program panics, as the engine tells it.
fn file(program: fn()) -> String {
    let executed = sometimes("panicked", program);
    let Outcome::Panicked(panic) = &executed.outcome else {
        panic!("it panics");
    };
    let (file, ..) = panic.place.clone().unwrap();
    file
}

#[test]
fn a_panic_of_the_library_is_at_the_line_that_asked_for_it() {
    let programs: [(&str, fn()); 9] = [
        ("instant + duration", || {
            let _ = Instant::now() + Duration::MAX;
        }),
        ("instant - duration", || {
            let _ = Instant::now() - Duration::MAX;
        }),
        ("instant += duration", || {
            let mut at = Instant::now();
            at += Duration::MAX;
        }),
        ("instant -= duration", || {
            let mut at = Instant::now();
            at -= Duration::MAX;
        }),
        ("time + duration", || {
            let _ = SystemTime::now() + Duration::MAX;
        }),
        ("time - duration", || {
            let _ = SystemTime::now() - Duration::MAX;
        }),
        ("a poisoned once", || {
            let once = Once::new();
            let _ = catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("on purpose"))));
            once.call_once(|| ());
        }),
        ("a poisoned lazy value", || {
            let lazy = LazyLock::new(|| -> u32 { panic!("on purpose") });
            let _ = catch_unwind(AssertUnwindSafe(|| *lazy));
            let _: u32 = *lazy;
        }),
        ("a scoped thread that panicked", || {
            thread::scope(|scope| {
                let thread = scope.spawn(|| panic!("on purpose"));
                while !thread.is_finished() {
                    thread::yield_now();
                }
            });
        }),
    ];
    let elsewhere = programs.into_iter().filter_map(|(name, program)| {
        let file = file(program);
        (!file.ends_with("it/panics.rs")).then(|| format!("{name}: {file}"))
    });
    assert_eq!(elsewhere.collect::<Vec<_>>(), Vec::<String>::new());
}
