//! Words of shared memory, semaphores and mutexes, in random programs and in small ones.
//!
//! Longer: `INTERLEAVE_PROGRAMS=20000 cargo test --release -p interleave --test system shared`.

use kernel::{
    Atomic, FIRST, Kernel, MemoryCall, MutexCall, MutexId, OpenFlags, Robustness, SegmentId,
    SemaphoreCall, SemaphoreId, SystemCall,
};
use proptest::prelude::*;

use crate::{
    differential::compare,
    programs::{Action, LIMITS, Program, call, enumerated, reduced, wait},
};

/// What the first process makes before it forks.
#[derive(Debug, Clone, Copy)]
struct Objects {
    segment: SegmentId,
    semaphore: SemaphoreId,
    mutexes: [MutexId; 2],
}

const ROBUSTNESS: [Robustness; 2] = [Robustness::Robust, Robustness::Stalled];

/// The calls that make them, with this value of the semaphore.
fn makes(value: u32) -> Program {
    let mutexes = ROBUSTNESS.map(|robustness| SystemCall::Mutex(MutexCall::Init { robustness }));
    let mut calls = vec![
        SystemCall::Memory(MemoryCall::MapAnonymous { size: 24 }),
        SystemCall::Semaphore(SemaphoreCall::Init { value }),
    ];
    calls.extend(mutexes);
    calls.into_iter().map(Action::Call).collect()
}

/// What a new kernel gives for these calls.
fn objects() -> Objects {
    let mut kernel = Kernel::new(LIMITS);
    Objects {
        segment: kernel.map_anonymous(FIRST, 24).expect("it is not empty"),
        semaphore: kernel.sem_init(0).expect("it is not large"),
        mutexes: ROBUSTNESS.map(|robustness| kernel.mutex_init(robustness)),
    }
}

fn atomic(word: u64, operation: Atomic) -> SystemCall {
    let id = objects().segment;
    SystemCall::Memory(MemoryCall::Atomic {
        id,
        word,
        operation,
    })
}

fn mutex_calls() -> BoxedStrategy<MutexCall> {
    let id = || prop::sample::select(objects().mutexes.to_vec());
    prop_oneof![
        4 => id().prop_map(|id| MutexCall::Lock { id }),
        2 => id().prop_map(|id| MutexCall::TryLock { id }),
        4 => id().prop_map(|id| MutexCall::Unlock { id }),
        1 => id().prop_map(|id| MutexCall::Consistent { id }),
    ]
    .boxed()
}

fn semaphore_calls() -> BoxedStrategy<SemaphoreCall> {
    let Objects { semaphore: id, .. } = objects();
    prop_oneof![
        3 => Just(SemaphoreCall::Wait { id, until: None }),
        3 => Just(SemaphoreCall::Post { id }),
        2 => Just(SemaphoreCall::TryWait { id }),
        1 => Just(SemaphoreCall::Value { id }),
    ]
    .boxed()
}

fn atomics() -> BoxedStrategy<SystemCall> {
    let operation = prop_oneof![
        2 => Just(Atomic::Load),
        2 => (1..3u64).prop_map(Atomic::Store),
        1 => (1..3u64).prop_map(Atomic::Exchange),
        2 => Just(Atomic::Add(1)),
        2 => (0..2u64, 1..3u64)
            .prop_map(|(current, new)| Atomic::CompareExchange { current, new }),
    ];
    (0..2u64, operation)
        .prop_map(|(word, operation)| atomic(word, operation))
        .boxed()
}

fn calls() -> BoxedStrategy<SystemCall> {
    let Objects { segment: id, .. } = objects();
    prop_oneof![
        6 => atomics(),
        4 => semaphore_calls().prop_map(SystemCall::Semaphore),
        6 => mutex_calls().prop_map(SystemCall::Mutex),
        1 => Just(SystemCall::Memory(MemoryCall::Unmap { id })),
        1 => Just(SystemCall::Pipe { flags: OpenFlags::EMPTY }),
    ]
    .boxed()
}

fn child() -> BoxedStrategy<Program> {
    let actions = |most| prop::collection::vec(calls().prop_map(Action::Call), 0..most);
    let grandchild = (actions(3), actions(2))
        .prop_map(|(grandchild, after)| [vec![Action::Fork(grandchild)], after].concat());
    prop_oneof![4 => actions(4), 1 => grandchild].boxed()
}

fn program() -> impl Strategy<Value = Program> {
    (
        0..2u32,
        child(),
        prop::option::weighted(0.4, child()),
        prop::collection::vec(calls().prop_map(Action::Call), 0..4),
        0..3u32,
    )
        .prop_map(|(value, first, second, after, waits)| {
            let mut program = makes(value);
            program.push(Action::Fork(first));
            program.extend(second.map(Action::Fork));
            program.extend(after);
            program.extend((1..=waits).map(wait));
            program.extend([0, 1].map(|word| call(atomic(word, Atomic::Load))));
            program
        })
}

#[test]
fn reduction_loses_no_outcome_of_programs_with_shared_objects() {
    compare(program());
}

/// How many outcomes and executions a program has, by both searches.
fn counted(program: &Program) -> (usize, u64) {
    let (all, _) = enumerated(program, 200_000).expect("there are not so many");
    let (found, executions) = reduced(program, 200_000).expect("there are not so many");
    assert!(all.keys().eq(found.keys()), "{all:#?} {found:#?}");
    (found.len(), executions)
}

/// A program of children that do this, for each of which the first process waits.
fn of_children(children: Vec<Vec<SystemCall>>) -> Program {
    let count = children.len() as u32;
    let children = children.into_iter().map(|calls| {
        let actions = calls.into_iter().map(Action::Call).collect();
        Action::Fork(actions)
    });
    let mut program = makes(1);
    program.extend(children);
    program.extend((1..=count).map(wait));
    program
}

#[test]
fn loads_are_in_one_order_and_stores_in_both() {
    let two = |first, second| {
        counted(&of_children(vec![
            vec![atomic(0, first)],
            vec![atomic(0, second)],
        ]))
    };
    assert_eq!(two(Atomic::Load, Atomic::Load), (1, 1));
    assert_eq!(two(Atomic::Store(1), Atomic::Load), (2, 2));
    // Nobody looks, and an explorer does not know that.
    assert_eq!(two(Atomic::Store(1), Atomic::Store(2)), (1, 2));
    // An exchange that fails in either order is a load.
    let fails = Atomic::CompareExchange { current: 5, new: 6 };
    assert_eq!(two(fails, fails), (1, 1));
    assert_eq!(two(fails, Atomic::Store(5)), (2, 2));
}

#[test]
fn words_and_objects_that_are_not_the_same_are_not_ordered() {
    let Objects {
        semaphore, mutexes, ..
    } = objects();
    let program = of_children(vec![
        vec![atomic(0, Atomic::Add(1))],
        vec![atomic(1, Atomic::Add(1))],
        vec![SystemCall::Semaphore(SemaphoreCall::Post { id: semaphore })],
        vec![SystemCall::Mutex(MutexCall::Lock { id: mutexes[0] })],
        vec![SystemCall::Mutex(MutexCall::Lock { id: mutexes[1] })],
    ]);
    let (found, executions) = reduced(&program, 1000).expect("there are few");
    assert_eq!((found.len(), executions), (1, 1), "{found:#?}");
}

#[test]
fn a_robust_mutex_goes_to_the_next_when_its_owner_ends() {
    let [robust, stalled] = objects().mutexes;
    let lock = |id| SystemCall::Mutex(MutexCall::Lock { id });
    let two = |id| {
        let program = of_children(vec![vec![lock(id)]; 2]);
        let (found, _) = reduced(&program, 1000).expect("there are few");
        assert_eq!(counted(&program).0, found.len());
        found
    };
    let found = two(robust);
    assert!(
        found.keys().all(|key| key.contains("EOWNERDEAD")),
        "{found:#?}"
    );
    let found = two(stalled);
    assert!(
        found.keys().all(|key| !key.contains("EOWNERDEAD")),
        "{found:#?}"
    );
}
