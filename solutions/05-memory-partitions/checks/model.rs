// canary: 8f67e65defa77f328004860ab107e082
//! What a memory promises: its calls, and what becomes of the bytes.

use kit::serde::{Deserialize, Serialize};

use crate::public::Ask;

/// How a program begins: with a memory of so many bytes, and after these calls.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Beginning {
    pub size: usize,
    pub calls: Vec<Ask>,
}

/// The numbers of processes that small programs know.
pub const PIDS: [u32; 6] = [0, 1, 2, 3, 4, 70_000];

/// How many numbers a large memory knows.
const MANY: u32 = 300;

/// The numbers that are looked at after one of so many calls.
pub fn pids(calls: usize) -> std::ops::Range<u32> {
    if calls < 40 { 0..8 } else { 0..MANY }
}

/// Whether a large memory is looked at closely after a call: always if there are few, for a right
/// answer may take long for each look.
pub fn is_looked_at(index: usize, calls: usize) -> bool {
    calls < 40 || index % 350 == 349
}

#[cfg(verdict)]
pub use verdict::{Partitions, State, large_calls, many_calls};

#[cfg(verdict)]
mod verdict {
    use kit::{
        Chart, Random, Text,
        programs::{Allowed, Model, Words},
        serde_json::{self, Value},
    };

    use super::{Beginning, MANY, PIDS};
    use crate::public::{Ask, Step, dumped, oracles::bars};

    /// A memory with processes.
    #[derive(Clone, Copy)]
    pub struct Partitions;

    /// All bytes; number, base and limit of the processes by base.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        bytes: Vec<u8>,
        processes: Vec<(u32, usize, usize)>,
    }

    impl State {
        /// An empty memory.
        pub fn of(size: usize) -> Self {
            Self {
                bytes: vec![0; size],
                processes: Vec::new(),
            }
        }

        fn find(&self, pid: u32) -> Option<(u32, usize, usize)> {
            let mut all = self.processes.iter().copied();
            all.find(|process| process.0 == pid)
        }

        fn holes(&self) -> Vec<(usize, usize)> {
            let ends = self.processes.iter().map(|(_, base, limit)| base + limit);
            let starts = self.processes.iter().map(|process| process.1);
            let gaps = [0]
                .into_iter()
                .chain(ends)
                .zip(starts.chain([self.bytes.len()]));
            let holes = gaps.map(|(start, end)| (start, end - start));
            holes.filter(|hole| hole.1 > 0).collect()
        }

        fn load(&mut self, pid: u32, size: usize, image: &str) -> String {
            if self.find(pid).is_some() {
                return "Err(AlreadyLoaded)".to_owned();
            }
            if size == 0 || image.len() > size {
                return "Err(BadSize)".to_owned();
            }
            let holes = self.holes();
            let Some((base, _)) = holes.into_iter().find(|hole| hole.1 >= size) else {
                return "Err(NoHole)".to_owned();
            };
            self.bytes[base..base + image.len()].copy_from_slice(image.as_bytes());
            self.processes.push((pid, base, size));
            self.processes.sort_by_key(|process| process.1);
            format!("Ok(Partition {{ base: {base}, limit: {size} }})")
        }

        /// Physical addresses, or a fault.
        fn range(
            &self,
            pid: u32,
            address: usize,
            length: usize,
        ) -> Result<std::ops::Range<usize>, &'static str> {
            let Some((_, base, limit)) = self.find(pid) else {
                return Err("Err(NoSuchProcess)");
            };
            if address > limit || length > limit - address {
                return Err("Err(OutOfBounds)");
            }
            Ok(base + address..base + address + length)
        }

        /// What a call gives; the state after it is this one.
        pub fn answer(&mut self, call: &Ask) -> String {
            match call {
                Ask::Load(pid, size, image) => self.load(*pid, *size, image),
                Ask::Unload(pid) => {
                    let Some((_, base, limit)) = self.find(*pid) else {
                        return "Err(NoSuchProcess)".to_owned();
                    };
                    self.bytes[base..base + limit].fill(0);
                    self.processes.retain(|process| process.0 != *pid);
                    "Ok(())".to_owned()
                }
                Ask::Read(pid, address, length) => match self.range(*pid, *address, *length) {
                    Ok(range) => format!("Ok(()) '{}'", self.bytes[range].escape_ascii()),
                    Err(fault) => format!("{fault} '{}'", "#".repeat(*length)),
                },
                Ask::Write(pid, address, bytes) => match self.range(*pid, *address, bytes.len()) {
                    Ok(range) => {
                        self.bytes[range].copy_from_slice(bytes.as_bytes());
                        "Ok(())".to_owned()
                    }
                    Err(fault) => fault.to_owned(),
                },
                Ask::Compact => {
                    let mut moved = Vec::new();
                    for (_, base, limit) in &mut self.processes {
                        let start = moved.len();
                        moved.extend_from_slice(&self.bytes[*base..*base + *limit]);
                        *base = start;
                    }
                    moved.resize(self.bytes.len(), 0);
                    self.bytes = moved;
                    "()".to_owned()
                }
            }
        }

        /// What must be seen after a call that gave this.
        pub fn step(&self, answer: String, pids: impl IntoIterator<Item = u32>) -> Step {
            Step {
                answer,
                processes: pids.into_iter().filter_map(|pid| self.find(pid)).collect(),
                holes: self.holes(),
                dump: dumped(&self.bytes, self.bytes.len()),
            }
        }
    }

    /// A process that is larger than 16 bits can say, and one behind it.
    pub fn large_calls() -> Vec<Ask> {
        vec![
            load(3, 66_000, "large"),
            load(4, 300, "c"),
            write(3, 65_999, "F"),
            write(3, 65_999, "FG"),
            Ask::Read(3, 65_997, 3),
            Ask::Read(3, 65_998, 3),
            Ask::Read(4, 0, 2),
            write(4, 299, "G"),
            write(4, 301, ""),
            Ask::Unload(3),
            load(5, 65_990, "d"),
            Ask::Unload(5),
            Ask::Compact,
            Ask::Read(4, 298, 2),
            load(6, 69_701, ""),
            load(6, 69_700, "e"),
        ]
    }

    /// Loads and unloads hundreds of processes of all sizes, and accesses them.
    pub fn many_calls(random: &mut Random) -> Vec<Ask> {
        let mut calls = Vec::new();
        for pid in 0..MANY {
            // The first ones fill the memory, so that later ones meet holes of all sizes.
            let size = 1 + random.index(40);
            calls.push(Ask::Load(pid, size, "begin".chars().take(size).collect()));
        }
        for round in 0..450 {
            let pid = random.below(u64::from(MANY)) as u32;
            let address = random.index(50);
            calls.push(match random.below(6) {
                0 | 1 => Ask::Unload(pid),
                2 => Ask::Load(pid, 1 + random.index(60), "a".to_owned()),
                3 => Ask::Read(pid, address, random.index(20)),
                4 if round % 50 > 40 => Ask::Compact,
                _ => Ask::Write(pid, address, "written".to_owned()),
            });
        }
        calls
    }

    fn load(pid: u32, size: usize, image: &str) -> Ask {
        Ask::Load(pid, size, image.to_owned())
    }

    fn write(pid: u32, address: usize, bytes: &str) -> Ask {
        Ask::Write(pid, address, bytes.to_owned())
    }

    fn begins(size: usize, calls: &[Ask]) -> Beginning {
        let calls = calls.to_vec();
        Beginning { size, calls }
    }

    /// A hole of 2, process 1 from 2 to 5, a hole of 3, process 2 from 9 to 10, a hole of 1.
    fn busy() -> Beginning {
        begins(
            12,
            &[
                load(0, 2, "zz"),
                load(1, 4, "abc"),
                load(3, 3, "yyy"),
                load(2, 2, "de"),
                Ask::Unload(0),
                Ask::Unload(3),
            ],
        )
    }

    impl Model for Partitions {
        type Object = Beginning;
        type Call = Ask;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 3;
        const LARGER: usize = 80;
        const LONGEST: usize = 32;

        fn objects(&self) -> Vec<Beginning> {
            vec![begins(8, &[]), busy()]
        }

        fn more_objects(&self) -> Vec<Beginning> {
            vec![
                begins(0, &[]),
                begins(1, &[]),
                begins(
                    24,
                    &[
                        load(4, 5, "vwxyz"),
                        load(0, 3, ""),
                        load(70_000, 6, "uuuuuu"),
                        load(1, 4, "a"),
                        Ask::Unload(4),
                    ],
                ),
            ]
        }

        fn calls(&self) -> Vec<Ask> {
            vec![
                load(1, 3, "A"),
                Ask::Unload(1),
                load(4, 2, ""),
                write(1, 2, "W"),
                Ask::Compact,
                Ask::Unload(2),
                Ask::Read(1, 1, 2),
                load(0, 4, "QRST"),
                write(2, 1, "XY"),
            ]
        }

        fn more_calls(&self) -> Vec<Ask> {
            vec![
                Ask::Unload(0),
                Ask::Unload(3),
                Ask::Unload(4),
                Ask::Unload(70_000),
                load(0, 1, "o"),
                load(1, 0, ""),
                load(2, 2, "MN"),
                load(2, 2, "LMN"),
                load(3, 3, "fgh"),
                load(3, 1, ""),
                load(3, 4_000, "p"),
                load(4, 5, "j"),
                load(70_000, 8, "k"),
                load(70_000, 300, "K"),
                load(4, usize::MAX, "m"),
                write(0, 0, "E"),
                write(1, 3, "G"),
                write(1, 3, "GH"),
                write(1, 4, ""),
                write(2, 3, ""),
                write(2, 0, "HI"),
                write(3, 2, "I"),
                write(3, 255, "JK"),
                write(4, 0, "LM"),
                write(4, 0, "LMNOP"),
                write(70_000, 5, "N"),
                write(70_000, 6, "O"),
                write(1, usize::MAX, "P"),
                write(2, usize::MAX, ""),
                // The sum with a base, or with the length, comes round to a small number.
                write(1, usize::MAX - 1, "QQ"),
                write(1, usize::MAX - 1, "QQQ"),
                write(2, usize::MAX - 8, "R"),
                write(2, usize::MAX - 4, "R"),
                Ask::Read(0, 0, 1),
                Ask::Read(0, 2, 1),
                Ask::Read(1, 0, 4),
                Ask::Read(1, 0, 5),
                Ask::Read(1, 4, 0),
                Ask::Read(1, 5, 0),
                Ask::Read(1, usize::MAX, 2),
                Ask::Read(1, usize::MAX - 1, 1),
                Ask::Read(2, 0, 2),
                Ask::Read(2, 1, 2),
                Ask::Read(2, usize::MAX - 6, 4),
                Ask::Read(3, 1, 2),
                Ask::Read(4, 0, 5),
                Ask::Read(70_000, 0, 6),
                Ask::Compact,
                Ask::Compact,
            ]
        }

        fn chosen(&self) -> Vec<Vec<Vec<Ask>>> {
            // Three holes become one, from both sides.
            let merged = vec![
                load(1, 2, "ab"),
                load(2, 2, "cd"),
                load(3, 2, "ef"),
                load(4, 2, "gh"),
                Ask::Unload(1),
                Ask::Unload(3),
                Ask::Unload(2),
                load(0, 6, "ijklmn"),
            ];
            // A move by less than its own length.
            let moved = vec![
                load(1, 1, "x"),
                load(2, 5, "abcde"),
                load(3, 1, "z"),
                Ask::Unload(1),
                Ask::Compact,
                Ask::Read(2, 0, 5),
                Ask::Unload(2),
                Ask::Compact,
            ];
            vec![vec![merged], vec![moved]]
        }

        fn initial(&self, beginning: &Beginning) -> State {
            let mut state = State::of(beginning.size);
            for call in &beginning.calls {
                state.answer(call);
            }
            state
        }

        fn outcomes(&self, state: &State, _: usize, call: &Ask) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let answer = next.answer(call);
            vec![Allowed::new(next.step(answer, PIDS), next)]
        }

        fn drawn(&self, state: &State, call: &Ask, given: &Value) -> Vec<Text> {
            let mut next = state.clone();
            let answer = next.answer(call);
            let row = |en: &str, zh: &str| Text::new(en, zh);
            let before = state.step(String::new(), PIDS);
            let after = next.step(answer, PIDS);
            let mut chart = Chart::new()
                .row(row("before", "之前"), &bars(&before))
                .row(row("by the rules", "按规则"), &bars(&after));
            if let Ok(found) = serde_json::from_value::<Step>(given.clone()) {
                chart = chart.row(row("yours", "你的"), &bars(&found));
            }
            chart.lines()
        }

        fn words(&self) -> Words {
            Words {
                imports: "use memory_partitions::Memory;",
                name: "mut m",
            }
        }

        fn made(&self, beginning: &Beginning) -> String {
            let made = format!("Memory::new({})", beginning.size);
            if beginning.calls.is_empty() {
                return made;
            }
            let calls = beginning.calls.iter();
            let calls: String = calls
                .map(|call| format!("let _ = {}; ", self.written(call)))
                .collect();
            format!("{{ let mut m = {made}; {calls}m }}")
        }

        fn written(&self, call: &Ask) -> String {
            call.written("m")
        }

        fn printed(&self, call: &Ask) -> Option<fn(&Value) -> String> {
            // What is read is in the buffer, and not in the result.
            let answer = |told: &Value| told["answer"].as_str().unwrap_or_default().to_owned();
            let result = |told: &Value| {
                let answer = told["answer"].as_str().unwrap_or_default();
                answer.split(" '").next().unwrap_or_default().to_owned()
            };
            Some(if matches!(call, Ask::Read(..)) {
                result
            } else {
                answer
            })
        }
    }
}
