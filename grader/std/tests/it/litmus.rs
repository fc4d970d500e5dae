//! Weakly ordered memory, by the litmus tests of the literature: what the orderings of a
//! program allow can be seen, and what they forbid cannot.
//!
//! Sources: J. Alglave et al., "Herding Cats" (TOPLAS 2014), for the tests and their
//! names; ISO C++20 [atomics.order] for what is allowed.

use std::{
    cell::Cell,
    collections::BTreeSet,
    rc::Rc,
    sync::{
        Arc,
        atomic::{
            AtomicU32, Ordering,
            Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
            fence,
        },
    },
    thread,
};

use interleave::{
    Config, Outcome, Strategy,
    strategy::{Bounded, Dpor, Portfolio},
};

use crate::explorer::word;

/// The variables of a litmus test, all zero at first.
#[derive(Default)]
struct Memory {
    x: AtomicU32,
    y: AtomicU32,
    turn: AtomicU32,
}

/// A thread of a litmus test, and what it has read when it ends.
type Thread = Box<dyn Fn(&Memory) -> Vec<u32>>;

fn thread(body: impl Fn(&Memory) -> Vec<u32> + 'static) -> Rc<Thread> {
    Rc::new(Box::new(body))
}

/// Lets a closure that shares an `Rc` go to another thread of an execution.
struct Carried<T>(T);

// SAFETY: all threads of an execution are coroutines on one operating-system thread.
unsafe impl<T> Send for Carried<T> {}

impl<T> Carried<T> {
    fn take(self) -> T {
        self.0
    }
}

/// What the threads read in one execution, if it was not given up.
fn execute(threads: &[Rc<Thread>], strategy: &mut dyn Strategy) -> Option<Vec<Vec<u32>>> {
    let result = Rc::new(Cell::new(None));
    let (threads, slot) = (threads.to_vec(), Rc::clone(&result));
    let config = Config {
        weak_memory: true,
        ..Config::default()
    };
    let executed = interleave::run(config, strategy, move || {
        let memory = Arc::new(Memory::default());
        let spawn = |body: Rc<Thread>| {
            let memory = Arc::clone(&memory);
            let body = Carried(body);
            thread::spawn(move || body.take()(&memory))
        };
        let handles: Vec<_> = threads.into_iter().map(spawn).collect();
        let read = handles.into_iter().map(|handle| handle.join().unwrap());
        slot.set(Some(read.collect()));
    });
    let given_up = matches!(executed.outcome, Outcome::Diverged { .. });
    assert!(given_up || matches!(executed.outcome, Outcome::Completed));
    result.take()
}

/// Everything that the threads can read, by reduction.
fn reduced(threads: &[Rc<Thread>]) -> BTreeSet<Vec<Vec<u32>>> {
    let mut all = BTreeSet::new();
    let mut search = Dpor::new();
    loop {
        let read = execute(threads, &mut search);
        if !search.was_pruned() {
            all.extend(read);
        }
        if !search.advance() {
            return all;
        }
    }
}

/// Everything that the threads can read. Enumeration and reduction must agree on it.
fn outcomes(threads: &[Rc<Thread>]) -> BTreeSet<Vec<Vec<u32>>> {
    let mut all = BTreeSet::new();
    let mut search = Bounded::exhaustive();
    loop {
        all.extend(execute(threads, &mut search));
        if !search.advance() {
            break;
        }
    }
    assert_eq!(all, reduced(threads));
    all
}

/// Store buffering: each thread writes one variable and reads the other.
fn store_buffering(store: Ordering, load: Ordering, between: Option<Ordering>) -> bool {
    let threads = [
        thread(move |m| {
            m.x.store(1, store);
            between.into_iter().for_each(fence);
            vec![m.y.load(load)]
        }),
        thread(move |m| {
            m.y.store(1, store);
            between.into_iter().for_each(fence);
            vec![m.x.load(load)]
        }),
    ];
    outcomes(&threads).contains(&vec![vec![0], vec![0]])
}

#[test]
fn stores_are_buffered_unless_all_is_sequentially_consistent() {
    assert!(store_buffering(Relaxed, Relaxed, None));
    assert!(store_buffering(Release, Acquire, None));
    assert!(store_buffering(Release, SeqCst, None));
    assert!(store_buffering(SeqCst, Acquire, None));
    assert!(store_buffering(Relaxed, Relaxed, Some(AcqRel)));
    assert!(!store_buffering(SeqCst, SeqCst, None));
    assert!(!store_buffering(Relaxed, Relaxed, Some(SeqCst)));
}

/// A fence on one side meets sequentially consistent accesses on the other.
#[test]
fn a_fence_is_ordered_with_sequentially_consistent_accesses() {
    let threads = [
        thread(|m| {
            m.x.store(1, SeqCst);
            vec![m.y.load(SeqCst)]
        }),
        thread(|m| {
            m.y.store(1, Relaxed);
            fence(SeqCst);
            vec![m.x.load(Relaxed)]
        }),
    ];
    assert!(!outcomes(&threads).contains(&vec![vec![0], vec![0]]));
}

/// Message passing: whether the reader can see the flag and not the data.
fn message_passing(
    store: Ordering,
    load: Ordering,
    before_store: Option<Ordering>,
    after_load: Option<Ordering>,
) -> bool {
    let threads = [
        thread(move |m| {
            m.x.store(1, Relaxed);
            before_store.into_iter().for_each(fence);
            m.y.store(1, store);
            vec![]
        }),
        thread(move |m| {
            let flag = m.y.load(load);
            after_load.into_iter().for_each(fence);
            vec![flag, m.x.load(Relaxed)]
        }),
    ];
    outcomes(&threads).contains(&vec![vec![], vec![1, 0]])
}

#[test]
fn a_message_needs_a_release_and_an_acquire() {
    assert!(message_passing(Relaxed, Relaxed, None, None));
    assert!(message_passing(Release, Relaxed, None, None));
    assert!(message_passing(Relaxed, Acquire, None, None));
    assert!(!message_passing(Release, Acquire, None, None));
    assert!(!message_passing(SeqCst, SeqCst, None, None));
}

#[test]
fn fences_can_release_and_acquire_a_message() {
    assert!(!message_passing(
        Relaxed,
        Relaxed,
        Some(Release),
        Some(Acquire)
    ));
    assert!(!message_passing(Relaxed, Acquire, Some(Release), None));
    assert!(!message_passing(Release, Relaxed, None, Some(Acquire)));
    assert!(message_passing(Relaxed, Relaxed, Some(Release), None));
    assert!(message_passing(Relaxed, Relaxed, None, Some(SeqCst)));
}

/// The message goes on through a third thread, by `hand_on`.
fn handed_on(hand_on: impl Fn(&Memory) -> u32 + 'static) -> BTreeSet<Vec<Vec<u32>>> {
    let threads = [
        thread(|m| {
            m.x.store(1, Relaxed);
            m.y.store(1, Release);
            vec![]
        }),
        thread(move |m| vec![hand_on(m)]),
        thread(|m| {
            let flag = m.y.load(Acquire);
            vec![flag, m.x.load(Relaxed)]
        }),
    ];
    outcomes(&threads)
}

#[test]
fn a_read_modify_write_carries_a_release_on_and_a_store_does_not() {
    let lost = vec![vec![], vec![1], vec![2, 0]];
    let added = handed_on(|m| m.y.fetch_add(1, Relaxed));
    assert!(added.contains(&vec![vec![], vec![1], vec![2, 1]]));
    assert!(!added.contains(&lost));
    let stored = handed_on(|m| {
        let flag = m.y.load(Relaxed);
        m.y.store(flag + 1, Relaxed);
        flag
    });
    assert!(stored.contains(&lost));
}

/// Independent reads of independent writes: whether two readers disagree on the order.
fn readers_disagree(store: Ordering, load: Ordering) -> bool {
    let threads = [
        thread(move |m| {
            m.x.store(1, store);
            vec![]
        }),
        thread(move |m| {
            m.y.store(1, store);
            vec![]
        }),
        thread(move |m| vec![m.x.load(load), m.y.load(load)]),
        thread(move |m| vec![m.y.load(load), m.x.load(load)]),
    ];
    // Enumeration of four threads takes too long.
    reduced(&threads).contains(&vec![vec![], vec![], vec![1, 0], vec![1, 0]])
}

#[test]
fn readers_agree_on_the_order_of_independent_writes_only_if_sequentially_consistent() {
    assert!(readers_disagree(Release, Acquire));
    assert!(readers_disagree(Relaxed, Relaxed));
    assert!(!readers_disagree(SeqCst, SeqCst));
}

#[test]
fn nobody_sees_one_variable_go_back() {
    let threads = [
        thread(|m| {
            m.x.store(1, Relaxed);
            m.x.store(2, Relaxed);
            vec![m.x.load(Relaxed)]
        }),
        thread(|m| (0..3).map(|_| m.x.load(Relaxed)).collect()),
    ];
    let all = outcomes(&threads);
    assert!(all.iter().all(|read| read[0] == [2]));
    assert!(all.iter().all(|read| read[1].is_sorted()));
    // Zero to two in three reads, in order.
    assert_eq!(all.len(), 10);
}

#[test]
fn read_modify_writes_lose_nothing_however_relaxed() {
    let add = || thread(|m| vec![m.x.fetch_add(1, Relaxed), m.x.fetch_add(1, Relaxed)]);
    for read in outcomes(&[add(), add()]) {
        let mut all = read.concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3]);
    }
}

/// Write-to-read causality: the second thread hands on what it saw of the first.
fn causality_fails(store: Ordering, load: Ordering) -> bool {
    let threads = [
        thread(move |m| {
            m.x.store(1, store);
            vec![]
        }),
        thread(move |m| {
            let seen = m.x.load(load);
            m.y.store(1, store);
            vec![seen]
        }),
        thread(move |m| vec![m.y.load(load), m.x.load(load)]),
    ];
    outcomes(&threads).contains(&vec![vec![], vec![1], vec![1, 0]])
}

#[test]
fn what_is_acquired_is_handed_on() {
    assert!(!causality_fails(Release, Acquire));
    assert!(causality_fails(Relaxed, Relaxed));
    assert!(causality_fails(Release, Relaxed));
}

/// The documented limit: nobody sees a store that is executed later, though the
/// language allows it.
#[test]
fn loads_are_not_buffered() {
    let threads = [
        thread(|m| {
            let seen = m.x.load(Relaxed);
            m.y.store(1, Relaxed);
            vec![seen]
        }),
        thread(|m| {
            let seen = m.y.load(Relaxed);
            m.x.store(1, Relaxed);
            vec![seen]
        }),
    ];
    assert!(!outcomes(&threads).contains(&vec![vec![1], vec![1]]));
}

/// Whether both threads can pass the entry of Peterson's lock. Each tries once.
fn both_enter(store: Ordering, load: Ordering) -> bool {
    let threads = [
        thread(move |m| {
            m.x.store(1, store);
            m.turn.store(2, store);
            vec![u32::from(m.y.load(load) == 0 || m.turn.load(load) == 1)]
        }),
        thread(move |m| {
            m.y.store(1, store);
            m.turn.store(1, store);
            vec![u32::from(m.x.load(load) == 0 || m.turn.load(load) == 2)]
        }),
    ];
    outcomes(&threads).contains(&vec![vec![1], vec![1]])
}

/// Loom 0.7.3 finds an error in such algorithms though they are right (its issue 180).
#[test]
fn petersons_lock_is_right_with_sequential_consistency_and_wrong_without() {
    assert!(!both_enter(SeqCst, SeqCst));
    assert!(both_enter(Release, Acquire));
}

#[test]
fn a_thread_that_spins_sees_the_new_value_in_the_end() {
    let threads = [
        thread(|m| {
            m.x.store(7, Relaxed);
            m.y.store(1, Release);
            vec![]
        }),
        thread(|m| {
            // Without an end of the loop, enumeration would have none.
            let seen = (0..4).find(|_| m.y.load(Acquire) == 1);
            seen.map(|_| m.x.load(Relaxed)).into_iter().collect()
        }),
    ];
    let read: BTreeSet<_> = outcomes(&threads)
        .into_iter()
        .map(|r| r[1].clone())
        .collect();
    assert_eq!(read, BTreeSet::from([vec![], vec![7]]));
}

/// Nobody says how long a relaxed load may go on seeing an old value; a sampler that never
/// showed the new one would call a correct program endless.
#[test]
fn no_sampler_shows_a_thread_that_spins_the_old_value_for_ever() {
    let program = || {
        let ready = Arc::new(AtomicU32::new(0));
        let writer = {
            let ready = Arc::clone(&ready);
            thread::spawn(move || ready.store(1, Relaxed))
        };
        while ready.load(Relaxed) == 0 {}
        writer.join().unwrap();
    };
    let config = Config {
        weak_memory: true,
        ..Config::default()
    };
    let mut portfolio = Portfolio::new(7);
    for number in 0..400 {
        if let Some(executed) = portfolio.run(number, config.clone(), program) {
            assert_eq!(word(&executed.outcome), "completed", "sample {number}");
        }
    }
}
