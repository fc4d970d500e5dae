// canary: 12c21a192420f835f445c7ce5ecb1e90
//! The hidden checks of exercise 36.

use crate::public::Kind;
use kit::prelude::*;

kit::checks![
    is_linearizable,
    is_stable_for_long,
    sleeps_while_it_waits,
    all_know_when_they_are_empty,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::Container;
    use std::thread;

    /// One thread puts an item, another puts two and takes all three. All have the same
    /// priority, so the order of arrival is what counts.
    pub fn is_linearizable(case: &Case) {
        let container = Container::new(case.get());
        thread::scope(|scope| {
            scope.spawn(|| container.put((5, 'a')));
            scope.spawn(|| {
                container.put((5, 'b'));
                container.put((5, 'c'));
                for _ in 0..3 {
                    container.get();
                }
            });
        });
    }

    /// Items of few priorities come and go for a while.
    pub fn is_stable_for_long(case: &Case) {
        let (kind, moves): (Kind, Vec<Option<i64>>) = case.get();
        let container = Container::new(kind);
        for (name, put) in ('a'..='z').chain('A'..='Z').zip(moves) {
            match put {
                Some(priority) => container.put((priority, name)),
                None => container.try_get(),
            }
        }
    }

    /// Two threads wait for what never comes, and others are served meanwhile.
    pub fn sleeps_while_it_waits(case: &Case) {
        let container = Container::new(case.get());
        thread::scope(|scope| {
            scope.spawn(|| container.get());
            scope.spawn(|| container.get());
            container.try_get();
            container.put((1, 'a'));
            mark("put", ());
            park_forever()
        });
    }

    /// Another container.
    pub fn all_know_when_they_are_empty(case: &Case) {
        crate::public::scenarios::knows_when_it_is_empty(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{in_order, in_order_of};

    pub fn is_linearizable() -> Oracle {
        in_order()
    }

    pub fn is_stable_for_long() -> Oracle {
        in_order_of(|(kind, _): (Kind, Vec<Option<i64>>)| kind).cases(|seed| {
            let mut random = Random::new(seed);
            let few = [Some(4), Some(4), Some(4), None, None, Some(4), None, None];
            let alike = [[Some(4); 12], [None; 12]].concat();
            let mut many = Vec::new();
            for _ in 0..30 {
                let put = random.below(5) < 3;
                many.push(put.then(|| i64::try_from(random.below(3)).unwrap_or(0) - 1));
            }
            many.extend([None; 20]);
            let kinds = [Kind::Priority, Kind::Queue, Kind::Stack];
            let with = |moves: &[Option<i64>]| kinds.map(|kind| (kind, moves.to_vec()));
            [with(&few), with(&alike), with(&many)].concat()
        })
    }

    pub fn sleeps_while_it_waits() -> Oracle {
        Oracle::new()
            .cases(|_| vec![Kind::Queue, Kind::Stack, Kind::Priority])
            .comes_to_rest(
                "Whoever waits in `get` sleeps until something is put.",
                "在 `get` 中等待的线程会一直睡到有元素放入。",
            )
            .always_results(
                "`put` does not wait for those who wait in `get`, and one of them gets the item.",
                "`put` 不会等待在 `get` 中的线程，而其中一个线程会拿到元素。",
                |results| {
                    let got = results.results_of::<(i64, char)>("get").len();
                    let tried: Vec<Option<(i64, char)>> = results.results_of("try_get");
                    if results.count("put") == 1 && got == 1 && tried == [None] {
                        return Ok(());
                    }
                    let put = results.count("put");
                    Err(Text::new(
                        format!(
                            "Calls of `put` that returned: {put}. Calls of `get` that returned: \
                             {got}. `try_get` before it returned {tried:?}."
                        ),
                        format!(
                            "返回了的 `put`：{put} 次；返回了的 `get`：{got} 次；之前的 `try_get` \
                             返回 {tried:?}。"
                        ),
                    ))
                },
            )
    }

    pub fn all_know_when_they_are_empty() -> Oracle {
        crate::public::oracles::knows_when_it_is_empty()
            .cases(|_| vec![Kind::Stack, Kind::Priority])
    }
}
