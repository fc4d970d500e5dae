//! Sleeps and clocks of processes. What two processes do without a word between them is in either
//! order, as on a real machine, where any of them may be slow: time only says when it was.

use std_system::{
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    harness::Test,
    lives::{fork, status, wait},
    search::{Said, only, say, search},
};

pub(crate) const TESTS: &[Test] = &[
    ("a_child_sleeps_by_the_time_of_the_kernel", child_sleeps),
    (
        "a_child_that_is_polled_sleeps_or_an_hour_has_passed",
        polled,
    ),
    (
        "a_child_that_sleeps_less_ends_before_its_parent_looks_or_is_slow",
        less,
    ),
    ("a_parent_knows_how_long_its_child_has_slept", parent_knows),
];

const HOUR: Duration = Duration::from_hours(1);

fn child_sleeps() {
    let said = only(|said: &Said| {
        let before = (Instant::now(), SystemTime::now());
        let child = fork(|| {
            thread::sleep(HOUR);
            let slept = before.0.elapsed();
            let by_system = before.1.elapsed().expect("it does not go back");
            i32::from(slept >= HOUR && by_system >= HOUR && by_system < 2 * HOUR)
        });
        say(said, &status(child).to_string());
    });
    assert_eq!(said, "1");
}

fn parent_knows() {
    let said = only(|said| {
        let before = Instant::now();
        let child = fork(|| {
            thread::sleep(HOUR);
            0
        });
        let at_once = before.elapsed() < Duration::from_millis(1);
        status(child);
        say(said, &format!("{at_once} {}", before.elapsed() >= HOUR));
    });
    assert_eq!(said, "true true");
}

/// Asks so many times, a millisecond apart, whether a child that sleeps an hour has ended, and says
/// whether it had by the time that the parent knew it.
fn poll_sleeper(said: &Said, times: u32) {
    let before = Instant::now();
    let child = fork(|| {
        thread::sleep(HOUR);
        0
    });
    for _ in 0..times {
        thread::sleep(Duration::from_millis(1));
        if wait(child, libc::WNOHANG) == Ok(Some(0)) {
            return say(said, &format!("ended {}", before.elapsed() >= HOUR));
        }
    }
    say(said, &format!("sleeps {}", before.elapsed() < HOUR));
}

fn polled() {
    let (outcomes, _) = search(|said| poll_sleeper(said, 1_000));
    assert_eq!(
        outcomes.keys().collect::<Vec<_>>(),
        ["ended true", "sleeps true"]
    );
}

fn less() {
    let (outcomes, _) = search(|said| {
        let before = Instant::now();
        let child = fork(|| {
            thread::sleep(Duration::from_millis(10));
            0
        });
        thread::sleep(Duration::from_millis(20));
        let has_ended = wait(child, libc::WNOHANG) == Ok(Some(0));
        // A child that ends in time costs the parent no time.
        let is_early = before.elapsed() < Duration::from_millis(21);
        say(said, &format!("{has_ended} {is_early}"));
    });
    // A child may be slow to begin.
    assert_eq!(
        outcomes.keys().collect::<Vec<_>>(),
        ["false true", "true true"]
    );
}
