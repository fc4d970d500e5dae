//! The checks of exercise {{number}} that you see.

use kit::prelude::*;

kit::checks![finds_the_largest];

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use {{crate}}::largest;

    /// Some numbers, and what is said of them.
    pub fn finds_the_largest(case: &Case) {
        let numbers: Vec<i64> = case.get();
        mark("largest", largest(&numbers));
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn finds_the_largest() -> Oracle {
        Oracle::new().cases(|_| vec![vec![1], vec![3, 9, 4], vec![7, 2, 7, 1]]).always(
            "`largest` is the largest of the numbers, and `None` if there are none.",
            "`largest` 返回其中最大的数；一个数也没有时返回 `None`。",
            |history| {
                let numbers: Vec<i64> = history.case();
                let (expected, found) = (numbers.iter().copied().max(), history.value("largest"));
                if found == Some(expected) {
                    return Ok(());
                }
                let found: Option<i64> = found.flatten();
                Err(Text::new(
                    format!("Of {numbers:?} it is said to be {found:?}."),
                    format!("对于 {numbers:?}，返回的是 {found:?}。"),
                ))
            },
        )
    }
}
