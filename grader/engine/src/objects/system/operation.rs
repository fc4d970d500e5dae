//! What a process announces: small, for each thread of each execution carries one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{Fd, Pid};

/// A call that a process is about to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    process: u16,
    /// Negative if it is about none.
    fd: i16,
    name: Name,
    pub(super) waits: Waits,
    /// If it may have to wait, where the kernel finds what for.
    pub(super) place: u16,
}

/// Whether a call may have to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waits {
    Never,
    Maybe,
    /// The same, and the wait may end for no reason.
    Interruptibly,
    Forever,
}

impl Waits {
    /// Whether the kernel knows what for.
    pub(super) fn is_for_something(self) -> bool {
        matches!(self, Self::Maybe | Self::Interruptibly)
    }
}

/// The name of a call, by its place among those that came up in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name(u8);

/// An execution can be told of on another thread than the one that it ran on.
static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

fn names() -> MutexGuard<'static, Vec<&'static str>> {
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Name {
    fn of(name: &'static str) -> Self {
        let mut names = names();
        let known = names.iter().position(|known| *known == name);
        let place = known.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        Self(u8::try_from(place).unwrap_or(u8::MAX))
    }
}

impl Operation {
    /// A call that need not wait.
    pub(super) fn new(process: Pid, name: &'static str, fd: Option<Fd>) -> Self {
        Self {
            process: u16::try_from(process).unwrap_or(u16::MAX),
            fd: fd.map_or(-1, |fd| i16::try_from(fd).unwrap_or(-1)),
            name: Name::of(name),
            waits: Waits::Never,
            place: 0,
        }
    }

    /// The number of the process.
    pub fn process(self) -> Pid {
        self.process.into()
    }

    /// The call, as its page of the manual is called.
    pub fn name(self) -> &'static str {
        let name = names().get(usize::from(self.name.0)).copied();
        name.unwrap_or_default()
    }

    /// The descriptor that it is about, if it is about one.
    pub fn fd(self) -> Option<Fd> {
        (self.fd >= 0).then(|| self.fd.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OpKind;

    #[test]
    fn it_has_what_it_was_made_of() {
        let (read, wait) = (
            Operation::new(7, "read", Some(3)),
            Operation::new(8, "waitpid", None),
        );
        assert_eq!(
            (read.process(), read.name(), read.fd()),
            (7, "read", Some(3))
        );
        assert_eq!(
            (wait.process(), wait.name(), wait.fd()),
            (8, "waitpid", None)
        );
    }

    #[test]
    fn its_name_is_known_on_another_thread() {
        // There the first name that comes up is another one.
        let wait = std::thread::spawn(|| Operation::new(8, "waitpid", None)).join();
        let read = Operation::new(7, "read", Some(3));
        assert_eq!(read.name(), "read");
        assert_eq!(wait.expect("it does not panic").name(), "waitpid");
    }

    #[test]
    fn it_makes_no_other_operation_larger() {
        // Each step copies one.
        assert!(size_of::<OpKind>() <= 16, "{}", size_of::<OpKind>());
    }
}
