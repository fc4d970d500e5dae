//! A writer on a device that counts, and the rules of the README for it.

use super::{Answer, Call};
use kit::serde::{Deserialize, Serialize};

/// A writer, what is asked of it, and what the device answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Session {
    pub capacity: usize,
    /// The last one is `Close` or `Drop`.
    pub ops: Vec<Op>,
    pub answers: Vec<Answer>,
}

/// A call of the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Op {
    /// So many bytes.
    Write(usize),
    Flush,
    Close,
    Drop,
}

/// What a call of the writer gave, and what the device saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Seen {
    pub result: String,
    pub calls: Vec<Call>,
    /// All that the device has taken by then.
    pub taken: usize,
    /// How much it had taken when it was flushed last.
    pub flushed: Option<usize>,
}

#[cfg(driver)]
pub use driver::run;

#[cfg(driver)]
mod driver {
    use super::{Op, Seen, Session};
    use crate::public::{Call, byte, scenarios::Script};
    use fewer_io::BufferedWriter;
    use kit::prelude::{Case, mark};
    use std::{
        cell::RefCell,
        io::{self, IoSlice, Write},
        rc::Rc,
    };

    /// What the device has seen.
    struct State {
        script: Script,
        data: Vec<u8>,
        calls: Vec<Call>,
        flushed: Option<usize>,
    }

    struct Device(Rc<RefCell<State>>);

    impl Write for Device {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self.0.borrow_mut();
            let (result, call) = state.script.answer(bytes.len(), bytes.len());
            state.calls.push(call);
            let taken = result?;
            state.data.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            let all: Vec<u8> = slices
                .iter()
                .flat_map(|slice| slice.iter().copied())
                .collect();
            self.write(&all)
        }

        fn flush(&mut self) -> io::Result<()> {
            let mut state = self.0.borrow_mut();
            state.flushed = Some(state.data.len());
            Ok(())
        }
    }

    fn said<T>(result: io::Result<T>) -> String {
        result.map_or_else(
            |error| format!("Err({:?})", error.kind()),
            |_| "Ok".to_owned(),
        )
    }

    /// Makes the calls, and records each with what the device saw.
    pub fn run(case: &Case) {
        let session: Session = case.get();
        let state = Rc::new(RefCell::new(State {
            script: Script::new(session.answers),
            data: Vec::new(),
            calls: Vec::new(),
            flushed: None,
        }));
        let mut writer = Some(BufferedWriter::new(
            session.capacity,
            Device(Rc::clone(&state)),
        ));
        let mut place = 0;
        for op in session.ops {
            let result = match (op, &mut writer) {
                (Op::Write(length), Some(writer)) => {
                    let bytes: Vec<u8> = (place..place + length).map(byte).collect();
                    place += length;
                    said(writer.write(&bytes))
                }
                (Op::Flush, Some(writer)) => said(writer.flush()),
                (Op::Close, _) => writer
                    .take()
                    .map(BufferedWriter::close)
                    .map_or_else(String::new, said),
                _ => {
                    drop(writer.take());
                    "Ok".to_owned()
                }
            };
            let mut state = state.borrow_mut();
            let calls = std::mem::take(&mut state.calls);
            let seen = Seen {
                result,
                calls,
                taken: state.data.len(),
                flushed: state.flushed,
            };
            mark("seen", seen);
        }
        let wrong = state
            .borrow()
            .data
            .iter()
            .enumerate()
            .position(|(at, found)| *found != byte(at));
        mark("first wrong byte", wrong);
    }
}

#[cfg(verdict)]
pub mod rules {
    use super::{Op, Seen, Session};
    use crate::public::Call;
    use kit::prelude::*;

    /// A sentence in both languages.
    type Said = (String, String);

    /// All rules of the writer.
    pub fn all(oracle: Oracle) -> Oracle {
        oracle
            .always(
                "All accepted bytes reach the sink, in order, each once, and few are held back.",
                "接受的字节全部按顺序到达，每个一次，留着的很少。",
                |history| judge(history, bytes),
            )
            .always(
                "Of n bytes the writer makes at most n / capacity calls, and one with the flush for the rest.",
                "写 n 个字节至多调用 n / capacity 次，余下的随 flush 再一次。",
                |history| judge(history, calls),
            )
            .always(
                "An interrupted call is made again; any other error ends the call and is returned.",
                "被打断的调用重新进行；其他错误结束这次操作并返回。",
                |history| judge(history, results),
            )
            .drawn(drawn)
    }

    fn judge(
        history: &History,
        rule: fn(&Session, &[Seen]) -> Result<(), (usize, Said)>,
    ) -> Result<(), Text> {
        let session: Session = history.case();
        let seen: Vec<Seen> = history.values("seen");
        if let Some(place) = history.value::<Option<usize>>("first wrong byte").flatten() {
            return Err(Text::new(
                format!("The byte at {place} is another one than was written there."),
                format!("第 {place} 个字节不是写在那里的字节。"),
            ));
        }
        rule(&session, &seen).map_err(|(index, (en, zh))| {
            let ops: Vec<String> = session.ops[..=index]
                .iter()
                .map(|op| format!("{op:?}"))
                .collect();
            let (capacity, ops) = (session.capacity, ops.join(", "));
            Text::new(
                format!("Capacity {capacity}, {ops}: {en}."),
                format!("容量 {capacity}，{ops}：{zh}。"),
            )
        })
    }

    /// A `write` that has failed: what becomes of its bytes is not judged, nor what follows.
    fn has_failed(op: Op, seen: &Seen) -> bool {
        matches!(op, Op::Write(_)) && seen.calls.iter().any(|call| is_fatal(*call))
    }

    /// A call that ends the call of the writer: it fails, or takes nothing of something.
    fn is_fatal(call: Call) -> bool {
        call.fails() || (call.moved == Some(0) && call.size > 0)
    }

    fn bytes(session: &Session, all: &[Seen]) -> Result<(), (usize, Said)> {
        let mut accepted = 0;
        for (index, (op, seen)) in session.ops.iter().zip(all).enumerate() {
            if has_failed(*op, seen) {
                // What was accepted before it comes first, sooner or later.
                let last = all.last().filter(|last| last.result == "Ok");
                if last.is_some_and(|last| last.taken < accepted) {
                    return lost(index, accepted, last.map_or(0, |last| last.taken));
                }
                return Ok(());
            }
            if let Op::Write(length) = op {
                accepted += length;
            }
            let left = accepted.saturating_sub(seen.taken);
            let most = match op {
                Op::Write(_) => session.capacity,
                _ => 0,
            };
            if seen.taken > accepted {
                return lost(index, accepted, seen.taken);
            }
            let is_over = seen.calls.iter().any(|call| is_fatal(*call));
            if left > most && !is_over {
                let en = format!("{left} accepted bytes were not handed on");
                let zh = format!("有 {left} 个已接受的字节没有交出");
                return Err((index, (en, zh)));
            }
            let flushes = matches!(op, Op::Flush | Op::Close) && seen.result == "Ok";
            if flushes && accepted > 0 && seen.flushed != Some(accepted) {
                let en = "the sink was not flushed after the last byte".to_owned();
                return Err((index, (en, "最后一个字节之后没有刷新去处".to_owned())));
            }
        }
        Ok(())
    }

    fn lost(index: usize, accepted: usize, taken: usize) -> Result<(), (usize, Said)> {
        let en = format!("{accepted} bytes were accepted, and the sink has {taken}");
        let zh = format!("接受了 {accepted} 个字节，而去处得到 {taken} 个");
        Err((index, (en, zh)))
    }

    fn calls(session: &Session, all: &[Seen]) -> Result<(), (usize, Said)> {
        // Since the last flush: bytes, calls, and calls that there may be for another reason.
        let (mut written, mut made, mut more) = (0, 0, 0);
        for (index, (op, seen)) in session.ops.iter().zip(all).enumerate() {
            if has_failed(*op, seen) {
                return Ok(());
            }
            if let Op::Write(length) = op {
                written += length;
            }
            made += seen.calls.len();
            let is_cut = |call: &&Call| call.moved.is_none_or(|moved| moved < call.size);
            more += seen.calls.iter().filter(is_cut).count();
            let pieces = match op {
                Op::Write(_) => written / session.capacity,
                _ => written.div_ceil(session.capacity),
            };
            if made > pieces + more {
                let en = format!(
                    "{made} calls for {written} bytes, and {more} of them failed or were cut short"
                );
                let zh =
                    format!("{written} 个字节用了 {made} 次调用，其中失败或被截短的有 {more} 次");
                return Err((index, (en, zh)));
            }
            if !matches!(op, Op::Write(_)) && seen.result == "Ok" {
                (written, made, more) = (0, 0, 0);
            }
        }
        Ok(())
    }

    fn results(session: &Session, all: &[Seen]) -> Result<(), (usize, Said)> {
        if all.len() < session.ops.len() {
            return Ok(());
        }
        for (index, (op, seen)) in session.ops.iter().zip(all).enumerate() {
            let mut fatal = seen
                .calls
                .iter()
                .enumerate()
                .filter(|(_, call)| is_fatal(**call));
            let expected = match fatal.next() {
                _ if *op == Op::Drop => "Ok",
                None => "Ok",
                Some((_, call)) if call.moved.is_some() => "Err(WriteZero)",
                Some(_) => "Err(StorageFull)",
            };
            // A writer that goes away may try once more.
            let before = seen.calls.len().saturating_sub(1);
            let goes_away = matches!(op, Op::Close | Op::Drop);
            let is_last = goes_away || !seen.calls[..before].iter().any(|call| is_fatal(*call));
            if seen.result != expected || !is_last {
                let found = &seen.result;
                let en = format!(
                    "it gives {found} after {} calls; expected: {expected}, and no call after a failure",
                    seen.calls.len()
                );
                let zh = format!(
                    "经过 {} 次调用，结果是 {found}；应为 {expected}，失败之后不再调用",
                    seen.calls.len()
                );
                return Err((index, (en, zh)));
            }
        }
        Ok(())
    }

    /// What was written, and how the device got it; a call that failed has no bar.
    fn drawn(history: &History) -> Vec<Text> {
        let session: Session = history.case();
        let seen: Vec<Seen> = history.values("seen");
        let mut place = 0;
        let mut written = Vec::new();
        for op in &session.ops {
            if let Op::Write(length) = op {
                written.push((place, place + *length as u64, ['#', '='][written.len() % 2]));
                place += *length as u64;
            }
        }
        let mut taken = 0;
        let mut handed = Vec::new();
        for moved in seen
            .iter()
            .flat_map(|seen| &seen.calls)
            .filter_map(|call| call.moved)
        {
            handed.push((taken, taken + moved as u64, ['#', '='][handed.len() % 2]));
            taken += moved as u64;
        }
        Chart::new()
            .row(Text::new("written", "写入"), &written)
            .row(Text::new("calls", "调用"), &handed)
            .lines()
    }
}
