//! No order: whoever finds the second account taken lets go of the first, and then sleeps
//! until the second is free, as `std::lock` of C++ does. At the table a waiter lets in
//! one philosopher fewer than there are seats.

use std::sync::{Condvar, Mutex, MutexGuard};

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

    /// Locks two different accounts.
    fn both(&self, one: usize, other: usize) -> [MutexGuard<'_, u64>; 2] {
        let (mut first, mut second) = (one, other);
        loop {
            let held = self.accounts[first].lock().unwrap();
            if let Ok(too) = self.accounts[second].try_lock() {
                return if first == one {
                    [held, too]
                } else {
                    [too, held]
                };
            }
            drop(held);
            // Next time it waits for the one that was taken.
            (first, second) = (second, first);
        }
    }

    /// Moves `amount` from the account `from` to the account `to`, and calls `stamp` with
    /// the new balances of both.
    pub fn transfer<R>(
        &self,
        from: usize,
        to: usize,
        amount: u64,
        stamp: impl FnOnce(u64, u64) -> R,
    ) -> Option<R> {
        if from == to {
            let balance = *self.accounts[from].lock().unwrap();
            return (balance >= amount).then(|| stamp(balance, balance));
        }
        let [mut source, mut target] = self.both(from, to);
        *source = source.checked_sub(amount)?;
        *target += amount;
        Some(stamp(*source, *target))
    }

    /// All balances, as they are at one moment.
    pub fn balances(&self) -> Vec<u64> {
        // Waits for one account while it holds none.
        let mut wanted = 0;
        'again: loop {
            let mut held: Vec<(usize, MutexGuard<'_, u64>)> =
                vec![(wanted, self.accounts[wanted].lock().unwrap())];
            for (number, account) in self.accounts.iter().enumerate() {
                if number == held[0].0 {
                    continue;
                }
                match account.try_lock() {
                    Ok(guard) => held.push((number, guard)),
                    Err(_) => {
                        wanted = number;
                        continue 'again;
                    }
                }
            }
            held.sort_by_key(|(number, _)| *number);
            return held.iter().map(|(_, balance)| **balance).collect();
        }
    }
}

/// A round table with as many forks as seats.
pub struct Table {
    forks: Vec<Mutex<()>>,
    chairs: Mutex<usize>,
    free_chair: Condvar,
}

impl Table {
    /// A table with so many seats, at least 2.
    pub fn new(seats: usize) -> Self {
        Self {
            forks: (0..seats).map(|_| Mutex::new(())).collect(),
            chairs: Mutex::new(seats - 1),
            free_chair: Condvar::new(),
        }
    }

    /// Takes both forks, calls `meal`, puts the forks back, and returns what `meal`
    /// returns.
    pub fn eat<R>(&self, seat: usize, meal: impl FnOnce() -> R) -> R {
        let chairs = self.chairs.lock().unwrap();
        let mut chairs = self
            .free_chair
            .wait_while(chairs, |chairs| *chairs == 0)
            .unwrap();
        *chairs -= 1;
        drop(chairs);
        let left = self.forks[seat].lock().unwrap();
        let right = self.forks[(seat + 1) % self.forks.len()].lock().unwrap();
        let result = meal();
        drop((left, right));
        *self.chairs.lock().unwrap() += 1;
        self.free_chair.notify_one();
        result
    }
}

/// Who waits in a circle? `waits_for[t]` is the thread that thread `t` waits for, if any.
pub fn find_cycle(waits_for: &[Option<usize>]) -> Option<Vec<usize>> {
    const NEW: usize = usize::MAX;
    // The walk that came to a thread first.
    let mut walk = vec![NEW; waits_for.len()];
    let mut best: Option<Vec<usize>> = None;
    for start in 0..waits_for.len() {
        let mut thread = start;
        while walk[thread] == NEW {
            walk[thread] = start;
            let Some(next) = waits_for[thread] else {
                break;
            };
            thread = next;
        }
        if walk[thread] != start || waits_for[thread].is_none() {
            continue;
        }
        // This walk met itself: the circle begins here.
        let mut circle = vec![thread];
        let mut next = waits_for[thread]?;
        while next != thread {
            circle.push(next);
            next = waits_for[next]?;
        }
        let smallest = (0..circle.len()).min_by_key(|&at| circle[at])?;
        circle.rotate_left(smallest);
        if best.as_ref().is_none_or(|best| circle[0] < best[0]) {
            best = Some(circle);
        }
    }
    best
}
