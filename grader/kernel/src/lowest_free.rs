//! Numbers of which the lowest that is free is taken, as those of descriptors and ports are.

use std::collections::BTreeSet;

/// Which numbers are taken. Finding the lowest free one takes no longer if many are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LowestFree {
    /// No number from this one on is taken.
    end: usize,
    /// The numbers below that which are free.
    free: BTreeSet<usize>,
}

impl LowestFree {
    /// The lowest number from `first` on that is free.
    pub(crate) fn from(&self, first: usize) -> usize {
        let below = self.free.range(first..).next().copied();
        below.unwrap_or(self.end.max(first))
    }

    /// The number is taken from now on, if it was not before.
    pub(crate) fn take(&mut self, number: usize) {
        if number < self.end {
            self.free.remove(&number);
        } else {
            self.free.extend(self.end..number);
            self.end = number + 1;
        }
    }

    /// The number is free from now on, if it was not before.
    pub(crate) fn give_back(&mut self, number: usize) {
        if number < self.end {
            self.free.insert(number);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_lowest_that_nobody_has(
            changes in prop::collection::vec((0..40_usize, any::<bool>()), 0..99),
            first in 0..50_usize,
        ) {
            let (mut numbers, mut taken) = (LowestFree::default(), BTreeSet::new());
            for (number, is_taken) in changes {
                if is_taken {
                    numbers.take(number);
                    taken.insert(number);
                } else {
                    numbers.give_back(number);
                    taken.remove(&number);
                }
                let lowest = (first..99).find(|number| !taken.contains(number));
                prop_assert_eq!(Some(numbers.from(first)), lowest);
            }
        }
    }
}
