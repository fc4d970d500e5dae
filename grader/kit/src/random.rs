//! Random inputs that follow from a seed.

/// Random numbers that follow from a seed, for the cases of a check.
///
/// They are those of the crate `fastrand`: good enough to make inputs, and for nothing secret.
#[derive(Debug, Clone)]
pub struct Random(fastrand::Rng);

impl Random {
    /// The numbers of a seed.
    ///
    /// ```
    /// # use kit::{Oracle, Random};
    /// Oracle::new().cases(|seed| {
    ///     let mut random = Random::new(seed);
    ///     (0..10).map(|_| random.below(100)).collect::<Vec<u64>>()
    /// });
    /// ```
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// A number from 0 to `limit - 1`.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    ///
    /// ```
    /// # use kit::Random;
    /// let mut random = Random::new(7);
    /// assert!(random.below(6) < 6);
    /// ```
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0.u64(..limit)
    }

    /// An index of a list of `length` items.
    ///
    /// # Panics
    ///
    /// Panics if the list is empty.
    ///
    /// ```
    /// # use kit::Random;
    /// let mut random = Random::new(7);
    /// let letters = ['a', 'b', 'c'];
    /// let letter = letters[random.index(letters.len())];
    /// assert!(letters.contains(&letter));
    /// ```
    pub fn index(&mut self, length: usize) -> usize {
        self.0.usize(..length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(seed: u64) -> Vec<u64> {
        let mut random = Random::new(seed);
        (0..100).map(|_| random.below(6)).collect()
    }

    #[test]
    fn the_numbers_of_a_seed_are_the_same_each_time() {
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn each_number_below_the_limit_comes_and_no_other() {
        for seed in 0..100 {
            let numbers = numbers(seed);
            assert!((0..6).all(|number| numbers.contains(&number)), "{seed}");
            assert!(numbers.iter().all(|number| *number < 6), "{seed}");
        }
    }

    #[test]
    fn an_index_is_one_of_the_list() {
        let mut random = Random::new(1);
        assert!((0..100).all(|_| random.index(3) < 3));
    }
}
