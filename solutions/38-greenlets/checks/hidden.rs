// canary: e5b9ad25bcee7bdfe2f21f07c47def60
//! The hidden checks of exercise 38.

use kit::prelude::*;

kit::checks![
    follows_any_program,
    keeps_deep_stacks,
    goes_on_when_help_comes,
];

#[cfg(driver)]
mod scenarios {
    use super::*;
    use crate::public::scenarios::follow_rounds;

    /// Tasks made by chance.
    pub fn follows_any_program(case: &Case) {
        follow_rounds(case);
    }

    /// Many tasks that pause with many calls under way.
    pub fn keeps_deep_stacks(case: &Case) {
        follow_rounds(case);
    }

    /// A later round sends what an earlier one waits for.
    pub fn goes_on_when_help_comes(case: &Case) {
        follow_rounds(case);
    }
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Rounds,
        Step::{self, Pause, Receive, Send, Spawn},
        oracles::follows_the_rules,
    };

    /// Random programs.
    struct Programs(Random);

    impl Programs {
        fn steps(&mut self, depth: u64) -> Vec<Step> {
            let count = self.0.below(6);
            let step = |_| match self.0.below(8) {
                0..=2 => Pause,
                3 | 4 => Send(
                    self.0.index(7),
                    i64::try_from(self.0.below(90)).unwrap_or(0),
                ),
                5 if depth > 0 => Spawn(self.steps(depth - 1)),
                _ => Receive,
            };
            (0..count).map(step).collect()
        }

        fn rounds(&mut self) -> Rounds {
            let rounds = 1 + self.0.below(2);
            (0..rounds)
                .map(|_| {
                    let tasks = 1 + self.0.below(4);
                    (0..tasks).map(|_| self.steps(2)).collect()
                })
                .collect()
        }
    }

    pub fn follows_any_program() -> Oracle {
        follows_the_rules(|seed| {
            let mut programs = Programs(Random::new(seed));
            let mut cases = vec![
                // A grandchild outlives its parent, and its value goes to the grandparent.
                vec![vec![vec![
                    Spawn(vec![Spawn(vec![Pause, Pause, Pause])]),
                    Receive,
                    Receive,
                ]]],
                // A child outlives its parent, and its value goes to the main program.
                vec![vec![vec![Spawn(vec![Pause, Pause])], vec![Pause]]],
                // Two values for one who waits: it is in line once.
                vec![vec![
                    vec![Receive, Pause, Receive, Pause, Pause],
                    vec![Send(0, 1), Send(0, 2), Send(0, 3), Pause],
                    vec![Pause, Pause],
                ]],
                // Nobody is there any more, or was there ever.
                vec![vec![
                    vec![],
                    vec![Send(0, 1), Send(9, 2), Send(1, 3), Receive],
                ]],
                // Values that nobody fetches are no trouble.
                vec![vec![vec![Pause, Pause], vec![Send(0, 1), Send(0, 2)]]],
                // A new task, and one that was woken, stand behind those who are in line.
                vec![vec![
                    vec![Receive, Pause],
                    vec![Send(0, 4), Spawn(vec![Pause]), Pause, Pause],
                    vec![Pause, Pause],
                ]],
            ];
            cases.extend((0..60).map(|_| programs.rounds()));
            cases
        })
    }

    pub fn keeps_deep_stacks() -> Oracle {
        follows_the_rules(|_| vec![vec![vec![vec![Pause; 120]; 30]]])
    }

    pub fn goes_on_when_help_comes() -> Oracle {
        follows_the_rules(|_| {
            vec![
                vec![
                    vec![vec![Receive, Pause], vec![Pause], vec![Receive]],
                    vec![vec![Send(2, 1)]],
                    vec![vec![Pause, Send(0, 2)]],
                ],
                vec![
                    vec![vec![Spawn(vec![Receive]), Receive]],
                    vec![vec![Send(1, 3)]],
                    vec![vec![]],
                ],
            ]
        })
    }
}
