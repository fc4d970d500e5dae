// canary: 2cb5997af6542420109c2db19f856027
//! The hidden checks of exercise 04.

use kit::prelude::*;

kit::checks![
    is_never_worse_than_batch,
    bounds_response,
    preempts_at_once,
    keeps_every_rule,
];

#[cfg(driver)]
mod scenarios {
    use super::Case;
    use crate::public::scenarios::run;

    /// Switches for nothing; any other policy.
    pub fn is_never_worse_than_batch(case: &Case) {
        run(case);
    }

    /// Many jobs, a quantum, and a switch cost.
    pub fn bounds_response(case: &Case) {
        run(case);
    }

    /// More urgent jobs arrive during runs and during switches.
    pub fn preempts_at_once(case: &Case) {
        run(case);
    }

    /// Anything.
    pub fn keeps_every_rule(case: &Case) {
        run(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::Oracle;
    use crate::public::{Job, Load, inputs::*, rules::*};

    pub fn is_never_worse_than_batch() -> Oracle {
        let cases = |seed| {
            let mut cases = vec![
                load(vec![job(4, 2, &[1, 9, 1]), job(9, 0, &[2, 7, 3])]),
                // Nobody is there for a while.
                load(vec![job(4, 50, &[2, 5, 1]), job(9, 3, &[4, 4, 1])]),
            ];
            let mut dice = Dice::new(seed ^ 0xba7c);
            for _ in 0..30 {
                let (count, longest) = (dice.roll(2, 6), dice.roll(3, 12));
                let jobs = jobs(&mut dice, count, 4, longest);
                cases.push(Load {
                    quantum: [None, Some(dice.roll(1, 5))][dice.roll(0, 1) as usize],
                    priorities: dice.roll(0, 1) == 1,
                    ..load(jobs)
                });
            }
            cases
        };
        oracle(cases, &[Rule::Batch, Rule::Idle, Rule::Switch])
    }

    pub fn bounds_response() -> Oracle {
        let cases = |seed| {
            let crowd = (1..=5).map(|id| job(id, 0, &[11])).collect();
            let mut cases = vec![Load {
                quantum: Some(3),
                switch_cost: 1,
                ..load(crowd)
            }];
            let mut dice = Dice::new(seed ^ 0xb0d);
            for _ in 0..25 {
                let (count, longest) = (dice.roll(4, 7), dice.roll(6, 14));
                let jobs = jobs(&mut dice, count, 2, longest);
                cases.push(Load {
                    quantum: Some(dice.roll(1, 5)),
                    switch_cost: dice.roll(0, 2),
                    ..load(jobs)
                });
            }
            cases
        };
        oracle(cases, &[Rule::Idle, Rule::Quantum, Rule::Response])
    }

    pub fn preempts_at_once() -> Oracle {
        let cases = |seed| {
            let mut cases = vec![
                Load {
                    priorities: true,
                    switch_cost: 2,
                    ..load(vec![ranked(5, 1, 0, &[8]), ranked(2, 3, 4, &[3, 2, 1])])
                },
                // It comes while the CPU switches to the other one.
                Load {
                    priorities: true,
                    switch_cost: 3,
                    ..load(vec![ranked(5, 1, 0, &[8]), ranked(2, 3, 1, &[4])])
                },
            ];
            let mut dice = Dice::new(seed ^ 0x9e7);
            for _ in 0..30 {
                let (count, longest) = (dice.roll(3, 6), dice.roll(4, 9));
                let jobs = jobs(&mut dice, count, 2, longest);
                cases.push(Load {
                    quantum: [None, Some(dice.roll(2, 5))][dice.roll(0, 1) as usize],
                    priorities: true,
                    switch_cost: dice.roll(1, 4),
                    ..load(jobs)
                });
            }
            cases
        };
        let rules = [Rule::Idle, Rule::Switch, Rule::Urgent, Rule::Kept];
        oracle(cases, &rules)
    }

    /// Gives jobs any numbers and priorities that there are.
    fn rename(dice: &mut Dice, jobs: &mut [Job]) {
        const MARKS: [u64; 5] = [0, 1 << 8, 1 << 16, 1 << 31, 1 << 32];
        let mut any = |index: u64| {
            let mark = MARKS[dice.roll(0, 4) as usize];
            // On both sides of what fits into fewer bits.
            let number = if dice.roll(0, 1) == 0 {
                mark + index
            } else {
                mark.wrapping_sub(1 + index)
            };
            u32::try_from(number % (1 << 32)).unwrap_or(0)
        };
        for index in 0..jobs.len() {
            let id = (0..)
                .map(|_| any(index as u64))
                .find(|id| jobs[..index].iter().all(|job| job.id != *id));
            jobs[index].id = id.unwrap_or(0);
            jobs[index].priority = any(index as u64 % 2);
        }
    }

    pub fn keeps_every_rule() -> Oracle {
        let cases = |seed| {
            let mut cases = vec![
                load(Vec::new()),
                Load {
                    quantum: Some(4),
                    switch_cost: 5,
                    ..load(vec![job(8, 6, &[9, 1, 4])])
                },
                load(vec![job(8, 5, &[3]), job(3, 2, &[3]), job(4, 3, &[3])]),
                Load {
                    quantum: Some(1),
                    priorities: true,
                    ..load(vec![ranked(9, 4, 0, &[3]), ranked(1, 4, 0, &[2, 1, 2])])
                },
                // A job that the CPU switched to gives way, and keeps its place.
                Load {
                    priorities: true,
                    switch_cost: 3,
                    ..load(vec![
                        ranked(6, 2, 1, &[7]),
                        ranked(7, 2, 3, &[4]),
                        ranked(5, 4, 2, &[2]),
                    ])
                },
            ];
            let mut dice = Dice::new(seed ^ 0xa11);
            for round in 0..60 {
                let count = if round % 3 == 0 {
                    dice.roll(7, 40)
                } else {
                    dice.roll(2, 6)
                };
                let (longest, most) = (dice.roll(2, 10), [3, 3, 20][dice.roll(0, 2) as usize]);
                let mut jobs = jobs(&mut dice, count, 3, longest);
                rename(&mut dice, &mut jobs);
                cases.push(Load {
                    quantum: [None, Some(dice.roll(1, 6))][dice.roll(0, 1) as usize],
                    priorities: dice.roll(0, 2) > 0,
                    switch_cost: dice.roll(0, most),
                    ..load(jobs)
                });
            }
            cases
        };
        let rules = [
            Rule::Batch,
            Rule::Idle,
            Rule::Switch,
            Rule::Urgent,
            Rule::Quantum,
            Rule::Response,
            Rule::Queue,
            Rule::Kept,
        ];
        oracle(cases, &rules)
    }
}
