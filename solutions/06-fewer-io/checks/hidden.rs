// canary: 5dbda3f14f5dd3975e2bf9f8ae6f30d3
//! The hidden checks of exercise 06.

use kit::prelude::*;

kit::checks![any_writes, any_lines, goes_on_after_failures];

#[cfg(driver)]
mod scenarios {
    pub use crate::public::{
        reader::run as any_lines, writer::run as any_writes, writer::run as goes_on_after_failures,
    };
}

#[cfg(verdict)]
mod oracles {
    use super::*;
    use crate::public::{
        Answer::{self, All, Fails, Interrupted, Most},
        reader::{self, rules as reading},
        writer::{
            self,
            Op::{self, Close, Drop, Flush, Write},
            rules as writing,
        },
    };

    fn writes(capacity: usize, ops: &[Op], answers: &[Answer]) -> writer::Session {
        writer::Session {
            capacity,
            ops: ops.to_vec(),
            answers: answers.to_vec(),
        }
    }

    fn reads(capacity: usize, text: &str, answers: &[Answer]) -> reader::Session {
        reader::Session {
            capacity,
            text: text.to_owned(),
            answers: answers.to_vec(),
        }
    }

    /// Mostly short answers, and interruptions.
    fn answers(random: &mut Random, most: usize) -> Vec<Answer> {
        let one = |random: &mut Random| match random.below(5) {
            0 => Interrupted,
            1 => All,
            _ => Most(1 + random.index(most)),
        };
        let count = [0, 3, 12][random.index(3)];
        (0..count).map(|_| one(random)).collect()
    }

    pub fn any_writes() -> Oracle {
        writing::all(Oracle::new().cases(|seed| {
            let mut sessions = vec![
                // One byte at a time, and a capacity of one.
                writes(
                    1,
                    &[Write(1), Write(1), Write(3), Flush, Write(1), Drop],
                    &[],
                ),
                writes(7, &[[Write(1); 40].as_slice(), &[Close]].concat(), &[]),
                // A little more than half of the capacity, again and again.
                writes(100, &[[Write(51); 20].as_slice(), &[Drop]].concat(), &[]),
                writes(
                    64,
                    &[
                        Write(1),
                        Write(1_000),
                        Write(63),
                        Write(64),
                        Write(65),
                        Close,
                    ],
                    &[],
                ),
                // Larger than a byte, or two, can count.
                writes(300, &[Write(299), Write(2), Write(600), Drop], &[Most(255)]),
                writes(
                    4_096,
                    &[Write(70_000), Write(4_095), Write(2), Close],
                    &[Most(65_537)],
                ),
                // Nothing at all.
                writes(3, &[Drop], &[]),
                writes(3, &[Close], &[]),
                writes(3, &[Write(0), Flush, Write(0), Drop], &[]),
                // The drop, too, goes on after short writes and interruptions.
                writes(
                    9,
                    &[Write(8), Drop],
                    &[Most(1), Interrupted, Most(2), Interrupted],
                ),
                writes(
                    4,
                    &[Write(9), Write(2), Close],
                    &[Most(3), Most(3), Interrupted, Most(1)],
                ),
            ];
            let mut random = Random::new(seed ^ 0x10);
            for _ in 0..14 {
                let capacity = 1 + random.index(12);
                let mut ops: Vec<Op> = (0..random.index(14))
                    .map(|_| match random.below(6) {
                        0 => Flush,
                        1 => Write(random.index(4 * capacity + 1)),
                        _ => Write(random.index(capacity + 2)),
                    })
                    .collect();
                ops.push([Close, Drop][random.index(2)]);
                sessions.push(writes(capacity, &ops, &answers(&mut random, capacity + 2)));
            }
            sessions
        }))
    }

    pub fn any_lines() -> Oracle {
        reading::all(Oracle::new().cases(|seed| {
            let long = "0123456789".repeat(50);
            let mut sessions = vec![
                reads(1, "ab\n\nc", &[]),
                reads(5, "\n\n\n", &[]),
                reads(5, "no end", &[]),
                reads(4, "\u{ff}\u{80}a\n\u{c3}\n\u{e4}", &[]),
                reads(64, &format!("{long}\n{long}{long}\nshort\r\n"), &[]),
                reads(
                    300,
                    &format!("{long}\n\0\n{long}"),
                    &[Most(255), Interrupted, Most(1)],
                ),
                // The line end is the last byte of a piece, or the first one.
                reads(4, "abc\nabcd\nabcde\nab\n", &[]),
                // The end of the source comes alone, and after a line without an end.
                reads(3, "abc\nde", &[Most(4), Most(1), Most(1), Interrupted]),
                // A failure in the middle of a line, before the first one, and before the end.
                reads(4, "first\nsecond\n", &[Most(3), Fails, Most(2), All, Fails]),
                reads(8, "a\nb", &[Fails, Fails, Most(2), Fails, All, Fails]),
                reads(2, "xy", &[All, Interrupted, Fails, Interrupted]),
            ];
            let mut random = Random::new(seed ^ 0x11);
            for _ in 0..14 {
                let capacity = 1 + random.index(10);
                let bytes = (0..random.index(60)).map(|_| match random.below(4) {
                    0 => '\n',
                    1 => '\r',
                    _ => char::from(b'a' + random.below(26) as u8),
                });
                let text: String = bytes.collect();
                sessions.push(reads(capacity, &text, &answers(&mut random, capacity)));
            }
            sessions
        }))
    }

    pub fn goes_on_after_failures() -> Oracle {
        writing::all(Oracle::new().cases(|_| {
            vec![
                // A flush fails; the next one goes on where it stopped.
                writes(8, &[Write(5), Flush, Flush, Write(3), Close], &[Fails]),
                writes(8, &[Write(6), Flush, Flush, Close], &[Most(2), Fails]),
                writes(
                    8,
                    &[Write(6), Flush, Write(2), Flush, Close],
                    &[Most(2), Most(1), Fails, Interrupted],
                ),
                writes(
                    5,
                    &[Write(4), Flush, Flush, Flush, Drop],
                    &[Fails, Interrupted, Fails],
                ),
                // Nothing is taken.
                writes(8, &[Write(5), Flush, Flush, Close], &[Most(0)]),
                writes(8, &[Write(5), Flush, Flush, Close], &[Most(1), Most(0)]),
                // A write fails; what was accepted before is still there.
                writes(4, &[Write(3), Write(4), Flush, Close], &[Fails]),
                writes(4, &[Write(4), Write(9), Flush, Drop], &[Most(2), Fails]),
                writes(6, &[Write(5), Write(5), Close], &[Most(0)]),
                // The end fails.
                writes(4, &[Write(3), Close], &[Fails]),
                writes(4, &[Write(3), Close], &[Most(2), Most(0)]),
                writes(4, &[Write(3), Drop], &[Fails, Fails]),
            ]
        }))
    }
}
