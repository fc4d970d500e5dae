// canary: 5133c63d30cd2ac864e75b8a7361b7ab
//! The hidden checks of exercise 28.

use kit::prelude::*;

kit::checks![
    money_is_whole_under_load,
    sleeps_for_a_lock,
    names_the_circle_of_any_graph,
    all_far_apart_eat_at_once,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use deadlock::{Bank, Table};
    use std::thread;

    /// More accounts, threads and transfers.
    pub fn money_is_whole_under_load(case: &Case) {
        crate::public::scenarios::no_money_is_made_or_lost(case);
    }

    /// Somebody never ends, and others need what he has.
    pub fn sleeps_for_a_lock(case: &Case) {
        let what: String = case.get();
        let rest = || park_forever();
        if what == "transfer" {
            let bank = Bank::new(vec![10; 3]);
            thread::scope(|scope| {
                let bank = &bank;
                bank.transfer(0, 1, 1, |_, _| {
                    for (from, to) in [(1, 2), (2, 1)] {
                        scope.spawn(move || bank.transfer(from, to, 1, |_, _| ()));
                    }
                    rest();
                });
            });
        } else {
            let table = Table::new(3);
            thread::scope(|scope| {
                let table = &table;
                table.eat(0, || {
                    for seat in [1, 2] {
                        scope.spawn(move || table.eat(seat, || ()));
                    }
                    rest();
                });
            });
        }
    }

    /// Asks for the circle.
    pub fn names_the_circle_of_any_graph(case: &Case) {
        crate::public::scenarios::names_the_circle(case);
    }

    /// Others eat, at another table too.
    pub fn all_far_apart_eat_at_once(case: &Case) {
        crate::public::scenarios::philosophers_far_apart_eat_at_once(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{Order, oracles::Ledger};

    pub fn money_is_whole_under_load() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    (vec![3, 3], vec![vec![(0, 1, 2)], vec![(1, 0, 5)]]),
                    (
                        vec![4, 4, 4],
                        vec![vec![(2, 0, 3)], vec![(0, 1, 6), (1, 1, 4)]],
                    ),
                    (
                        vec![2, 2, 2],
                        vec![vec![(0, 1, 1)], vec![(1, 2, 3)], vec![(2, 0, 4)]],
                    ),
                ]
            })
            .completes(
                "All transfers come to their end, and `balances` too.",
                "所有转账都能结束，`balances` 也一样。",
            )
            .linearizable_in(
                "The results are those of transfers that come one after the other.",
                "所有结果都等同于一个接一个进行的转账。",
                |(balances, _): (Vec<u64>, Vec<Vec<Order>>)| Ledger { balances },
            )
    }

    pub fn sleeps_for_a_lock() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["transfer", "eat"])
            .comes_to_rest(
                "Whoever waits for an account or a fork sleeps. He does not try again and again.",
                "等待账户或叉子的线程在睡眠，而不是一遍又一遍地试。",
            )
    }

    /// A graph of so many threads.
    fn graph(threads: usize, random: &mut Random) -> Vec<Option<usize>> {
        (0..threads)
            .map(|_| (random.below(5) > 0).then(|| random.index(threads)))
            .collect()
    }

    pub fn names_the_circle_of_any_graph() -> Oracle {
        crate::public::oracles::names(Oracle::new().cases(|seed| {
            let mut cases = vec![
                vec![Some(0)],
                vec![None, None, Some(2)],
                vec![Some(1), Some(3), Some(4), Some(1), Some(2)],
                vec![Some(2), Some(3), Some(1), Some(2)],
                vec![Some(3), Some(1), Some(0), Some(2)],
                vec![Some(4), Some(2), Some(1), None, Some(0)],
                vec![Some(5), Some(0), Some(1), Some(2), Some(3), Some(4)],
            ];
            let mut random = Random::new(seed);
            cases.extend((0..30).map(|more| graph(2 + more % 7, &mut random)));
            cases
        }))
    }

    pub fn all_far_apart_eat_at_once() -> Oracle {
        crate::public::oracles::philosophers_far_apart_eat_at_once()
            .cases(|_| vec![(4, [1, 3]), (5, [4, 1])])
    }
}
