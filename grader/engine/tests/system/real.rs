//! What comes of programs on the real system is among what the search finds: processes that race there,
//! and are slow at random places.
//!
//! Longer: `INTERLEAVE_PROGRAMS=300 INTERLEAVE_REAL_RUNS=1000 cargo test --release -p interleave --test
//! system -- real::`.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::CString,
    os::unix::ffi::OsStrExt as _,
    path::Path,
};

use kernel::{Children, Signal, SignalCall, SystemCall, Target, WaitOptions};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    differential,
    linux::{self, Ran},
    programs::{Action, Outcomes, Program, reduced},
};

/// Programs with more schedules are not searched.
const MOST: u64 = 20_000;

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn kill() -> impl Strategy<Value = Action> {
    let signals = prop::sample::select(&[Signal::TERM, Signal::KILL, Signal::USR1][..]);
    (1..3_u32, signals).prop_map(|(place, signal)| {
        let target = Target::One(place);
        let number = signal.number();
        Action::Call(SystemCall::Signal(SignalCall::Kill { target, number }))
    })
}

/// Whether the real system has what the program does, and whether none of it tells how its processes
/// are numbered. Its first process adopts orphans because it says so, and must not take that back.
fn is_comparable(actions: &[Action]) -> bool {
    actions.iter().all(|action| match action {
        Action::Fork(actions) => is_comparable(actions),
        Action::Call(
            SystemCall::Exec { .. } | SystemCall::Parent | SystemCall::SetSubreaper { is: false },
        ) => false,
        _ => true,
    })
}

fn processes(actions: &[Action]) -> usize {
    let children = actions.iter().map(|action| match action {
        Action::Fork(actions) => 1 + processes(actions),
        _ => 0,
    });
    children.sum()
}

/// Programs whose first process waits in the end for all others. It may kill some of them.
fn program() -> impl Strategy<Value = Program> {
    let killed = prop::option::weighted(0.3, kill());
    (differential::program(), killed)
        .prop_filter("it can be compared", |(program, _)| is_comparable(program))
        .prop_map(|(mut program, killed)| {
            program.extend(killed);
            let any = SystemCall::Wait {
                children: Children::Any,
                options: WaitOptions::ENDS,
            };
            let waits = vec![Action::Call(any); processes(&program) + 1];
            program.extend(waits);
            program
        })
}

fn kills(program: &Program) -> bool {
    let is_kill = |action: &Action| matches!(action, Action::Call(SystemCall::Signal(_)));
    program.iter().any(is_kill)
}

/// What is compared of an outcome, which has the results of each process by its place, and how the
/// first one ended. A process that is killed may have made a call of which it has not told yet, and for
/// the others nobody waits if the first one is killed: the results of the first are left then.
fn compared(outcome: &str, kills: bool) -> String {
    let (first, _) = outcome.split_once("\"]").unwrap_or((outcome, ""));
    let (_, ended) = outcome.rsplit_once('}').expect("it is a map");
    if kills || ended.starts_with(" Killed") {
        format!("{first}{ended}")
    } else {
        outcome.to_owned()
    }
}

fn told(results: Vec<(String, String)>) -> String {
    let mut ended = "all ended".to_owned();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, result) in results {
        if result.starts_with("Killed") {
            ended = result;
        } else {
            all.entry(name).or_default().push(result);
        }
    }
    format!("{all:?} {ended}")
}

/// Runs a program so many times, and fails if the search has not found what comes of it. How often a
/// process waited for ever.
fn compare(program: &Program, outcomes: &Outcomes, directory: &Path, runs: u64) -> usize {
    let kills = kills(program);
    let found: BTreeSet<_> = outcomes
        .keys()
        .map(|outcome| compared(outcome, kills))
        .collect();
    let directory = CString::new(directory.as_os_str().as_bytes()).expect("it has no zero byte");
    let may_wait = outcomes.keys().any(|outcome| outcome.ends_with(" wait"));
    // Only one that may wait for ever is believed to do so soon: the machine may be busy.
    let patience = if may_wait { 500 } else { 60_000 };
    let mut waited = 0;
    for seed in 0..runs {
        match linux::run(program, &directory, seed, patience) {
            Ran::Ended(results) => {
                let seen = compared(&told(results), kills);
                assert!(
                    found.contains(&seen),
                    "run {seed} of {program:#?}\ncame to {seen}\nand not to one of {found:#?}"
                );
            }
            Ran::Waits => {
                assert!(may_wait, "run {seed} of {program:#?}\nwaits: {found:#?}");
                waited += 1;
                // It takes long to find that out.
                if waited == 3 {
                    break;
                }
            }
        }
    }
    waited
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "a long run says how many programs it compared"
)]
fn the_real_system_comes_to_what_the_search_finds() {
    let programs = asked("INTERLEAVE_PROGRAMS").unwrap_or(20);
    let runs = asked("INTERLEAVE_REAL_RUNS").unwrap_or(20);
    let directory = tempfile::tempdir().expect("it can be made");
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    let (mut done, mut waited) = (0, 0);
    while done < programs {
        let program = program()
            .new_tree(&mut runner)
            .expect("there are such programs")
            .current();
        if let Some((outcomes, _)) = reduced(&program, MOST) {
            waited += usize::from(compare(&program, &outcomes, directory.path(), runs) > 0);
            done += 1;
        }
    }
    println!("{done} programs, {runs} runs of each; {waited} of them waited for ever");
}
