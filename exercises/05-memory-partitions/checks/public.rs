//! The checks of exercise 05 that you see.

use kit::prelude::*;

kit::checks![
    isolates_processes,
    clears_what_is_freed,
    takes_the_first_hole,
    moves_processes_down,
];

/// What is asked of a memory, one call after the other.
#[derive(Clone, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Row {
    pub size: usize,
    pub calls: Vec<Ask>,
}

/// A call of the memory.
#[derive(Clone, Debug, PartialEq, Eq, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Ask {
    /// Pid, size, image.
    Load(u32, usize, String),
    Unload(u32),
    /// Pid, address, length.
    Read(u32, usize, usize),
    /// Pid, address, bytes.
    Write(u32, usize, String),
    Compact,
}

impl Ask {
    /// As it is written in Rust.
    pub(crate) fn written(&self, memory: &str) -> String {
        match self {
            Self::Load(pid, size, image) => format!("{memory}.load({pid}, {size}, b{image:?})"),
            Self::Unload(pid) => format!("{memory}.unload({pid})"),
            Self::Read(pid, address, length) => {
                format!("{memory}.read({pid}, {}, &mut [b'#'; {length}])", shown(*address))
            }
            Self::Write(pid, address, bytes) => {
                format!("{memory}.write({pid}, {}, b{bytes:?})", shown(*address))
            }
            Self::Compact => format!("{memory}.compact()"),
        }
    }
}

/// A number, by its distance from the largest one if that is small.
fn shown(address: usize) -> String {
    match usize::MAX - address {
        0 => "usize::MAX".to_owned(),
        less @ 1..1_000_000 => format!("usize::MAX - {less}"),
        _ => address.to_string(),
    }
}

/// What a call gave, and how the memory stood after it.
#[derive(Debug, Clone, PartialEq, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Step {
    pub answer: String,
    /// Pid, base and limit of those of the asked pids that are loaded.
    pub processes: Vec<(u32, usize, usize)>,
    /// Base and limit of each.
    pub holes: Vec<(usize, usize)>,
    /// What is not 0: the address of each piece, and its bytes as characters.
    pub dump: Vec<(usize, String)>,
}

/// What of the bytes is not 0, and how many there are if that is not `size`.
pub fn dumped(bytes: &[u8], size: usize) -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for run in bytes.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        if run[0] != 0 {
            pieces.push((at, run.iter().copied().map(char::from).collect()));
        }
        at += run.len();
    }
    if at != size {
        pieces.push((at, "is the length".to_owned()));
    }
    pieces
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use memory_partitions::{Memory, Partition};

    pub use drive as isolates_processes;
    pub use drive as clears_what_is_freed;
    pub use drive as takes_the_first_hole;
    pub use drive as moves_processes_down;

    /// Makes the calls, and records each with what is seen after it.
    pub fn drive(case: &Case) {
        let row: Row = case.get();
        let mut memory = Memory::new(row.size);
        for call in &row.calls {
            mark("step", ask(&mut memory, row.size, 0..10, call));
        }
    }

    /// Makes one call, and looks at the memory and at these pids.
    pub fn ask(
        memory: &mut Memory,
        size: usize,
        pids: impl IntoIterator<Item = u32>,
        call: &Ask,
    ) -> Step {
        let answer = answer(memory, call);
        let of = |partition: Partition| (partition.base, partition.limit);
        let place = |pid| {
            let (base, limit) = memory.partition(pid).map(of)?;
            Some((pid, base, limit))
        };
        Step {
            answer,
            processes: pids.into_iter().filter_map(place).collect(),
            holes: memory.holes().into_iter().map(of).collect(),
            dump: dumped(&memory.dump(), size),
        }
    }

    /// Makes one call.
    pub fn answer(memory: &mut Memory, call: &Ask) -> String {
        match call {
            Ask::Load(pid, size, image) => {
                format!("{:?}", memory.load(*pid, *size, image.as_bytes()))
            }
            Ask::Unload(pid) => format!("{:?}", memory.unload(*pid)),
            Ask::Read(pid, address, length) => {
                let mut buffer = vec![b'#'; *length];
                let result = memory.read(*pid, *address, &mut buffer);
                format!("{result:?} '{}'", buffer.escape_ascii())
            }
            Ask::Write(pid, address, bytes) => {
                format!("{:?}", memory.write(*pid, *address, bytes.as_bytes()))
            }
            Ask::Compact => format!("{:?}", memory.compact()),
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// A call, and what it gives; who has each byte after it, `.` for a hole; what is not 0.
    type Expected = (Ask, &'static str, &'static str, &'static str);

    fn load(pid: u32, size: usize, image: &str) -> Ask {
        Ask::Load(pid, size, image.to_owned())
    }

    fn write(pid: u32, address: usize, bytes: &str) -> Ask {
        Ask::Write(pid, address, bytes.to_owned())
    }

    /// Pieces that are written as `0:one 4:two`.
    fn pieces(dump: &str) -> Vec<(usize, String)> {
        let pieces = dump.split(' ').filter_map(|piece| piece.split_once(':'));
        let piece = |(at, bytes): (&str, &str)| Some((at.parse().ok()?, bytes.to_owned()));
        pieces.filter_map(piece).collect()
    }

    /// The step that is expected.
    fn step((_, answer, owners, dump): &Expected) -> Step {
        let mut processes = Vec::new();
        let mut holes = Vec::new();
        let mut base = 0;
        for run in owners.as_bytes().chunk_by(|a, b| a == b) {
            match char::from(run[0]).to_digit(10) {
                Some(pid) => processes.push((pid, base, run.len())),
                None => holes.push((base, run.len())),
            }
            base += run.len();
        }
        processes.sort_unstable();
        Step {
            answer: (*answer).to_owned(),
            processes,
            holes,
            dump: pieces(dump),
        }
    }

    /// The index of the first call after which something is not as it is expected.
    fn first_other(history: &History, expected: &[Step]) -> Option<usize> {
        let steps: Vec<Step> = history.values("step");
        (0..expected.len()).find(|&index| steps.get(index) != Some(&expected[index]))
    }

    fn differs(history: &History, expected: &[Step]) -> Result<(), Text> {
        let Some(index) = first_other(history, expected) else {
            return Ok(());
        };
        let row: Row = history.case();
        let steps: Vec<Step> = history.values("step");
        let calls: Vec<String> = row.calls[..=index].iter().map(|call| call.written("m")).collect();
        let calls = calls.join("; ");
        let Some(found) = steps.get(index) else {
            let text = Text::new(format!("After {calls}: nothing."), format!("{calls} 之后：没有结果。"));
            return Err(text);
        };
        let right = &expected[index];
        let (what_en, what_zh, found, right) = if found.answer != right.answer {
            ("the result", "返回值", found.answer.clone(), right.answer.clone())
        } else if found.processes != right.processes {
            let all = |step: &Step| format!("{:?}", step.processes);
            ("(pid, base, limit) of the processes", "各进程的（编号，基址，界限）", all(found), all(right))
        } else if found.holes != right.holes {
            let all = |step: &Step| format!("{:?}", step.holes);
            ("(base, limit) of the holes", "各空闲区的（基址，界限）", all(found), all(right))
        } else {
            let all = |step: &Step| format!("{:?}", step.dump);
            ("what is not 0 in the memory", "内存中不为 0 的内容", all(found), all(right))
        };
        Err(Text::new(
            format!("m = Memory::new({}); {calls}: {what_en} is {found}; the rules give {right}.", row.size),
            format!("m = Memory::new({})；{calls}：{what_zh}是 {found}，而规则要求 {right}。", row.size),
        ))
    }

    /// Who has which byte after the call that fails, as it is and as it should be.
    fn map(history: &History, expected: &[Step]) -> Vec<Text> {
        let steps: Vec<Step> = history.values("step");
        let Some(index) = first_other(history, expected) else {
            return Vec::new();
        };
        let mut chart = Chart::new();
        if let Some(before) = index.checked_sub(1).and_then(|index| expected.get(index)) {
            chart = chart.row(Text::new("before", "之前"), &bars(before));
        }
        chart = chart.row(Text::new("by the rules", "按规则"), &bars(&expected[index]));
        if let Some(found) = steps.get(index) {
            chart = chart.row(Text::new("yours", "你的"), &bars(found));
        }
        chart.lines()
    }

    /// Each process as its number's last digit, each hole as dots, and what is not 0 in a hole as `!`.
    pub(crate) fn bars(step: &Step) -> Vec<(u64, u64, char)> {
        let bar = |base: usize, limit: usize, sign| (base as u64, base.saturating_add(limit) as u64, sign);
        let holes = step.holes.iter().map(|&(base, limit)| bar(base, limit, '.'));
        let digit = |pid: u32| char::from_digit(pid % 10, 10).unwrap_or('?');
        let processes = step.processes.iter().map(|&(pid, base, limit)| bar(base, limit, digit(pid)));
        let pieces = step.dump.iter().map(|(at, bytes)| bar(*at, bytes.chars().count(), '!'));
        let mut bars: Vec<_> = holes.collect();
        // Pieces are seen where no process lies.
        let pieces = pieces.flat_map(|(from, to, sign)| (from..to).map(move |at| (at, at + 1, sign)));
        let is_free = |piece: &(u64, u64, char)| bars.iter().any(|hole| hole.0 <= piece.0 && piece.0 < hole.1);
        let left: Vec<_> = pieces.filter(is_free).collect();
        bars.extend(left);
        bars.extend(processes);
        bars
    }

    /// The calls, and what must be seen after each of them.
    fn oracle(promise: (&str, &str), size: usize, rows: Vec<Expected>) -> Oracle {
        let calls: Vec<Ask> = rows.iter().map(|row| row.0.clone()).collect();
        let expected: Vec<Step> = rows.iter().map(step).collect();
        let also = expected.clone();
        Oracle::new()
            .cases(move |_| {
                vec![Row {
                    size,
                    calls: calls.clone(),
                }]
            })
            .always(promise.0, promise.1, move |history| differs(history, &expected))
            .drawn(move |history| map(history, &also))
    }

    pub fn isolates_processes() -> Oracle {
        let promise = (
            "A process reads and writes its own bytes, and what is not its own is `OutOfBounds`.",
            "进程只读写自己的字节；不属于它的就是 `OutOfBounds`。",
        );
        let all = "1111222222..3333";
        let begin = "0:one 4:two 12:four";
        let rows = vec![
            (load(1, 4, "one"), "Ok(Partition { base: 0, limit: 4 })", "1111............", "0:one"),
            (load(2, 6, "two"), "Ok(Partition { base: 4, limit: 6 })", "1111222222......", "0:one 4:two"),
            (load(4, 2, ""), "Ok(Partition { base: 10, limit: 2 })", "111122222244....", "0:one 4:two"),
            (load(3, 4, "four"), "Ok(Partition { base: 12, limit: 4 })", "1111222222443333", begin),
            (Ask::Unload(4), "Ok(())", all, begin),
            (Ask::Read(2, 0, 6), r"Ok(()) 'two\x00\x00\x00'", all, begin),
            (Ask::Read(3, 1, 3), "Ok(()) 'our'", all, begin),
            (Ask::Read(2, 3, 4), "Err(OutOfBounds) '####'", all, begin),
            (Ask::Read(2, 6, 0), "Ok(()) ''", all, begin),
            (Ask::Read(2, 7, 0), "Err(OutOfBounds) ''", all, begin),
            (write(2, 5, "!"), "Ok(())", all, "0:one 4:two 9:! 12:four"),
            (write(2, 5, "?!"), "Err(OutOfBounds)", all, "0:one 4:two 9:! 12:four"),
            (write(1, 4, "x"), "Err(OutOfBounds)", all, "0:one 4:two 9:! 12:four"),
            // Its base is 4: the physical address would be that of process 1.
            (Ask::Read(2, usize::MAX - 3, 1), "Err(OutOfBounds) '#'", all, "0:one 4:two 9:! 12:four"),
            (write(7, 0, "x"), "Err(NoSuchProcess)", all, "0:one 4:two 9:! 12:four"),
        ];
        oracle(promise, 16, rows)
    }

    pub fn clears_what_is_freed() -> Oracle {
        let promise = (
            "Bytes that belong to no process are 0, so nobody finds what another one left behind.",
            "不属于任何进程的字节都是 0，谁也看不到别的进程留下的内容。",
        );
        let rows = vec![
            (load(1, 6, "secret"), "Ok(Partition { base: 0, limit: 6 })", "111111....", "0:secret"),
            (load(2, 3, "me"), "Ok(Partition { base: 6, limit: 3 })", "111111222.", "0:secretme"),
            (write(2, 1, "ax"), "Ok(())", "111111222.", "0:secretmax"),
            (Ask::Unload(1), "Ok(())", "......222.", "6:max"),
            (load(3, 5, "ab"), "Ok(Partition { base: 0, limit: 5 })", "33333.222.", "0:ab 6:max"),
            (Ask::Read(3, 0, 5), r"Ok(()) 'ab\x00\x00\x00'", "33333.222.", "0:ab 6:max"),
            (Ask::Unload(2), "Ok(())", "33333.....", "0:ab"),
            (Ask::Read(2, 0, 1), "Err(NoSuchProcess) '#'", "33333.....", "0:ab"),
            (load(2, 5, ""), "Ok(Partition { base: 5, limit: 5 })", "3333322222", "0:ab"),
        ];
        oracle(promise, 10, rows)
    }

    pub fn takes_the_first_hole() -> Oracle {
        let promise = (
            "A program goes into the first hole that is large enough, and holes that touch are one.",
            "程序装入第一个够大的空闲区，相邻的空闲区是同一个。",
        );
        let rows = vec![
            (load(1, 3, ""), "Ok(Partition { base: 0, limit: 3 })", "111...........", ""),
            (load(2, 2, ""), "Ok(Partition { base: 3, limit: 2 })", "11122.........", ""),
            (load(3, 4, ""), "Ok(Partition { base: 5, limit: 4 })", "111223333.....", ""),
            (load(4, 2, ""), "Ok(Partition { base: 9, limit: 2 })", "11122333344...", ""),
            (Ask::Unload(1), "Ok(())", "...22333344...", ""),
            (Ask::Unload(3), "Ok(())", "...22....44...", ""),
            // Two others would fit as well or better.
            (load(5, 1, ""), "Ok(Partition { base: 0, limit: 1 })", "5..22....44...", ""),
            (load(6, 3, ""), "Ok(Partition { base: 5, limit: 3 })", "5..22666.44...", ""),
            (load(7, 4, ""), "Err(NoHole)", "5..22666.44...", ""),
            (load(6, 1, ""), "Err(AlreadyLoaded)", "5..22666.44...", ""),
            (load(7, 1, "ab"), "Err(BadSize)", "5..22666.44...", ""),
            (load(7, 0, ""), "Err(BadSize)", "5..22666.44...", ""),
            (Ask::Unload(4), "Ok(())", "5..22666......", ""),
            (Ask::Unload(4), "Err(NoSuchProcess)", "5..22666......", ""),
            (Ask::Unload(2), "Ok(())", "5....666......", ""),
            (load(2, 5, ""), "Ok(Partition { base: 8, limit: 5 })", "5....66622222.", ""),
            (load(8, 4, ""), "Ok(Partition { base: 1, limit: 4 })", "5888866622222.", ""),
        ];
        oracle(promise, 14, rows)
    }

    pub fn moves_processes_down() -> Oracle {
        let promise = (
            "`compact` moves processes down, in their order and with their bytes, and clears what they left.",
            "`compact` 按原来的次序把进程连同内容向下移动，并把腾出的地方清零。",
        );
        let rows = vec![
            (load(1, 2, "a"), "Ok(Partition { base: 0, limit: 2 })", "11..........", "0:a"),
            (load(2, 3, "bcd"), "Ok(Partition { base: 2, limit: 3 })", "11222.......", "0:a 2:bcd"),
            (load(3, 4, "efgh"), "Ok(Partition { base: 5, limit: 4 })", "112223333...", "0:a 2:bcdefgh"),
            (Ask::Unload(1), "Ok(())", "..2223333...", "2:bcdefgh"),
            (load(4, 2, "ij"), "Ok(Partition { base: 0, limit: 2 })", "442223333...", "0:ijbcdefgh"),
            (Ask::Unload(2), "Ok(())", "44...3333...", "0:ij 5:efgh"),
            (Ask::Compact, "()", "443333......", "0:ijefgh"),
            (Ask::Read(3, 0, 4), "Ok(()) 'efgh'", "443333......", "0:ijefgh"),
            (write(3, 3, "H"), "Ok(())", "443333......", "0:ijefgH"),
            (Ask::Compact, "()", "443333......", "0:ijefgH"),
            (load(5, 6, "k"), "Ok(Partition { base: 6, limit: 6 })", "443333555555", "0:ijefgHk"),
            (Ask::Unload(4), "Ok(())", "..3333555555", "2:efgHk"),
            (Ask::Compact, "()", "3333555555..", "0:efgHk"),
        ];
        oracle(promise, 12, rows)
    }
}
