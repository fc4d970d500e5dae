//! By which calls of functions a thread came to a system call.
//!
//! The real standard library passes no places on to the C library, by whose names a program makes its
//! system calls. So a traced execution keeps the return addresses, and who shows the trace looks them
//! up in the line tables of the program. They mean something in this program alone, and in another
//! place each time it is loaded: they must not be shown.

use std::{panic::Location, sync::Arc};

use crate::runtime::try_with;

/// Return addresses, the innermost first; none if the execution is not traced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallStack(Option<Arc<[usize]>>);

impl CallStack {
    /// One that has these addresses.
    pub fn new(addresses: &[usize]) -> Self {
        Self((!addresses.is_empty()).then(|| addresses.into()))
    }

    /// Its addresses.
    pub fn addresses(&self) -> &[usize] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// Where in a program a system call is made.
#[derive(Debug, Clone)]
pub struct CallSite {
    /// The place that the compiler passes on, which can be one of a library.
    pub location: &'static Location<'static>,
    /// How the program came there.
    pub stack: CallStack,
}

impl From<&'static Location<'static>> for CallSite {
    fn from(location: &'static Location<'static>) -> Self {
        let stack = CallStack::default();
        Self { location, stack }
    }
}

/// Whether the steps of the execution are kept, and so are the call stacks of system calls; also in the
/// copy of an execution that a forked process has.
pub fn is_traced() -> bool {
    try_with(|execution| execution.config.traced).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_addresses_that_it_was_made_of() {
        assert_eq!(CallStack::new(&[3, 1]).addresses(), [3, 1]);
        assert_eq!(CallStack::new(&[]), CallStack::default());
    }

    #[test]
    fn nothing_is_traced_outside_of_an_execution() {
        assert!(!is_traced());
    }
}
