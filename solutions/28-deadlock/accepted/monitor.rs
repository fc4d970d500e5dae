//! A monitor: one lock for all that is short, and a mark on everything that is in use.
//! Whoever needs two things takes both marks in one step, or sleeps.

use std::sync::{Condvar, Mutex};

/// Things that are free or in use.
struct Marks {
    in_use: Mutex<Vec<bool>>,
    given_back: Condvar,
}

impl Marks {
    fn new(count: usize) -> Self {
        Self {
            in_use: Mutex::new(vec![false; count]),
            given_back: Condvar::new(),
        }
    }

    /// Runs `f` while nobody else has any of these.
    fn with<R>(&self, wanted: &[usize], f: impl FnOnce() -> R) -> R {
        let mut in_use = self.in_use.lock().unwrap();
        while wanted.iter().any(|&number| in_use[number]) {
            in_use = self.given_back.wait(in_use).unwrap();
        }
        for &number in wanted {
            in_use[number] = true;
        }
        drop(in_use);
        let result = f();
        let mut in_use = self.in_use.lock().unwrap();
        for &number in wanted {
            in_use[number] = false;
        }
        self.given_back.notify_all();
        result
    }
}

/// Accounts, numbered from 0.
pub struct Bank {
    balances: Mutex<Vec<u64>>,
    accounts: Marks,
}

impl Bank {
    /// A bank with an account for each of these balances.
    pub fn new(balances: Vec<u64>) -> Self {
        Self {
            accounts: Marks::new(balances.len()),
            balances: Mutex::new(balances),
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
        self.accounts.with(&[from, to], || {
            let mut balances = self.balances.lock().unwrap();
            balances[from] = balances[from].checked_sub(amount)?;
            balances[to] += amount;
            let (source, target) = (balances[from], balances[to]);
            drop(balances);
            Some(stamp(source, target))
        })
    }

    /// All balances, as they are at one moment.
    pub fn balances(&self) -> Vec<u64> {
        self.balances.lock().unwrap().clone()
    }
}

/// A round table with as many forks as seats.
pub struct Table {
    seats: usize,
    forks: Marks,
}

impl Table {
    /// A table with so many seats, at least 2.
    pub fn new(seats: usize) -> Self {
        Self {
            seats,
            forks: Marks::new(seats),
        }
    }

    /// Takes both forks, calls `meal`, puts the forks back, and returns what `meal`
    /// returns.
    pub fn eat<R>(&self, seat: usize, meal: impl FnOnce() -> R) -> R {
        self.forks.with(&[seat, (seat + 1) % self.seats], meal)
    }
}

/// Who waits in a circle? `waits_for[t]` is the thread that thread `t` waits for, if any.
pub fn find_cycle(waits_for: &[Option<usize>]) -> Option<Vec<usize>> {
    // Takes away whoever waits for nobody that is left, until only circles and those who
    // wait for them are left. Then the path from anybody leads into a circle.
    let after =
        |thread: usize, steps: usize| (0..steps).try_fold(thread, |thread, _| waits_for[thread]);
    let threads = waits_for.len();
    let in_circles = (0..threads)
        .filter(|&thread| (1..=threads).any(|steps| after(thread, steps) == Some(thread)));
    let first = in_circles.min()?;
    let mut circle = vec![first];
    circle.extend(
        (1..threads).map_while(|steps| after(first, steps).filter(|&thread| thread != first)),
    );
    Some(circle)
}
