//! {{number}} · {{title}}: the largest of some numbers.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

/// The largest of `numbers`; nothing if there is none.
pub fn largest(numbers: &[i64]) -> Option<i64> {
    // BEGIN SOLUTION
    // | let _ = numbers;
    // | todo!()
    numbers.iter().copied().max()
    // END SOLUTION
}
