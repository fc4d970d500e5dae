//! The checks of exercise 37 that you see.

use kit::prelude::*;

kit::checks![yields_word_by_word, packs_what_is_sent, takes_turns];

/// What the consumer of a case does when it is resumed.
#[derive(Clone, Copy, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub enum Reply {
    Nothing,
    Item(i64),
    Return(i64),
}

/// What is done in a case.
#[derive(Clone, kit::serde::Serialize, kit::serde::Deserialize)]
#[serde(crate = "kit::serde")]
pub enum Play {
    /// `Words` on this text, resumed so many times.
    Words(String, usize),
    /// A `Packer` of this width, to which these are sent.
    Packer(usize, Vec<Option<String>>),
    /// A `Pipe` of a producer of so many numbers and a consumer that replies like this,
    /// resumed so many times.
    Pipe(i64, Vec<Reply>, usize),
    /// A `Pipe` of `Words` and a `Packer` of this width, resumed so many times.
    Lines(String, usize, usize),
}

/// What your code is made to do.
#[cfg(driver)]
pub mod scenarios {
    use super::*;
    use generators::{Generator, Packer, Pipe, Step, Words};
    use std::{cell::Cell, fmt::Debug};

    fn say(what: String) {
        mark("trace", what);
    }

    fn told<Y: Debug, R: Debug>(step: Step<Y, R>) -> String {
        match step {
            Step::Yielded(value) => format!("yields {value:?}"),
            Step::Returned(value) => format!("returns {value:?}"),
            Step::Ended => "is at its end".to_owned(),
        }
    }

    /// Yields 1, 2, 3 and so on.
    struct Numbers {
        last: i64,
        at: i64,
    }

    impl Generator for Numbers {
        type Sent = ();
        type Yield = i64;
        type Return = ();

        fn resume(&mut self, (): ()) -> Step<i64, ()> {
            self.at += 1;
            let step = match self.at - self.last {
                ..=0 => Step::Yielded(self.at),
                1 => Step::Returned(()),
                _ => Step::Ended,
            };
            say(format!("the producer {}", told(step.clone())));
            step
        }
    }

    /// Does as it is told; in the end it returns when there is nothing more to come.
    struct Replies(std::vec::IntoIter<Reply>);

    impl Generator for Replies {
        type Sent = Option<i64>;
        type Yield = Option<i64>;
        type Return = i64;

        fn resume(&mut self, sent: Option<i64>) -> Step<Option<i64>, i64> {
            let step = match self.0.next() {
                Some(Reply::Nothing) => Step::Yielded(None),
                Some(Reply::Item(item)) => Step::Yielded(Some(item)),
                Some(Reply::Return(result)) => Step::Returned(result),
                None if sent.is_some() => Step::Yielded(None),
                None => Step::Returned(0),
            };
            say(format!(
                "the consumer gets {sent:?}, {}",
                told(step.clone())
            ));
            step
        }
    }

    pub fn follow(case: &Case) {
        match case.get() {
            Play::Words(text, resumes) => {
                let reads = Cell::new(0);
                let mut letters = text.chars();
                let mut words = Words::new(|| {
                    reads.set(reads.get() + 1);
                    letters.next()
                });
                say(format!("{} reads before it begins", reads.get()));
                for _ in 0..resumes {
                    let step = told(words.resume(()));
                    say(format!("{step} after {} reads", reads.get()));
                }
            }
            Play::Packer(width, sent) => {
                let mut packer = Packer::new(width);
                for sent in sent {
                    let what = format!("{sent:?}");
                    say(format!("gets {what}, {}", told(packer.resume(sent))));
                }
            }
            Play::Pipe(last, replies, resumes) => {
                let producer = Numbers { last, at: 0 };
                let mut pipe = Pipe::new(producer, Replies(replies.into_iter()));
                for _ in 0..resumes {
                    say("the pipe is resumed".to_owned());
                    let step = told(pipe.resume(()));
                    say(format!("the pipe {step}"));
                }
            }
            Play::Lines(text, width, resumes) => {
                let reads = Cell::new(0);
                let mut letters = text.chars();
                let words = Words::new(|| {
                    reads.set(reads.get() + 1);
                    letters.next()
                });
                let mut lines = Pipe::new(words, Packer::new(width));
                for _ in 0..resumes {
                    let step = told(lines.resume(()));
                    say(format!("{step} after {} reads", reads.get()));
                }
            }
        }
    }

    /// `Words` on some texts.
    pub fn yields_word_by_word(case: &Case) {
        follow(case);
    }

    /// A `Packer` that gets words one by one.
    pub fn packs_what_is_sent(case: &Case) {
        follow(case);
    }

    /// A `Pipe` of a producer and a consumer that record when they are resumed.
    pub fn takes_turns(case: &Case) {
        follow(case);
    }
}

/// What must hold of what was seen.
#[cfg(verdict)]
pub mod oracles {
    use super::*;
    use Reply::{Item, Nothing, Return};

    /// The words of a text, and how many reads it takes to know each; then the reads that
    /// it takes to know that there is no other.
    fn words(text: &str) -> (Vec<(String, usize)>, usize) {
        let letters: Vec<char> = text.chars().collect();
        let mut words = Vec::new();
        let mut begin = 0;
        for at in 0..=letters.len() {
            if letters.get(at).is_none_or(|letter| letter.is_whitespace()) {
                if begin < at {
                    words.push((letters[begin..at].iter().collect(), at + 1));
                }
                begin = at + 1;
            }
        }
        (words, letters.len() + 1)
    }

    /// The lines that words make, each with the number of the word that shows that it is
    /// full; and the last line.
    fn lines(words: &[String], width: usize) -> (Vec<(String, usize)>, Option<String>) {
        let mut lines = Vec::new();
        let mut line: Vec<&str> = Vec::new();
        for (number, word) in words.iter().enumerate() {
            line.push(word);
            if line.len() > 1 && line.join(" ").chars().count() > width {
                line.pop();
                lines.push((line.join(" "), number));
                line = vec![word];
            }
        }
        let last = (!line.is_empty()).then(|| line.join(" "));
        (lines, last)
    }

    fn expected(play: Play) -> Vec<String> {
        match play {
            Play::Words(text, resumes) => {
                let (words, all) = words(&text);
                let mut steps: Vec<String> = words
                    .iter()
                    .map(|(word, reads)| format!("yields {word:?} after {reads} reads"))
                    .collect();
                steps.push(format!("returns {} after {all} reads", words.len()));
                steps.resize(resumes, format!("is at its end after {all} reads"));
                steps.insert(0, "0 reads before it begins".to_owned());
                steps
            }
            Play::Packer(width, sent) => {
                let sent_words: Vec<String> = sent.iter().map_while(Clone::clone).collect();
                let (lines, last) = lines(&sent_words, width);
                let step = |(number, sent): (usize, &Option<String>)| {
                    let step = match number.cmp(&sent_words.len()) {
                        std::cmp::Ordering::Less => {
                            let full = lines.iter().find(|(_, at)| *at == number);
                            format!("yields {:?}", full.map(|(line, _)| line))
                        }
                        std::cmp::Ordering::Equal => format!("returns {last:?}"),
                        std::cmp::Ordering::Greater => "is at its end".to_owned(),
                    };
                    format!("gets {sent:?}, {step}")
                };
                sent.iter().enumerate().map(step).collect()
            }
            Play::Pipe(last, replies, resumes) => {
                let mut trace = Vec::new();
                let (mut made, mut over) = (0, false);
                let mut replies = replies.into_iter();
                for _ in 0..resumes {
                    trace.push("the pipe is resumed".to_owned());
                    let step = loop {
                        if over {
                            break "is at its end".to_owned();
                        }
                        let mut sent = None;
                        if made <= last {
                            made += 1;
                            sent = (made <= last).then_some(made);
                            trace.push(match sent {
                                Some(item) => format!("the producer yields {item}"),
                                None => "the producer returns ()".to_owned(),
                            });
                        }
                        let reply = replies.next().unwrap_or(match sent {
                            Some(_) => Nothing,
                            None => Return(0),
                        });
                        let (said, step) = match reply {
                            Nothing => ("yields None".to_owned(), None),
                            Item(item) => (
                                format!("yields Some({item})"),
                                Some(format!("yields {item}")),
                            ),
                            Return(result) => {
                                over = true;
                                (
                                    format!("returns {result}"),
                                    Some(format!("returns {result}")),
                                )
                            }
                        };
                        trace.push(format!("the consumer gets {sent:?}, {said}"));
                        if let Some(step) = step {
                            break step;
                        }
                    };
                    trace.push(format!("the pipe {step}"));
                }
                trace
            }
            Play::Lines(text, width, resumes) => {
                let (words, all) = words(&text);
                let only: Vec<String> = words.iter().map(|(word, _)| word.clone()).collect();
                let (lines, last) = lines(&only, width);
                let mut steps: Vec<String> = lines
                    .iter()
                    .map(|(line, at)| format!("yields {line:?} after {} reads", words[*at].1))
                    .collect();
                steps.push(format!("returns {last:?} after {all} reads"));
                steps.resize(resumes, format!("is at its end after {all} reads"));
                steps
            }
        }
    }

    /// What happens is what the rules say, step by step.
    pub fn follows_the_rules(cases: impl Fn(u64) -> Vec<Play> + 'static) -> Oracle {
        Oracle::new().cases(cases).trace_is(
            "Each time a generator is resumed it does what is due, and no more.",
            "生成器每次被恢复，都做该做的事，不多也不少。",
            "trace",
            expected,
        )
    }

    pub fn yields_word_by_word() -> Oracle {
        follows_the_rules(|_| {
            vec![
                Play::Words("to be or not".to_owned(), 7),
                Play::Words("  that   is \n".to_owned(), 5),
            ]
        })
    }

    /// Sends the words of a text, and then twice that there are no more.
    pub fn packer(width: usize, text: &str) -> Play {
        let words = text.split_whitespace().map(|word| Some(word.to_owned()));
        Play::Packer(width, words.chain([None, None]).collect())
    }

    pub fn packs_what_is_sent() -> Oracle {
        follows_the_rules(|_| {
            vec![
                packer(5, "to be or not to be"),
                packer(4, "is a question mark of"),
                // Letters count, however many bytes they take.
                packer(5, "线程 进程 über"),
            ]
        })
    }

    pub fn takes_turns() -> Oracle {
        follows_the_rules(|_| {
            vec![
                Play::Pipe(4, vec![Nothing, Item(12), Nothing, Item(34)], 4),
                Play::Lines("the whips and scorns of time".to_owned(), 9, 6),
            ]
        })
    }
}
