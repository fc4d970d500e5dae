// canary: 6469068c6b5bcea2aa69e3b74bed8705
//! The hidden checks of exercise 23.

use kit::prelude::*;

mod model;

kit::checks![slow_printers_delay_nobody, small_programs,];

#[cfg(driver)]
mod scenarios {
    use super::model::Call;
    use super::*;
    use kit::programs;
    use std::{cell::RefCell, sync::mpsc, thread};
    use thread_mutex::{Counter, TicketOffice};

    /// Some printers are stuck until this thread has bought a ticket too, or found that there
    /// is none.
    pub fn slow_printers_delay_nobody(case: &Case) {
        let (tickets, stuck): (u32, u32) = case.get();
        let office = TicketOffice::new(tickets);
        let (prints, printing) = mpsc::channel();
        thread::scope(|scope| {
            let office = &office;
            let mut repairs = Vec::new();
            for _ in 0..stuck {
                let (repair, repaired) = mpsc::channel::<()>();
                repairs.push(repair);
                let prints = prints.clone();
                scope.spawn(move || {
                    office.buy(|_| {
                        // They fail only if the main thread has died.
                        let _ = prints.send(());
                        let _ = repaired.recv();
                    })
                });
            }
            drop(prints);
            let all = (0..stuck).all(|_| printing.recv().is_ok());
            mark("print", all);
            mark("left", office.left());
            mark("bought", office.buy(|ticket| (ticket, office.left())));
            drop(repairs);
        });
    }

    /// A generated program.
    pub fn small_programs(case: &Case) {
        let program = programs::of::<(u64, u32), Call>(case);
        let (start, tickets) = program.object;
        let counter = Counter::new(start);
        let (office, other) = (TicketOffice::new(tickets), TicketOffice::new(tickets));
        let buy = |office: &TicketOffice| {
            let printed = RefCell::new(Vec::new());
            let bought = office.buy(|ticket| {
                printed.borrow_mut().push(ticket);
                ticket
            });
            json!([bought, printed.into_inner()])
        };
        let act = |call: &Call| match *call {
            Call::Buy => buy(&office),
            Call::BuyElsewhere => buy(&other),
            Call::BuyMany(count) => json!((0..count).map(|_| buy(&office)).last()),
            Call::BuyWhilePrinting => {
                let first = office.buy(|ticket| (ticket, office.buy(|ticket| ticket)));
                json!(first.map_or([None, None], |(first, second)| [Some(first), second]))
            }
            Call::Left => json!(office.left()),
            Call::Add(n) => json!(counter.add(n)),
            Call::Get => json!(counter.get()),
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

    pub fn slow_printers_delay_nobody() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(3u32, 1u32), (3, 3), (5, 3)])
            .completes(
                "While the `print` of some buyers is stuck, another buys a ticket, or learns at once that all are sold, and asks what is left.",
                "几个买家的 `print` 卡住时，另一个买家仍能买票（或立刻得知已售完）、查询余票。",
            )
            .equals(
                "A ticket is sold from the moment that `buy` takes it.",
                "从 `buy` 取走票的那一刻起，这张票就算卖出了。",
                |results| {
                    let bought: Option<Option<(u32, u32)>> = results.value("bought");
                    let left: Option<u32> = results.value("left");
                    (results.value("print"), left, bought.flatten())
                },
                |results| {
                    let (tickets, stuck): (u32, u32) = results.case();
                    let left = tickets - stuck;
                    let bought = (left > 0).then(|| (stuck + 1, left - 1));
                    (Some(true), Some(left), bought)
                },
                message!(
                    |(_, left, bought), (_, all, expected)| "While they print, left() is {left:?}, and the next one buys {bought:?} (its number, and what is left then). Expected: {all:?} and {expected:?}.",
                    "打印期间，left() 是 {left:?}，下一个买到 {bought:?}（票号和当时的余票）。应当是 {all:?} 和 {expected:?}。"
                ),
            )
    }

    pub fn small_programs() -> Oracle {
        Oracle::new().programs(
            "Whatever calls are made, the results are those of additions and sales that come one after the other, and nobody waits for a `print`.",
            "无论怎样调用，结果都等同于一个接一个的加法和售票，没有人等待别人的 `print`。",
            super::model::Sales,
        )
    }
}
