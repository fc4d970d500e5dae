// canary: 12637feff4dba6491a7fbf663f0165ec
//! The hidden checks of exercise 15.

use kit::prelude::*;

kit::checks![
    a_killed_customer,
    the_next_one_is_let_in,
    offices_of_one_file,
    looks_see_whole_numbers,
    ends_of_customers,
    a_waiting_customer_sleeps,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{FILE, buys, child, left, office, shown, wait_for};
    use kit::system::kill;
    use process_mutex::{Purchase, TicketOffice};
    use std::{
        io::{Read, Write},
        panic::{AssertUnwindSafe, catch_unwind},
    };

    /// A customer is killed wherever it is; then the number is read, and another one buys.
    pub fn a_killed_customer(case: &Case) {
        let tickets: u32 = case.get();
        let office = office(tickets);
        let customer = child(|| drop(office.buy(|_| true)));
        kill(customer.pid());
        wait_for(vec![customer]);
        mark("left", left(&office));
        mark("then", shown(office.buy(|_| true)));
    }

    /// One is killed while it pays and another one waits.
    pub fn the_next_one_is_let_in(_: &Case) {
        let office = office(1);
        let (mut pays, tells) = std::io::pipe().expect("a pipe");
        let (never, _held) = std::io::pipe().expect("a pipe");
        let first = child(|| {
            let _ = office.buy(|_| {
                (&tells).write_all(&[0]).expect("it is read");
                (&never).read_exact(&mut [0]).is_ok()
            });
        });
        pays.read_exact(&mut [0]).expect("the first one pays");
        let next = child(|| buys(&office));
        kill(first.pid());
        wait_for(vec![first, next]);
        mark("left", left(&office));
    }

    /// One process has inherited an office that was used before, one has opened another one, and the third
    /// has both.
    pub fn offices_of_one_file(case: &Case) {
        let is_inherited: bool = case.get();
        let office = office(4);
        buys(&office);
        mark("left before", left(&office));
        let first = child(|| {
            let opened = TicketOffice::open(FILE);
            buys(if is_inherited {
                &office
            } else {
                opened.as_ref().expect("it is there")
            });
        });
        buys(&office);
        wait_for(vec![first]);
        mark(
            "left",
            TicketOffice::open(FILE)
                .ok()
                .and_then(|office| left(&office)),
        );
        // No ticket, and as many as there can be; a new office takes the place of the old file.
        for tickets in [0, u32::MAX] {
            let office = crate::public::scenarios::office(tickets);
            mark("edge", (shown(office.buy(|_| true)), left(&office)));
        }
    }

    /// Two purchases of one process, and two looks of another one.
    pub fn looks_see_whole_numbers(case: &Case) {
        let tickets: u32 = case.get();
        let office = office(tickets);
        let buyer = child(|| {
            for _ in 0..2 {
                call("bought", (), || shown(office.buy(|_| true)));
            }
        });
        for _ in 0..2 {
            call("looked", (), || left(&office));
        }
        wait_for(vec![buyer]);
    }

    /// One does not pay, two panic while they pay, one has paid and aborts, and one buys.
    pub fn ends_of_customers(_: &Case) {
        let office = office(9);
        let _ = office.buy(|_| false);
        let _ = catch_unwind(AssertUnwindSafe(|| {
            office.buy(|_| panic!("as the check asks"))
        }));
        let came = office.rush(3, |office, customer| {
            let bought = office.buy(|_| customer != 0 || panic!("as the check asks"));
            if customer == 1 {
                std::process::abort();
            }
            matches!(bought, Ok(Purchase::Ticket(_)))
        });
        mark("have a ticket", came.ok());
        mark("of nobody", office.rush(0, |_, _| true).ok());
        mark("left", left(&office));
        drop(office);
        mark("removed", std::fs::remove_file(FILE).is_ok());
    }

    /// One pays for ever, and another one wants to buy.
    pub fn a_waiting_customer_sleeps(_: &Case) {
        let office = office(2);
        let (never, _held) = std::io::pipe().expect("a pipe");
        let (pays, tells) = std::io::pipe().expect("a pipe");
        let first = child(|| {
            let _ = office.buy(|_| {
                (&tells).write_all(&[0]).expect("it is read");
                (&never).read_exact(&mut [0]).is_ok()
            });
        });
        (&pays).read_exact(&mut [0]).expect("the first one pays");
        let second = child(|| drop(office.buy(|_| true)));
        wait_for(vec![first, second]);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{purchases, sold};

    pub fn a_killed_customer() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1u32, 100, 1 << 16])
            .completes(
                "After a customer was killed, the next one can look and buy.",
                "一位顾客被杀之后，下一位可以查询和购买。",
            )
            .always_results(
                "The purchase of a customer who is killed has happened as a whole or not at all.",
                "被杀的顾客，购买要么完整发生，要么根本没发生。",
                |results| {
                    let tickets: u32 = results.case();
                    let left = results.value::<Option<u32>>("left").flatten();
                    let then = results.value::<String>("then").unwrap_or_default();
                    let fits = |left: u32| then == sold(left, 1)[0];
                    if left.is_some_and(|left| left <= tickets && left + 1 >= tickets && fits(left)) {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "There were {tickets} tickets. After the kill, a look gave {left:?}, and the \
                             next purchase {then}."
                        ),
                        format!(
                            "原有 {tickets} 张票。被杀之后，查询得到 {left:?}，下一次购买得到 {then}。"
                        ),
                    ))
                },
            )
            .sometimes_results(
                "A customer who is killed late has bought.",
                "很晚才被杀的顾客已经买到了票。",
                Text::new("It never had.", "从未买到。"),
                |results| {
                    let left = results.value::<Option<u32>>("left").flatten();
                    left.is_some_and(|left| left < results.case())
                },
            )
    }

    pub fn the_next_one_is_let_in() -> Oracle {
        let oracle = Oracle::new().completes(
            "Who waits for a purchase goes on when the process that pays is killed.",
            "付款的进程被杀后，等待的人能继续。",
        );
        purchases(
            oracle,
            "The ticket that was not paid for is sold to the next one.",
            "没付款的票卖给下一位。",
            |_| sold(1, 1),
        )
        .equals(
            "Afterwards no ticket is left.",
            "最后一张票也不剩。",
            |results| results.value::<Option<u32>>("left").flatten(),
            |_| Some(0),
            message!(|left| "Left: {left:?}.", "剩下的票数：{left:?}。"),
        )
    }

    pub fn offices_of_one_file() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![false, true]);
        purchases(
            oracle,
            "Processes with an inherited office and with an opened one sell the same tickets.",
            "继承来的售票处和自己打开的售票处，卖的是同一批票。",
            |_| sold(4, 3),
        )
        .never_overlap(
            "While one customer pays, no other one does.",
            "一位顾客付款时，没有别人在付款。",
            "paying",
        )
        .equals(
            "`look` gives how many tickets are left.",
            "`look` 给出剩余的票数。",
            |results| {
                ["left before", "left"].map(|name| results.value::<Option<u32>>(name).flatten())
            },
            |_| [Some(3), Some(1)],
            message!(
                |left| "Left after one purchase, and after three: {left:?}.",
                "一次购买之后、三次购买之后剩下的票数：{left:?}。"
            ),
        )
        .equals(
            "An office has any number of tickets, also none.",
            "售票处可以有任意张票，也可以一张没有。",
            |results| results.values_of::<(String, Option<u32>)>("edge"),
            |_| {
                let most = u32::MAX;
                let all = format!("Ticket({most})");
                vec![("SoldOut".to_owned(), Some(0)), (all, Some(most - 1))]
            },
            message!(
                |seen, expected| "A purchase in an office without tickets and in one with `u32::MAX`, \
                 and what was left: {seen:?}. Expected: {expected:?}.",
                "没有票和有 `u32::MAX` 张票的售票处，一次购买的结果和剩下的票数：{seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    pub fn looks_see_whole_numbers() -> Oracle {
        Oracle::new()
            .cases(|_| vec![100u32, 1 << 8])
            .always(
                "A look sees the number before or after each purchase that is under way, and all purchases \
                 that have returned.",
                "查询看到的是正在进行的购买之前或之后的数，已返回的购买都算在内。",
                |history| {
                    let tickets: u32 = history.case();
                    let bought = history.calls_of("bought");
                    for look in history.calls_of("looked") {
                        let returned = bought.iter().filter(|call| call.returned < look.called);
                        let begun = bought.iter().filter(|call| call.called < look.returned);
                        let most = tickets - returned.count() as u32;
                        let least = tickets - begun.count() as u32;
                        let seen = look.result.and_then(|seen| seen.as_u64());
                        if !seen.is_some_and(|seen| (least.into()..=most.into()).contains(&seen)) {
                            return Err(Text::new(
                                format!("A look gave {seen:?}; {least} to {most} would be right."),
                                format!("查询得到 {seen:?}；正确的是 {least} 到 {most}。"),
                            ));
                        }
                    }
                    Ok(())
                },
            )
            .equals(
                "The purchases are not disturbed by looks.",
                "购买不受查询影响。",
                |results| results.results_of::<String>("bought"),
                |results| {
                    let mut sold = sold(results.case(), 2);
                    sold.sort_unstable();
                    sold
                },
                message!(
                    |seen, expected| "The purchases, sorted: {seen:?}. Expected: {expected:?}.",
                    "各次购买的结果（已排序）是 {seen:?}，应当是 {expected:?}。"
                ),
            )
    }

    pub fn ends_of_customers() -> Oracle {
        Oracle::new()
            .equals(
                "A customer that panics or is ended by a signal counts as `false`.",
                "发生 panic 或被信号终止的顾客记为 `false`。",
                |results| {
                    let came = |name| results.value::<Option<Vec<bool>>>(name).flatten();
                    (came("have a ticket"), came("of nobody"))
                },
                |_| (Some(vec![false, false, true]), Some(vec![])),
                message!(
                    |(came, none), (expected, _)| "`rush` gave {came:?}, expected: {expected:?}; of no \
                     customers: {none:?}.",
                    "`rush` 给出 {came:?}，应当是 {expected:?}；没有顾客时给出 {none:?}。"
                ),
            )
            .equals(
                "What was not paid for is not sold, and what was paid for is.",
                "没付款的没卖出，付了款的都卖出。",
                |results| results.value::<Option<u32>>("left").flatten(),
                |_| Some(7),
                message!(
                    |left| "Of 9 tickets, 2 were paid for. Left: {left:?}.",
                    "9 张票里有 2 张付了款，剩下的是 {left:?}。"
                ),
            )
            .equals(
                "The office is one file, which is there until it is removed.",
                "售票处就是一个文件，删除之前一直在。",
                |results| results.value("removed"),
                |_| Some(true),
                message!(
                    |_| "There was no file at the path.",
                    "那个路径上没有文件。"
                ),
            )
            .no_leaked_processes(
                "When `rush` has returned no customer is left, running or as a zombie.",
                "`rush` 返回之后，不留下任何顾客进程，无论是在运行的还是僵尸。",
            )
            .no_leaked_descriptors(
                "Once an office is dropped, none of its descriptors is open.",
                "售票处被丢弃之后，它的描述符都已关闭。",
            )
            .no_leaked_names(
                "There is no other file than the one at the path.",
                "除了那个路径上的文件，没有别的文件。",
            )
    }

    pub fn a_waiting_customer_sleeps() -> Oracle {
        Oracle::new().comes_to_rest(
            "Who waits for a purchase sleeps.",
            "等待别人购买的进程处于睡眠状态。",
        )
    }
}
