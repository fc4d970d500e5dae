// canary: dc4c85ec263914b9aa84d526aa2a075a
//! The hidden checks of exercise 03.

use kit::prelude::*;

kit::checks![any_pile];

#[cfg(driver)]
mod scenarios {
    pub use crate::public::scenarios::run as any_pile;
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Job,
        oracles::{in_order, job, summed_up},
    };

    pub fn any_pile() -> Oracle {
        summed_up(in_order(Oracle::new().cases(|seed| {
            let mut random = Random::new(seed ^ 0xba7c4);
            let mut piles = known();
            for round in 0..60 {
                let count = [2, 3, 5, 9, 40][round % 5];
                piles.push(pile(&mut random, count));
            }
            piles
        })))
    }

    /// Piles in which a mistake is known to show.
    fn known() -> Vec<Vec<Job>> {
        let bursts = |id, arrival, bursts: &[(u64, bool)]| Job {
            id,
            arrival,
            bursts: bursts.to_vec(),
        };
        vec![
            // Bursts of one kind follow each other, and IO comes first and last.
            vec![bursts(
                8,
                1,
                &[(2, false), (3, false), (1, true), (4, true), (2, false)],
            )],
            // Only IO; the next one arrives at the moment at which it is done.
            vec![bursts(0, 3, &[(6, false)]), job(u32::MAX, 9, &[2])],
            // Three arrive together, against the order of their numbers.
            vec![
                job(30, 6, &[1]),
                job(20, 6, &[2, 1, 1]),
                job(10, 6, &[3]),
                job(40, 5, &[4]),
            ],
            // The one without bursts comes first, in the middle, last.
            vec![
                job(1, 2, &[]),
                job(2, 4, &[3]),
                job(3, 5, &[]),
                job(4, 6, &[1]),
                job(5, 20, &[]),
            ],
            vec![job(2, 0, &[]), job(1, 0, &[])],
            // Times for which 32 bits are too few.
            vec![
                job(1, 1 << 33, &[1 << 32, 1 << 34, 3]),
                job(2, 5, &[(1 << 31) + 1, 1 << 31]),
                job(3, (1 << 53) + 1, &[1, 2, 1]),
            ],
        ]
    }

    fn pile(random: &mut Random, count: usize) -> Vec<Job> {
        let latest = [1, 6, 30, 200][random.index(4)];
        let job = |index: usize, random: &mut Random| Job {
            id: (index as u32 * 7_919) % 1_000 + random.below(2) as u32 * 70_000,
            arrival: random.below(latest),
            bursts: (0..random.below(6))
                .map(|_| (1 + random.below(9), random.below(5) < 3))
                .collect(),
        };
        (0..count).map(|index| job(index, random)).collect()
    }
}
