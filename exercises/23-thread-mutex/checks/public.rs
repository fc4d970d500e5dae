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
mod oracles {
    use super::*;

    pub fn counts_every_addition() -> Oracle {
        Oracle::new()
            .completes("Both additions come to their end.", "两次加法都能结束。")
            .always(
                "After two additions of 1 the total is 2.",
                "加了两次 1 之后，总数是 2。",
                |history| {
                    let total = history.value::<u64>("total").unwrap_or_default();
                    if total == 2 {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("1 was added twice, starting from 0, and the total is {total}."),
                        format!("从 0 开始加了两次 1，总数却是 {total}。"),
                    ))
                },
            )
    }

    pub fn never_oversells() -> Oracle {
        Oracle::new()
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
                    let calls = history.calls_of("buy");
                    let sold = calls.iter().filter_map(|call| call.result?.as_u64());
                    let mut sold: Vec<u64> = sold.collect();
                    sold.sort_unstable();
                    let expected: Vec<u64> = (1..=u64::from(tickets.min(buyers))).collect();
                    if sold == expected {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("Tickets: {tickets}. Buyers: {buyers}. Numbers sold: {sold:?}."),
                        format!("票数：{tickets}。买家数：{buyers}。卖出的票号：{sold:?}。"),
                    ))
                },
            )
            .always(
                "`print` is called for tickets that are sold, and for no others.",
                "只有卖出的票才会调用 `print`。",
                |history| {
                    let calls = history.calls_of("buy");
                    let sold = calls.iter().filter_map(|call| call.result?.as_u64());
                    let mut sold: Vec<u64> = sold.collect();
                    sold.sort_unstable();
                    let mut printed: Vec<u64> = history.values("print");
                    printed.sort_unstable();
                    if printed == sold {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("The tickets sold are {sold:?}, those printed {printed:?}."),
                        format!("卖出的票是 {sold:?}，打印的票是 {printed:?}。"),
                    ))
                },
            )
            .always(
                "Afterwards `left` tells how many tickets are left.",
                "卖完之后，`left` 返回剩下的票数。",
                |history| {
                    let Sale { tickets, buyers } = history.case();
                    let expected = tickets.saturating_sub(buyers);
                    match history.value::<u32>("left") {
                        Some(left) if left == expected => Ok(()),
                        left => {
                            let left = left.unwrap_or_default();
                            Err(Text::new(
                                format!(
                                    "Tickets that are left: {expected}. `left` returned {left}."
                                ),
                                format!("应剩 {expected} 张票，`left` 却返回 {left}。"),
                            ))
                        }
                    }
                },
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
