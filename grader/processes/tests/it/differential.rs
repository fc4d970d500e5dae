//! Processes that are remembered do what forked ones do, on random programs: each execution is the same
//! to the last byte.
//!
//! Longer: `INTERLEAVE_PROGRAMS=2000 cargo test --release -p interleave-processes differential`.

use std::{cell::Cell, rc::Rc};

use interleave::{
    Granularity, SystemChoices,
    strategy::{Dpor, RandomWalk},
};
use kernel::{
    Atomic, Children, FIRST, Kernel, LockKind, Locking, MemoryCall, MutexCall, MutexId, OpenFlags,
    Robustness, SegmentId, SemaphoreCall, SemaphoreId, Signal, SignalCall, SignalSet, SystemCall,
    Target, TimeCall, WaitOptions,
};
use processes::{Capacity, Memory};
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    attacks::real_children,
    harness::Test,
    random::{Action, ITSELF, LIMITS, PARENT, Program, execute, open},
};

pub(crate) const TESTS: &[Test] = &[
    (
        "differential_remembered_processes_do_what_forked_ones_do",
        all_sorts,
    ),
    ("differential_without_much_room_they_do_so_too", little_room),
    (
        "differential_they_do_so_whatever_a_system_chooses",
        surprises,
    ),
];

fn calls() -> impl Strategy<Value = SystemCall> {
    let fd = || 3..7;
    let kind = || prop::sample::select(&[LockKind::Shared, LockKind::Exclusive][..]);
    let children = || prop_oneof![Just(Children::Any), (1..3u32).prop_map(Children::One)];
    let options = WaitOptions::ENDS;
    prop_oneof![
        6 => (fd(), 1..3_usize).prop_map(|(fd, count)| SystemCall::Read { fd, count }),
        6 => (fd(), prop::sample::select(&["x", "yz"][..])).prop_map(|(fd, text)| {
            SystemCall::Write { fd, bytes: text.as_bytes().to_vec() }
        }),
        1 => fd().prop_map(|fd| SystemCall::Write { fd, bytes: vec![b'-'; 4096] }),
        1 => (fd(), 0..2u64).prop_map(|(fd, at)| SystemCall::Pread { fd, count: 2, at }),
        3 => fd().prop_map(|fd| SystemCall::Close { fd }),
        1 => fd().prop_map(|fd| SystemCall::Dup { fd }),
        1 => (fd(), kind()).prop_map(|(fd, kind)| SystemCall::Flock { fd, locking: Locking::Lock(kind) }),
        1 => (fd(), kind()).prop_map(|(fd, kind)| SystemCall::Flock { fd, locking: Locking::TryLock(kind) }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, is)| SystemCall::SetNonblocking { fd, is }),
        2 => children().prop_map(move |children| SystemCall::Wait { children, options }),
        2 => children().prop_map(move |children| SystemCall::TryWait { children, options }),
        1 => Just(SystemCall::Parent),
        1 => Just(SystemCall::Pipe { flags: OpenFlags::EMPTY }),
        1 => Just(SystemCall::Time(TimeCall::Now)),
        1 => Just(SystemCall::Time(TimeCall::Alarm { seconds: 1 })),
        5 => signal_calls().prop_map(SystemCall::Signal),
        9 => shared_calls(),
    ]
}

/// The calls by which the first process makes what is shared, and what a kernel gives for them.
fn shared_objects() -> (Program, SegmentId, SemaphoreId, MutexId) {
    let (size, value, robustness) = (16, 1, Robustness::Robust);
    let calls = [
        SystemCall::Memory(MemoryCall::MapAnonymous { size }),
        SystemCall::Semaphore(SemaphoreCall::Init { value }),
        SystemCall::Mutex(MutexCall::Init { robustness }),
    ];
    let mut kernel = Kernel::new(LIMITS);
    (
        calls.into_iter().map(Action::Call).collect(),
        kernel.map_anonymous(FIRST, size).expect("it is not empty"),
        kernel.sem_init(value).expect("it is not large"),
        kernel.mutex_init(robustness),
    )
}

/// Calls with what is shared, if the program begins with that.
fn shared_calls() -> BoxedStrategy<SystemCall> {
    let (_, segment, semaphore, mutex) = shared_objects();
    let operation = prop_oneof![
        3 => Just(Atomic::Load),
        2 => (0..3u64).prop_map(Atomic::Store),
        2 => Just(Atomic::Add(1)),
        1 => (0..2u64).prop_map(|current| Atomic::CompareExchange { current, new: 2 }),
    ];
    let id = segment;
    prop_oneof![
        6 => (0..2u64, operation).prop_map(move |(word, operation)| {
            SystemCall::Memory(MemoryCall::Atomic { id, word, operation })
        }),
        1 => Just(SystemCall::Memory(MemoryCall::Unmap { id })),
        1 => Just(SemaphoreCall::Wait { id: semaphore, until: None }).prop_map(SystemCall::Semaphore),
        1 => Just(SemaphoreCall::TryWait { id: semaphore }).prop_map(SystemCall::Semaphore),
        2 => Just(SemaphoreCall::Post { id: semaphore }).prop_map(SystemCall::Semaphore),
        2 => Just(MutexCall::Lock { id: mutex }).prop_map(SystemCall::Mutex),
        1 => Just(MutexCall::TryLock { id: mutex }).prop_map(SystemCall::Mutex),
        2 => Just(MutexCall::Unlock { id: mutex }).prop_map(SystemCall::Mutex),
    ]
    .boxed()
}

fn signal() -> impl Strategy<Value = Signal> {
    prop_oneof![
        6 => Just(Signal::USR1),
        3 => Just(Signal::TERM),
        1 => Just(Signal::KILL),
        1 => Just(Signal::STOP),
        1 => Just(Signal::CONT),
    ]
}

fn signal_calls() -> impl Strategy<Value = SignalCall> {
    let whom = prop_oneof![4 => Just(1), 2 => Just(2), 2 => Just(PARENT), 1 => Just(ITSELF)];
    let set = || -> BoxedStrategy<SignalSet> {
        let signals = prop::collection::vec(signal(), 0..3);
        signals
            .prop_map(|signals| signals.into_iter().collect())
            .boxed()
    };
    prop_oneof![
        6 => (whom, signal()).prop_map(|(whom, signal)| SignalCall::Kill {
            target: Target::One(whom),
            number: signal.number(),
        }),
        1 => set().prop_map(|mask| SignalCall::SetMask { mask }),
        1 => Just(SignalCall::Pending),
        1 => set().prop_map(|set| SignalCall::Wait { set }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let handled =
        prop::sample::select(&[Signal::USR1, Signal::CHLD, Signal::TERM, Signal::ALRM][..]);
    let flags = OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE;
    prop_oneof![
        16 => calls().prop_map(Action::Call),
        2 => (handled, any::<bool>()).prop_map(|(signal, restart)| Action::Handle { signal, restart }),
        1 => Just(open(flags)),
        1 => Just(Action::Clock),
        1 => Just(Action::Sleep),
        1 => Just(Action::WaitInVain),
        1 => Just(Action::Look),
        1 => (1..9u8).prop_map(Action::Exit),
        1 => Just(Action::Panic),
    ]
}

/// What a process does whose children have children down to this depth.
fn process(depth: u32, most: usize) -> BoxedStrategy<Program> {
    let actions = prop::collection::vec(action(), 1..most);
    if depth == 0 {
        return actions.boxed();
    }
    let child = || process(depth - 1, most).prop_map(Action::Fork);
    let before = prop::collection::vec(action(), 0..2);
    (
        before,
        child(),
        prop::option::weighted(0.5, child()),
        actions,
    )
        .prop_map(|(mut program, first, second, after)| {
            program.push(first);
            program.extend(second);
            program.extend(after);
            program
        })
        .boxed()
}

fn program() -> impl Strategy<Value = Program> {
    let pipe = Action::Call(SystemCall::Pipe {
        flags: OpenFlags::EMPTY,
    });
    let file = open(OpenFlags::READ | OpenFlags::WRITE | OpenFlags::CREATE);
    let begin = prop::sample::subsequence(vec![pipe, file], 1..=2);
    let depth = prop_oneof![2 => Just(1), 2 => Just(2), 1 => Just(3)];
    let thread = prop::bool::weighted(0.1);
    let shares = prop::bool::weighted(0.7);
    (
        begin,
        shares,
        depth.prop_flat_map(|depth| process(depth, 4)),
        thread,
    )
        .prop_map(|(begin, shares, process, thread)| {
            let mut program = if shares {
                shared_objects().0
            } else {
                Vec::new()
            };
            program.extend(begin);
            program.extend(thread.then_some(Action::Thread));
            program.extend(process);
            program
        })
}

/// What comes of the first executions of a search, and of some samples.
fn executions(program: &Rc<Program>, memory: Memory, system: SystemChoices) -> Vec<String> {
    const SEARCHED: usize = 25;
    const SAMPLED: u64 = 15;
    let (mut all, mut granularity) = (Vec::new(), Granularity::Coarse);
    let mut search = Dpor::new();
    while all.len() < SEARCHED {
        let (shown, finer) = execute(program, memory, (granularity, system), &mut search);
        all.push(shown);
        if let Some(finer) = finer {
            granularity = finer;
            search = Dpor::new();
        } else if !search.advance() {
            break;
        }
    }
    for number in 0..SAMPLED {
        let mut walk = RandomWalk::new(number);
        let finest = (Granularity::Releases, system);
        all.push(execute(program, memory, finest, &mut walk).0);
    }
    all
}

/// Compares executions with memory and without; how many processes were forked in either.
fn compare(seed: u8, wanted: u32, system: SystemChoices) -> (u64, u64) {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(wanted)
    };
    // The same programs in each run.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let forks = [Cell::new(0), Cell::new(0)];
    let count = |forks: &Cell<u64>| {
        forks.set(forks.get() + processes::extent().forks);
        processes::forget();
    };
    let outcome = runner.run(&program(), |program| {
        let program = Rc::new(program);
        let forked = executions(&program, Memory::Unused, system);
        count(&forks[0]);
        let remembered = executions(&program, Memory::Of(1), system);
        prop_assert!(
            !processes::extent().is_wrong,
            "something is told that is not in the key"
        );
        count(&forks[1]);
        prop_assert_eq!(forked.len(), remembered.len());
        for (number, (forked, remembered)) in forked.iter().zip(&remembered).enumerate() {
            prop_assert!(
                forked == remembered,
                "execution {number}: {forked}\n{remembered}"
            );
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(real_children(), 0);
    (forks[0].get(), forks[1].get())
}

/// How many programs are tried.
fn wanted(usually: u32) -> u32 {
    let wanted = std::env::var("INTERLEAVE_PROGRAMS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(usually)
}

fn all_sorts() {
    let (forked, remembered) = compare(1, wanted(30), SystemChoices::default());
    assert!(remembered < forked, "{remembered} of {forked}");
}

fn surprises() {
    let all = SystemChoices {
        short_transfers: true,
        interrupted_calls: true,
        connection_resets: true,
        reaping_order: true,
    };
    let (forked, remembered) = compare(6, wanted(30), all);
    assert!(remembered < forked, "{remembered} of {forked}");
}

fn little_room() {
    for (seed, nodes, templates) in [(2, 200_000, 1), (3, 12, 64), (4, 30, 2), (5, 200_000, 0)] {
        processes::set_capacity(Capacity {
            nodes,
            templates,
            ..Capacity::default()
        });
        processes::forget();
        compare(seed, wanted(30) / 4, SystemChoices::default());
    }
    processes::set_capacity(Capacity::default());
}
