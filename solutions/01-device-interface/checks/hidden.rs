// canary: 1fd5b5a4ca299898eca66bdc818b308e
//! The hidden checks of exercise 01.

use kit::prelude::*;

kit::checks![gives_few_commands, passes_failures_on, any_accesses];

#[cfg(driver)]
mod scenarios {
    pub use crate::public::scenarios::run as gives_few_commands;
    pub use crate::public::scenarios::run as passes_failures_on;
    pub use crate::public::scenarios::run as any_accesses;
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Bad, SECTOR, Session, Step,
        oracles::{agrees, is_economical, keeps_the_protocol, session, write},
    };

    fn judged(oracle: Oracle) -> Oracle {
        is_economical(keeps_the_protocol(agrees(oracle)))
    }

    fn text(length: usize) -> String {
        (0..length)
            .map(|at| char::from(b'A' + (at % 26) as u8))
            .collect()
    }

    pub fn gives_few_commands() -> Oracle {
        judged(Oracle::new().cases(|_| {
            let steps = vec![
                write(32, &text(16)),
                write(0, &text(48)),
                write(7, &text(50)),
                write(40, &text(8)),
                Step::Read(5, 70),
                Step::Read(48, 16),
                Step::Read(50, 0),
                write(50, ""),
                write(64, &text(1)),
            ];
            vec![session(5, &[0, 2], steps)]
        }))
    }

    pub fn passes_failures_on() -> Oracle {
        judged(Oracle::new().cases(|_| {
            let mut sessions = Vec::new();
            for how in [Bad::Both, Bad::Write, Bad::AfterWrite] {
                for bad in [0, 2, 5] {
                    let at = usize::from(bad) * SECTOR;
                    let steps = vec![
                        write(at, &text(16)),
                        Step::Read(at.saturating_sub(20), 30),
                        write(at.saturating_sub(20), &text(50)),
                        Step::Read(48, 16),
                        write(at + 3, "!"),
                        write(3 * SECTOR, &text(16)),
                        Step::Read(0, 96),
                    ];
                    sessions.push(Session {
                        bad: vec![(bad, how)],
                        ..session(6, &[1, 0, 3], steps)
                    });
                }
            }
            // Two bad ones: the lower is told.
            sessions.push(Session {
                bad: vec![(3, Bad::Both), (1, Bad::AfterWrite)],
                ..session(
                    5,
                    &[0],
                    vec![write(4, &text(70)), Step::Read(0, 60), write(33, "ab")],
                )
            });
            sessions
        }))
    }

    fn any_session(random: &mut Random) -> Session {
        let sectors = [1, 2, 5, 12, 300][random.index(5)];
        let size = usize::from(sectors) * SECTOR;
        let busy: Vec<u32> = (0..1 + random.index(4))
            .map(|_| random.below(5) as u32)
            .collect();
        let mut steps = Vec::new();
        for _ in 0..12 {
            // Close to an edge of a sector, in half of all cases.
            let edge = random.index(usize::from(sectors) + 1) * SECTOR;
            let offset = if random.below(2) == 0 {
                (edge + random.index(3)).saturating_sub(1)
            } else {
                random.index(size + 2)
            };
            let length = [random.index(4), random.index(20), random.index(80), 16][random.index(4)];
            steps.push(if random.below(2) == 0 {
                Step::Read(offset, length)
            } else {
                write(offset, &text(26 + length)[26..])
            });
        }
        let mut bad = Vec::new();
        if random.below(3) == 0 {
            let how = [Bad::Both, Bad::Write, Bad::AfterWrite][random.index(3)];
            bad.push((random.below(u64::from(sectors)) as u16, how));
        }
        Session {
            bad,
            ..session(sectors, &busy, steps)
        }
    }

    pub fn any_accesses() -> Oracle {
        judged(Oracle::new().cases(|seed| {
            let mut random = Random::new(seed ^ 0xd15c);
            let far = vec![
                write(255 * SECTOR + 8, &text(20)),
                Step::Read(254 * SECTOR, 60),
                write(256 * SECTOR, &text(16)),
                Step::Read(0, 16),
                write(2, "low"),
                Step::Read(258 * SECTOR + 1, 20),
                write(usize::MAX - 3, "wxyz"),
                write(usize::MAX - 15, &text(20)),
                Step::Read(usize::MAX - 63, 80),
            ];
            let last = vec![
                write(65_534 * SECTOR + 15, "ab"),
                write(65_534 * SECTOR + 15, "z"),
                Step::Read(65_533 * SECTOR, 32),
                Step::Read(65_535 * SECTOR, 0),
            ];
            let long = vec![
                Step::Read(1, 4_700),
                write(17, &text(4_000)),
                Step::Read(0, 4_800),
            ];
            let zeros = vec![
                write(16, &"\0".repeat(16)),
                write(5, "a\0"),
                write(32, "bcdefghijklmno\0\0"),
                Step::Read(0, 48),
            ];
            let steps = vec![write(20, &text(60)), Step::Read(0, 96), write(60, "abc")];
            let broken = |bad, how| Session {
                bad: vec![(bad, how)],
                ..session(6, &[2, 0], steps.clone())
            };
            let mut sessions = vec![
                session(3, &[1], zeros),
                broken(2, Bad::AfterWrite),
                broken(3, Bad::Both),
                session(300, &[3, 1], far),
                session(u16::MAX, &[0, 1], last),
                session(300, &[1], long),
                // It is busy for long, and once for very long.
                session(
                    2,
                    &[40, 300, 7],
                    vec![write(9, &text(14)), Step::Read(0, 32)],
                ),
            ];
            sessions.extend((0..40).map(|_| any_session(&mut random)));
            sessions
        }))
    }
}
