//! 28 · Deadlock: a bank, a table of philosophers, and who waits for whom.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// Accounts, numbered from 0, and each locked by itself.
pub struct Bank {
    // Choose your own fields.
    _accounts: Vec<u64>,
}

impl Bank {
    /// A bank with an account for each of these balances.
    pub fn new(balances: Vec<u64>) -> Self {
        let _ = balances;
        todo!()
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
        let _ = (from, to, amount, stamp);
        todo!()
    }

    /// All balances, as they are at one moment.
    pub fn balances(&self) -> Vec<u64> {
        todo!()
    }
}

/// A round table with as many forks as seats. The philosopher on seat `n` eats with the
/// fork `n` and the next one; the last one eats with the last fork and fork 0.
pub struct Table {
    // Choose your own fields.
    _forks: usize,
}

impl Table {
    /// A table with so many seats, at least 2.
    pub fn new(seats: usize) -> Self {
        let _ = seats;
        todo!()
    }

    /// Takes both forks, calls `meal`, puts the forks back, and returns what `meal`
    /// returns.
    pub fn eat<R>(&self, seat: usize, meal: impl FnOnce() -> R) -> R {
        let _ = (seat, meal);
        todo!()
    }
}

/// Who waits in a circle? `waits_for[t]` is the thread that thread `t` waits for, if any.
///
/// Returns the threads of the circle: the smallest first, and each waits for the one
/// after it, the last one for the first. If there are several circles, it is the one
/// with the smallest thread.
pub fn find_cycle(waits_for: &[Option<usize>]) -> Option<Vec<usize>> {
    let _ = waits_for;
    todo!()
}
