//! Cuts a failing schedule down: fewest preemptions, then fewest context switches.
//!
//! The idea is Zeller's delta debugging (TSE 2002) on runs of steps of one thread.

use interleave::{Choice, Schedule};

/// What a schedule costs a reader, in order of weight: preemptions and unforced choices,
/// context switches, steps.
pub(super) type Cost = (u32, u32, u32);

/// A failing schedule and its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failing {
    pub(super) schedule: Schedule,
    pub(super) cost: Cost,
}

/// Makes `failing` cheaper as long as `run` finds that a changed schedule, followed as
/// far as it is possible, still fails in the same way. Runs at most `budget` schedules.
pub(super) fn minimise(
    mut failing: Failing,
    mut budget: usize,
    mut run: impl FnMut(&Schedule) -> Option<Failing>,
) -> Failing {
    'again: loop {
        let schedule = failing.schedule.clone();
        for candidate in candidates(&schedule) {
            if budget == 0 {
                return failing;
            }
            budget -= 1;
            if let Some(found) = run(&candidate)
                && found.cost < failing.cost
            {
                failing = found;
                continue 'again;
            }
        }
        return failing;
    }
}

/// Schedules that are a little simpler than `schedule`, made one at a time: a long one has very
/// many.
fn candidates(schedule: &Schedule) -> impl Iterator<Item = Schedule> {
    let runs: Vec<&[Choice]> = schedule.0.chunk_by(|a, b| task(a) == task(b)).collect();
    let quarters = [runs.len() / 4, runs.len() / 2, runs.len() * 3 / 4];
    // End early, and go on without preemptions.
    let early: Vec<_> = quarters.map(|length| join(&runs[..length])).into();
    let changed = (0..runs.len()).flat_map(move |at| {
        let merged = merged(&runs, at).map(|merged| join(&merged));
        // Leave the run out.
        let mut without = runs.clone();
        without.remove(at);
        merged.into_iter().chain([join(&without)])
    });
    early.into_iter().chain(changed)
}

/// The runs if the thread of the one at `at` goes on at once with what it does later anyway.
fn merged<'a>(runs: &[&'a [Choice]], at: usize) -> Option<Vec<&'a [Choice]>> {
    let mut others = runs.iter().enumerate().skip(at + 2);
    let (other, _) = others.find(|(_, other)| task(&other[0]) == task(&runs[at][0]))?;
    let mut merged = runs.to_vec();
    let moved = merged.remove(other);
    merged.insert(at + 1, moved);
    Some(merged)
}

fn join(runs: &[&[Choice]]) -> Schedule {
    Schedule(runs.concat())
}

/// Whose choice it is; picks belong to the thread that notifies.
fn task(choice: &Choice) -> Option<usize> {
    match choice {
        Choice::Run(task, _) => Some(*task),
        Choice::Pick(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use interleave::Wake;

    use super::*;

    fn schedule(tasks: &[usize]) -> Schedule {
        Schedule(
            tasks
                .iter()
                .map(|&t| Choice::Run(t, Wake::Normal))
                .collect(),
        )
    }

    fn switches(schedule: &Schedule) -> u32 {
        schedule
            .0
            .windows(2)
            .filter(|pair| pair[0] != pair[1])
            .count() as u32
    }

    #[test]
    fn a_schedule_that_must_only_let_one_thread_precede_another_loses_all_other_switches() {
        // It fails if thread 2 takes a step before thread 1 takes its last.
        let fails = |s: &Schedule| {
            let mut steps = s.0.clone();
            // What is left out is run at the end, thread after thread.
            for (task, count) in [(1, 4), (2, 4)] {
                let step = Choice::Run(task, Wake::Normal);
                let missing = count - steps.iter().filter(|&&c| c == step).count().min(count);
                steps.extend(vec![step; missing]);
            }
            let first = steps
                .iter()
                .position(|&c| c == Choice::Run(2, Wake::Normal))?;
            let last = steps
                .iter()
                .rposition(|&c| c == Choice::Run(1, Wake::Normal))?;
            let schedule = Schedule(steps);
            let cost = (0, switches(&schedule), schedule.0.len() as u32);
            (first < last).then_some(Failing { schedule, cost })
        };
        let long = fails(&schedule(&[1, 2, 1, 2, 1, 2, 1, 2])).expect("it fails");
        let short = minimise(long, 200, fails);
        assert!(switches(&short.schedule) <= 2, "{short:?}");
    }
}
