//! `N` philosophers who eat once.

use std::sync::Arc;

use super::{sync::Mutex, thread};

fn dine<const N: usize>(forks_of: fn(usize) -> (usize, usize)) {
    let forks: Arc<Vec<_>> = Arc::new((0..N).map(|_| Mutex::new(())).collect());
    let spawn = |philosopher| {
        let forks = Arc::clone(&forks);
        thread::spawn(move || {
            let (first, second) = forks_of(philosopher);
            let _first = forks[first].lock().unwrap();
            let _second = forks[second].lock().unwrap();
        })
    };
    let threads: Vec<_> = (0..N).map(spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Everybody takes the fork with the lower number first.
pub(super) fn ordered<const N: usize>() {
    dine::<N>(|philosopher| {
        let right = (philosopher + 1) % N;
        (philosopher.min(right), philosopher.max(right))
    });
}

/// Everybody takes the left fork first, and all may starve.
pub(super) fn naive<const N: usize>() {
    dine::<N>(|philosopher| (philosopher, (philosopher + 1) % N));
}
