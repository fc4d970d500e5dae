//! A reader on a device that counts, and the rules of the README for it.

use super::{Answer, Call};
use kit::serde::{Deserialize, Serialize};

/// A reader, what its source holds, and what the source answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Session {
    pub capacity: usize,
    pub text: String,
    pub answers: Vec<Answer>,
}

impl Session {
    /// What the source holds: a byte for each character.
    pub fn bytes(&self) -> Vec<u8> {
        self.text.chars().map(|one| one as u8).collect()
    }

    /// How often the next line is asked for: until the end, and twice more.
    pub fn asks(&self) -> usize {
        let lines = self.text.split('\n').count();
        let failures = self
            .answers
            .iter()
            .filter(|answer| **answer == Answer::Fails);
        lines + failures.count() + 3
    }
}

/// What a call of the reader gave, and what the source saw of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(crate = "kit::serde")]
pub struct Seen {
    pub result: String,
    pub calls: Vec<Call>,
}

/// Bytes as characters, each of its number.
fn characters(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(driver)]
pub use driver::run;

#[cfg(driver)]
mod driver {
    use super::{Seen, Session, characters};
    use crate::public::{Call, scenarios::Script};
    use fewer_io::LineReader;
    use kit::prelude::{Case, mark};
    use std::{
        cell::RefCell,
        io::{self, Read},
        rc::Rc,
    };

    struct Device {
        script: Script,
        text: Vec<u8>,
        place: usize,
        calls: Rc<RefCell<Vec<Call>>>,
    }

    impl Read for Device {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let left = &self.text[self.place..];
            let can = left.len().min(buffer.len());
            let (result, call) = self.script.answer(buffer.len(), can);
            self.calls.borrow_mut().push(call);
            let given = result?;
            buffer[..given].copy_from_slice(&left[..given]);
            self.place += given;
            Ok(given)
        }
    }

    /// Asks for all lines, and records each with what the source saw.
    pub fn run(case: &Case) {
        let session: Session = case.get();
        let (asks, text) = (session.asks(), session.bytes());
        let calls = Rc::new(RefCell::new(Vec::new()));
        let device = Device {
            script: Script::new(session.answers),
            text,
            place: 0,
            calls: Rc::clone(&calls),
        };
        let mut reader = LineReader::new(session.capacity, device);
        for _ in 0..asks {
            let result = match reader.next_line() {
                Ok(Some(line)) => format!("'{}'", characters(&line)),
                Ok(None) => "None".to_owned(),
                Err(error) => format!("Err({:?})", error.kind()),
            };
            let calls = calls.take();
            mark("line", Seen { result, calls });
        }
    }
}

#[cfg(verdict)]
pub mod rules {
    use super::{Seen, Session, characters};
    use kit::prelude::*;

    /// A sentence in both languages.
    type Said = (String, String);

    /// All rules of the reader.
    pub fn all(oracle: Oracle) -> Oracle {
        oracle
            .always(
                "`next_line` gives the lines of the source, and then `None`.",
                "`next_line`依次给出来源的各行，然后是 `None`。",
                |history| judge(history, Rule::Lines),
            )
            .always(
                "The source is called when no whole line is left, with room for `capacity` bytes, and never after its end.",
                "只有没剩下一整行时才调用来源，空间至少为 `capacity` 字节，到末尾之后不再调用。",
                |history| judge(history, Rule::Calls),
            )
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Rule {
        Lines,
        Calls,
    }

    /// Follows the source through the calls.
    fn judge(history: &History, rule: Rule) -> Result<(), Text> {
        let session: Session = history.case();
        let seen: Vec<Seen> = history.values("line");
        let text = &session.bytes()[..];
        // What came of the text, what of that was given out, and whether the end was seen.
        let (mut come, mut given, mut ended) = (0, 0, false);
        for (index, seen) in seen.iter().enumerate() {
            let mut error = None;
            for call in &seen.calls {
                let fault = if ended {
                    says("it asks after the end", "到末尾之后还在读")
                } else if text[given..come].contains(&b'\n') {
                    says("it asks although a whole line is left", "还剩一整行就去读")
                } else if call.size < session.capacity {
                    let size = call.size;
                    Some((
                        format!("it has room for {size} bytes only"),
                        format!("只提供了 {size} 字节的空间"),
                    ))
                } else {
                    None
                };
                if let (Rule::Calls, Some(fault)) = (rule, fault) {
                    return Err(told(&session, index, fault));
                }
                match call.moved {
                    Some(0) => ended = true,
                    Some(moved) => come = (come + moved).min(text.len()),
                    None if call.interrupted => {}
                    None => error = Some("Err(StorageFull)".to_owned()),
                }
            }
            let left = &text[given..come];
            let line = left.iter().position(|byte| *byte == b'\n');
            let expected = match (error, line) {
                (Some(error), _) => error,
                (None, Some(end)) => {
                    let line = characters(&left[..end]);
                    given += end + 1;
                    format!("'{line}'")
                }
                (None, None) if !ended => "-".to_owned(),
                (None, None) if left.is_empty() => "None".to_owned(),
                (None, None) => {
                    let line = characters(left);
                    given = come;
                    format!("'{line}'")
                }
            };
            if seen.result != expected {
                if rule == Rule::Calls {
                    return Ok(());
                }
                let found = &seen.result;
                let (en, zh) = if expected == "-" {
                    (
                        format!("it gives {found}, and the source has not said more"),
                        format!("给出 {found}，而来源还没有给出更多"),
                    )
                } else {
                    (
                        format!("it gives {found}, not {expected}"),
                        format!("给出 {found}，而不是 {expected}"),
                    )
                };
                return Err(told(&session, index, (en, zh)));
            }
        }
        Ok(())
    }

    fn says(en: &str, zh: &str) -> Option<Said> {
        Some((en.to_owned(), zh.to_owned()))
    }

    fn told(session: &Session, index: usize, (en, zh): Said) -> Text {
        let mut text: String = session.text.chars().take(60).collect();
        if text.len() < session.text.len() {
            text.push('…');
        }
        let (capacity, number) = (session.capacity, index + 1);
        Text::new(
            format!("Capacity {capacity}, source {text:?}, call {number} of `next_line`: {en}."),
            format!("容量 {capacity}，来源 {text:?}，第 {number} 次 `next_line`：{zh}。"),
        )
    }
}
