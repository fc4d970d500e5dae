// canary: b1e040c535d5b1a84fa2611319d75e6e
//! The hidden checks of exercise 13.

use kit::prelude::*;

kit::checks![
    whole_families,
    adopts_no_more,
    more_than_two,
    interrupts_are_no_errors,
    waits_asleep,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{are, ends, in_a_process, start};
    use os::{Exit, Signal};
    use std::{io, thread, time::Duration};
    use zombies_and_orphans::{Adopted, Reaper, adopt_orphans, reap_all, spawn_zombie};

    fn sleep(seconds: u64) {
        thread::sleep(Duration::from_secs(seconds));
    }

    fn dies(signal: Signal) -> i32 {
        let _ = os::kill(std::process::id(), signal);
        0
    }

    /// Trees of processes of which the caller knows the root alone.
    pub fn whole_families(case: &Case) {
        let family: String = case.get();
        in_a_process(|| {
            let adopted = adopt_orphans(|| match family.as_str() {
                "none" => 255,
                "reaped by its parent" => {
                    let mut own = os::fork(|| 6).expect("there is room");
                    let _ = own.wait();
                    0
                }
                "left as a zombie" => {
                    spawn_zombie(7).expect("there is room");
                    dies(Signal::TERM)
                }
                _ => {
                    start(|| {
                        start(|| {
                            start(|| {
                                sleep(2);
                                8
                            });
                            dies(Signal::HUP)
                        });
                        9
                    });
                    1
                }
            });
            let Adopted { child, orphans } = adopted.expect("there is room");
            mark("adopted", format!("{child:?}, {}", ends(&orphans)));
            let mut pids: Vec<u32> = orphans.iter().map(|(pid, _)| *pid).collect();
            pids.sort_unstable();
            pids.dedup();
            mark("numbers", pids.len() == orphans.len());
        });
    }

    /// A process that has adopted orphans starts a child that leaves one.
    pub fn adopts_no_more(_: &Case) {
        in_a_process(|| {
            mark("adopted", adopt_orphans(|| 0).is_ok());
            let mut child = os::fork(|| {
                start(|| 0);
                0
            });
            let _ = child.as_mut().map(os::Child::wait);
            // There is nobody to wait for.
            mark("is left", os::try_wait_any().is_ok());
        });
    }

    /// Children that ended before there was a reaper, others later; and then another reaper.
    pub fn more_than_two(case: &Case) {
        let children: String = case.get();
        if children == "late" {
            let mut reaper = Reaper::new().expect("there is room");
            let early = ends(&reaper.reap().expect("there are none"));
            let children = [0, 1, 255].map(|code| (start(|| code), Exit::Code(code)));
            let mut reaped = Vec::new();
            while reaped.len() < children.len() {
                os::wait_readable(&[&reaper]).expect("it is open");
                reaped.extend(reaper.reap().expect("it does not fail"));
            }
            let mut expected = children;
            mark(
                "as expected",
                early.is_empty() && are(&Ok(reaped), &mut expected),
            );
            return;
        }
        let early = (spawn_zombie(3).expect("there is room"), Exit::Code(3));
        let mut all = Vec::new();
        let mut expected = vec![early];
        for round in 0..2 {
            let mut reaper = Reaper::new().expect("there is room");
            if round == 0 {
                all.extend(reaper.reap().expect("it does not fail"));
                mark("early", all.len());
            }
            expected.push((start(|| dies(Signal::KILL)), Exit::Signal(9)));
            while all.len() < expected.len() {
                os::wait_readable(&[&reaper]).expect("it is open");
                all.extend(reaper.reap().expect("it does not fail"));
            }
        }
        // The signal does again what it did.
        expected.push((spawn_zombie(1).expect("there is room"), Exit::Code(1)));
        all.extend(reap_all().expect("it does not fail"));
        mark("as expected", are(&Ok(all), &mut expected));
    }

    pub fn interrupts_are_no_errors(case: &Case) {
        let is_reaper: bool = case.get();
        if is_reaper {
            let mut reaper = Reaper::new().expect("there is room");
            let mut expected = [(start(|| 2), Exit::Code(2))];
            let mut reaped = reaper.reap();
            while reaped.as_ref().is_ok_and(Vec::is_empty) {
                let _ = os::wait_readable(&[&reaper]);
                reaped = reaper.reap();
            }
            mark("as expected", are(&reaped, &mut expected));
            return;
        }
        let zombie = spawn_zombie(2).unwrap_or_default();
        mark(
            "as expected",
            are(&reap_all(), &mut [(zombie, Exit::Code(2))]),
        );
        let adopted = adopt_orphans(|| {
            start(|| 5);
            3
        });
        mark("adopted", adopted.is_ok());
    }

    /// Somebody never ends.
    pub fn waits_asleep(case: &Case) {
        let adopts: bool = case.get();
        let (reads, _writes) = io::pipe().expect("a pipe");
        let never_ends = || {
            let _ = os::wait_readable(&[&reads]);
            0
        };
        if adopts {
            let _ = adopt_orphans(|| {
                start(never_ends);
                0
            });
        } else {
            start(never_ends);
            let _ = reap_all();
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{as_expected, is, nothing_is_left};

    pub fn whole_families() -> Oracle {
        let families = [
            "none",
            "reaped by its parent",
            "left as a zombie",
            "three generations",
        ];
        let oracle = is(
            Oracle::new().cases(move |_| families.to_vec()),
            [
                "`adopt_orphans` tells the end of the child and of each orphan, at any depth.",
                "`adopt_orphans` 说明子进程和每个孤儿怎样结束，无论隔几代。",
            ],
            "adopted",
            |results| {
                match results.case::<String>().as_str() {
                    "none" => "Code(255), ",
                    "reaped by its parent" => "Code(0), ",
                    "left as a zombie" => "Signal(15), Code(7)",
                    _ => "Code(1), Code(8) Code(9) Signal(1)",
                }
                .to_owned()
            },
        );
        let oracle = oracle.equals(
            "Each orphan is given once.",
            "每个孤儿给出一次。",
            |results| results.value::<bool>("numbers"),
            |_| Some(true),
            message!(|_| "A number was given twice.", "有编号给出了两次。"),
        );
        nothing_is_left(oracle)
    }

    pub fn adopts_no_more() -> Oracle {
        let oracle = Oracle::new().equals(
            "Orphans that come later are not those of the caller.",
            "后来的孤儿不归调用者。",
            |results| (results.value("adopted"), results.value("is left")),
            |_| (Some(true), Some(false)),
            message!(
                |(adopted, left), _| "`adopt_orphans` succeeded: {adopted:?}. Afterwards a child left \
                 an orphan; it went to the caller: {left:?}.",
                "`adopt_orphans` 成功：{adopted:?}。之后一个子进程留下孤儿，归了调用者：{left:?}。"
            ),
        );
        nothing_is_left(oracle)
    }

    pub fn more_than_two() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec!["late", "early"]).completes(
            "The loop around `reap` comes to its end.",
            "`reap` 的循环能结束。",
        );
        let oracle = as_expected(
            oracle,
            [
                "Each child is given once, whenever it ended.",
                "每个子进程给出一次，不管何时结束。",
            ],
        );
        nothing_is_left(oracle.equals(
            "The first `reap` gives the child that ended before there was a `Reaper`.",
            "第一次 `reap` 就给出在 `Reaper` 存在之前结束的子进程。",
            |results| results.value::<usize>("early"),
            |results| (results.case::<String>() == "early").then_some(1),
            message!(
                |early| "The children that it gave: {early:?}.",
                "它给出的子进程数：{early:?}。"
            ),
        ))
    }

    pub fn interrupts_are_no_errors() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![false, true])
            .interrupted_calls();
        let oracle = as_expected(
            oracle,
            [
                "All works although calls are interrupted.",
                "即使调用被打断，一切照常。",
            ],
        );
        nothing_is_left(oracle.equals(
            "`adopt_orphans` works although calls are interrupted.",
            "即使调用被打断，`adopt_orphans` 照常工作。",
            |results| results.value::<bool>("adopted").unwrap_or(results.case()),
            |_| true,
            message!(|_| "The call gave an error.", "这次调用返回了错误。"),
        ))
    }

    pub fn waits_asleep() -> Oracle {
        Oracle::new().cases(|_| vec![false, true]).comes_to_rest(
            "While a process runs that is waited for, the caller sleeps.",
            "所等的进程还在运行时，调用者在睡眠。",
        )
    }
}
