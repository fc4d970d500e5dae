//! wrong: one philosopher eats at a time
//! page: philosophers_far_apart_eat_at_once
//! fails: philosophers_far_apart_eat_at_once property
//! fails: all_far_apart_eat_at_once property

use std::sync::Mutex;

/// Accounts, numbered from 0, and each locked by itself.
pub struct Bank {
    accounts: Vec<Mutex<u64>>,
}

impl Bank {
    /// A bank with an account for each of these balances.
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            accounts: balances.into_iter().map(Mutex::new).collect(),
        }
    }

    /// Moves `amount` from the account `from` to the account `to`, and calls `stamp` with
    /// the new balances of both, in this order, before anybody else can change them.
    /// Returns what `stamp` returns; `None`, without a call of `stamp`, if `from` has
    /// less than `amount`.
    pub fn transfer<R>(
        &self,
        from: usize,
        to: usize,
        amount: u64,
        stamp: impl FnOnce(u64, u64) -> R,
    ) -> Option<R> {
        if from == to {
            let balance = self.accounts[from].lock().unwrap();
            return (*balance >= amount).then(|| stamp(*balance, *balance));
        }
        let mut low = self.accounts[from.min(to)].lock().unwrap();
        let mut high = self.accounts[from.max(to)].lock().unwrap();
        let (source, target) = if from < to {
            (&mut *low, &mut *high)
        } else {
            (&mut *high, &mut *low)
        };
        if *source < amount {
            return None;
        }
        *source -= amount;
        *target += amount;
        Some(stamp(*source, *target))
    }

    /// All balances, as they are at one moment.
    pub fn balances(&self) -> Vec<u64> {
        let locked: Vec<_> = self
            .accounts
            .iter()
            .map(|account| account.lock().unwrap())
            .collect();
        locked.iter().map(|balance| **balance).collect()
    }
}

/// A round table with as many forks as seats. The philosopher on seat `n` eats with the
/// fork `n` and the next one; the last one eats with the last fork and fork 0.
pub struct Table {
    forks: Vec<Mutex<()>>,
}

impl Table {
    /// A table with so many seats, at least 2.
    pub fn new(seats: usize) -> Self {
        Self {
            forks: (0..seats).map(|_| Mutex::new(())).collect(),
        }
    }

    /// Takes both forks, calls `meal`, puts the forks back, and returns what `meal`
    /// returns.
    pub fn eat<R>(&self, seat: usize, meal: impl FnOnce() -> R) -> R {
        let _table = self.forks[0].lock().unwrap();
        let _ = seat;
        meal()
    }
}

/// Who waits in a circle? `waits_for[t]` is the thread that thread `t` waits for, if any.
///
/// Returns the threads of the circle: the smallest first, and each waits for the one
/// after it, the last one for the first. If there are several circles, it is the one
/// with the smallest thread.
pub fn find_cycle(waits_for: &[Option<usize>]) -> Option<Vec<usize>> {
    for start in 0..waits_for.len() {
        let mut path = vec![start];
        let mut next = waits_for[start];
        while let Some(thread) = next {
            if thread == start {
                return Some(path);
            }
            if path.contains(&thread) {
                // There is a circle, but this thread only waits for it.
                break;
            }
            path.push(thread);
            next = waits_for[thread];
        }
    }
    None
}
