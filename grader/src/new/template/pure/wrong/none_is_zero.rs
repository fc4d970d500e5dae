//! wrong: of no numbers the largest is said to be 0
//! fails: knows_small_numbers_and_none property

/// The largest of `numbers`; nothing if there is none.
pub fn largest(numbers: &[i64]) -> Option<i64> {
    Some(numbers.iter().copied().max().unwrap_or(0))
}
