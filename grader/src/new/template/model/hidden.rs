// canary: {{canary}}
//! The hidden checks of exercise {{number}}.

use kit::prelude::*;

kit::checks![adds_what_it_is_told];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::thread;
    use {{crate}}::Counter;

    /// Each amount is added by a thread of its own.
    pub fn adds_what_it_is_told(case: &Case) {
        let amounts: Vec<u32> = case.get();
        let counter = Counter::new();
        thread::scope(|scope| {
            for amount in amounts {
                let counter = &counter;
                scope.spawn(move || counter.add(amount));
            }
        });
        mark("total", counter.total());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;

    pub fn adds_what_it_is_told() -> Oracle {
        Oracle::new()
            .cases(|_| vec![vec![2, 5], vec![3, 4, 9]])
            .completes(
                "Every thread comes to its end.",
                "每个线程都能结束。",
            )
            .equals(
                "The total is the sum of the amounts.",
                "总数等于各次所加之和。",
                |results| results.value("total").unwrap_or_default(),
                |results| results.case::<Vec<u32>>().iter().sum::<u32>(),
                message!(
                    |total, expected| "{expected} was added in all, and the total is {total}.",
                    "一共加了 {expected}，总数却是 {total}。"
                ),
            )
    }
}
