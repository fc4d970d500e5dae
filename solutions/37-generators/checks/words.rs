// canary: df3c2899de72b111c1944f68ab3b8481
//! What `Words` promises, resumed while its text still grows.

use kit::serde::{Deserialize, Serialize};

/// A call, or a change of the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Resume,
    /// Resumes until it does not yield, and twice more.
    ResumeToTheEnd,
    /// From now on the source has these characters too.
    Extend(String),
    /// And these, so often.
    ExtendBy(String, usize),
}

/// How often `ResumeToTheEnd` resumes a generator that never ends.
pub const MOST: usize = 2_000;

/// What came out, and how often the source has been asked by then.
pub fn told(step: &str, reads: usize) -> String {
    format!("{step} after {reads} reads")
}

#[cfg(verdict)]
pub use verdict::AnyWords;

#[cfg(verdict)]
mod verdict {
    use std::{collections::VecDeque, mem};

    use kit::{
        programs::{Allowed, Model, Words, before, plainly},
        serde_json::{Value, json},
    };

    use super::{Call, MOST, told};

    /// `Words` over a text to which calls add.
    #[derive(Clone, Copy)]
    pub struct AnyWords;

    /// What the source still has, and where the generator is.
    #[derive(Clone, PartialEq, Eq, Hash, Default)]
    pub struct State {
        text: VecDeque<char>,
        reads: usize,
        count: usize,
        /// The source has said that there is no more.
        at_end: bool,
        returned: bool,
    }

    impl State {
        fn resume(&mut self) -> String {
            let mut word = String::new();
            while !self.at_end {
                self.reads += 1;
                let next = self.text.pop_front();
                self.at_end = next.is_none();
                match next {
                    Some(letter) if !letter.is_whitespace() => word.push(letter),
                    _ if word.is_empty() => {}
                    _ => {
                        self.count += 1;
                        return told(&format!("Yielded({word:?})"), self.reads);
                    }
                }
            }
            if mem::replace(&mut self.returned, true) {
                return told("Ended", self.reads);
            }
            told(&format!("Returned({})", self.count), self.reads)
        }

        fn resume_to_the_end(&mut self) -> Vec<String> {
            let mut steps = vec![self.resume()];
            while steps.last().is_some_and(|step| step.starts_with("Yielded")) && steps.len() < MOST
            {
                steps.push(self.resume());
            }
            steps.extend([self.resume(), self.resume()]);
            steps
        }
    }

    impl Model for AnyWords {
        type Object = ();
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 5;
        const LARGER: usize = 80;
        const LONGEST: usize = 40;

        fn objects(&self) -> Vec<()> {
            vec![()]
        }

        fn calls(&self) -> Vec<Call> {
            let text = |text: &str| Call::Extend(text.to_owned());
            vec![Call::Resume, text("a"), text(" ")]
        }

        fn more_calls(&self) -> Vec<Call> {
            let texts = [
                // White space of all sorts, some of it not in ASCII.
                "\n", "\t ", "\u{b}", "\u{85}", "\u{a0}", "\u{2028}", "\u{3000}",
                // What looks like nothing and is no white space.
                "\0", "\u{1f}", "\u{ad}", "\u{200b}", "\u{feff}", "ß", "e\u{301}", "一二", "🦀",
                "-", "Ab",
            ];
            let texts = texts.map(|text| Call::Extend(text.to_owned()));
            let mut all = vec![Call::Resume, Call::Resume, Call::ResumeToTheEnd];
            all.extend(texts);
            all.push(Call::ExtendBy("x".to_owned(), 300));
            all.push(Call::ExtendBy("y ".to_owned(), 300));
            all
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let [long, many] = [("x", 300), ("y ", 300)]
                .map(|(text, times)| Call::ExtendBy(text.to_owned(), times));
            vec![vec![vec![many, long, Call::ResumeToTheEnd]]]
        }

        fn initial(&self, (): &()) -> State {
            State::default()
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Resume => json!(next.resume()),
                Call::ResumeToTheEnd => json!(next.resume_to_the_end()),
                Call::Extend(text) => json!(next.text.extend(text.chars())),
                Call::ExtendBy(text, times) => json!(next.text.extend(text.repeat(*times).chars())),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use generators::{Generator, Words};\nuse std::{cell::RefCell, collections::VecDeque, rc::Rc};",
                name: "(text, mut words)",
            }
        }

        fn made(&self, (): &()) -> String {
            "{
        let text = Rc::new(RefCell::new(VecDeque::<char>::new()));
        let source = Rc::clone(&text);
        (text, Words::new(move || source.borrow_mut().pop_front()))
    }"
            .to_owned()
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Resume => "words.resume(())".to_owned(),
                Call::ResumeToTheEnd => {
                    "while words.resume(()) != generators::Step::Ended {}".to_owned()
                }
                Call::Extend(text) => format!("text.borrow_mut().extend({text:?}.chars())"),
                Call::ExtendBy(text, times) => {
                    format!("text.borrow_mut().extend({text:?}.repeat({times}).chars())")
                }
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            match call {
                Call::Resume => Some(|told| before(told, " after ")),
                Call::ResumeToTheEnd => None,
                Call::Extend(_) | Call::ExtendBy(..) => Some(plainly),
            }
        }
    }
}
