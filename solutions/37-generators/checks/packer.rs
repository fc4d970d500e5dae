// canary: 7f9b5c3c55f5ddd8edbea2d188fba410
//! What `Packer` promises.

use kit::serde::{Deserialize, Serialize};

/// What is sent, once or many times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "kit::serde", rename_all = "snake_case")]
pub enum Call {
    Send(String),
    SendMany(String, usize),
    Finish,
}

#[cfg(verdict)]
pub use verdict::AnyLines;

#[cfg(verdict)]
mod verdict {
    use kit::{
        programs::{Allowed, Model, Words, plainly},
        serde_json::{Value, json},
    };

    use super::Call;

    /// A packer of lines as wide as its object says.
    #[derive(Clone, Copy)]
    pub struct AnyLines;

    /// The words of the line; nothing after the end.
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct State {
        width: usize,
        words: Option<Vec<String>>,
    }

    impl State {
        fn send(&mut self, word: &str) -> String {
            let Some(words) = &mut self.words else {
                return "Ended".to_owned();
            };
            let line = words.join(" ");
            let begun = !words.is_empty();
            words.push(word.to_owned());
            if begun && words.join(" ").chars().count() > self.width {
                words.drain(..words.len() - 1);
                return format!("Yielded({:?})", Some(line));
            }
            "Yielded(None)".to_owned()
        }

        fn finish(&mut self) -> String {
            match self.words.take() {
                None => "Ended".to_owned(),
                Some(words) if words.is_empty() => "Returned(None)".to_owned(),
                Some(words) => format!("Returned({:?})", Some(words.join(" "))),
            }
        }
    }

    impl Model for AnyLines {
        type Object = usize;
        type Call = Call;
        type State = State;

        const THREADS: usize = 1;
        const LENGTH: usize = 5;
        const LARGER: usize = 80;
        const LONGEST: usize = 30;

        fn objects(&self) -> Vec<usize> {
            vec![3]
        }

        /// One is so wide that there is no memory for it.
        fn more_objects(&self) -> Vec<usize> {
            vec![1, 2, 4, 10, 300, 1 << 62]
        }

        fn calls(&self) -> Vec<Call> {
            let send = |word: &str| Call::Send(word.to_owned());
            vec![send("a"), send("bcde"), Call::Finish]
        }

        fn more_calls(&self) -> Vec<Call> {
            let words = [
                "b",
                "ab",
                "abc",
                "abcdefghij",
                "-",
                "ß",
                "e\u{301}",
                "üü",
                "一二",
                "🦀",
                "\u{200b}",
                "ﬁ",
                "a\u{300}\u{301}b",
            ];
            let mut all: Vec<Call> = words.map(|word| Call::Send(word.to_owned())).into();
            all.push(Call::Send("x".repeat(300)));
            all.push(Call::SendMany("w".to_owned(), 300));
            all
        }

        fn chosen(&self) -> Vec<Vec<Vec<Call>>> {
            let many = Call::SendMany("w".to_owned(), 300);
            vec![vec![vec![many, Call::Finish, Call::Finish]]]
        }

        fn initial(&self, width: &usize) -> State {
            State {
                width: *width,
                words: Some(Vec::new()),
            }
        }

        fn outcomes(&self, state: &State, _: usize, call: &Call) -> Vec<Allowed<State>> {
            let mut next = state.clone();
            let result = match call {
                Call::Send(word) => json!(next.send(word)),
                Call::SendMany(word, times) => {
                    json!((0..*times).map(|_| next.send(word)).collect::<Vec<_>>())
                }
                Call::Finish => json!(next.finish()),
            };
            vec![Allowed::new(result, next)]
        }

        fn words(&self) -> Words {
            Words {
                imports: "use generators::{Generator, Packer};",
                name: "mut packer",
            }
        }

        fn made(&self, width: &usize) -> String {
            format!("Packer::new({width})")
        }

        fn written(&self, call: &Call) -> String {
            match call {
                Call::Send(word) => format!("packer.resume(Some({word:?}.to_owned()))"),
                Call::SendMany(word, times) => {
                    format!("for _ in 0..{times} {{ packer.resume(Some({word:?}.to_owned())); }}")
                }
                Call::Finish => "packer.resume(None)".to_owned(),
            }
        }

        fn printed(&self, call: &Call) -> Option<fn(&Value) -> String> {
            (!matches!(call, Call::SendMany(..))).then_some(plainly)
        }
    }
}
