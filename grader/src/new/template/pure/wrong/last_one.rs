//! wrong: the last number is taken for the largest
//! page: finds_the_largest
//! fails: finds_the_largest property
//! fails: knows_small_numbers_and_none property

/// The largest of `numbers`; nothing if there is none.
pub fn largest(numbers: &[i64]) -> Option<i64> {
    numbers.last().copied()
}
