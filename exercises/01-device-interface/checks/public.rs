//! The checks of exercise 01 that you see.

use std::collections::BTreeMap;

use kit::{
    prelude::*,
    serde::{Deserialize, Serialize},
};

kit::checks![
    keeps_the_rest_of_a_sector,
    waits_while_busy,
    stays_on_the_disk
];

/// The bytes of a sector.
pub const SECTOR: usize = 16;

/// A device, and what is asked of the disk on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Session {
    pub sectors: u16,
    /// How often the status says `BUSY`: at the beginning, and each time that the device works. The
    /// numbers are used in turns.
    pub busy: Vec<u32>,
    /// Sectors that fail, and when.
    pub bad: Vec<(u16, Bad)>,
    pub steps: Vec<Step>,
}

/// When a sector fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Bad {
    /// `READ` and `WRITE` fail.
    Both,
    /// `WRITE` fails before the bytes are given.
    Write,
    /// `WRITE` fails after the last byte.
    AfterWrite,
}

/// A call of the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Step {
    /// Offset and length.
    Read(usize, usize),
    /// Offset and bytes.
    Write(usize, String),
}

/// A command that the device was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Command {
    pub write: bool,
    pub sector: u16,
    pub failed: bool,
}

/// What a call gave, and what the device saw of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Seen {
    pub result: String,
    /// What a read has put into the buffer, as characters.
    pub read: String,
    pub commands: Vec<Command>,
    /// The first thing that the device does not allow.
    pub fault: Option<String>,
    /// The sectors that are not as they were at the beginning.
    pub changed: Vec<(u16, String)>,
}

/// What a sector holds at the beginning.
pub fn original(sector: usize) -> [u8; SECTOR] {
    std::array::from_fn(|at| b'a' + ((sector * 7 + at) % 26) as u8)
}

/// The sectors of those written that are not as they were at the beginning.
pub fn changed(written: &BTreeMap<u16, [u8; SECTOR]>) -> Vec<(u16, String)> {
    let is_other = |(number, bytes): &(&u16, &[u8; SECTOR])| **bytes != original((**number).into());
    let others = written.iter().filter(is_other);
    others
        .map(|(number, bytes)| (*number, characters(bytes)))
        .collect()
}

/// Bytes as characters, each of its number.
pub fn characters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use device_interface::{BUSY, Device, Disk, FAILED, Port, READ, WRITE};
    use std::{cell::RefCell, rc::Rc};

    pub use run as keeps_the_rest_of_a_sector;
    pub use run as waits_while_busy;
    pub use run as stays_on_the_disk;

    /// Whoever reads the status more often than this is waiting for what never comes.
    const PATIENCE: u32 = 200_000;

    /// What waits at the data port.
    enum Waiting {
        Nothing,
        /// So many bytes are to be taken from the sector.
        Out(Vec<u8>),
        /// The sector, and the bytes that were given for it so far.
        In(u16, Vec<u8>),
    }

    /// The device itself.
    struct State {
        count: u16,
        /// What was written.
        written: BTreeMap<u16, [u8; SECTOR]>,
        bad: Vec<(u16, Bad)>,
        /// How often the status says `BUSY`, in turns, and which comes next.
        times: Vec<u32>,
        next: usize,
        busy: u32,
        failed: bool,
        number: [Option<u8>; 2],
        waiting: Waiting,
        commands: Vec<Command>,
        fault: Option<String>,
        noise: u8,
        asked: u32,
    }

    impl State {
        fn works(&mut self) {
            self.busy = self.times[self.next % self.times.len()];
            self.next += 1;
        }

        fn fault(&mut self, what: String) {
            self.fault.get_or_insert(what);
        }

        fn fails(&self, sector: u16, when: &[Bad]) -> bool {
            self.bad
                .iter()
                .any(|(bad, how)| *bad == sector && when.contains(how))
        }

        fn status(&mut self) -> u8 {
            self.asked += 1;
            assert!(
                self.asked < PATIENCE,
                "the status was read {PATIENCE} times in a row"
            );
            // The bits that mean nothing are not always the same, and not all clear.
            self.noise = self.noise.wrapping_mul(5).wrapping_add(0x57) | 0x08;
            if self.busy > 0 {
                self.busy -= 1;
                return self.noise | BUSY;
            }
            let means = if self.failed { FAILED } else { 0 };
            (self.noise & !(BUSY | FAILED)) | means
        }

        fn command(&mut self, command: u8) {
            if !matches!(self.waiting, Waiting::Nothing) {
                self.fault(
                    "a command was given before all 16 bytes were taken or given".to_owned(),
                );
            }
            let [Some(low), Some(high)] = self.number else {
                self.fault("a command was given, and no sector".to_owned());
                return;
            };
            let sector = u16::from_le_bytes([low, high]);
            let write = command == WRITE;
            if !write && command != READ {
                self.fault(format!("{command:#x} is no command"));
                return;
            }
            if sector >= self.count {
                self.fault(format!(
                    "a command is about sector {sector}, which there is not"
                ));
                return;
            }
            let bytes = self.written.get(&sector).copied();
            let bytes = bytes.unwrap_or_else(|| original(sector.into()));
            self.works();
            self.failed = if write {
                self.fails(sector, &[Bad::Both, Bad::Write])
            } else {
                self.fails(sector, &[Bad::Both])
            };
            self.waiting = match (self.failed, write) {
                (true, _) => Waiting::Nothing,
                (false, true) => Waiting::In(sector, Vec::new()),
                (false, false) => Waiting::Out(bytes.iter().rev().copied().collect()),
            };
            self.commands.push(Command {
                write,
                sector,
                failed: self.failed,
            });
        }

        fn take(&mut self) -> u8 {
            let Waiting::Out(bytes) = &mut self.waiting else {
                self.fault("a byte was taken, and none waited".to_owned());
                return 0;
            };
            let byte = bytes.pop().unwrap_or(0);
            if bytes.is_empty() {
                self.waiting = Waiting::Nothing;
            }
            byte
        }

        fn give(&mut self, byte: u8) {
            let Waiting::In(sector, bytes) = &mut self.waiting else {
                self.fault("a byte was given, and none was wanted".to_owned());
                return;
            };
            bytes.push(byte);
            let Ok(whole) = <[u8; SECTOR]>::try_from(&bytes[..]) else {
                return;
            };
            let sector = *sector;
            self.waiting = Waiting::Nothing;
            self.works();
            self.failed = self.fails(sector, &[Bad::AfterWrite]);
            if self.failed {
                if let Some(last) = self.commands.last_mut() {
                    last.failed = true;
                }
            } else {
                self.written.insert(sector, whole);
            }
        }

        fn touch(&mut self, port: Port) {
            self.asked = 0;
            if self.busy > 0 {
                self.fault(format!("{port:?} was touched while the device was busy"));
                self.busy = 0;
            }
        }
    }

    /// The ports.
    struct Ports(Rc<RefCell<State>>);

    impl Device for Ports {
        fn input(&mut self, port: Port) -> u8 {
            let mut state = self.0.borrow_mut();
            match port {
                Port::Status => state.status(),
                Port::Data => {
                    state.touch(port);
                    state.take()
                }
                _ => {
                    state.touch(port);
                    state.fault(format!("{port:?} gives nothing"));
                    0
                }
            }
        }

        fn output(&mut self, port: Port, value: u8) {
            let mut state = self.0.borrow_mut();
            state.touch(port);
            match port {
                Port::SectorLow => state.number[0] = Some(value),
                Port::SectorHigh => state.number[1] = Some(value),
                Port::Command => state.command(value),
                Port::Data => state.give(value),
                Port::Status => state.fault("Status takes nothing".to_owned()),
            }
        }
    }

    /// Makes the calls, and records each with what the device saw.
    pub fn run(case: &Case) {
        let session: Session = case.get();
        let state = Rc::new(RefCell::new(State {
            count: session.sectors,
            written: BTreeMap::new(),
            bad: session.bad,
            busy: session.busy[0],
            times: session.busy,
            next: 1,
            failed: true,
            number: [None, None],
            waiting: Waiting::Nothing,
            commands: Vec::new(),
            fault: None,
            noise: 0x2b,
            asked: 0,
        }));
        let mut disk = Disk::new(Ports(Rc::clone(&state)), session.sectors);
        mark("size", disk.size());
        for step in &session.steps {
            let mut read = String::new();
            let result = match step {
                Step::Read(offset, length) => {
                    let mut buffer = vec![b'?'; *length];
                    let result = disk.read_at(*offset, &mut buffer);
                    if result.is_ok() {
                        read = characters(&buffer);
                    }
                    result
                }
                Step::Write(offset, bytes) => disk.write_at(*offset, bytes.as_bytes()),
            };
            let mut state = state.borrow_mut();
            if !matches!(state.waiting, Waiting::Nothing) {
                state.fault("not all 16 bytes were taken or given".to_owned());
            }
            let commands = std::mem::take(&mut state.commands);
            mark(
                "seen",
                Seen {
                    result: format!("{result:?}"),
                    read,
                    commands,
                    fault: state.fault.clone(),
                    changed: changed(&state.written),
                },
            );
        }
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;

    /// What a call gives, and the sectors that differ from the beginning after it.
    #[derive(Debug, PartialEq)]
    struct Right {
        result: String,
        read: String,
        changed: Vec<(u16, String)>,
    }

    /// The parts of sectors that a call is about: sector, beginning, end; nothing if it is out of range.
    fn parts(session: &Session, step: &Step) -> Option<Vec<(u16, usize, usize)>> {
        let size = usize::from(session.sectors) * SECTOR;
        let (offset, length) = match step {
            Step::Read(offset, length) => (*offset, *length),
            Step::Write(offset, bytes) => (*offset, bytes.len()),
        };
        if offset > size || length > size - offset {
            return None;
        }
        let sectors = offset / SECTOR..(offset + length).div_ceil(SECTOR);
        let part = |sector: usize| {
            let from = offset.saturating_sub(sector * SECTOR);
            let to = (offset + length - sector * SECTOR).min(SECTOR);
            (sector as u16, from, to)
        };
        Some(sectors.map(part).filter(|part| part.1 < part.2).collect())
    }

    fn fails(session: &Session, sector: u16, write: bool) -> bool {
        let mut bad = session.bad.iter();
        bad.any(|(number, how)| *number == sector && (write || *how == Bad::Both))
    }

    /// What each call gives, by a row of bytes.
    fn right(session: &Session) -> Vec<Right> {
        let mut sectors: BTreeMap<u16, [u8; SECTOR]> = BTreeMap::new();
        let steps = session.steps.iter().map(|step| {
            let write = matches!(step, Step::Write(..));
            let (mut result, mut read) = ("Ok(())".to_owned(), Vec::new());
            let mut done = 0;
            match parts(session, step) {
                None => result = "Err(OutOfRange)".to_owned(),
                Some(parts) => {
                    for (sector, from, to) in parts {
                        if fails(session, sector, write) {
                            result = format!("Err(BadSector({sector}))");
                            break;
                        }
                        let bytes = sectors.entry(sector);
                        let bytes = bytes.or_insert_with(|| original(sector.into()));
                        let own = &mut bytes[from..to];
                        match step {
                            Step::Read(..) => read.extend_from_slice(own),
                            Step::Write(_, new) => {
                                own.copy_from_slice(&new.as_bytes()[done..done + own.len()]);
                            }
                        }
                        done += to - from;
                    }
                }
            }
            if result != "Ok(())" {
                read.clear();
            }
            Right {
                result,
                read: characters(&read),
                changed: changed(&sectors),
            }
        });
        steps.collect()
    }

    /// The call at an index, as it is written in Rust.
    fn written(session: &Session, index: usize) -> String {
        let offset = |offset: usize| match usize::MAX - offset {
            0 => "usize::MAX".to_owned(),
            less @ 1..1_000_000 => format!("usize::MAX - {less}"),
            _ => offset.to_string(),
        };
        match &session.steps[index] {
            Step::Read(at, length) => format!("disk.read_at({}, &mut [0; {length}])", offset(*at)),
            Step::Write(at, bytes) => format!("disk.write_at({}, b{bytes:?})", offset(*at)),
        }
    }

    /// Where a call stands: what was asked before, and of what disk.
    fn after(session: &Session, index: usize) -> (String, String) {
        let before: Vec<String> = (index.saturating_sub(4)..index)
            .map(|at| written(session, at))
            .collect();
        let (sectors, call) = (session.sectors, written(session, index));
        let (cut, before) = (if index > 4 { "…; " } else { "" }, before.join("; "));
        if index == 0 {
            return (
                format!("{sectors} sectors, {call}"),
                format!("{sectors} 个扇区，{call}"),
            );
        }
        (
            format!("{sectors} sectors, after {cut}{before}: {call}"),
            format!("{sectors} 个扇区，在 {cut}{before} 之后：{call}"),
        )
    }

    /// The first call whose result or whose effect is not that of a row of bytes.
    fn first_other(session: &Session, seen: &[Seen]) -> Option<(usize, Right)> {
        let differs = |(index, right): &(usize, Right)| {
            let found = seen.get(*index);
            found.is_none_or(|seen| {
                (&seen.result, &seen.read, &seen.changed)
                    != (&right.result, &right.read, &right.changed)
            })
        };
        right(session).into_iter().enumerate().find(differs)
    }

    /// Results and sectors are those of a row of bytes.
    pub fn agrees(oracle: Oracle) -> Oracle {
        let oracle = oracle.always(
            "Reads and writes are those of a row of bytes, which the sectors hold.",
            "读写的结果与一排字节相同，这些字节保存在各扇区里。",
            |history| {
                let session: Session = history.case();
                let seen: Vec<Seen> = history.values("seen");
                let size = usize::from(session.sectors) * SECTOR;
                if let Some(found) = history
                    .value::<usize>("size")
                    .filter(|found| *found != size)
                {
                    return Err(Text::new(
                        format!("size() is {found}, not {size}."),
                        format!("size() 是 {found}，而不是 {size}。"),
                    ));
                }
                let Some((index, right)) = first_other(&session, &seen) else {
                    return Ok(());
                };
                let (en, zh) = after(&session, index);
                let result = seen.get(index).map_or("-", |seen| &*seen.result);
                if result != right.result {
                    let expected = right.result;
                    return Err(Text::new(
                        format!("{en} gives {result}, not {expected}."),
                        format!("{zh} 的结果是 {result}，而不是 {expected}。"),
                    ));
                }
                if seen[index].read != right.read {
                    let (found, expected) = (&seen[index].read, right.read);
                    return Err(Text::new(
                        format!("{en} reads {found:?}, not {expected:?}."),
                        format!("{zh} 读到 {found:?}，而不是 {expected:?}。"),
                    ));
                }
                Err(Text::new(
                    format!("{en} leaves other bytes on the device than it should."),
                    format!("{zh} 之后，设备上的字节不对。"),
                ))
            },
        );
        oracle.drawn(sectors)
    }

    /// What the sectors hold, where that is not what they should.
    fn sectors(history: &History) -> Vec<Text> {
        let session: Session = history.case();
        let seen: Vec<Seen> = history.values("seen");
        let Some((index, right)) = first_other(&session, &seen) else {
            return Vec::new();
        };
        let Some(seen) = seen.get(index) else {
            return Vec::new();
        };
        if seen.read != right.read {
            return pair(("read", "读到"), &right.read, &seen.read);
        }
        let now = |changed: &[(u16, String)], sector: u16| {
            let found = changed.iter().find(|(number, _)| *number == sector);
            found.map_or_else(
                || characters(&original(sector.into())),
                |(_, bytes)| bytes.clone(),
            )
        };
        let all = right.changed.iter().chain(&seen.changed);
        let mut numbers: Vec<u16> = all.map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.retain(|number| now(&right.changed, *number) != now(&seen.changed, *number));
        let sector = |&number: &u16| {
            let label = (&*format!("sector {number}"), &*format!("扇区 {number}"));
            pair(
                label,
                &now(&right.changed, number),
                &now(&seen.changed, number),
            )
        };
        numbers.iter().take(8).flat_map(sector).collect()
    }

    /// Two rows of bytes, one below the other, and marks where they differ.
    fn pair(label: (&str, &str), right: &str, found: &str) -> Vec<Text> {
        const MOST: usize = 40;
        let clean = |text: &str| -> String {
            let sign = |sign: char| if sign.is_ascii_graphic() { sign } else { '·' };
            text.chars().take(MOST).map(sign).collect()
        };
        let signs = found.chars().map(Some).chain(std::iter::repeat(None));
        let marks = right.chars().take(MOST).zip(signs);
        let marks: String = marks
            .map(|(a, b)| if Some(a) == b { ' ' } else { '^' })
            .collect();
        let (right, found) = (clean(right), clean(found));
        vec![
            Text::new(
                format!("{:<13}by the rules  {right}", label.0),
                format!("{}  按规则  {right}", label.1),
            ),
            Text::new(
                format!("{:<13}yours         {found}", ""),
                format!("{}  你的    {found}", " ".repeat(columns(label.1))),
            ),
            Text::new(
                format!("{:<27}{marks}", ""),
                format!("{}          {marks}", " ".repeat(columns(label.1))),
            ),
        ]
    }

    /// How many columns a label takes: ideographs take two.
    fn columns(label: &str) -> usize {
        label
            .chars()
            .map(|sign| if sign.is_ascii() { 1 } else { 2 })
            .sum()
    }

    /// The device is used as it is described.
    pub fn keeps_the_protocol(oracle: Oracle) -> Oracle {
        oracle.always(
            "While the device is busy only its status is read, and 16 bytes follow each command that succeeds.",
            "设备忙的时候只读状态；每条成功的命令之后正好有 16 个字节。",
            |history| {
                let session: Session = history.case();
                let seen: Vec<Seen> = history.values("seen");
                let mut all = seen.iter().enumerate();
                let Some((index, fault)) = all.find_map(|(index, seen)| Some((index, seen.fault.as_ref()?))) else {
                    return Ok(());
                };
                let (en, zh) = after(&session, index);
                Err(Text::new(format!("{en}: {fault}."), format!("{zh}：{fault}。")))
            },
        )
    }

    /// No command more than it takes, and none after a failure.
    pub fn is_economical(oracle: Oracle) -> Oracle {
        oracle.always(
            "A call gives no more commands than it needs, and none after a failure.",
            "一次调用不发多余的命令，失败之后不再发命令。",
            |history| {
                let session: Session = history.case();
                let seen: Vec<Seen> = history.values("seen");
                for (index, seen) in seen.iter().enumerate() {
                    let needed = needed(&session, index);
                    let mut left = needed.clone();
                    let mut commands = seen.commands.iter().enumerate();
                    let last = seen.commands.len().saturating_sub(1);
                    let needless = commands.find(|(number, command)| {
                        let place = left.iter().position(|it| *it == (command.write, command.sector));
                        place.map(|place| left.remove(place)).is_none() || (command.failed && *number < last)
                    });
                    if needless.is_some() {
                        let (en, zh) = after(&session, index);
                        let given = seen.commands.iter().map(|it| (it.write, it.sector, it.failed));
                        let given = listed(given);
                        let most = listed(needed.into_iter().map(|(write, sector)| (write, sector, false)));
                        return Err(Text::new(
                            format!("{en} gives the commands [{given}]; needed at most: [{most}], up to a failure."),
                            format!("{zh} 发出的命令是 [{given}]；最多需要 [{most}]，到失败为止。"),
                        ));
                    }
                }
                Ok(())
            },
        )
    }

    fn listed(commands: impl Iterator<Item = (bool, u16, bool)>) -> String {
        let one = |(write, sector, failed)| {
            let name = if write { "WRITE" } else { "READ" };
            format!("{name} {sector}{}", if failed { " (failed)" } else { "" })
        };
        commands.map(one).collect::<Vec<_>>().join(", ")
    }

    /// The commands that a call needs at most.
    fn needed(session: &Session, index: usize) -> Vec<(bool, u16)> {
        let step = &session.steps[index];
        let mut needed = Vec::new();
        for (sector, from, to) in parts(session, step).unwrap_or_default() {
            let is_write = matches!(step, Step::Write(..));
            if !is_write || to - from < SECTOR {
                needed.push((false, sector));
            }
            if is_write {
                needed.push((true, sector));
            }
        }
        needed
    }

    /// A healthy device of so many sectors.
    pub fn session(sectors: u16, busy: &[u32], steps: Vec<Step>) -> Session {
        Session {
            sectors,
            busy: busy.to_vec(),
            bad: Vec::new(),
            steps,
        }
    }

    pub fn write(offset: usize, bytes: &str) -> Step {
        Step::Write(offset, bytes.to_owned())
    }

    pub fn keeps_the_rest_of_a_sector() -> Oracle {
        agrees(Oracle::new().cases(|_| {
            let twenty = "ABCDEFGHIJKLMNOPQRST";
            vec![
                session(3, &[0], vec![write(20, "XY"), Step::Read(0, 48)]),
                session(4, &[0], vec![write(30, "WXYZ"), Step::Read(28, 8)]),
                session(
                    4,
                    &[0],
                    vec![
                        write(16, &twenty[..16]),
                        write(14, twenty),
                        Step::Read(0, 64),
                    ],
                ),
                session(
                    3,
                    &[0],
                    vec![
                        write(15, "1"),
                        write(16, "2"),
                        write(31, "3"),
                        write(32, "4"),
                        Step::Read(15, 18),
                    ],
                ),
            ]
        }))
    }

    pub fn waits_while_busy() -> Oracle {
        keeps_the_protocol(agrees(Oracle::new().cases(|_| {
            let steps = vec![
                Step::Read(3, 20),
                write(10, "0123456789"),
                Step::Read(0, 40),
            ];
            vec![
                session(3, &[0, 1], steps.clone()),
                session(3, &[5, 3, 0, 4], steps.clone()),
                session(3, &[2], steps),
            ]
        })))
    }

    pub fn stays_on_the_disk() -> Oracle {
        is_economical(keeps_the_protocol(agrees(Oracle::new().cases(|_| {
            let steps = vec![
                Step::Read(32, 0),
                Step::Read(32, 1),
                Step::Read(33, 0),
                Step::Read(31, 1),
                write(30, "abc"),
                write(30, "xy"),
                Step::Read(usize::MAX, 2),
                Step::Read(20, 12),
            ];
            vec![
                session(2, &[1], steps),
                session(0, &[1], vec![Step::Read(0, 0), write(0, "a")]),
            ]
        }))))
    }
}
