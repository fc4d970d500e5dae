//! Signals by their numbers: `signal(7)`.

use std::fmt;

use libc::c_int;

/// A standard signal. `signal(7)`
///
/// ```
/// use os::Signal;
///
/// assert_eq!(Signal::TERM.to_string(), "SIGTERM");
/// assert_eq!(Signal::from_number(9), Some(Signal::KILL));
/// assert_eq!(Signal::from_number(0), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signal(c_int);

/// Each signal with its name, and what it is for.
macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident = $number:ident;)*) => {
        impl Signal {
            $($(#[$doc])* pub const $name: Self = Self(libc::$number);)*

            /// All that have a name here.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name, as the manual has it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($number),)*
                    // There is no way to make such a value.
                    _ => "",
                }
            }
        }
    };
}

signals! {
    /// The terminal is gone; daemons read their settings again.
    HUP = SIGHUP;
    /// Interrupt from the keyboard.
    INT = SIGINT;
    /// Quit from the keyboard.
    QUIT = SIGQUIT;
    /// An instruction that there is not.
    ILL = SIGILL;
    /// For debuggers.
    TRAP = SIGTRAP;
    /// The process has aborted.
    ABRT = SIGABRT;
    /// A bad access to memory.
    BUS = SIGBUS;
    /// An error of arithmetic.
    FPE = SIGFPE;
    /// Ends a process. It cannot be handled, ignored or blocked.
    KILL = SIGKILL;
    /// For the program itself.
    USR1 = SIGUSR1;
    /// An access to memory that is not there.
    SEGV = SIGSEGV;
    /// For the program itself, a second one.
    USR2 = SIGUSR2;
    /// A write to a pipe that nobody can read. Programs in Rust begin with this signal ignored.
    PIPE = SIGPIPE;
    /// The time is up that [`alarm`](crate::alarm) was given.
    ALRM = SIGALRM;
    /// Asks a process to end.
    TERM = SIGTERM;
    /// A child has ended, or was stopped, or goes on. By default nothing happens.
    CHLD = SIGCHLD;
    /// A stopped process goes on.
    CONT = SIGCONT;
    /// Stops a process. It cannot be handled, ignored or blocked.
    STOP = SIGSTOP;
    /// Stop from the keyboard.
    TSTP = SIGTSTP;
    /// A process in the background reads from the terminal.
    TTIN = SIGTTIN;
    /// A process in the background writes to the terminal.
    TTOU = SIGTTOU;
    /// There are urgent data at a socket. By default nothing happens.
    URG = SIGURG;
    /// The window of the terminal has another size. By default nothing happens.
    WINCH = SIGWINCH;
}

impl Signal {
    /// The number, as [`Exit::Signal`](crate::Exit::Signal) has it.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The signal of this number; nothing if it has no name here.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL.iter().copied().find(|signal| signal.0 == number)
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
