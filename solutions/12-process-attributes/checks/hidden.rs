// canary: a5387f68d859e587f31522e53911c1ef
//! The hidden checks of exercise 12.

use kit::prelude::*;

kit::checks![
    limits_at_the_edge,
    a_zombie_is_not_alive,
    ends_or_is_ended,
    is_not_disturbed,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::{asked, goes_on, join, ms, told, waits};
    use kit::system::children;
    use os::{Exit, Signal, SignalPipe};
    use process_attributes::{Process, current};
    use std::{io, process, thread::sleep, time::Duration};

    /// Longer than `poll(2)` waits at once.
    const LONG: Duration = Duration::from_secs(30 * 24 * 3600);

    fn started(name: &str, target: impl FnOnce() -> i32 + 'static) -> Process {
        let mut process = Process::new(name, target);
        process.start().expect("it was not started yet");
        process
    }

    /// A child that ends in one of three ways is joined for so many milliseconds.
    pub fn limits_at_the_edge(case: &Case) {
        let (ends, limit): (String, Option<u64>) = case.get();
        let limit = match limit {
            Some(u64::MAX) => Some(Duration::MAX),
            // One that is no whole number of milliseconds.
            Some(7) => Some(Duration::from_micros(6500)),
            limit => limit.map(ms),
        };
        let (until, ends_it) = io::pipe().expect("a pipe");
        let has_ended = SignalPipe::new(&[Signal::CHLD]).expect("a pipe");
        let is_over = ends == "before";
        let mut process = started("short or long", move || {
            match ends.as_str() {
                "never" => waits(until),
                "late" => sleep(LONG),
                _ => {}
            }
            255
        });
        if is_over {
            has_ended.read().expect("it ends");
        }
        join("limited", &mut process, limit);
        mark("terminated", process.terminate().is_ok());
        mark("left", children());
        drop(ends_it);
    }

    /// The child is a zombie when it is asked about, in several ways.
    pub fn a_zombie_is_not_alive(case: &Case) {
        let way: String = case.get();
        let ends = SignalPipe::new(&[Signal::CHLD]).expect("a pipe");
        let mut process = started("short", || 0);
        ends.read().expect("it ends");
        let first = match way.as_str() {
            "is_alive" => process.is_alive().to_string(),
            "exit" => format!("{:?}", process.exit()),
            "join" => told(process.join(Some(Duration::ZERO))),
            _ => format!("{:?}", process.terminate()),
        };
        mark("first", first);
        mark("left", children());
        let others = told(process.join(Some(Duration::ZERO)));
        mark("others", format!("{} {others}", asked(&mut process)));
    }

    /// The child ends at any moment.
    pub fn ends_or_is_ended(_: &Case) {
        let mut process = started("short", || 5);
        mark("terminated", process.terminate().is_ok());
        mark("left", children());
        let how = |end| match end {
            Some(Exit::Code(5)) => "by itself",
            Some(Exit::Signal(15)) => "by the signal",
            _ => "in another way",
        };
        mark("end", how(process.exit()));
        mark("again", how(process.join(None).ok().flatten()));
    }

    pub fn is_not_disturbed(case: &Case) {
        let case: String = case.get();
        match case.as_str() {
            // Signals come while the caller waits.
            "signals" => {
                let _handled = SignalPipe::new(&[Signal::USR1]).expect("a pipe");
                let (caller, (until, ends_it)) = (process::id(), io::pipe().expect("a pipe"));
                let mut process = started("sends", move || {
                    for _ in 0..2 {
                        sleep(ms(30));
                        let _ = os::kill(caller, Signal::USR1);
                    }
                    waits(until);
                    0
                });
                join("limited", &mut process, Some(ms(80)));
                mark("terminated", process.terminate().is_ok());
                mark("left", children());
                drop(ends_it);
            }
            // Two at once, one of which has a child of its own. The second ends first.
            _ => {
                let (until, ends_it) = io::pipe().expect("a pipe");
                let mut third = started("third", || 8);
                let mut first = started("first", move || {
                    waits(until);
                    mark("name", current().name);
                    6
                });
                let mut second = started("second", || {
                    let parent = process::id();
                    let mut child = started("inner", move || {
                        let inner = current();
                        mark("inner", inner.name == "inner" && inner.parent == parent);
                        7
                    });
                    mark("name", current().name);
                    match child.join(None) {
                        Ok(Some(Exit::Code(code))) => code,
                        _ => 0,
                    }
                });
                join("second", &mut second, Some(ms(100)));
                mark("others", asked(&mut first));
                let _ = second.join(None);
                goes_on(ends_it);
                join("first", &mut first, None);
                // Nobody has taken its end.
                mark("third", told(third.join(None)));
                mark("left", children());
            }
        }
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::nothing_is_left;

    /// When the child ends, for how many milliseconds it is joined, and how many it takes.
    const EDGES: [(&str, Option<u64>, u64); 8] = [
        ("never", Some(0), 0),
        ("never", Some(1), 1),
        ("never", Some(7), 7),
        ("never", Some(3_600_000), 3_600_000),
        ("never", Some(5_000_000_000), 5_000_000_000),
        ("at once", Some(1000), 0),
        ("before", Some(u64::MAX), 0),
        ("late", None, 2_592_000_000),
    ];

    pub fn limits_at_the_edge() -> Oracle {
        let cases = EDGES.map(|(ends, limit, _)| (ends, limit)).to_vec();
        let right = |results: &Results<'_>| {
            let (ends, limit) = results.case::<(String, Option<u64>)>();
            let edge = EDGES.iter().find(|edge| edge.0 == ends && edge.1 == limit);
            edge.map_or(("", None, 0), |edge| *edge)
        };
        let seen = |results: &Results<'_>| {
            let seen = results.value::<(String, u64)>("limited");
            seen.unwrap_or_default()
        };
        let oracle = Oracle::new()
            .cases(move |_| cases.clone())
            .always_results(
                "`join` gives up when its limit has passed, and not before, and tells of the end \
                 when the child has ended.",
                "`join` 在时限过后放弃，不会提前；在子进程结束之后说明怎样结束。",
                move |results| {
                    let ((ends, limit, _), (seen, took)) = (right(results), seen(results));
                    // A child may be slow, and so may the one that waits for it.
                    let is_right = match seen.as_str() {
                        "Ok(None)" => {
                            limit.is_some_and(|limit| (limit..=limit + 10).contains(&took))
                        }
                        "Ok(Some(Code(255)))" => ends != "never",
                        _ => false,
                    };
                    if is_right {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!("After {took} ms it gave `{seen}`; the limit was {limit:?}."),
                        format!("过了 {took} 毫秒，得到的是 `{seen}`；时限是 {limit:?}。"),
                    ))
                },
            )
            .sometimes_results(
                "`join` goes on when the child ends.",
                "子进程一结束，`join` 就返回。",
                Text::new("It never did so in time.", "从来没有及时返回。"),
                move |results| {
                    let ((ends, _, right), (seen, took)) = (right(results), seen(results));
                    ends == "never" || seen != "Ok(None)" && took <= right + 10
                },
            );
        nothing_is_left(oracle)
    }

    pub fn a_zombie_is_not_alive() -> Oracle {
        let ways = ["is_alive", "exit", "join", "terminate"];
        let oracle = Oracle::new().cases(move |_| ways.to_vec()).equals(
            "Whoever is asked first about a child that has ended tells so, and then all do.",
            "子进程结束之后，先问到的如实说明，之后都如实说明。",
            |results| ["first", "others"].map(|name| results.value(name).unwrap_or_default()),
            |results| {
                let first = match results.case::<String>().as_str() {
                    "is_alive" => "false",
                    "exit" => "Some(Code(0))",
                    "join" => "Ok(Some(Code(0)))",
                    _ => "Ok(())",
                };
                [first, "false Some(Code(0)) Ok(Some(Code(0)))"].map(str::to_owned)
            },
            message!(
                |[first, others], [expected, _]| "First it was `{first}`, where `{expected}` was \
                 expected; and then `{others}`.",
                "先得到的是 `{first}`，应当是 `{expected}`；之后是 `{others}`。"
            ),
        );
        nothing_is_left(oracle)
    }

    pub fn ends_or_is_ended() -> Oracle {
        let end = |results: &Results<'_>| results.value::<String>("end").unwrap_or_default();
        let possible = ["by itself", "by the signal"];
        let mut oracle = Oracle::new();
        for expected in possible {
            oracle = oracle.sometimes_results(
                "The child may end by itself before the signal comes, or by the signal.",
                "子进程可能在信号到来之前自己结束，也可能被信号终止。",
                Text::new(
                    format!("The end was never `{expected}`."),
                    format!("结束方式从来不是 `{expected}`。"),
                ),
                move |results| end(results) == expected,
            );
        }
        let oracle = oracle.always_results(
            "`terminate` succeeds, and the end is always told in the same way.",
            "`terminate` 成功，而且结束方式的说法始终一致。",
            move |results| {
                let (end, again) = (end(results), results.value::<String>("again"));
                let is_done = results.value("terminated") == Some(true);
                if is_done && possible.contains(&&*end) && again.as_ref() == Some(&end) {
                    return Ok(());
                }
                Err(Text::new(
                    format!("It succeeded: {is_done}. The end: {end}, and then {again:?}."),
                    format!("成功：{is_done}。结束方式：{end}，之后是 {again:?}。"),
                ))
            },
        );
        nothing_is_left(oracle)
    }

    pub fn is_not_disturbed() -> Oracle {
        let text = |results: &Results<'_>, name| {
            let joined = results.value::<(String, u64)>(name);
            joined.unwrap_or_default()
        };
        let oracle = Oracle::new()
            .cases(|_| vec!["signals", "families"])
            .always_results(
                "Other signals and other processes change nothing of what `join` and the others tell.",
                "别的信号和别的进程不影响 `join` 等调用所说的内容。",
                move |results| {
                    let [limited, second, first] =
                        ["limited", "second", "first"].map(|name| text(results, name));
                    let others = results.value::<String>("others").unwrap_or_default();
                    let is_right = match results.case::<String>().as_str() {
                        "signals" => limited.0 == "Ok(None)" && limited.1 >= 80,
                        // The second one may be slow.
                        _ => {
                            let is_told = second.0 == "Ok(Some(Code(7)))" || second.1 >= 100;
                            let first = first.0.as_str();
                            let third = results.value::<String>("third").unwrap_or_default();
                            is_told
                                && others == "true None"
                                && first == "Ok(Some(Code(6)))"
                                && third == "Ok(Some(Code(8)))"
                        }
                    };
                    if is_right {
                        return Ok(());
                    }
                    Err(Text::new(
                        format!(
                            "What the calls of `join` gave, and after how many ms: {limited:?}, \
                             {second:?}, {first:?}. Of a child that ran: `{others}`."
                        ),
                        format!(
                            "各次 `join` 得到的结果和毫秒数：{limited:?}、{second:?}、{first:?}。正在运行的子进程：\
                             `{others}`。"
                        ),
                    ))
                },
            )
            .sometimes_results(
                "A child is told of although another one runs.",
                "别的子进程还在运行时，也能说明这个子进程的结束。",
                Text::new("It never was.", "从未如此。"),
                move |results| {
                    let second = text(results, "second").0;
                    results.case::<String>() == "signals" || second == "Ok(Some(Code(7)))"
                },
            );
        let oracle = oracle.equals(
            "`current` tells the name of the innermost `Process`.",
            "`current` 给出最内层 `Process` 的名称。",
            |results| {
                (
                    results.values_of::<bool>("inner"),
                    results.values_of::<String>("name"),
                )
            },
            |results| match results.case::<String>().as_str() {
                "signals" => (vec![], vec![]),
                _ => (vec![true], ["first", "second"].map(str::to_owned).to_vec()),
            },
            message!(
                |(inner, names), _| "The grandchildren knew their names and their parents: \
                 {inner:?}. Names of the children: {names:?}.",
                "孙进程知道自己的名称和父进程：{inner:?}。子进程的名称：{names:?}。"
            ),
        );
        nothing_is_left(oracle)
    }
}
