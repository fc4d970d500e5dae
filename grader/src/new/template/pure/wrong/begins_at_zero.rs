//! wrong: begins with 0, which is larger than every negative number
//! fails: knows_small_numbers_and_none property

/// The largest of `numbers`; nothing if there is none.
pub fn largest(numbers: &[i64]) -> Option<i64> {
    if numbers.is_empty() {
        return None;
    }
    Some(numbers.iter().fold(0, |largest, &number| largest.max(number)))
}
