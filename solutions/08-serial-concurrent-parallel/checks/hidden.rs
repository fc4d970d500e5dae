// canary: eb7c2c57dd963d414931b903b1e218a3
//! The hidden checks of exercise 08.

use kit::prelude::*;

kit::checks![all_meet, panics_go_on, any_list, waits_asleep];

/// One of the three functions.
#[derive(Clone, Copy, PartialEq, Eq, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
enum Way {
    Serial,
    Concurrent,
    Parallel,
}

/// Tasks with so many steps, of which some panic in a step.
#[derive(kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
struct Day {
    way: Way,
    /// How many steps each has, and in which it panics.
    tasks: Vec<(u32, Option<u32>)>,
}

#[cfg(driver)]
mod scenarios {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        sync::Barrier,
    };

    use super::*;
    use crate::public::scenarios::noted;
    use serial_concurrent_parallel::{Task, concurrent, parallel, serial};

    /// Waits in each step until all others are in theirs. The barrier is borrowed.
    struct Meets<'a> {
        barrier: &'a Barrier,
        number: u32,
        left: u32,
    }

    impl Task for Meets<'_> {
        type Output = u32;

        fn step(&mut self) -> Option<u32> {
            self.barrier.wait();
            self.left -= 1;
            (self.left == 0).then_some(self.number)
        }
    }

    pub fn all_meet(case: &Case) {
        let (count, left): (u32, u32) = case.get();
        let barrier = Barrier::new(count as usize);
        let task = |number| Meets {
            barrier: &barrier,
            number,
            left,
        };
        mark("results", parallel((0..count).map(task).collect()));
    }

    /// A task that may panic with its number.
    struct Fragile {
        number: u32,
        steps: u32,
        panics: Option<u32>,
        done: u32,
    }

    impl Task for Fragile {
        type Output = u32;

        fn step(&mut self) -> Option<u32> {
            self.done += 1;
            mark("stepped", (self.number, self.done));
            assert!(self.done <= self.steps, "a step after the last one");
            if self.panics == Some(self.done) {
                std::panic::panic_any(self.number);
            }
            (self.done == self.steps).then_some(self.number)
        }
    }

    pub fn panics_go_on(case: &Case) {
        let Day { way, tasks } = case.get();
        let all = |tasks: Vec<Fragile>| match way {
            Way::Serial => serial(tasks),
            Way::Concurrent => concurrent(tasks),
            Way::Parallel => parallel(tasks),
        };
        // A function that panics by itself does so here, where nobody catches it.
        mark("of no tasks", all(Vec::new()));
        let task = |(number, (steps, panics))| Fragile {
            number,
            steps,
            panics,
            done: 0,
        };
        let tasks = (0..).zip(tasks).map(task).collect();
        let done = catch_unwind(AssertUnwindSafe(|| all(tasks)));
        mark("over", ());
        match done {
            Ok(results) => mark("results", results),
            Err(payload) => mark("panicked with", payload.downcast_ref::<u32>()),
        }
    }

    /// A task whose result is of no use to anybody else.
    struct Once;

    impl Task for Once {
        type Output = Box<str>;

        fn step(&mut self) -> Option<Box<str>> {
            Some("once".into())
        }
    }

    pub fn any_list(case: &Case) {
        let steps: Vec<u32> = case.get();
        mark("serial", serial(noted(steps.clone())));
        mark("trace", "then");
        mark("concurrent", concurrent(noted(steps.clone())));
        let parallel = parallel(steps.iter().map(|_| Once).collect::<Vec<_>>());
        mark("parallel", parallel);
    }

    /// One task is never done.
    struct Stays(bool);

    impl Task for Stays {
        type Output = ();

        fn step(&mut self) -> Option<()> {
            if self.0 {
                park_forever();
            }
            Some(())
        }
    }

    pub fn waits_asleep(case: &Case) {
        let stays: Vec<bool> = case.get();
        parallel(stays.into_iter().map(Stays).collect());
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::oracles::{by_turns, serial};

    pub fn all_meet() -> Oracle {
        Oracle::new()
            .cases(|_| vec![(2_u32, 2_u32), (4, 1), (1, 2)])
            .completes(
                "Tasks that wait for each other in a step all go on.",
                "在一步之中互相等待的任务都能继续。",
            )
            .equals(
                "The results come in the order of the tasks.",
                "结果按任务的次序排列。",
                |results| results.value::<Vec<u32>>("results").unwrap_or_default(),
                |results| (0..results.case::<(u32, u32)>().0).collect(),
                message!(
                    |results, expected| "The results are {results:?}. Expected: {expected:?}.",
                    "结果是 {results:?}，应当是 {expected:?}。"
                ),
            )
    }

    type Steps = Vec<(u32, u32)>;

    /// The steps that are made until one panics, or all of them in parallel, sorted.
    fn expected(day: &Day) -> Steps {
        let end = |(steps, panics): &(u32, Option<u32>)| panics.unwrap_or(*steps);
        let mut steps = Steps::new();
        match day.way {
            Way::Serial => {
                for (number, task) in (0..).zip(&day.tasks) {
                    steps.extend((1..=end(task)).map(|step| (number, step)));
                    if task.1.is_some() {
                        break;
                    }
                }
            }
            Way::Concurrent => {
                'rounds: for round in 1..=9 {
                    for (number, task) in (0..).zip(&day.tasks) {
                        if end(task) >= round {
                            steps.push((number, round));
                        }
                        if task.1 == Some(round) {
                            break 'rounds;
                        }
                    }
                }
            }
            Way::Parallel => {
                for (number, task) in (0..).zip(&day.tasks) {
                    steps.extend((1..=end(task)).map(|step| (number, step)));
                }
            }
        }
        steps.sort_unstable();
        steps
    }

    pub fn panics_go_on() -> Oracle {
        let days = |_| {
            let mut days = Vec::new();
            for way in [Way::Serial, Way::Concurrent, Way::Parallel] {
                let lists = [
                    vec![(2, None), (2, Some(1)), (2, None)],
                    vec![(1, None), (2, Some(2)), (1, Some(1))],
                    vec![(2, Some(2)), (1, Some(1))],
                ];
                days.extend(lists.map(|tasks| Day { way, tasks }));
            }
            days
        };
        Oracle::new()
            .cases(days)
            .completes("The panic of a task harms no other one.", "一个任务的 panic 不殃及其他任务。")
            .equals(
                "No step is made after a panic in the calling thread, and in parallel the other tasks are \
                 done to their ends.",
                "在调用者的线程里 panic 之后不再做任何一步；并行时，其他任务照样做完。",
                |results| results.values_of::<(u32, u32)>("stepped"),
                |results| expected(&results.case()),
                message!(
                    |seen, expected| "Tasks and steps that were made: {seen:?}. Expected: {expected:?}.",
                    "做过的任务和步骤是 {seen:?}，应当是 {expected:?}。"
                ),
            )
            .equals(
                "No tasks have no results.",
                "没有任务，就没有结果。",
                |results| results.value::<Vec<u32>>("of no tasks"),
                |_| Some(Vec::new()),
                message!(|seen| "The results are {seen:?}.", "结果是 {seen:?}。"),
            )
            .before(
                "No task is in a step any more when the caller gets the panic.",
                "调用者得到 panic 时，没有任务还处在一步之中。",
                "stepped",
                "over",
            )
            .equals(
                "The caller gets what the step panicked with; in parallel, that of the first task in the \
                 list that panicked.",
                "调用者得到那一步 panic 时所带的内容；并行时，是列表中最靠前的那个 panic 的任务的。",
                |results| results.value::<Option<u32>>("panicked with"),
                |results| {
                    let Day { way, tasks } = results.case();
                    let panics = |number: &u32| tasks[*number as usize].1;
                    let with_panics = (0..tasks.len() as u32).filter(|number| panics(number).is_some());
                    let first = if way == Way::Concurrent {
                        with_panics.min_by_key(|number| panics(number))
                    } else {
                        with_panics.min()
                    };
                    Some(first)
                },
                message!(
                    |seen, expected| "The number that the caller got: {seen:?}. Expected: {expected:?}.",
                    "调用者得到的编号是 {seen:?}，应当是 {expected:?}。"
                ),
            )
    }

    pub fn any_list() -> Oracle {
        let lists = |seed| {
            let mut random = Random::new(seed);
            let long = (0..6).map(|_| 1 + random.below(5) as u32).collect();
            vec![
                vec![],
                vec![1],
                vec![3],
                vec![1, 1, 1, 1],
                vec![1, 4],
                vec![4, 1],
                vec![300, 2],
                long,
            ]
        };
        Oracle::new()
            .cases(lists)
            .trace_is(
                "`serial` does one task after the other, and `concurrent` then does them by turns.",
                "`serial` 一个接一个地做任务，随后 `concurrent` 轮流做。",
                "trace",
                |steps: Vec<u32>| {
                    let then = vec!["then".to_owned()];
                    [serial(&steps), then, by_turns(&steps)].concat()
                },
            )
            .equals(
                "Each of the three functions gives a result for each task, in order.",
                "三个函数都按次序为每个任务给出结果。",
                |results| {
                    ["serial", "concurrent", "parallel"]
                        .map(|name| results.value::<Vec<String>>(name).unwrap_or_default())
                },
                |results| {
                    let count = results.case::<Vec<u32>>().len();
                    let named: Vec<String> = ('A'..)
                        .take(count)
                        .map(|name| format!("result of {name}"))
                        .collect();
                    [named.clone(), named, vec!["once".to_owned(); count]]
                },
                message!(
                    |[serial, concurrent, parallel], _| "The results of `serial` are {serial:?}, those of \
                     `concurrent` {concurrent:?}, those of `parallel` {parallel:?}.",
                    "`serial` 的结果是 {serial:?}，`concurrent` 的是 {concurrent:?}，`parallel` 的是 {parallel:?}。"
                ),
            )
    }

    pub fn waits_asleep() -> Oracle {
        Oracle::new()
            .cases(|_| vec![vec![true], vec![false, true], vec![true, false]])
            .comes_to_rest(
                "While a task is not done, `parallel` sleeps.",
                "任务没有做完时，`parallel` 处于睡眠状态。",
            )
    }
}
