//! The checks of exercise 28 that you see.

use kit::prelude::*;

kit::checks![
    transfers_come_to_an_end,
    no_money_is_made_or_lost,
    others_are_not_kept_waiting,
    every_philosopher_eats,
    names_the_circle,
    philosophers_far_apart_eat_at_once,
];

/// From, to, amount.
pub type Order = (usize, usize, u64);

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use deadlock::{Bank, Table, find_cycle};
    use std::{
        sync::atomic::{AtomicBool, Ordering::SeqCst},
        thread,
    };

    /// Each thread transfers 1 from one account to another.
    pub fn transfers_come_to_an_end(case: &Case) {
        let pairs: Vec<(usize, usize)> = case.get();
        let bank = Bank::new(vec![10; 3]);
        thread::scope(|scope| {
            let bank = &bank;
            for (from, to) in pairs {
                scope.spawn(move || bank.transfer(from, to, 1, |_, _| ()));
            }
        });
        mark("balances", bank.balances());
    }

    /// Each thread makes the transfers that it is told, while this one asks for the
    /// balances.
    pub fn no_money_is_made_or_lost(case: &Case) {
        let (balances, threads): (Vec<u64>, Vec<Vec<Order>>) = case.get();
        let bank = Bank::new(balances);
        thread::scope(|scope| {
            let bank = &bank;
            for orders in threads {
                scope.spawn(move || {
                    for (from, to, amount) in orders {
                        call("transfer", (from, to, amount), || {
                            bank.transfer(from, to, amount, |from, to| (from, to))
                        });
                    }
                });
            }
            call("balances", (), || bank.balances());
        });
        call("balances", (), || bank.balances());
    }

    /// Two transfers at the same time: with an account in common, or with none.
    pub fn others_are_not_kept_waiting(case: &Case) {
        let pairs: [(usize, usize); 2] = case.get();
        let bank = Bank::new(vec![10; 4]);
        thread::scope(|scope| {
            let bank = &bank;
            for (from, to) in pairs {
                scope.spawn(move || bank.transfer(from, to, 1, |_, _| span("stamp", || ())));
            }
        });
    }

    /// Some philosophers sit at the table, and each one eats once.
    pub fn every_philosopher_eats(case: &Case) {
        let (seats, philosophers): (usize, Vec<usize>) = case.get();
        let table = Table::new(seats);
        let forks: Vec<AtomicBool> = (0..seats).map(|_| AtomicBool::new(false)).collect();
        thread::scope(|scope| {
            let (table, forks) = (&table, &forks);
            for seat in philosophers {
                scope.spawn(move || {
                    table.eat(seat, || {
                        let mine = [seat, (seat + 1) % seats];
                        for fork in mine {
                            mark("fork", (fork, forks[fork].swap(true, SeqCst)));
                        }
                        for fork in mine {
                            forks[fork].store(false, SeqCst);
                        }
                    });
                    mark("has eaten", seat);
                });
            }
        });
    }

    /// Asks for the circle.
    pub fn names_the_circle(case: &Case) {
        let waits_for: Vec<Option<usize>> = case.get();
        mark("circle", find_cycle(&waits_for));
    }

    /// Two philosophers eat.
    pub fn philosophers_far_apart_eat_at_once(case: &Case) {
        let (seats, philosophers): (usize, [usize; 2]) = case.get();
        let table = Table::new(seats);
        thread::scope(|scope| {
            for seat in philosophers {
                let table = &table;
                scope.spawn(move || table.eat(seat, || span("meal", || ())));
            }
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    pub fn transfers_come_to_an_end() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    vec![(0, 1), (1, 0)],
                    vec![(0, 1), (1, 2), (2, 0)],
                    vec![(1, 1)],
                ]
            })
            .completes(
                "Whoever transfers what to whom, all transfers come to their end.",
                "不管谁给谁转账，所有转账都能结束。",
            )
            .equals(
                "In the end every account has what the transfers left it.",
                "最后每个账户都是转账之后应有的余额。",
                |results| results.value::<Vec<u64>>("balances").unwrap_or_default(),
                |results| {
                    let pairs: Vec<(usize, usize)> = results.case();
                    let mut expected = vec![10; 3];
                    for (from, to) in pairs {
                        expected[from] -= 1;
                        expected[to] += 1;
                    }
                    expected
                },
                message!(
                    |balances, expected| "The balances are {balances:?}, and should be {expected:?}.",
                    "余额是 {balances:?}，应当是 {expected:?}。"
                ),
            )
    }

    /// Accounts that transfers change one after the other.
    pub struct Ledger {
        /// The balances at the beginning.
        pub balances: Vec<u64>,
    }

    impl Spec for Ledger {
        type State = Vec<u64>;

        fn initial(&self) -> Self::State {
            self.balances.clone()
        }

        fn apply(
            &self,
            balances: &Self::State,
            name: &str,
            argument: &Value,
            result: Option<&Value>,
        ) -> Option<Self::State> {
            let told = |value: Value| result.is_none_or(|result| *result == value);
            if name == "balances" {
                return told(json!(balances)).then(|| balances.clone());
            }
            let number = |at: usize| argument[at].as_u64();
            let (from, to) = (number(0)? as usize, number(1)? as usize);
            let amount = number(2)?;
            let mut after = balances.clone();
            let Some(rest) = after[from].checked_sub(amount) else {
                return told(Value::Null).then_some(after);
            };
            after[from] = rest;
            after[to] += amount;
            told(json!([after[from], after[to]])).then_some(after)
        }
    }

    pub fn no_money_is_made_or_lost() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    // Both want what is enough for one.
                    (vec![5, 0, 0], vec![vec![(0, 1, 4)], vec![(0, 2, 3)]]),
                    (vec![5, 5], vec![vec![(1, 0, 2), (0, 0, 6), (0, 0, 8)]]),
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

    /// Whether two transfers have an account in common.
    fn in_common([(a, b), (c, d)]: [(usize, usize); 2]) -> bool {
        a == c || a == d || b == c || b == d
    }

    pub fn others_are_not_kept_waiting() -> Oracle {
        Oracle::new()
            .cases(|_| vec![[(0, 1), (3, 2)], [(1, 0), (2, 3)], [(0, 1), (1, 2)]])
            .completes("Both transfers come to their end.", "两次转账都能结束。")
            .always(
                "Nobody else can change an account while a transfer is stamped.",
                "转账盖章期间，别的线程不能改动这两个账户。",
                |history| {
                    if !in_common(history.case()) || !overlap(history) {
                        return Ok(());
                    }
                    Err(Text::new(
                        "Two transfers with an account in common were stamped at once.",
                        "有共同账户的两次转账同时在盖章。",
                    ))
                },
            )
            .sometimes(
                "While a transfer is stamped, another one can be that has no account in common \
                 with it.",
                "一次转账盖章的同时，没有共同账户的另一次转账也可以盖章。",
                Text::new(
                    "The two stamps never overlapped, under any schedule.",
                    "在任何调度下，两次盖章都没有同时进行。",
                ),
                |history| in_common(history.case()) || overlap(history),
            )
    }

    fn overlap(history: &History) -> bool {
        match history.spans("stamp")[..] {
            [ref a, ref b] => a.entered < b.left && b.entered < a.left,
            _ => false,
        }
    }

    pub fn every_philosopher_eats() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    (2, vec![0, 1]),
                    (3, vec![0, 1, 2]),
                    (5, vec![0, 1, 2, 3, 4]),
                ]
            })
            .completes(
                "Every philosopher gets both forks.",
                "每个哲学家都能拿到两把叉子。",
            )
            .always_results(
                "While a meal lasts, nobody else has one of its forks.",
                "吃饭期间，别人不能拿着其中任何一把叉子。",
                |results| {
                    let forks = results.values_of::<(usize, bool)>("fork");
                    match forks.into_iter().find(|(_, is_taken)| *is_taken) {
                        None => Ok(()),
                        Some((fork, _)) => Err(Text::new(
                            format!("Two philosophers ate with fork {fork} at once."),
                            format!("两个哲学家同时在用叉子 {fork}。"),
                        )),
                    }
                },
            )
            .equals(
                "`eat` calls `meal`, once each time.",
                "每次 `eat` 都会调用一次 `meal`。",
                |results| results.values_of::<usize>("has eaten"),
                |results| {
                    let (_, mut expected): (usize, Vec<usize>) = results.case();
                    expected.sort_unstable();
                    expected
                },
                message!(
                    |eaten| "Those who have eaten: {eaten:?}.",
                    "吃过饭的有：{eaten:?}。"
                ),
            )
    }

    /// The circle with the smallest thread, which comes first.
    fn circle(waits_for: &[Option<usize>]) -> Option<Vec<usize>> {
        (0..waits_for.len()).find_map(|start| {
            // Whoever is in a circle is back after at most as many steps as there are threads.
            let mut path = vec![start];
            for _ in 0..waits_for.len() {
                let next = waits_for[*path.last()?]?;
                if next == start {
                    return Some(path);
                }
                path.push(next);
            }
            None
        })
    }

    /// Judges `names_the_circle` on the graphs that the cases are.
    pub fn names(oracle: Oracle) -> Oracle {
        oracle.equals(
            "The result is the circle, with its smallest thread first.",
            "返回的正是那个环，编号最小的线程排在最前面。",
            |results| {
                let waits_for: Vec<Option<usize>> = results.case();
                (waits_for, results.value("circle").unwrap_or_default())
            },
            |results| {
                let waits_for: Vec<Option<usize>> = results.case();
                let circle = circle(&waits_for);
                (waits_for, circle)
            },
            message!(
                |(graph, found), (_, expected)| "find_cycle(&{graph:?}) returned {found:?}, not {expected:?}.",
                "find_cycle(&{graph:?}) 返回 {found:?}，而不是 {expected:?}。"
            ),
        )
    }

    pub fn names_the_circle() -> Oracle {
        names(Oracle::new().cases(|_| {
            vec![
                vec![],
                vec![None, Some(0)],
                vec![Some(1), Some(0)],
                vec![Some(1), Some(2), Some(1), None],
                vec![None, Some(3), None, Some(4), Some(1)],
            ]
        }))
    }

    pub fn philosophers_far_apart_eat_at_once() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(4, [0, 2])])
            .completes("Both philosophers eat.", "两个哲学家都能吃上饭。")
            .may_overlap(
                "Two philosophers who share no fork can eat at the same time.",
                "没有共同叉子的两个哲学家可以同时吃饭。",
                "meal",
            )
    }
}
