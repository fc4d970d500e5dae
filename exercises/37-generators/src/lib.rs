//! 37 · Generators: functions that can be left in the middle, written as values.
//!
//! The task is in `README.md` (`README.zh.md` in Chinese).

use std::marker::PhantomData;

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
    // Choose your own fields.
    _source: S,
}

impl<S: FnMut() -> Option<char>> Words<S> {
    /// A generator that has not begun: nothing is read.
    pub fn new(source: S) -> Self {
        let _ = source;
        todo!()
    }
}

impl<S: FnMut() -> Option<char>> Generator for Words<S> {
    type Sent = ();
    type Yield = String;
    type Return = usize;

    fn resume(&mut self, (): ()) -> Step<String, usize> {
        todo!()
    }
}

/// Packs words that are sent to it into lines.
///
/// `Some(word)` sends a word; it yields a full line, or nothing if the word still fits.
/// `None` says that there are no more words; it returns the last line, or nothing if there
/// were no words at all.
pub struct Packer {
    // Choose your own fields.
    _line: String,
}

impl Packer {
    /// A packer of lines that have at most `width` characters, if their words allow it.
    pub fn new(width: usize) -> Self {
        let _ = width;
        todo!()
    }
}

impl Generator for Packer {
    type Sent = Option<String>;
    type Yield = Option<String>;
    type Return = Option<String>;

    fn resume(&mut self, sent: Option<String>) -> Step<Option<String>, Option<String>> {
        let _ = sent;
        todo!()
    }
}

/// Lets a producer and a consumer take turns; see [`Pipe::new`].
pub struct Pipe<P, C> {
    // Choose your own fields.
    _both: PhantomData<(P, C)>,
}

impl<T, P, C> Pipe<P, C>
where
    P: Generator<Sent = (), Yield = T>,
    C: Generator<Sent = Option<T>>,
{
    /// A generator that resumes the producer and sends what it yields to the consumer, and
    /// yields what the consumer yields. Neither is resumed here.
    pub fn new(producer: P, consumer: C) -> Self {
        let _ = (producer, consumer);
        todo!()
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
        todo!()
    }
}
