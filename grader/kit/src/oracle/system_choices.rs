//! What the simulated kernel may do to the processes of a check beyond what it does every day.
//!
//! A check asks for what a right answer has to deal with, and no more: the README has to say it. Each
//! choice is a surprise, of which every process has one at most in an execution; together with the orders
//! of steps all of them are tried.

use super::Oracle;

impl Oracle {
    /// A read or a write may transfer fewer bytes than it could: one, or half of them.
    ///
    /// A read from a pipe or a socket gives less than is there, a write to a socket takes less than there
    /// is room for. A write to a pipe of up to 4096 bytes is never torn apart (`PIPE_BUF` of `pipe(7)`), and
    /// files transfer all that they can. It finds a `write` whose result is not looked at, and a `read` that
    /// is taken for a whole message.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().short_transfers();
    /// ```
    #[must_use]
    pub fn short_transfers(mut self) -> Self {
        self.system.short_transfers = true;
        self
    }

    /// A call that waits may be interrupted, and gives `EINTR`, or what it has written so far:
    /// `signal(7)`.
    ///
    /// A mutex, a sleep, a wait for a signal and `connect` are not interrupted. It finds a call that takes
    /// `EINTR` for an error.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().interrupted_calls();
    /// ```
    #[must_use]
    pub fn interrupted_calls(mut self) -> Self {
        self.system.interrupted_calls = true;
        self
    }

    /// A TCP connection may be reset when one of its ends sends or receives: each end is told so once, by
    /// `ECONNRESET`, behind the bytes that have arrived. `tcp(7)`
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().connection_resets();
    /// ```
    #[must_use]
    pub fn connection_resets(mut self) -> Self {
        self.system.connection_resets = true;
        self
    }

    /// A process that waits for any of its children may be told of any that has ended, not only of the
    /// oldest: `waitpid(2)`.
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().any_reaping_order();
    /// ```
    #[must_use]
    pub fn any_reaping_order(mut self) -> Self {
        self.system.reaping_order = true;
        self
    }

    /// A process has no descriptor above `most - 1`, so that it may have `most` of them open, standard
    /// input, output and error among them: one more is `EMFILE` (`RLIMIT_NOFILE` of `getrlimit(2)`).
    ///
    /// ```
    /// # use kit::Oracle;
    /// Oracle::new().descriptor_limit(8);
    /// ```
    #[must_use]
    pub fn descriptor_limit(mut self, most: u32) -> Self {
        self.system.descriptors = Some(most);
        self
    }
}
