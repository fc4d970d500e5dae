//! The checks of exercise 02 that you see.

use kit::prelude::*;

kit::checks![pages_stay_together, submits_at_once, sleeps];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use device_arbiter::{Job, Spooler, SubmitError};
    use std::{
        sync::{Arc, mpsc},
        thread,
    };

    /// A job whose pages are named after it: "7.1", "7.2".
    pub fn job(id: u32, pages: usize) -> Job {
        Job {
            id,
            pages: (1..=pages).map(|page| format!("{id}.{page}")).collect(),
        }
    }

    /// Submits a job, and says what comes of it.
    pub fn submit(spooler: &Spooler, id: u32, pages: usize) -> String {
        let same = |back: &Job| {
            if *back == job(id, pages) {
                ""
            } else {
                ", changed"
            }
        };
        match spooler.submit(job(id, pages)) {
            Ok(()) => "Ok".to_owned(),
            Err(SubmitError::Full(back)) => format!("Full({id}{})", same(&back)),
            Err(SubmitError::ShutDown(back)) => format!("ShutDown({id}{})", same(&back)),
        }
    }

    /// Two programs have a job of two pages each.
    pub fn pages_stay_together(_: &Case) {
        let spooler = Spooler::new(2, |page: &str| mark("page", page));
        thread::scope(|scope| {
            for id in [1, 2] {
                let spooler = &spooler;
                scope.spawn(move || mark("accepted", submit(spooler, id, 2)));
            }
        });
        spooler.shut_down();
        mark("shut down", ());
    }

    /// The printer stands still in the middle of the first page, until it may go on.
    pub fn submits_at_once(case: &Case) {
        let capacity: usize = case.get();
        let (begins, begun) = mpsc::channel();
        let (go_on, goes_on) = mpsc::channel();
        let mut is_first = true;
        let spooler = Spooler::new(capacity, move |page: &str| {
            mark("page", page);
            if is_first {
                is_first = false;
                let _ = begins.send(());
                let _ = goes_on.recv();
            }
        });
        let mut results = vec![submit(&spooler, 1, 1)];
        let _ = begun.recv();
        for id in 2..4 + capacity as u32 {
            // Those with an even number have no pages.
            results.push(submit(&spooler, id, id as usize % 2));
        }
        let _ = go_on.send(());
        spooler.flush();
        mark("results", results);
        spooler.shut_down();
        mark("at last", submit(&spooler, 91, 1));
    }

    /// A spooler has nothing to do, or its printer stands still for ever and a thread waits for it.
    pub fn sleeps(case: &Case) {
        let waits: String = case.get();
        let spooler = Arc::new(Spooler::new(1, |_: &str| park_forever()));
        if waits != "idle" {
            let _ = spooler.submit(job(1, 1));
            let theirs = Arc::clone(&spooler);
            thread::spawn(move || match &*waits {
                "flush" => theirs.flush(),
                _ => theirs.shut_down(),
            });
        }
        park_forever()
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// Splits "7.1" into 7 and 1.
    fn parts(page: &str) -> (u32, u32) {
        let parts = page.split_once('.').unwrap_or_default();
        (parts.0.parse().unwrap_or(0), parts.1.parse().unwrap_or(0))
    }

    /// The pages in the order in which they were printed, and how many threads printed them.
    fn printed(results: &Results<'_>) -> (Vec<String>, usize) {
        let pages: Vec<Vec<String>> = results.by_thread("page");
        (pages.concat(), pages.len())
    }

    /// Whether each job with pages is whole, and none is printed twice.
    fn is_whole(pages: &[String], job_of: u32, count: u32) -> bool {
        let own = pages
            .iter()
            .enumerate()
            .filter(|(_, page)| parts(page).0 == job_of);
        let places: Vec<(usize, u32)> = own.map(|(at, page)| (at, parts(page).1)).collect();
        let first = places.first().map_or(0, |place| place.0);
        let expected = (0..count).map(|page| (first + page as usize, page + 1));
        places.into_iter().eq(expected)
    }

    pub fn pages_stay_together() -> Oracle {
        Oracle::new()
            .completes(
                "Both jobs are printed, and everybody comes to the end.",
                "两个作业都打印出来，大家都能结束。",
            )
            .always_results(
                "The pages of a job come one after the other, all of them, each once.",
                "一个作业的各页一页接一页，不缺不重。",
                |results| {
                    let (pages, threads) = printed(results);
                    if threads > 1 {
                        return Err(Text::new("Several threads printed.", "有几个线程在打印。"));
                    }
                    if pages.len() == 4 && is_whole(&pages, 1, 2) && is_whole(&pages, 2, 2) {
                        return Ok(());
                    }
                    let pages = pages.join(", ");
                    Err(Text::new(
                        format!("These pages were printed: {pages}."),
                        format!("打印出的页依次是：{pages}。"),
                    ))
                },
            )
            .always_results(
                "A job that finds room is accepted.",
                "有空位时作业被接受。",
                |results| {
                    let said: Vec<String> = results.values_of("accepted");
                    if said.iter().all(|said| said == "Ok") {
                        return Ok(());
                    }
                    let said = said.join(", ");
                    Err(Text::new(
                        format!("`submit`: {said}."),
                        format!("`submit`：{said}。"),
                    ))
                },
            )
            .before(
                "`shut_down` returns when everything is printed.",
                "一切打印完之后 `shut_down` 才返回。",
                "page",
                "shut down",
            )
    }

    pub fn submits_at_once() -> Oracle {
        Oracle::new()
            .cases(|_| vec![1, 2])
            .completes(
                "`submit` returns although the printer stands still.",
                "打印机停着不动时，`submit` 也会返回。",
            )
            .equals(
                "While the line has room a job is accepted; when it is full, the job comes back.",
                "队列有空位时接受作业；满了就原样退回。",
                |results| results.value("results").unwrap_or_default(),
                |results| {
                    let capacity: usize = results.case();
                    let accepted = (1..=1 + capacity).map(|_| "Ok".to_owned());
                    let refused = (2 + capacity..4 + capacity).map(|id| format!("Full({id})"));
                    accepted.chain(refused).collect::<Vec<String>>()
                },
                |found: &Vec<String>, right| {
                    let (found, right) = (found.join(", "), right.join(", "));
                    Text::new(
                        format!("`submit` gave {found}, not {right}."),
                        format!("`submit` 的结果是 {found}，而不是 {right}。"),
                    )
                },
            )
            .equals(
                "After `shut_down` nobody is let in.",
                "`shut_down` 之后谁也进不来。",
                |results| results.value::<String>("at last").unwrap_or_default(),
                |_| "ShutDown(91)".to_owned(),
                message!(
                    |found, right| "`submit` gave {found}, not {right}.",
                    "`submit` 的结果是 {found}，而不是 {right}。"
                ),
            )
            .always_results(
                "Accepted jobs are printed, and others are not.",
                "被接受的作业都打印，别的都不打印。",
                |results| {
                    let (pages, _) = printed(results);
                    let said: Vec<String> = results.value("results").unwrap_or_default();
                    let accepted = said.iter().zip(1u32..).filter(|(said, _)| *said == "Ok");
                    let jobs: Vec<u32> = accepted.map(|(_, id)| id).collect();
                    let others = pages.iter().filter(|page| !jobs.contains(&parts(page).0)).count();
                    if others == 0 && jobs.iter().all(|&id| is_whole(&pages, id, id % 2)) {
                        return Ok(());
                    }
                    let pages = pages.join(", ");
                    Err(Text::new(
                        format!("The jobs {jobs:?} were accepted, and these pages were printed: {pages}."),
                        format!("被接受的作业是 {jobs:?}，而打印出的页是：{pages}。"),
                    ))
                },
            )
    }

    pub fn sleeps() -> Oracle {
        let cases = ["idle", "flush", "shut_down"].map(str::to_owned);
        Oracle::new().cases(move |_| cases.to_vec()).comes_to_rest(
            "A thread without jobs sleeps, and so do `flush` and `shut_down` while they wait.",
            "没有作业的线程在睡眠，`flush` 和 `shut_down` 等待时也在睡眠。",
        )
    }
}
