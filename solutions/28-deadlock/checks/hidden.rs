// canary: 5133c63d30cd2ac864e75b8a7361b7ab
//! The hidden checks of exercise 28.

use kit::prelude::*;

mod model;

kit::checks![
    sleeps_for_a_lock,
    names_the_circle_of_any_graph,
    all_far_apart_go_on_at_once,
    small_programs,
];

/// Whether it is about accounts or seats, how many there are, and what two threads do: the numbers
/// of two accounts, or of a seat twice.
type Apart = (bool, usize, [(usize, usize); 2]);

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use deadlock::{Bank, Table};
    use kit::programs;
    use std::{
        cell::RefCell,
        sync::atomic::{AtomicBool, Ordering::SeqCst},
        thread,
    };

    /// Somebody never ends, and others need what he has.
    pub fn sleeps_for_a_lock(case: &Case) {
        let what: String = case.get();
        let rest = || park_forever();
        if what != "eat" {
            let bank = Bank::new(vec![10; 3]);
            thread::scope(|scope| {
                let bank = &bank;
                bank.transfer(0, 1, 1, |_, _| {
                    match what.as_str() {
                        "balances" => drop(scope.spawn(|| bank.balances())),
                        "itself" => drop(scope.spawn(|| bank.transfer(0, 0, 1, |_, _| ()))),
                        _ => {
                            for (from, to) in [(1, 2), (2, 1)] {
                                scope.spawn(move || bank.transfer(from, to, 1, |_, _| ()));
                            }
                        }
                    }
                    rest();
                });
            });
        } else {
            let table = Table::new(3);
            thread::scope(|scope| {
                let table = &table;
                table.eat(0, || {
                    for seat in [0, 1, 2] {
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

    /// Two transfers or two meals of which neither needs what the other has.
    pub fn all_far_apart_go_on_at_once(case: &Case) {
        let (is_bank, count, pairs): Apart = case.get();
        let (bank, table) = (Bank::new(vec![10; count]), Table::new(count.max(2)));
        thread::scope(|scope| {
            let (bank, table) = (&bank, &table);
            for (from, to) in pairs {
                scope.spawn(move || {
                    if is_bank {
                        bank.transfer(from, to, 1, |_, _| span("goes on", || ()));
                    } else {
                        table.eat(from, || span("goes on", || ()));
                    }
                });
            }
        });
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<Vec<u64>, Call>(case);
        let seats = program.object.len();
        let (bank, table) = (Bank::new(program.object.clone()), Table::new(seats));
        let forks: Vec<AtomicBool> = (0..seats).map(|_| AtomicBool::new(false)).collect();
        let act = |call: &Call| match *call {
            Call::Transfer(from, to, amount) => {
                let stamped = RefCell::new(Vec::new());
                let returned = bank.transfer(from, to, amount, |from, to| {
                    stamped.borrow_mut().push((from, to));
                    (from, to)
                });
                json!([returned, stamped.into_inner()])
            }
            Call::Balances => json!(bank.balances()),
            Call::Eat(seat) => json!(table.eat(seat, || {
                let mine = [seat, (seat + 1) % seats].map(|fork| &forks[fork]);
                let taken = mine.map(|fork| fork.swap(true, SeqCst));
                mine.map(|fork| fork.store(false, SeqCst));
                taken.contains(&true)
            })),
        };
        thread::scope(|scope| {
            for calls in &program.threads {
                scope.spawn(|| programs::perform(calls, &act));
            }
        });
        programs::perform(&program.last, &act);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    pub fn sleeps_for_a_lock() -> Oracle {
        Oracle::new()
            .cases(|_| vec!["transfer", "balances", "itself", "eat"])
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
            // A circle of all threads but one, which waits for it.
            let next = |thread: usize| Some(if thread == 19 { 1 } else { thread + 1 });
            cases.push((0..20).map(next).collect());
            let mut random = Random::new(seed);
            cases.extend((0..30).map(|more| graph(2 + more % 7, &mut random)));
            cases
        }))
    }

    pub fn all_far_apart_go_on_at_once() -> Oracle {
        let seats = |seats, [one, other]: [usize; 2]| (false, seats, [(one, one), (other, other)]);
        let accounts = |accounts, pairs: [(usize, usize); 2]| (true, accounts, pairs);
        Oracle::new()
            .cases(move |_| -> Vec<Apart> {
                vec![
                    seats(4, [1, 3]),
                    seats(5, [4, 1]),
                    seats(6, [0, 3]),
                    seats(9, [8, 4]),
                    accounts(6, [(0, 1), (3, 4)]),
                    accounts(9, [(0, 4), (8, 1)]),
                    accounts(4, [(1, 3), (2, 0)]),
                    accounts(3, [(1, 1), (0, 2)]),
                ]
            })
            .completes("Both come to their end.", "两者都能结束。")
            .may_overlap(
                "Two transfers without an account in common are stamped at once, and two who share no fork eat at once.",
                "没有共同账户的两次转账可以同时盖章，没有共同叉子的两个哲学家可以同时吃饭。",
                "goes on",
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, all come to their end, transfers are one step each, and nobody else has a fork of a meal.",
            "无论怎样调用，所有调用都能结束；每次转账是一个不可分的步骤；吃饭时别人拿不到这两把叉子。",
            super::model::Accounts,
        )
    }
}
