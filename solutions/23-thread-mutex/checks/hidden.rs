// canary: 6469068c6b5bcea2aa69e3b74bed8705
//! The hidden checks of exercise 23.

use kit::prelude::*;

kit::checks![
    every_addition_knows_its_total,
    a_slow_printer_delays_nobody,
    sells_in_order,
];

/// Where a counter starts, and what each thread adds, one after the other.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Sum {
    start: u64,
    adds: Vec<Vec<u64>>,
}

/// How many tickets there are, and how many each thread tries to buy.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Sale {
    tickets: u32,
    tries: Vec<u32>,
}

#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::{sync::mpsc, thread};
    use thread_mutex::{Counter, TicketOffice};

    /// Some threads add, and this one looks on.
    pub fn every_addition_knows_its_total(case: &Case) {
        let sum: Sum = case.get();
        let counter = Counter::new(sum.start);
        call("new", sum.start, || ());
        thread::scope(|scope| {
            let counter = &counter;
            for adds in sum.adds {
                scope.spawn(move || {
                    for n in adds {
                        call("add", n, || counter.add(n));
                    }
                });
            }
            call("get", (), || counter.get());
        });
        call("get", (), || counter.get());
    }

    /// The first buyer's printer is stuck until the second has bought a ticket.
    pub fn a_slow_printer_delays_nobody(_: &Case) {
        let office = TicketOffice::new(3);
        let (repair, repaired) = mpsc::channel();
        thread::scope(|scope| {
            let office = &office;
            scope.spawn(move || {
                call("buy", (), || {
                    office.buy(|number| {
                        // It fails only if the other buyer has died.
                        let _ = repaired.recv();
                        number
                    })
                });
            });
            scope.spawn(move || {
                call("buy", (), || office.buy(|number| number));
                call("left", (), || office.left());
                let _ = repair.send(());
            });
        });
    }

    /// Several buyers who come back, and somebody who asks what is left.
    pub fn sells_in_order(case: &Case) {
        let sale: Sale = case.get();
        let office = TicketOffice::new(sale.tickets);
        call("new", sale.tickets, || ());
        thread::scope(|scope| {
            let office = &office;
            for tries in sale.tries {
                scope.spawn(move || {
                    for _ in 0..tries {
                        call("buy", (), || {
                            office.buy(|number| {
                                mark("print", number);
                                number
                            })
                        });
                    }
                });
            }
            call("left", (), || office.left());
        });
        call("left", (), || office.left());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{prints_what_is_sold, sold};

    /// `new(start)`, then `add(n)` is the total after it, and `get()` the total.
    struct Total;

    impl Spec for Total {
        type State = u64;

        fn initial(&self) -> u64 {
            0
        }

        fn apply(
            &self,
            total: &u64,
            name: &str,
            argument: &Value,
            result: Option<&Value>,
        ) -> Option<u64> {
            let total = match name {
                "new" => return argument.as_u64(),
                "add" => total + argument.as_u64()?,
                _ => *total,
            };
            let told = result.is_none_or(|result| result.as_u64() == Some(total));
            told.then_some(total)
        }
    }

    /// `new(tickets)`, then `buy()` is the number of the next ticket or null, and
    /// `left()` how many are left.
    struct Office;

    impl Spec for Office {
        /// How many tickets there are, and how many of them are sold.
        type State = (u64, u64);

        fn initial(&self) -> Self::State {
            (0, 0)
        }

        fn apply(
            &self,
            &(tickets, sold): &Self::State,
            name: &str,
            argument: &Value,
            result: Option<&Value>,
        ) -> Option<Self::State> {
            let (expected, sold) = match name {
                "new" => return Some((argument.as_u64()?, 0)),
                "buy" if sold < tickets => (json!(sold + 1), sold + 1),
                "buy" => (Value::Null, sold),
                _ => (json!(tickets - sold), sold),
            };
            let told = result.is_none_or(|result| *result == expected);
            told.then_some((tickets, sold))
        }
    }

    pub fn every_addition_knows_its_total() -> Oracle {
        Oracle::new()
            .cases(|_| {
                vec![
                    Sum {
                        start: 40,
                        adds: vec![vec![2], vec![3]],
                    },
                    Sum {
                        start: 0,
                        adds: vec![vec![1, 10], vec![100], vec![1000]],
                    },
                ]
            })
            .completes("Every call comes to its end.", "每次调用都能结束。")
            .linearizable(
                "`add` returns the total that this very addition made, and `get` the total now.",
                "`add` 返回这一次加法得到的总数，`get` 返回当前的总数。",
                Total,
            )
    }

    pub fn a_slow_printer_delays_nobody() -> Oracle {
        Oracle::new()
            .completes(
                "While one buyer's `print` is stuck, another buys a ticket and asks what is left.",
                "一个买家的 `print` 卡住时，另一个买家仍能买票、查询余票。",
            )
            .equals_of_order(
                "Both buyers get a ticket of their own.",
                "两个买家各得一张票。",
                sold,
                |_| vec![1, 2],
                message!(
                    |sold| "Two tickets were bought, and their numbers are {sold:?}.",
                    "买了两张票，票号是 {sold:?}。"
                ),
            )
    }

    pub fn sells_in_order() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| {
                [
                    (0, vec![1, 1]),
                    (1, vec![1, 1]),
                    (3, vec![1, 1]),
                    (4, vec![2, 2, 1]),
                ]
                .map(|(tickets, tries)| Sale { tickets, tries })
                .into()
            })
            .completes("Every call comes to its end.", "每次调用都能结束。")
            .linearizable(
                "Tickets are sold as if one buyer came after the other: 1, 2, 3, … while there \
                 are any, and `left` counts the rest.",
                "售票的结果就像买家一个接一个地来：依次卖出 1、2、3……卖完为止，`left` 返回余票数。",
                Office,
            );
        prints_what_is_sold(oracle)
    }
}
