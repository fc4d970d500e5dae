//! Reduction comes to what plain enumeration comes to, on random programs.
//!
//! Longer: `INTERLEAVE_PROGRAMS=100000 cargo test -p interleave --test system differential`.

use interleave::SystemChoices;
use kernel::{Children, LockKind, Locking, OpenFlags, SystemCall, WaitOptions};
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use crate::programs::{Action, Program, enumerated_with, look, open, reduced_with, wait};

/// Programs with more schedules are not enumerated.
const MOST: u64 = 2000;

pub(crate) fn calls() -> impl Strategy<Value = SystemCall> {
    let fd = || 3..7;
    let count = || prop::sample::select(&[1, 2][..]);
    let kind = || prop::sample::select(&[LockKind::Shared, LockKind::Exclusive][..]);
    let children = || prop_oneof![Just(Children::Any), (1..3u32).prop_map(Children::One)];
    prop_oneof![
        6 => (fd(), count()).prop_map(|(fd, count)| SystemCall::Read { fd, count }),
        6 => (fd(), prop::sample::select(&["x", "yz"][..])).prop_map(|(fd, text)| {
            SystemCall::Write { fd, bytes: text.as_bytes().to_vec() }
        }),
        1 => (fd()).prop_map(|fd| SystemCall::Write { fd, bytes: vec![b'-'; 4096] }),
        1 => (fd(), 0..2u64).prop_map(|(fd, at)| SystemCall::Pread { fd, count: 2, at }),
        1 => (fd(), 0..2u64).prop_map(|(fd, at)| SystemCall::Pwrite { fd, bytes: vec![b'p'], at }),
        1 => fd().prop_map(|fd| SystemCall::Truncate { fd, size: 1 }),
        4 => fd().prop_map(|fd| SystemCall::Close { fd }),
        1 => (fd(), fd()).prop_map(|(fd, to)| SystemCall::Dup2 { fd, to }),
        1 => fd().prop_map(|fd| SystemCall::Dup { fd }),
        2 => (fd(), kind()).prop_map(|(fd, kind)| SystemCall::Flock { fd, locking: Locking::Lock(kind) }),
        2 => (fd(), kind()).prop_map(|(fd, kind)| SystemCall::Flock { fd, locking: Locking::TryLock(kind) }),
        2 => fd().prop_map(|fd| SystemCall::Flock { fd, locking: Locking::Unlock }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| SystemCall::SetNonblocking { fd, is }),
        2 => children().prop_map(|children| SystemCall::Wait { children, options: WaitOptions::ENDS }),
        2 => children().prop_map(|children| SystemCall::TryWait { children, options: WaitOptions::ENDS }),
        1 => Just(SystemCall::Parent),
        1 => any::<bool>().prop_map(|is| SystemCall::SetSubreaper { is }),
        1 => Just(exec()),
        1 => Just(SystemCall::Unlink { path: "a".to_owned() }),
        1 => Just(SystemCall::Pipe { flags: OpenFlags::EMPTY }),
    ]
}

fn opening() -> impl Strategy<Value = Action> {
    let flags = OpenFlags::READ | OpenFlags::WRITE;
    let all = [
        flags | OpenFlags::CREATE,
        flags | OpenFlags::APPEND,
        flags | OpenFlags::TRUNCATE,
        flags | OpenFlags::CREATE | OpenFlags::NEW,
    ];
    prop::sample::select(all.to_vec()).prop_map(open)
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![8 => calls().prop_map(Action::Call), 1 => opening()]
}

/// What a child does, which may have a child itself.
fn child() -> impl Strategy<Value = Program> {
    let alone = prop::collection::vec(action(), 1..3);
    let grandchild = prop::collection::vec(action(), 1..2).prop_map(Action::Fork);
    let with_child = (grandchild, prop::collection::vec(action(), 0..2));
    prop_oneof![
        3 => alone,
        1 => with_child.prop_map(|(grandchild, after)| [vec![grandchild], after].concat()),
    ]
}

pub(crate) fn program() -> impl Strategy<Value = Program> {
    let pipe = Action::Call(SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    });
    let file = open(OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE);
    let begin = prop::sample::subsequence(vec![pipe, file], 1..=2);
    (
        begin,
        child(),
        prop::option::weighted(0.3, child()),
        prop::collection::vec(action(), 0..3),
        0..3u32,
    )
        .prop_map(|(mut program, first, second, after, waits)| {
            program.push(Action::Fork(first));
            program.extend(second.map(Action::Fork));
            program.extend(after);
            program.extend((1..=waits).map(wait));
            // Unless the file is open already, or the pipe has this number.
            program.extend(look(3));
            program
        })
}

/// Compares reduction with enumeration on as many programs as are asked for: those
/// that are small enough.
pub(crate) fn compare(programs: impl Strategy<Value = Program>) {
    compare_with(programs, SystemChoices::default());
}

/// The same with choices of the system.
pub(crate) fn compare_with(programs: impl Strategy<Value = Program>, system: SystemChoices) {
    let wanted: u32 = std::env::var("INTERLEAVE_PROGRAMS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(wanted)
    };
    // The same programs in each run, so that more of them begin with these.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let compared = std::cell::Cell::new(0);
    let outcome = runner.run(&programs, |program| {
        let Some((all, executions)) = enumerated_with(&program, system, MOST) else {
            return Ok(());
        };
        let (found, fewer) =
            reduced_with(&program, system, MOST * 4).expect("reduction is no more work");
        compared.set(compared.get() + 1);
        let lost: Vec<_> = all.keys().filter(|key| !found.contains_key(*key)).collect();
        let new: Vec<_> = found.keys().filter(|key| !all.contains_key(*key)).collect();
        prop_assert!(
            lost.is_empty(),
            "{executions} {fewer} lost {lost:#?} of {all:#?}"
        );
        prop_assert!(new.is_empty(), "made up {new:#?}");
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let compared = compared.get();
    assert!(
        compared > wanted / 4,
        "only {compared} of {wanted} programs had at most {MOST} schedules"
    );
}

#[test]
fn reduction_loses_no_outcome() {
    compare(program());
}

/// In the program that follows, the process does what is left of its actions.
fn exec() -> SystemCall {
    SystemCall::Exec {
        program: "a".to_owned(),
        arguments: Vec::new(),
    }
}
