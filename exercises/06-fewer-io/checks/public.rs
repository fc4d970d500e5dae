//! The checks of exercise 06 that you see.

use kit::{
    prelude::*,
    serde::{Deserialize, Serialize},
};

pub mod reader;
pub mod writer;

kit::checks![
    writes_in_large_pieces,
    loses_nothing,
    reads_in_large_pieces,
    through_a_pipe,
];

/// What a device answers to a call. When the answers are used up, it is [`Answer::All`] for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Answer {
    /// It takes, or gives, all that it can.
    All,
    /// At most so many bytes.
    Most(usize),
    Interrupted,
    /// There is no room on the device, or it cannot be read.
    Fails,
}

/// A call of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Call {
    /// How many bytes were offered, or for how many there was room.
    pub size: usize,
    /// How many were taken, or given; nothing if it failed.
    pub moved: Option<usize>,
    /// It failed with `Interrupted`.
    pub interrupted: bool,
}

impl Call {
    /// It ends the call of the writer or of the reader.
    pub fn fails(self) -> bool {
        self.moved.is_none() && !self.interrupted
    }
}

/// The byte at a place of everything that is written.
pub fn byte(place: usize) -> u8 {
    b'!' + ((place + place / 91) % 91) as u8
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::{Answer, Call, Case, call, mark};
    use fewer_io::{BufferedWriter, LineReader};
    use std::{
        cell::Cell,
        io::{self, IoSlice, Write},
        rc::Rc,
    };

    pub use super::reader::run as reads_in_large_pieces;
    pub use super::writer::run as loses_nothing;
    pub use super::writer::run as writes_in_large_pieces;

    /// The answers of a device, one after the other.
    pub struct Script(std::vec::IntoIter<Answer>);

    impl Script {
        pub fn new(answers: Vec<Answer>) -> Self {
            Self(answers.into_iter())
        }

        /// What becomes of a call about so many bytes, and the call as it is recorded.
        pub fn answer(&mut self, size: usize, can: usize) -> (io::Result<usize>, Call) {
            let failed = |kind: io::ErrorKind, interrupted| {
                let moved = None;
                let call = Call {
                    size,
                    moved,
                    interrupted,
                };
                (Err(kind.into()), call)
            };
            let moved = match self.0.next() {
                Some(Answer::Interrupted) => return failed(io::ErrorKind::Interrupted, true),
                Some(Answer::Fails) => return failed(io::ErrorKind::StorageFull, false),
                Some(Answer::Most(most)) => can.min(most),
                Some(Answer::All) | None => can,
            };
            let call = Call {
                size,
                moved: Some(moved),
                interrupted: false,
            };
            (Ok(moved), call)
        }
    }

    /// A pipe that counts.
    struct Counted<W> {
        inner: W,
        calls: Rc<Cell<u32>>,
    }

    impl<W: Write> Write for Counted<W> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls.set(self.calls.get() + 1);
            self.inner.write(bytes)
        }

        fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            self.write(
                &slices
                    .iter()
                    .flat_map(|slice| slice.to_vec())
                    .collect::<Vec<u8>>(),
            )
        }

        fn flush(&mut self) -> io::Result<()> {
            self.inner.flush()
        }
    }

    /// A child writes, and its parent reads line by line.
    pub fn through_a_pipe(_: &Case) {
        let (source, sink) = io::pipe().expect("there is room for a pipe");
        let mut ends = Some((source, sink));
        let child = os::fork(|| {
            let Some((source, sink)) = ends.take() else {
                return 1;
            };
            drop(source);
            let calls = Rc::new(Cell::new(0));
            let inner = Counted {
                inner: sink,
                calls: Rc::clone(&calls),
            };
            let mut writer = BufferedWriter::new(4, inner);
            for piece in ["ab", "\ncd", "e\n", "\n", "f"] {
                if writer.write(piece.as_bytes()).is_err() {
                    return 2;
                }
            }
            let closed = writer.close().is_ok();
            mark("calls", calls.get());
            i32::from(!closed)
        });
        let mut child = child.expect("there is room for a process");
        let Some((source, sink)) = ends.take() else {
            return;
        };
        drop(sink);
        let mut reader = LineReader::new(3, source);
        for _ in 0..6 {
            call("next_line", (), || match reader.next_line() {
                Ok(Some(line)) => String::from_utf8_lossy(&line).into_owned(),
                Ok(None) => "None".to_owned(),
                Err(error) => error.to_string(),
            });
        }
        drop(reader);
        mark("child", format!("{:?}", child.wait()));
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::{
        Answer::{All, Interrupted, Most},
        *,
    };
    use reader::rules as reading;
    use writer::{
        Op::{Close, Drop, Flush, Write},
        rules as writing,
    };

    pub fn writes_in_large_pieces() -> Oracle {
        writing::all(Oracle::new().cases(|_| {
            let session = |capacity, ops: &[writer::Op]| writer::Session {
                capacity,
                ops: ops.to_vec(),
                answers: Vec::new(),
            };
            vec![
                session(4, &[Write(2), Write(3), Write(1), Flush, Write(1), Close]),
                session(
                    8,
                    &[
                        Write(5),
                        Write(5),
                        Write(5),
                        Write(5),
                        Write(5),
                        Write(5),
                        Drop,
                    ],
                ),
                // Exactly full, and nothing to hand on.
                session(4, &[Flush, Write(4), Flush, Flush, Write(0), Close]),
                session(5, &[Write(23), Write(2), Write(9), Drop]),
            ]
        }))
    }

    pub fn loses_nothing() -> Oracle {
        writing::all(Oracle::new().cases(|_| {
            let ops = [
                Write(3),
                Write(4),
                Write(6),
                Flush,
                Write(2),
                Write(11),
                Close,
            ];
            let session = |capacity, answers: &[Answer]| writer::Session {
                capacity,
                ops: ops.to_vec(),
                answers: answers.to_vec(),
            };
            vec![
                session(4, &[Most(1), All, Most(2), Most(1)]),
                session(4, &[Interrupted, Interrupted, All, Interrupted]),
                session(
                    6,
                    &[
                        Most(5),
                        Interrupted,
                        Most(1),
                        Interrupted,
                        Most(1),
                        Most(1),
                        Most(1),
                    ],
                ),
            ]
        }))
    }

    pub fn reads_in_large_pieces() -> Oracle {
        reading::all(Oracle::new().cases(|_| {
            let session = |capacity, text: &str, answers: &[Answer]| reader::Session {
                capacity,
                text: text.to_owned(),
                answers: answers.to_vec(),
            };
            vec![
                session(8, "to be\nor not\n", &[]),
                session(4, "a\n\nb\nlonger than a piece\nc", &[]),
                session(6, "one\ntwo\n", &[Most(2), Interrupted, Most(1), Most(3)]),
                session(3, "", &[]),
            ]
        }))
    }

    pub fn through_a_pipe() -> Oracle {
        Oracle::new()
            .short_transfers()
            .interrupted_calls()
            .completes(
                "The child writes, the parent reads, and both come to their end.",
                "子进程写，父进程读，两者都能结束。",
            )
            .equals(
                "The parent reads the lines that the child has written, and then `None`.",
                "父进程读到子进程写的各行，然后是 `None`。",
                |results| results.results_by_thread::<String>("next_line").concat(),
                |_| {
                    ["ab", "cde", "", "f", "None", "None"]
                        .map(str::to_owned)
                        .to_vec()
                },
                message!(
                    |lines, right| "The lines were {lines:?}, not {right:?}.",
                    "读到的各行是 {lines:?}，而不是 {right:?}。"
                ),
            )
            .equals(
                "With a capacity of four, the child makes at most three calls for nine bytes, and exits with 0.",
                "容量为 4 时，子进程写 9 个字节至多 3 次调用，并以 0 退出。",
                |results| {
                    let calls: u32 = results.value("calls").unwrap_or(0);
                    let end = results.value::<String>("child").unwrap_or_default();
                    (calls.clamp(1, 3) == calls, calls, end)
                },
                |results| {
                    let calls = results.value("calls").unwrap_or(0);
                    (true, calls, "Ok(Code(0))".to_owned())
                },
                |found, _| {
                    let (_, calls, end) = found;
                    Text::new(
                        format!("It made {calls} calls, and its end was {end}."),
                        format!("它调用了 {calls} 次，结束状态是 {end}。"),
                    )
                },
            )
    }
}
