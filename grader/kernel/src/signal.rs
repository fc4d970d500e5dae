//! Signals and sets of them: `signal(7)`, `sigsetops(3)`.

use serde::{Deserialize, Serialize};

use std::{fmt, ops::BitOr};

/// A standard signal, by its name without `SIG`. Real-time signals are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "the table of `signal(7)` says what each is for"
)]
pub enum Signal {
    HUP = 1,
    INT,
    QUIT,
    ILL,
    TRAP,
    ABRT,
    BUS,
    FPE,
    KILL,
    USR1,
    SEGV,
    USR2,
    PIPE,
    ALRM,
    TERM,
    STKFLT,
    CHLD,
    CONT,
    STOP,
    TSTP,
    TTIN,
    TTOU,
    URG,
    XCPU,
    XFSZ,
    VTALRM,
    PROF,
    WINCH,
    IO,
    PWR,
    SYS,
}

/// What a signal does to a process that has not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultAction {
    /// It ends the process.
    Terminate,
    /// It ends the process, and the real system may write a core file. No file is written here.
    Core,
    /// Nothing.
    Ignore,
    /// It stops the process.
    Stop,
    /// It lets a stopped process go on.
    Continue,
}

impl Signal {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 31] = [
        Self::HUP,
        Self::INT,
        Self::QUIT,
        Self::ILL,
        Self::TRAP,
        Self::ABRT,
        Self::BUS,
        Self::FPE,
        Self::KILL,
        Self::USR1,
        Self::SEGV,
        Self::USR2,
        Self::PIPE,
        Self::ALRM,
        Self::TERM,
        Self::STKFLT,
        Self::CHLD,
        Self::CONT,
        Self::STOP,
        Self::TSTP,
        Self::TTIN,
        Self::TTOU,
        Self::URG,
        Self::XCPU,
        Self::XFSZ,
        Self::VTALRM,
        Self::PROF,
        Self::WINCH,
        Self::IO,
        Self::PWR,
        Self::SYS,
    ];

    /// The number, as Linux has it on most architectures.
    ///
    /// ```
    /// assert_eq!(kernel::Signal::TERM.number(), 15);
    /// ```
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The signal of this number.
    pub fn from_number(number: i32) -> Option<Self> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Self::ALL.get(place).copied()
    }

    /// What it does by default.
    pub const fn default_action(self) -> DefaultAction {
        match self {
            Self::HUP
            | Self::INT
            | Self::KILL
            | Self::USR1
            | Self::USR2
            | Self::PIPE
            | Self::ALRM
            | Self::TERM
            | Self::STKFLT
            | Self::VTALRM
            | Self::PROF
            | Self::IO
            | Self::PWR => DefaultAction::Terminate,
            Self::QUIT
            | Self::ILL
            | Self::TRAP
            | Self::ABRT
            | Self::BUS
            | Self::FPE
            | Self::SEGV
            | Self::XCPU
            | Self::XFSZ
            | Self::SYS => DefaultAction::Core,
            Self::CHLD | Self::URG | Self::WINCH => DefaultAction::Ignore,
            Self::STOP | Self::TSTP | Self::TTIN | Self::TTOU => DefaultAction::Stop,
            Self::CONT => DefaultAction::Continue,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SIG{self:?}")
    }
}

/// A set of signals.
///
/// ```
/// use kernel::{Signal, SignalSet};
///
/// let set = SignalSet::from(Signal::TERM) | SignalSet::from(Signal::HUP);
/// assert!(set.has(Signal::HUP) && !set.has(Signal::INT));
/// assert_eq!(set.iter().collect::<Vec<_>>(), [Signal::HUP, Signal::TERM]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct SignalSet(u32);

impl SignalSet {
    /// None of them.
    pub const EMPTY: Self = Self(0);
    /// All of them.
    pub const FULL: Self = Self((1 << 31) - 1);
    /// Those that cannot be blocked, ignored or handled.
    pub(crate) const UNBLOCKABLE: Self = Self::one(Signal::KILL).or(Self::one(Signal::STOP));
    /// Those that stop a process by default.
    pub(crate) const STOPS: Self = Self::one(Signal::STOP)
        .or(Self::one(Signal::TSTP))
        .or(Self::one(Signal::TTIN))
        .or(Self::one(Signal::TTOU));
    /// Those that the processor raises, which are taken before others.
    const SYNCHRONOUS: Self = Self::one(Signal::ILL)
        .or(Self::one(Signal::TRAP))
        .or(Self::one(Signal::BUS))
        .or(Self::one(Signal::FPE))
        .or(Self::one(Signal::SEGV))
        .or(Self::one(Signal::SYS));

    const fn one(signal: Signal) -> Self {
        Self(1 << (signal as u8 - 1))
    }

    const fn or(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn has(self, signal: Signal) -> bool {
        self.0 & Self::one(signal).0 != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These without `others`.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Those that are also among `others`.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Each of them, in the order of the numbers.
    pub fn iter(self) -> impl Iterator<Item = Signal> {
        Signal::ALL.into_iter().filter(move |one| self.has(*one))
    }

    /// Which of them Linux takes first: what the processor raised, then the lowest number.
    pub(crate) fn first(self) -> Option<Signal> {
        let synchronous = self.and(Self::SYNCHRONOUS);
        let among = if synchronous.is_empty() {
            self
        } else {
            synchronous
        };
        Signal::from_number(i32::try_from(among.0.trailing_zeros()).ok()? + 1)
    }
}

impl From<Signal> for SignalSet {
    fn from(signal: Signal) -> Self {
        Self::one(signal)
    }
}

impl FromIterator<Signal> for SignalSet {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> Self {
        let signals = signals.into_iter();
        signals.fold(Self::EMPTY, |all, signal| all | signal.into())
    }
}

impl BitOr for SignalSet {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        self.or(others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_to_and_fro() {
        for (place, signal) in (1..).zip(Signal::ALL) {
            assert_eq!(signal.number(), place);
            assert_eq!(Signal::from_number(place), Some(signal));
        }
        for none in [i32::MIN, -1, 0, 32, 64, i32::MAX] {
            assert_eq!(Signal::from_number(none), None);
        }
    }

    #[test]
    fn what_the_processor_raised_is_taken_first() {
        assert_eq!(SignalSet::FULL.first(), Some(Signal::ILL));
        let set = SignalSet::from_iter([Signal::TERM, Signal::HUP]);
        assert_eq!(set.first(), Some(Signal::HUP));
        assert_eq!(SignalSet::EMPTY.first(), None);
        assert_eq!(SignalSet::from(Signal::SYS).first(), Some(Signal::SYS));
    }

    #[test]
    fn a_full_set_has_all() {
        assert!(SignalSet::FULL.iter().eq(Signal::ALL));
    }
}
