//! One number after the other.

/// The largest of `numbers`; nothing if there is none.
pub fn largest(numbers: &[i64]) -> Option<i64> {
    let mut largest = None;
    for &number in numbers {
        if largest.is_none_or(|largest| number > largest) {
            largest = Some(number);
        }
    }
    largest
}
