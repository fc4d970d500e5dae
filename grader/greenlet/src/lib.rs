//! Greenlets without `unsafe`, for the exercises that switch by hand.
//!
//! A greenlet is a function with a stack of its own. A caller that [switches](Greenlet::switch)
//! to it hands over a value and stands still; the greenlet runs until it switches
//! [back](Back::switch) with a value, and then stands still in its turn, in the middle of
//! whatever it was doing and however many calls deep. When its function returns the
//! greenlet is *dead*, and the value returned goes back in the same way.
//!
//! There is no thread in it, no scheduler and no order: who runs next is said by a
//! switch and by nothing else.
//!
//! ```
//! use greenlet::{Dead, Greenlet};
//!
//! let mut greeter = Greenlet::new(|back, name: &str| {
//!     let other = back.switch(format!("Hello, {name}!"));
//!     format!("Goodbye, {name} and {other}!")
//! });
//! assert_eq!(greeter.switch("Ada"), Ok("Hello, Ada!".to_owned()));
//! assert!(!greeter.is_dead());
//! assert_eq!(greeter.switch("Grace"), Ok("Goodbye, Ada and Grace!".to_owned()));
//! assert!(greeter.is_dead());
//! assert_eq!(greeter.switch("Edsger"), Err(Dead("Edsger")));
//! ```
#![forbid(unsafe_code)]

use std::{fmt, io};

use corosensei::{Coroutine, CoroutineResult, Yielder, stack::DefaultStack};

/// Size of a greenlet's stack in bytes. Only what is used of it takes memory, and the
/// page below it is guarded: an overflow ends the process and corrupts no memory.
pub const STACK_SIZE: usize = 1 << 20;

/// A function on a stack of its own, which takes `I`s and gives `O`s.
///
/// A greenlet that is dropped before it is dead ends where it stands: what is on its
/// stack is dropped, as by a panic that is not reported.
pub struct Greenlet<I, O> {
    coroutine: Coroutine<I, O, O>,
}

/// The way back, which the function of a greenlet gets.
pub struct Back<'a, I, O> {
    yielder: &'a Yielder<I, O>,
}

/// The greenlet is dead and cannot be switched to; the value is given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dead<I>(pub I);

impl<I: 'static, O: 'static> Greenlet<I, O> {
    /// A greenlet that will run `run` when it is switched to; the first value comes as
    /// an argument.
    ///
    /// # Panics
    ///
    /// If the system has no room for a stack.
    pub fn new(run: impl FnOnce(&Back<'_, I, O>, I) -> O + 'static) -> Self {
        Self::try_new(run).expect("there is room for a stack")
    }

    /// Like [`new`](Self::new), if there is room.
    ///
    /// # Errors
    ///
    /// If the system has no room for a stack.
    pub fn try_new(run: impl FnOnce(&Back<'_, I, O>, I) -> O + 'static) -> io::Result<Self> {
        let stack = DefaultStack::new(STACK_SIZE)?;
        let coroutine =
            Coroutine::with_stack(stack, move |yielder, first| run(&Back { yielder }, first));
        Ok(Self { coroutine })
    }

    /// Runs the greenlet until it switches back or returns, and gives what it switched
    /// back with or returned. A panic of its function comes out here too.
    ///
    /// # Errors
    ///
    /// If the greenlet is dead.
    pub fn switch(&mut self, value: I) -> Result<O, Dead<I>> {
        if self.coroutine.done() {
            return Err(Dead(value));
        }
        match self.coroutine.resume(value) {
            CoroutineResult::Yield(value) | CoroutineResult::Return(value) => Ok(value),
        }
    }

    /// Whether its function has returned, or panicked.
    pub fn is_dead(&self) -> bool {
        self.coroutine.done()
    }
}

impl<I, O> Back<'_, I, O> {
    /// Switches back to the caller that switched here, with `value`. Returns when a caller
    /// switches here again, with the value of that switch.
    pub fn switch(&self, value: O) -> I {
        self.yielder.suspend(value)
    }
}

impl<I: 'static, O: 'static> fmt::Debug for Greenlet<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Greenlet")
            .field("is_dead", &self.is_dead())
            .finish_non_exhaustive()
    }
}

impl<I, O> fmt::Debug for Back<'_, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Back").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
