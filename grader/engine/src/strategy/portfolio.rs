//! Samplers and searches that take turns, the most successful more often: none is best on
//! every program. `docs/benchmarks.md` has what each needs on its own.
//!
//! The opening is for small programs. The race of two threads over a counter shows itself
//! as soon as it is turned round, and samplers would need luck for that. What the first
//! executions tell about the lengths of threads serves the uniform walks. One of them is in the
//! order of time, as on an idle machine: samplers let a thread that sleeps for an hour go on at any time.

use Turn::{Pct2, Pct3, Pos, Reduce, Reversal, Time, Uniform, Walk};

use super::{ByTime, Dpor, Lengths, Pct, Pos as PosSampler, RandomWalk, Strategy, Urw};
use crate::{config::Config, execution::Executed, outcome::Outcome};

/// What takes a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// A random walk at first, then a race of it turned round and another walk from there.
    Reversal,
    /// The random walk.
    Walk,
    /// The uniform random walk.
    Uniform,
    /// Partial-order sampling.
    Pos,
    /// PCT for bugs of two ordering constraints.
    Pct2,
    /// PCT for bugs of three.
    Pct3,
    /// Partial-order reduction in its own order, from the execution without preemptions.
    Reduce,
    /// The one schedule in the order of virtual time.
    Time,
}

/// The first turns.
const OPENING: [Turn; 17] = [
    Reversal, Reversal, Uniform, Uniform, Walk, Uniform, Uniform, Uniform, Walk, Uniform, Uniform,
    Uniform, Time, Reduce, Reduce, Reduce, Reduce,
];

/// The turns after them, again and again.
const ROUND: [Turn; 18] = [
    Walk, Uniform, Pos, Uniform, Walk, Uniform, Uniform, Walk, Uniform, Pct3, Walk, Uniform,
    Uniform, Pos, Uniform, Uniform, Walk, Pct2,
];

fn turn(number: u64) -> Turn {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let after = || ROUND[(number - OPENING.len()) % ROUND.len()];
    OPENING.get(number).copied().unwrap_or_else(after)
}

/// Chooses the strategy of each execution of a search.
#[derive(Debug)]
pub struct Portfolio {
    seed: u64,
    lengths: Lengths,
    /// The searches of the opening, as long as they are of use.
    turning: Option<Box<Dpor>>,
    reducing: Option<Box<Dpor>>,
    /// The sampler of the current execution.
    sampler: Box<dyn Strategy + Send>,
}

impl Portfolio {
    /// The executions by which it learns how long threads are.
    pub const LEARNING: u64 = 8;

    /// A portfolio that depends on `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            lengths: Lengths::default(),
            turning: Some(Box::new(Dpor::random(mix(seed)))),
            reducing: Some(Box::default()),
            sampler: Box::new(RandomWalk::new(seed)),
        }
    }

    /// Runs `body` as execution `number`; nothing comes of it if it would repeat what was
    /// seen. The [`LEARNING`](Self::LEARNING) first executions come first, in order. All of
    /// those after the opening then depend on the seed and their numbers alone.
    pub fn run(
        &mut self,
        number: u64,
        config: Config,
        body: impl FnOnce() + 'static,
    ) -> Option<Executed> {
        let executed = crate::run(config, self.strategy(number), body);
        self.learn(number, &executed).then_some(executed)
    }

    /// The strategy of execution `number`, for a caller that runs it and then lets the portfolio
    /// [`learn`](Self::learn).
    pub fn strategy(&mut self, number: u64) -> &mut dyn Strategy {
        self.sampler = self.sampler(number);
        let search = match turn(number) {
            Reversal => self.turning.as_deref_mut(),
            Reduce => self.reducing.as_deref_mut(),
            Walk | Uniform | Pos | Pct2 | Pct3 | Time => None,
        };
        match search {
            Some(search) => search,
            None => &mut *self.sampler,
        }
    }

    /// Takes in what came of execution `number`, and whether anything did: a search gives
    /// up what would repeat what it has seen, and is no good where threads spin or where
    /// the program does not repeat itself. That is for the samplers to judge.
    pub fn learn(&mut self, number: u64, executed: &Executed) -> bool {
        let mut is_new = true;
        if let Some(turn) = self.search(turn(number))
            && let Some(search) = turn
        {
            let astray = matches!(
                executed.outcome,
                Outcome::NoProgress(_) | Outcome::Diverged { .. }
            );
            is_new = !astray;
            let lost = astray && !search.was_pruned()
                || executed.finer.is_some()
                || executed.opaque
                || search.exceeds_thread_limit();
            if lost || !search.advance() {
                *turn = None;
            }
        }
        if number < Self::LEARNING && is_new {
            self.lengths.add(&executed.schedule);
        }
        is_new
    }

    /// The search whose turn it is, if it is one's.
    fn search(&mut self, turn: Turn) -> Option<&mut Option<Box<Dpor>>> {
        match turn {
            Reversal => Some(&mut self.turning),
            Reduce => Some(&mut self.reducing),
            Walk | Uniform | Pos | Pct2 | Pct3 | Time => None,
        }
    }

    /// The sampler for execution `number`; a walk stands in for a search that has ended.
    fn sampler(&self, number: u64) -> Box<dyn Strategy + Send> {
        let seed = mix(self.seed ^ mix(number));
        match turn(number) {
            Reversal | Reduce | Walk => Box::new(RandomWalk::new(seed)),
            Time => Box::new(ByTime::default()),
            Uniform => Box::new(Urw::new(seed, &self.lengths)),
            Pos => Box::new(PosSampler::new(seed)),
            Pct2 => Box::new(Pct::new(seed, 2, &self.lengths)),
            Pct3 => Box::new(Pct::new(seed, 3, &self.lengths)),
        }
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::*;
    use crate::{
        objects::thread::{join, spawn, yield_now},
        schedule::Schedule,
    };

    fn program() {
        let here = Location::caller();
        let threads = [3, 2, 4].map(|steps| {
            spawn(
                None,
                here,
                Box::new(move || (0..steps).for_each(|_| yield_now(here))),
            )
        });
        for thread in threads {
            join(thread, here);
        }
    }

    fn run(portfolio: &mut Portfolio, number: u64) -> Schedule {
        let executed = crate::run(Config::default(), portfolio.strategy(number), program);
        portfolio.learn(number, &executed);
        executed.schedule
    }

    #[test]
    fn every_sampler_has_its_turns() {
        let of_a_round: Vec<_> = (0..35).map(turn).collect();
        for sampler in [Reversal, Walk, Uniform, Pos, Pct2, Pct3, Reduce, Time] {
            assert!(of_a_round.contains(&sampler), "{sampler:?}");
        }
        assert_eq!(turn(17), turn(17 + 18 * 1000));
    }

    #[test]
    fn equal_seeds_make_equal_schedules_and_others_do_not() {
        let all = |seed| {
            let mut portfolio = Portfolio::new(seed);
            (0..60)
                .map(|number| run(&mut portfolio, number))
                .collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
    }

    #[test]
    fn after_the_opening_a_schedule_depends_on_its_number_and_not_on_those_before() {
        let mut whole = Portfolio::new(7);
        let all: Vec<_> = (0..60).map(|number| run(&mut whole, number)).collect();
        let mut learned = Portfolio::new(7);
        for number in 0..Portfolio::LEARNING {
            run(&mut learned, number);
        }
        for number in [59, 23, 40] {
            assert_eq!(run(&mut learned, number), all[number as usize], "{number}");
        }
    }
}
