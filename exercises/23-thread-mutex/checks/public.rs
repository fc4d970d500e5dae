//! The checks of exercise 23 that you see.

use kit::prelude::*;

kit::checks![counts_every_addition, never_oversells, prints_side_by_side];

/// How many tickets there are, and how many threads buy one.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Sale {
    tickets: u32,
    buyers: u32,
}

/// What your code is made to do.
#[cfg(driver)]
mod scenarios {
    use super::*;
    use std::thread;
    use thread_mutex::{Counter, TicketOffice};

    /// Two threads add 1 to the same counter.
    pub fn counts_every_addition(_: &Case) {
        let counter = Counter::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| counter.add(1));
            }
        });
        mark("total", counter.get());
    }

    /// Each buyer buys one ticket.
    pub fn never_oversells(case: &Case) {
        let sale: Sale = case.get();
        let office = TicketOffice::new(sale.tickets);
        thread::scope(|scope| {
            for _ in 0..sale.buyers {
                scope.spawn(|| {
                    call("buy", (), || {
                        office.buy(|number| {
                            mark("print", number);
                            number
                        })
                    })
                });
            }
        });
        mark("left", office.left());
    }

    /// Two buyers, and a ticket for each.
    pub fn prints_side_by_side(_: &Case) {
        let office = TicketOffice::new(2);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| office.buy(|_| span("print", || ())));
            }
        });
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    pub fn counts_every_addition() -> Oracle {
        Oracle::new()
            .completes("Both additions come to their end.", "两次加法都能结束。")
            .equals_of_order(
                "After two additions of 1 the total is 2.",
                "加了两次 1 之后，总数是 2。",
                |history| history.value::<u64>("total").unwrap_or_default(),
                |_| 2,
                message!(
                    |total| "1 was added twice, starting from 0, and the total is {total}.",
                    "从 0 开始加了两次 1，总数却是 {total}。"
                ),
            )
    }

    /// The numbers of the tickets that are sold, sorted.
    pub fn sold(history: &History) -> Vec<u64> {
        let calls = history.calls_of("buy");
        let sold = calls.iter().filter_map(|call| call.result?.as_u64());
        sorted(sold.collect())
    }

    fn sorted(mut tickets: Vec<u64>) -> Vec<u64> {
        tickets.sort_unstable();
        tickets
    }

    /// `print` is called for each ticket that is sold.
    pub fn prints_what_is_sold(oracle: Oracle) -> Oracle {
        oracle.equals_of_order(
            "`print` is called for tickets that are sold, and for no others.",
            "只有卖出的票才会调用 `print`。",
            |history| sorted(history.values("print")),
            sold,
            message!(
                |printed, sold| "The tickets sold are {sold:?}, those printed {printed:?}.",
                "卖出的票是 {sold:?}，打印的票是 {printed:?}。"
            ),
        )
    }

    pub fn never_oversells() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| {
                [(1, 2), (2, 2)]
                    .map(|(tickets, buyers)| Sale { tickets, buyers })
                    .into()
            })
            .completes("Every `buy` comes to its end.", "每次 `buy` 都能结束。")
            .always(
                "Each ticket is sold once, and no more are sold than there are.",
                "每张票只卖一次，卖出的不超过拥有的。",
                |history| {
                    let Sale { tickets, buyers } = history.case();
                    let sold = sold(history);
                    let expected: Vec<u64> = (1..=u64::from(tickets.min(buyers))).collect();
                    if sold == expected {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Tickets: {tickets}. Buyers: {buyers}. Numbers sold: {sold:?}."),
                        format!("票数：{tickets}。买家数：{buyers}。卖出的票号：{sold:?}。"),
                    ))
                },
            );
        prints_what_is_sold(oracle).equals_of_order(
            "Afterwards `left` tells how many tickets are left.",
            "卖完之后，`left` 返回剩下的票数。",
            |history| history.value::<u32>("left").unwrap_or_default(),
            |history| {
                let Sale { tickets, buyers } = history.case();
                tickets.saturating_sub(buyers)
            },
            message!(
                |left, expected| "Tickets that are left: {expected}. `left` returned {left}.",
                "应剩 {expected} 张票，`left` 却返回 {left}。"
            ),
        )
    }

    pub fn prints_side_by_side() -> Oracle {
        Oracle::new()
            .completes("Both buyers come to their end.", "两个买家都能结束。")
            .may_overlap(
                "While one ticket is printed, another can be printed too: no lock is held.",
                "打印一张票的同时可以打印另一张：打印时不持有锁。",
                "print",
            )
    }
}
