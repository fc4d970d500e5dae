//! Random programs.

use fastrand::Rng;

use super::{
    palettes::{action, opening},
    program::{Action, Kind, Owner, Program, Shape},
};

/// The program of this kind and seed. Programs are small, so that all their schedules can be
/// enumerated more often than not.
pub fn program(kind: Kind, seed: u64) -> Program {
    let mut rng = Rng::with_seed(seed ^ (kind as u64) << 48);
    // It takes two readers and a writer until reader-writer locks are more than mutexes.
    let crowded = matches!(kind, Kind::Readers | Kind::Rendezvous | Kind::Shared);
    let three = rng.u32(..5) < if crowded { 4 } else { 2 };
    let (threads, longest) = if three { (3, 2) } else { (2, 3) };
    // The main thread is one of those that do something, or only spawns them.
    let busy = rng.u32(..3) == 0;
    let mut list = |most: usize| {
        let count = rng.usize(1..=most);
        (0..count).map(|_| action(&mut rng, kind)).collect()
    };
    let main = if busy {
        list(longest)
    } else if kind == Kind::Trees {
        list(1)
    } else {
        Vec::new()
    };
    let threads = (usize::from(busy)..threads).map(|_| list(longest));
    let mut threads: Vec<Vec<Action>> = threads.collect();
    if let Some(opening) = opening(&mut rng, kind) {
        threads[0].insert(0, opening);
        threads[0].truncate(longest);
    }
    let mut program = Program {
        kind,
        capacity: capacity(&mut rng, kind),
        receiver: receiver(&mut rng, kind, busy),
        shape: Shape::Joined,
        weak: kind == Kind::Atomics && rng.u32(..3) > 0 || rng.u32(..4) == 0,
        threads,
        main,
    };
    program.shape = match rng.u32(..10) {
        0..3 => Shape::Scoped,
        // A panic that nobody takes ends a modelled program.
        3 if !program.uses().panics => Shape::Detached,
        _ => Shape::Joined,
    };
    program
}

fn capacity(rng: &mut Rng, kind: Kind) -> Option<usize> {
    match kind {
        Kind::Rendezvous => Some(0),
        Kind::Channels => [None, Some(1), Some(1), Some(2)][rng.usize(..4)],
        _ => [None, Some(0), Some(1), Some(2)][rng.usize(..4)],
    }
}

fn receiver(rng: &mut Rng, kind: Kind, busy: bool) -> Owner {
    match (kind, rng.u32(..4)) {
        (Kind::Shared, _) | (Kind::Mixed, 0) => Owner::Everybody,
        (_, 0..2) if busy => Owner::Main,
        _ => Owner::First,
    }
}
