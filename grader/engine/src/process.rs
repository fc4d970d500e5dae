//! Processes: groups of threads, each with a main thread.
//!
//! A process ends when its main thread does, and its other threads stop where they are: as after
//! `_exit`, no destructor runs for them while the program goes on. The program ends when its first
//! process does. Which thread that is must be [asked](Execution::ends_program): no thread is the
//! main one because of its number.
//!
//! All processes still share the statics. [`statics`](crate::statics) gives each execution the first
//! values; statics of a process would be exchanged where
//! [another thread goes on](crate::runtime::resume), which is one place.

use kernel::Signal;

use crate::{
    access::{Access, Resource, Resources},
    execution::Execution,
    op::TaskId,
    outcome::Outcome,
};

/// A process of an execution, numbered in order of its beginning.
pub(crate) type ProcessId = usize;

/// The process whose end is the end of the program.
const FIRST: ProcessId = 0;

/// To which process a new thread belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    /// To that of the thread that spawns it.
    Inherited,
    /// To a new one, as its main thread.
    New,
}

/// A process.
#[derive(Debug)]
struct Process {
    /// The thread with which it ends.
    main: TaskId,
    /// Its life: its threads' steps look at it, and its end changes it. None for the first one,
    /// whose end is that of all.
    life: Option<Resource>,
}

/// The processes of an execution.
#[derive(Debug, Default)]
pub(crate) struct Processes(Vec<Process>);

impl Processes {
    /// Adds a process that ends with the thread `main`.
    pub(crate) fn add(&mut self, main: TaskId, resources: &mut Resources) -> ProcessId {
        let life = (!self.0.is_empty()).then(|| resources.allocate(1));
        self.0.push(Process { main, life });
        self.0.len() - 1
    }

    /// Forgets all processes.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Execution {
    /// The thread with which the program ends.
    pub(crate) fn main_thread(&self) -> TaskId {
        self.processes.0[FIRST].main
    }

    /// Whether the end of `task` is that of the program.
    pub(crate) fn ends_program(&self, task: TaskId) -> bool {
        task == self.main_thread()
    }

    /// Whether the end of `task` is that of its process.
    pub(crate) fn ends_process(&self, task: TaskId) -> bool {
        self.processes.0[self.tasks[task].process].main == task
    }

    /// Whether the end of the current thread stops others.
    pub(crate) fn stops_others(&self) -> bool {
        let current = self.current;
        self.ends_process(current) && (0..self.tasks.len()).any(|task| self.outlives(task, current))
    }

    /// Whether `task` is still there when `main`, which ends a process, ends, and stops then.
    fn outlives(&self, task: TaskId, main: TaskId) -> bool {
        let shares_end =
            self.ends_program(main) || self.tasks[task].process == self.tasks[main].process;
        shares_end && task != main && !self.tasks[task].finished
    }

    /// Notes that the current step is one of a process that can end before the program.
    #[inline]
    pub(crate) fn look_at_life(&mut self, task: TaskId) {
        if self.is_watched()
            && let Some(life) = self.life_of(task)
        {
            self.note_access(life, Access::Read);
        }
    }

    /// Notes that the current step ends the current thread, which may end its process or all.
    pub(crate) fn note_end(&mut self) {
        let current = self.current;
        let stops_others = self.is_watched() && self.stops_others();
        match self.life_of(current) {
            None if self.ends_program(current) => self.footprint.ends_program = stops_others,
            Some(life) if stops_others => {
                self.access(life, Access::Write);
                self.footprint.stops_threads = true;
            }
            None | Some(_) => {}
        }
    }

    /// A signal ends the first process in the current step of one of its threads.
    pub(crate) fn end_by_signal(&mut self, signal: Signal) {
        let current = self.current;
        if self.is_watched() {
            let mut others = self.tasks.iter().enumerate();
            self.footprint.ends_program =
                others.any(|(task, state)| task != current && !state.finished);
        }
        self.finish_task(current);
        self.outcome.get_or_insert(Outcome::Killed(signal));
    }

    /// The life of the process of `task`, if it can end before the program.
    fn life_of(&self, task: TaskId) -> Option<Resource> {
        self.processes.0[self.tasks[task].process].life
    }

    /// `task` has ended, and with it maybe its process, or the program.
    pub(crate) fn end_process_of(&mut self, task: TaskId) {
        if self.ends_program(task) {
            self.outcome.get_or_insert(Outcome::Completed);
        } else if self.ends_process(task) {
            let stopped = (0..self.tasks.len()).filter(|&other| self.outlives(other, task));
            for other in stopped.collect::<Vec<_>>() {
                self.finish_task(other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeSet, panic::Location, rc::Rc};

    use super::*;
    use crate::{
        Config, Executed, Granularity, Strategy,
        objects::thread::{join, park, spawn, yield_now},
        runtime,
        strategy::{Bounded, Dpor, RandomWalk},
    };

    fn here() -> &'static Location<'static> {
        Location::caller()
    }

    fn spawn_process(main: impl FnOnce() + 'static) -> TaskId {
        runtime::spawn_task(None, here(), Box::new(main), Membership::New)
    }

    fn spawn_thread(body: impl FnOnce() + 'static) -> TaskId {
        spawn(None, here(), Box::new(body))
    }

    fn execute(program: impl FnOnce() + 'static) -> Executed {
        runtime::run(Config::default(), &mut RandomWalk::new(1), program)
    }

    fn park_forever() {
        loop {
            park(None, here());
        }
    }

    /// Sets a flag when it is dropped.
    struct SetOnDrop(Rc<Cell<bool>>);

    impl Drop for SetOnDrop {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }

    #[test]
    fn a_process_ends_with_its_main_thread_and_the_program_goes_on() {
        let (dropped, dropped_before_end) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(true)));
        let (value, seen) = (Rc::clone(&dropped), Rc::clone(&dropped_before_end));
        let executed = execute(move || {
            let flag = Rc::clone(&value);
            let process = spawn_process(move || {
                spawn_thread(move || {
                    let _value = SetOnDrop(value);
                    park_forever();
                });
                yield_now(here());
            });
            join(process, here());
            seen.set(flag.get());
        });
        assert!(
            matches!(executed.outcome, Outcome::Completed),
            "{executed:?}"
        );
        // The thread stopped with its process: it is no thread that the program left behind, and it
        // is unwound when all is over.
        assert!(executed.leaked.is_empty(), "{:?}", executed.leaked);
        assert!(dropped.get());
        assert!(!dropped_before_end.get());
    }

    #[test]
    fn the_program_ends_with_its_first_process_and_the_others_are_left_behind() {
        let executed = execute(|| {
            spawn_process(park_forever);
        });
        assert!(
            matches!(executed.outcome, Outcome::Completed),
            "{executed:?}"
        );
        let leaked: Vec<_> = executed.leaked.iter().map(|leaked| leaked.task).collect();
        assert_eq!(leaked, [1]);
    }

    #[test]
    fn a_panic_that_ends_another_process_is_no_panic_of_the_program() {
        let executed = execute(|| {
            let process = spawn_process(|| {
                spawn_thread(park_forever);
                panic!("on purpose");
            });
            join(process, here());
        });
        assert!(
            matches!(executed.outcome, Outcome::Completed),
            "{executed:?}"
        );
        let panic = executed.unhandled.expect("nobody took it");
        assert_eq!((panic.task, panic.message.as_str()), (1, "on purpose"));
    }

    /// How many steps a thread of a process takes before that ends, in all executions of a search.
    fn steps_before_the_end<S: Strategy>(
        mut search: S,
        advance: impl Fn(&mut S) -> bool,
    ) -> BTreeSet<u32> {
        let config = Config {
            granularity: Granularity::Coarse,
            ..Config::default()
        };
        let mut seen = BTreeSet::new();
        loop {
            let taken = Rc::new(Cell::new(0));
            let count = Rc::clone(&taken);
            let executed = runtime::run(config.clone(), &mut search, move || {
                let process = spawn_process(move || {
                    spawn_thread(move || {
                        for step in 1..=3 {
                            count.set(step);
                            yield_now(here());
                        }
                    });
                });
                join(process, here());
            });
            if matches!(executed.outcome, Outcome::Completed) {
                seen.insert(taken.get());
            }
            if !advance(&mut search) {
                return seen;
            }
        }
    }

    #[test]
    fn threads_are_stopped_after_each_of_their_steps_and_reduction_loses_none() {
        let all = steps_before_the_end(Bounded::exhaustive(), Bounded::advance);
        assert_eq!(all, BTreeSet::from([0, 1, 2, 3]));
        assert_eq!(steps_before_the_end(Dpor::new(), Dpor::advance), all);
    }
}
