//! The states hold what is in hand: an enum with data for each generator, taken out and put
//! back; the packer keeps words and makes a line when it is needed.

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

/// Yields the words of a text.
pub enum Words<S> {
    Between { source: S, count: usize },
    SourceEnded { count: usize },
    Ended,
}

impl<S: FnMut() -> Option<char>> Words<S> {
    /// A generator that has not begun: nothing is read.
    pub fn new(source: S) -> Self {
        Self::Between { source, count: 0 }
    }
}

impl<S: FnMut() -> Option<char>> Generator for Words<S> {
    type Sent = ();
    type Yield = String;
    type Return = usize;

    fn resume(&mut self, (): ()) -> Step<String, usize> {
        let (mut source, count) = match mem::replace(self, Self::Ended) {
            Self::Ended => return Step::Ended,
            Self::SourceEnded { count } => return Step::Returned(count),
            Self::Between { source, count } => (source, count),
        };
        let begin = loop {
            match source() {
                None => return Step::Returned(count),
                Some(letter) if letter.is_whitespace() => {}
                Some(letter) => break letter,
            }
        };
        let mut word = String::from(begin);
        loop {
            let next = match source() {
                Some(letter) if letter.is_whitespace() => Self::Between {
                    source,
                    count: count + 1,
                },
                None => Self::SourceEnded { count: count + 1 },
                Some(letter) => {
                    word.push(letter);
                    continue;
                }
            };
            *self = next;
            return Step::Yielded(word);
        }
    }
}

/// Packs words that are sent to it into lines.
pub struct Packer {
    width: usize,
    /// Nothing once it has returned.
    words: Option<Vec<String>>,
}

impl Packer {
    /// A packer of lines that have at most `width` characters, if their words allow it.
    pub fn new(width: usize) -> Self {
        Self {
            width,
            words: Some(Vec::new()),
        }
    }
}

impl Generator for Packer {
    type Sent = Option<String>;
    type Yield = Option<String>;
    type Return = Option<String>;

    fn resume(&mut self, sent: Option<String>) -> Step<Option<String>, Option<String>> {
        match (&mut self.words, sent) {
            (None, _) => Step::Ended,
            (Some(words), Some(word)) => {
                let letters: usize = words.iter().map(|word| word.chars().count() + 1).sum();
                let full = !words.is_empty() && letters + word.chars().count() > self.width;
                let line = full.then(|| mem::take(words).join(" "));
                words.push(word);
                Step::Yielded(line)
            }
            (Some(words), None) => {
                let last = (!words.is_empty()).then(|| words.join(" "));
                self.words = None;
                Step::Returned(last)
            }
        }
    }
}

/// Lets a producer and a consumer take turns.
pub struct Pipe<P, C> {
    producer: Option<P>,
    consumer: Option<C>,
}

impl<T, P, C> Pipe<P, C>
where
    P: Generator<Sent = (), Yield = T>,
    C: Generator<Sent = Option<T>>,
{
    /// A generator that resumes the producer and sends what it yields to the consumer.
    pub fn new(producer: P, consumer: C) -> Self {
        Self {
            producer: Some(producer),
            consumer: Some(consumer),
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
        while let Some(consumer) = &mut self.consumer {
            let item = self
                .producer
                .as_mut()
                .and_then(|producer| match producer.resume(()) {
                    Step::Yielded(item) => Some(item),
                    Step::Returned(_) | Step::Ended => None,
                });
            if item.is_none() {
                self.producer = None;
            }
            let step = consumer.resume(item);
            if !matches!(step, Step::Yielded(_)) {
                self.consumer = None;
            }
            match step {
                Step::Yielded(None) => {}
                Step::Yielded(Some(item)) => return Step::Yielded(item),
                Step::Returned(result) => return Step::Returned(result),
                Step::Ended => break,
            }
        }
        Step::Ended
    }
}
