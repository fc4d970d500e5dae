//! The checks of exercise 08 that you see.

use kit::prelude::*;

kit::checks![
    one_after_the_other,
    takes_turns,
    at_the_same_time,
    results_in_order,
];

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use serial_concurrent_parallel::{Task, concurrent, parallel, serial};
    use std::rc::Rc;

    /// A task of the caller's own thread, which writes down each step: `A1`, `A2`.
    pub struct Noted {
        name: Rc<str>,
        steps: u32,
        done: u32,
    }

    impl Task for Noted {
        type Output = String;

        fn step(&mut self) -> Option<String> {
            self.done += 1;
            mark("trace", format!("{}{}", self.name, self.done));
            assert!(self.done <= self.steps, "a step after the last one");
            (self.done == self.steps).then(|| format!("result of {}", self.name))
        }
    }

    /// Tasks called A, B, C, …, with so many steps.
    pub fn noted(steps: Vec<u32>) -> Vec<Noted> {
        let named = ('A'..).zip(steps);
        let task = |(name, steps): (char, u32)| Noted {
            name: name.to_string().into(),
            steps,
            done: 0,
        };
        named.map(task).collect()
    }

    pub fn one_after_the_other(case: &Case) {
        mark("results", serial(noted(case.get())));
    }

    pub fn takes_turns(case: &Case) {
        mark("results", concurrent(noted(case.get())));
    }

    /// A task that can be in another thread, and has so many steps.
    pub struct Spanned {
        pub number: u32,
        pub left: u32,
    }

    impl Task for Spanned {
        type Output = u32;

        fn step(&mut self) -> Option<u32> {
            assert!(self.left > 0, "a step after the last one");
            self.left -= 1;
            span("step", || mark("steps", self.number));
            (self.left == 0).then_some(self.number)
        }
    }

    /// Tasks with so many steps in parallel.
    pub fn at_the_same_time(case: &Case) {
        let steps: Vec<u32> = case.get();
        let tasks = (1..)
            .zip(steps)
            .map(|(number, left)| Spanned { number, left });
        mark("results", parallel(tasks.collect()));
    }

    /// A task that says nothing.
    struct Quiet(u32, u32);

    impl Task for Quiet {
        type Output = u32;

        fn step(&mut self) -> Option<u32> {
            self.1 -= 1;
            (self.1 == 0).then_some(self.0)
        }
    }

    pub fn results_in_order(case: &Case) {
        let steps: Vec<u32> = case.get();
        let tasks = (1..).zip(steps).map(|(number, left)| Quiet(number, left));
        mark("results", parallel(tasks.collect()));
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// The tasks of a case by name, with the number of their steps.
    fn named(steps: &[u32]) -> impl Iterator<Item = (char, u32)> {
        ('A'..).zip(steps.iter().copied())
    }

    /// The steps one task after the other.
    pub fn serial(steps: &[u32]) -> Vec<String> {
        let of_task = |(name, steps)| (1..=steps).map(move |step| format!("{name}{step}"));
        named(steps).flat_map(of_task).collect()
    }

    /// The steps by turns.
    pub fn by_turns(steps: &[u32]) -> Vec<String> {
        let rounds = 1..=steps.iter().copied().max().unwrap_or(0);
        let round = |round| {
            let left = named(steps).filter(move |(_, steps)| *steps >= round);
            left.map(move |(name, _)| format!("{name}{round}"))
        };
        rounds.flat_map(round).collect()
    }

    /// The results of tasks with names come in the order of the list.
    pub fn gives_results(oracle: Oracle) -> Oracle {
        oracle.equals(
            "The results come in the order of the tasks.",
            "结果按任务的次序排列。",
            |results| results.value::<Vec<String>>("results").unwrap_or_default(),
            |results| {
                let steps: Vec<u32> = results.case();
                let result = |(name, _)| format!("result of {name}");
                named(&steps).map(result).collect()
            },
            message!(
                |results, expected| "The results are {results:?}. Expected: {expected:?}.",
                "结果是 {results:?}，应当是 {expected:?}。"
            ),
        )
    }

    pub fn one_after_the_other() -> Oracle {
        let oracle = Oracle::new().cases(|_| vec![vec![2_u32, 1, 3]]).trace_is(
            "A task begins when the one before it is done.",
            "前一个任务做完，后一个才开始。",
            "trace",
            |steps: Vec<u32>| serial(&steps),
        );
        gives_results(oracle)
    }

    pub fn takes_turns() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![vec![2_u32, 1, 3], vec![2, 1, 2, 2]])
            .trace_is(
                "In each round every task that is not done gets one step, in the order of the list.",
                "每一轮里，每个尚未做完的任务按列表的次序恰好做一步。",
                "trace",
                |steps: Vec<u32>| by_turns(&steps),
            );
        gives_results(oracle)
    }

    /// In which threads the steps of each task are made: the first one is that of the caller.
    fn threads(history: &History) -> Vec<(u64, Vec<usize>)> {
        let mut all: Vec<(u64, Vec<usize>)> = Vec::new();
        for mark in history.marks("steps") {
            let task = mark.value.as_u64().unwrap_or_default();
            match all.iter_mut().find(|(known, _)| *known == task) {
                Some((_, threads)) if threads.contains(&mark.thread) => {}
                Some((_, threads)) => threads.push(mark.thread),
                None => all.push((task, vec![mark.thread])),
            }
        }
        all
    }

    /// Each task has a thread of its own.
    pub fn own_threads(oracle: Oracle) -> Oracle {
        oracle.always(
            "Each task is done in a new thread of its own.",
            "每个任务都在自己的新线程里完成。",
            |history| {
                let all = threads(history);
                for (index, (task, threads)) in all.iter().enumerate() {
                    let [thread] = threads[..] else {
                        return Err(Text::new(
                            format!("The steps of task {task} are made in several threads."),
                            format!("任务 {task} 的步骤在几个线程里进行。"),
                        ));
                    };
                    if thread == 0 {
                        return Err(Text::new(
                            format!("Task {task} is done in the thread that called `parallel`."),
                            format!("任务 {task} 在调用 `parallel` 的线程里完成。"),
                        ));
                    }
                    let earlier = &all[..index];
                    if let Some((other, _)) = earlier.iter().find(|(_, others)| others == threads) {
                        return Err(Text::new(
                            format!("Tasks {other} and {task} are done in one thread."),
                            format!("任务 {other} 和任务 {task} 在同一个线程里完成。"),
                        ));
                    }
                }
                Ok(())
            },
        )
    }

    /// All steps of each task are made.
    pub fn makes_all_steps(oracle: Oracle) -> Oracle {
        oracle.equals(
            "All steps of each task are made.",
            "每个任务的所有步骤都会做。",
            |results| results.values_of::<u32>("steps"),
            |results| {
                let steps: Vec<u32> = results.case();
                let all = (1..).zip(steps);
                let mut all: Vec<u32> = all
                    .flat_map(|(number, steps)| (0..steps).map(move |_| number))
                    .collect();
                all.sort_unstable();
                all
            },
            message!(
                |seen, expected| "The tasks of the steps that were made, sorted: {seen:?}. \
                 Expected: {expected:?}.",
                "做过的步骤所属的任务，排序后是 {seen:?}，应当是 {expected:?}。"
            ),
        )
    }

    pub fn at_the_same_time() -> Oracle {
        let oracle = Oracle::new()
            .cases(|_| vec![vec![1_u32, 1, 1]])
            .completes("All tasks come to their ends.", "所有任务都能做完。")
            .reaches(
                "All three tasks can be in a step at the same time.",
                "三个任务可以同时处在一步之中。",
                "step",
                3,
            );
        makes_all_steps(own_threads(oracle))
    }

    pub fn results_in_order() -> Oracle {
        Oracle::new().cases(|_| vec![vec![3_u32, 1, 2]]).equals(
            "The results come in the order of the tasks, whichever is done first.",
            "无论哪个任务先做完，结果都按任务的次序排列。",
            |results| results.value::<Vec<u32>>("results").unwrap_or_default(),
            |results| (1..).take(results.case::<Vec<u32>>().len()).collect(),
            message!(
                |results, expected| "The results are {results:?}. Expected: {expected:?}.",
                "结果是 {results:?}，应当是 {expected:?}。"
            ),
        )
    }
}
