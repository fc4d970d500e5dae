//! Programs of several processes on the simulated kernel and on the real one, call by call in one
//! order: each call gives the same, and after each the processes are in the same state.
//!
//! The real processes are those of `real.py`, because a fork is `unsafe` in Rust and `python3` has
//! all calls. What is compared of each process after each call stands in `/proc`: whether it runs, is
//! stopped or a zombie, its parent, its group and session, and its pending, blocked, ignored and
//! handled signals. Left out are `kill` of -1, which would reach the whole system, time, and calls
//! after which two processes race. Longer runs: `PROPTEST_CASES=5000 cargo test -p
//! interleave-kernel --test process_conformance`.

mod fixed;
mod program;
mod real;
mod simulated;
mod words;

use std::cell::RefCell;

use program::{Step, step};
use proptest::{
    prelude::*,
    test_runner::{TestError, TestRunner},
};
use real::{Real, Server};
use simulated::Simulated;

/// Makes the calls on both, and compares. How many were made: the others make no sense then, or two
/// processes would race.
fn compare(server: &RefCell<Server>, steps: &[Step]) -> usize {
    let mut count = 0;
    let mut real = Real::start(server);
    let mut simulated = Simulated::new();
    for (number, step) in steps.iter().enumerate() {
        let Some(made) = simulated.make(step) else {
            continue;
        };
        count += 1;
        let context = || format!("step {number} of {steps:?}");
        real.make(&made, &context);
        for reply in simulated.replies() {
            real.expect(&reply, &context);
        }
        // Its children go elsewhere in the real system.
        if !simulated.goes_on() {
            break;
        }
        real.expect_state(&simulated, &context);
    }
    count
}

#[test]
fn random_programs_of_processes_are_the_same_on_both_kernels() {
    let config = ProptestConfig {
        cases: ProptestConfig::default().cases / 8,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let server = RefCell::new(Server::start());
    let programs = prop::collection::vec(step(), 1..60);
    let result = TestRunner::new(config).run(&programs, |steps| {
        compare(&server, &steps);
        Ok(())
    });
    match result {
        Err(TestError::Fail(why, _)) => panic!("{why}"),
        other => other.unwrap(),
    }
}
