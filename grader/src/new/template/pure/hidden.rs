// canary: {{canary}}
//! The hidden checks of exercise {{number}}.

use kit::prelude::*;

kit::checks![knows_small_numbers_and_none];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use {{crate}}::largest;

    /// Numbers at which one does not think first.
    pub fn knows_small_numbers_and_none(case: &Case) {
        let numbers: Vec<i64> = case.get();
        mark("largest", largest(&numbers));
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn knows_small_numbers_and_none() -> Oracle {
        Oracle::new().cases(|_| vec![vec![], vec![-5, -2, -8], vec![0, -1]]).always(
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
