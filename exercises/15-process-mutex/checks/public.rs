//! The checks of exercise 15 that you see.

use kit::prelude::*;

kit::checks![
    sells_each_ticket_once,
    looks_at_once,
    unpaid_is_not_sold,
    customers_come_at_once,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use kit::system::{Meeting, children};
    use process_mutex::{Purchase, TicketOffice};
    use std::{
        io,
        panic::{AssertUnwindSafe, catch_unwind},
    };

    /// The file of the office.
    pub const FILE: &str = "/tickets";

    /// A new office.
    pub fn office(tickets: u32) -> TicketOffice {
        TicketOffice::create(FILE, tickets).expect("there is room for a file")
    }

    /// A purchase as the oracle compares it: `Ticket(3)`, `SoldOut`, `NotPaid`.
    pub fn shown(purchase: io::Result<Purchase>) -> String {
        match purchase {
            Ok(purchase) => format!("{purchase:?}"),
            Err(error) => format!("an error: {error}"),
        }
    }

    /// Somebody buys who pays, and says what has come of it.
    pub fn buys(office: &TicketOffice) {
        call("buy", (), || {
            shown(office.buy(|ticket| {
                span("paying", || mark("paid for", ticket));
                true
            }))
        });
    }

    /// How many tickets are left.
    pub fn left(office: &TicketOffice) -> Option<u32> {
        office.look(|left| left).ok()
    }

    /// Runs something in a process of its own.
    pub fn child(body: impl FnOnce()) -> os::Child {
        let run = || {
            body();
            0
        };
        os::fork(run).expect("there is room for a process")
    }

    pub fn wait_for(mut processes: Vec<os::Child>) {
        for process in &mut processes {
            process.wait().expect("it is a child");
        }
    }

    /// Some customers, each in a process of its own, all with the office that they were born with.
    pub fn sells_each_ticket_once(case: &Case) {
        let (tickets, customers): (u32, u32) = case.get();
        let office = office(tickets);
        let buyers = (0..customers).map(|_| child(|| buys(&office))).collect();
        wait_for(buyers);
        mark("left", left(&office));
    }

    /// Two processes wait for each other while both of them look.
    pub fn looks_at_once(_: &Case) {
        let office = office(5);
        let meeting = Meeting::of(2).expect("two pipes");
        let looks = |participant| {
            let seen = office.look(|left| {
                meeting.attend(participant).expect("its pipes are open");
                left
            });
            mark("seen", seen.ok());
        };
        let other = child(|| looks(1));
        looks(0);
        wait_for(vec![other]);
    }

    /// A customer who does not pay, in one of two ways; then another one buys in another process, and then
    /// the first one buys after all.
    pub fn unpaid_is_not_sold(case: &Case) {
        let panics: bool = case.get();
        let office = office(2);
        let pays_not = |ticket| {
            mark("asked to pay for", ticket);
            assert!(!panics, "as the check asks");
            false
        };
        let purchase = catch_unwind(AssertUnwindSafe(|| office.buy(pays_not)));
        mark("unpaid", purchase.map_or("a panic".to_owned(), shown));
        mark("left after that", left(&office));
        wait_for(vec![child(|| buys(&office))]);
        buys(&office);
        buys(&office);
    }

    /// Three customers wait for each other, and one of them goes without a ticket.
    pub fn customers_come_at_once(_: &Case) {
        let office = office(2);
        let meeting = Meeting::of(3).expect("three pipes");
        mark("office is", std::process::id());
        let came = office.rush(3, |office, customer| {
            meeting
                .attend(customer as usize)
                .expect("its pipes are open");
            mark("came as", std::process::id());
            customer != 1 && matches!(office.buy(|_| true), Ok(Purchase::Ticket(_)))
        });
        mark("have a ticket", came.ok());
        mark("children", children());
        mark("left", left(&office));
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// The purchases came to this, in whatever order.
    pub fn purchases(
        oracle: Oracle,
        en: &str,
        zh: &str,
        expected: impl Fn(&Results<'_>) -> Vec<String> + 'static,
    ) -> Oracle {
        oracle.equals(
            en,
            zh,
            |results| results.results_of::<String>("buy"),
            move |results| {
                let mut expected = expected(results);
                expected.sort_unstable();
                expected
            },
            message!(
                |seen, expected| "The purchases, sorted: {seen:?}. Expected: {expected:?}.",
                "各次购买的结果（已排序）是 {seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    /// The tickets from `first` on down, so many purchases.
    pub fn sold(first: u32, purchases: u32) -> Vec<String> {
        let ticket = |number: u32| match first.saturating_sub(number) {
            0 => "SoldOut".to_owned(),
            ticket => format!("Ticket({ticket})"),
        };
        (0..purchases).map(ticket).collect()
    }

    pub fn sells_each_ticket_once() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![(1u32, 2u32), (3, 2)])
            .completes("Every purchase comes to its end.", "每次购买都能结束。");
        purchases(
            oracle,
            "No ticket is sold twice, and none that is not left.",
            "没有一张票卖两次，也不会卖出不存在的票。",
            |results| {
                let (tickets, customers) = results.case::<(u32, u32)>();
                sold(tickets, customers)
            },
        )
        .equals(
            "Each ticket that is sold was paid for, once.",
            "每张卖出的票都付过款，恰好一次。",
            |results| results.values_of::<u32>("paid for"),
            |results| {
                let (tickets, customers) = results.case::<(u32, u32)>();
                (tickets.saturating_sub(customers) + 1..=tickets).collect()
            },
            message!(
                |paid, expected| "Tickets that were paid for, sorted: {paid:?}. Expected: {expected:?}.",
                "付过款的票（已排序）是 {paid:?}，应当是 {expected:?}。"
            ),
        )
        .equals(
            "Afterwards as many tickets are left as were not sold.",
            "最后剩下的票数，就是没卖出的票数。",
            |results| results.value::<Option<u32>>("left").flatten(),
            |results| {
                let (tickets, customers) = results.case::<(u32, u32)>();
                Some(tickets.saturating_sub(customers))
            },
            message!(
                |left, expected| "Left: {left:?}. Expected: {expected:?}.",
                "剩下的票数是 {left:?}，应当是 {expected:?}。"
            ),
        )
        .never_overlap(
            "While one customer pays, no other one does.",
            "一位顾客付款时，没有别人在付款。",
            "paying",
        )
    }

    pub fn looks_at_once() -> Oracle {
        Oracle::new()
            .completes(
                "Two processes look at the same time: each waits inside for the other.",
                "两个进程同时查询：各自在查询中等待对方。",
            )
            .equals(
                "Both see how many tickets are left.",
                "两边都看到剩余的票数。",
                |results| results.values_of::<Option<u32>>("seen"),
                |_| vec![Some(5); 2],
                message!(
                    |seen| "They saw {seen:?}; 5 tickets are left.",
                    "看到的是 {seen:?}，实际剩下 5 张。"
                ),
            )
    }

    pub fn unpaid_is_not_sold() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![false, true])
            .completes(
                "Who does not pay leaves the office free for the next one.",
                "没付款的人离开后，下一个人可以购买。",
            )
            .equals(
                "`pay` is called with the number of the ticket, and its `false` gives `NotPaid`; its panic \
                 goes on.",
                "`pay` 的参数是票号；它返回 `false`，就得到 `NotPaid`；它发生 panic，就继续传播。",
                |results| {
                    let text = |name| results.value::<String>(name).unwrap_or_default();
                    (results.value("asked to pay for"), text("unpaid"))
                },
                |results| {
                    let unpaid = match results.case::<bool>() {
                        true => "a panic",
                        false => "NotPaid",
                    };
                    (Some(2u32), unpaid.to_owned())
                },
                message!(
                    |(ticket, unpaid), (_, expected)| "`pay` was called once with ticket 2: {ticket:?}. \
                     The purchase gave {unpaid}, expected: {expected}.",
                    "以票号 2 调用过一次 `pay`：{ticket:?}。这次购买得到 {unpaid}，应当是 {expected}。"
                ),
            )
            .equals(
                "A ticket that is not paid for is not sold.",
                "没付款的票不算卖出。",
                |results| results.value::<Option<u32>>("left after that").flatten(),
                |_| Some(2),
                message!(
                    |left| "Of 2 tickets, {left:?} were left.",
                    "2 张票还剩 {left:?}。"
                ),
            );
        purchases(
            oracle,
            "After that, others buy the tickets.",
            "之后，别人能买到这些票。",
            |_| sold(2, 3),
        )
    }

    pub fn customers_come_at_once() -> Oracle {
        Oracle::new()
            .completes(
                "All customers are started before one is waited for: they wait for each other.",
                "先启动所有顾客，再等待其中任何一个：顾客之间会互相等待。",
            )
            .equals(
                "`rush` gives for each customer what its visit returned.",
                "`rush` 按顾客的编号给出每次 `visit` 的返回值。",
                |results| {
                    let came = results.value::<Option<Vec<bool>>>("have a ticket");
                    came.flatten().unwrap_or_default()
                },
                |_| vec![true, false, true],
                message!(
                    |came, expected| "`rush` gave {came:?} and not {expected:?}.",
                    "`rush` 给出的是 {came:?}，而不是 {expected:?}。"
                ),
            )
            .equals(
                "Each customer is a process of its own.",
                "每位顾客都是一个单独的进程。",
                |results| {
                    let mut processes = results.values_of::<u32>("came as");
                    processes.dedup();
                    let office = results.value::<u32>("office is");
                    processes.retain(|process| Some(*process) != office);
                    processes.len()
                },
                |_| 3,
                message!(
                    |count| "Processes of customers, beside that of the office: {count}.",
                    "除售票处的进程之外，顾客的进程数是 {count}。"
                ),
            )
            .equals(
                "When `rush` returns, no customer is left, running or as a zombie, and the tickets are \
                 sold.",
                "`rush` 返回时，不留下任何顾客进程（包括僵尸进程），票已卖出。",
                |results| {
                    let left = results.value::<Option<u32>>("left").flatten();
                    (results.value::<usize>("children"), left)
                },
                |_| (Some(0), Some(0)),
                message!(
                    |(children, left), _| "Children: {children:?}. Tickets left: {left:?}.",
                    "子进程数：{children:?}；剩下的票数：{left:?}。"
                ),
            )
    }
}
