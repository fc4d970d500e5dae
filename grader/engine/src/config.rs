//! What an execution may do, and what is wanted of it.

/// What those who judge a recorded history look at: two steps whose order makes no
/// difference to them need not be tried in both orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Observes {
    /// What each thread recorded, and what happened before what.
    Results,
    /// Also whether a call or a span of one thread ended before one of another began.
    Intervals,
    /// The order of all events.
    #[default]
    Order,
}

/// How fine the steps of an execution are. What nobody can tell need not be a step of its
/// own, and only executions show whether somebody can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Grain {
    /// As coarse as most programs allow. For searches, which have less to go through.
    Coarse,
    /// What is done to a condition variable is a step of its own even under the mutex that
    /// goes with it. For samplers, which find more where threads meet in the middle of what
    /// they do, and for programs in which somebody does without the mutex.
    #[default]
    Signals,
    /// Giving something back is one as well: somebody looks at it without waiting.
    Releases,
}

/// Limits of one execution.
#[derive(Debug, Clone)]
pub struct Config {
    /// Steps after which an execution counts as making no progress.
    ///
    /// The last three quarters of them are scheduled fairly, whatever the strategy
    /// says, so that a spinning thread cannot starve the one it waits for.
    pub max_steps: usize,
    /// Spurious wake-ups, and spurious failures of weak exchanges, that each thread may have.
    pub max_spurious: usize,
    /// Bytes that an execution may print.
    pub max_output: usize,
    /// Whether to keep every step.
    pub traced: bool,
    /// What is looked at in what the program records.
    pub observes: Observes,
    /// How fine its steps are. An execution says whether others must have finer ones; see
    /// [`Executed::finer`](crate::Executed::finer).
    pub grain: Grain,
    /// Whether atomics are only ordered as far as the program asks for it; else all of
    /// them are sequentially consistent.
    pub weak_memory: bool,
    /// Whether to list the sorts of object that are used.
    pub lists_uses: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_steps: 20_000,
            max_spurious: 1,
            max_output: 1 << 20,
            traced: false,
            observes: Observes::default(),
            grain: Grain::default(),
            weak_memory: false,
            lists_uses: false,
        }
    }
}
