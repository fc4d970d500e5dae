//! wrong: the width is counted in bytes
//! page: packs_what_is_sent
//! fails: any_text property
//! fails: packs_what_is_sent property

use std::mem;

/// What comes out when a generator is resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<Y, R> {
    /// It has yielded this, and can be resumed.
    Yielded(Y),
    /// It has come to its end, and this is its result.
    Returned(R),
    /// It had come to its end before, and did nothing.
    Ended,
}

/// A function that can be left in the middle and resumed there.
pub trait Generator {
    /// What is sent to it when it is resumed.
    type Sent;
    /// What it yields.
    type Yield;
    /// What it returns.
    type Return;

    /// Sends a value to it and lets it run until it yields or returns.
    fn resume(&mut self, sent: Self::Sent) -> Step<Self::Yield, Self::Return>;
}

/// Yields the words of a text that comes from `source` character by character, and
/// returns how many there were.
pub struct Words<S> {
    source: S,
    word: String,
    count: usize,
    at: Place,
}

/// Where `Words` is.
#[derive(PartialEq)]
enum Place {
    Reading,
    /// The source has ended, and the last word was yielded.
    AfterLastWord,
    End,
}

impl<S: FnMut() -> Option<char>> Words<S> {
    /// A generator that has not begun: nothing is read.
    pub fn new(source: S) -> Self {
        Self {
            source,
            word: String::new(),
            count: 0,
            at: Place::Reading,
        }
    }
}

impl<S: FnMut() -> Option<char>> Generator for Words<S> {
    type Sent = ();
    type Yield = String;
    type Return = usize;

    fn resume(&mut self, (): ()) -> Step<String, usize> {
        while self.at == Place::Reading {
            let next = (self.source)();
            match next {
                Some(letter) if !letter.is_whitespace() => {
                    self.word.push(letter);
                    continue;
                }
                Some(_) => {}
                None => self.at = Place::AfterLastWord,
            }
            if !self.word.is_empty() {
                self.count += 1;
                return Step::Yielded(mem::take(&mut self.word));
            }
        }
        match mem::replace(&mut self.at, Place::End) {
            Place::End => Step::Ended,
            _ => Step::Returned(self.count),
        }
    }
}

/// Packs words that are sent to it into lines.
///
/// `Some(word)` sends a word; it yields a full line, or nothing if the word still fits.
/// `None` says that there are no more words; it returns the last line, or nothing if there
/// were no words at all.
pub struct Packer {
    width: usize,
    line: Option<String>,
    ended: bool,
}

impl Packer {
    /// A packer of lines that have at most `width` characters, if their words allow it.
    pub fn new(width: usize) -> Self {
        Self {
            width,
            line: None,
            ended: false,
        }
    }
}

impl Generator for Packer {
    type Sent = Option<String>;
    type Yield = Option<String>;
    type Return = Option<String>;

    fn resume(&mut self, sent: Option<String>) -> Step<Option<String>, Option<String>> {
        if self.ended {
            return Step::Ended;
        }
        let Some(word) = sent else {
            self.ended = true;
            return Step::Returned(self.line.take());
        };
        let Some(line) = &mut self.line else {
            self.line = Some(word);
            return Step::Yielded(None);
        };
        if line.len() + 1 + word.len() > self.width {
            return Step::Yielded(self.line.replace(word));
        }
        line.push(' ');
        line.push_str(&word);
        Step::Yielded(None)
    }
}

/// Lets a producer and a consumer take turns; see [`Pipe::new`].
pub struct Pipe<P, C> {
    producer: P,
    consumer: C,
    at: Turn,
}

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq)]
enum Turn {
    Producer,
    /// The producer has come to its end.
    ConsumerAlone,
    Nobody,
}

impl<T, P, C> Pipe<P, C>
where
    P: Generator<Sent = (), Yield = T>,
    C: Generator<Sent = Option<T>>,
{
    /// A generator that resumes the producer and sends what it yields to the consumer, and
    /// yields what the consumer yields. Neither is resumed here.
    pub fn new(producer: P, consumer: C) -> Self {
        Self {
            producer,
            consumer,
            at: Turn::Producer,
        }
    }
}

impl<T, Y, P, C> Generator for Pipe<P, C>
where
    P: Generator<Sent = (), Yield = T>,
    C: Generator<Sent = Option<T>, Yield = Option<Y>>,
{
    type Sent = ();
    type Yield = Y;
    type Return = C::Return;

    fn resume(&mut self, (): ()) -> Step<Y, C::Return> {
        while self.at != Turn::Nobody {
            let mut item = None;
            if self.at == Turn::Producer {
                match self.producer.resume(()) {
                    Step::Yielded(made) => item = Some(made),
                    Step::Returned(_) | Step::Ended => self.at = Turn::ConsumerAlone,
                }
            }
            match self.consumer.resume(item) {
                Step::Yielded(None) => {}
                Step::Yielded(Some(made)) => return Step::Yielded(made),
                Step::Returned(result) => {
                    self.at = Turn::Nobody;
                    return Step::Returned(result);
                }
                Step::Ended => self.at = Turn::Nobody,
            }
        }
        Step::Ended
    }
}
