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

/// Which operations are scheduling points of their own, beside those that always are. An
/// operation whose timing no thread can observe needs none; whether it is observable is known
/// only after running, so an execution says what the others [need](crate::Executed::finer).
///
/// Of two, one of which has all that the other has, it is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Granularity(u8);

#[expect(
    non_upper_case_globals,
    reason = "they are used like the variants of an enumeration"
)]
impl Granularity {
    /// None of the others. For searches, which have fewer schedules to go through then.
    pub const Coarse: Self = Self(0b00000);
    /// What is done to a condition variable, even under the mutex that goes with it. For
    /// samplers, which find more where threads meet in the middle of what they do, and for
    /// programs in which a thread does without the mutex.
    pub const CondvarOps: Self = Self(0b00001);
    /// Also giving something back, and beginning to wait for it: a thread looks at it
    /// without waiting, or waits for others while it holds a share that keeps a writer out.
    pub const Releases: Self = Self(0b00011);
    /// The changes of an `Arc`'s counts: a thread asks for one.
    pub const Counts: Self = Self(0b00100);
    /// Also, which thread drops the last `Arc` is tried out: a destructor that runs then does
    /// something that others can tell.
    pub const Drops: Self = Self(0b01100);
    /// Where clocks of threads stand among each other: what one of them read is compared with
    /// what another did. It adds choices and no scheduling points.
    pub const Clocks: Self = Self(0b10000);

    /// What either has.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether everything that `other` has is a scheduling point.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Default for Granularity {
    fn default() -> Self {
        Self::CondvarOps
    }
}

/// What a system may do that a program seldom meets, and that is tried out where it is asked for. Each
/// is counted like a spurious wake-up of the thread that makes the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct SystemChoices {
    /// A read or a write transfers fewer bytes than it could.
    pub short_transfers: bool,
    /// A call that waits is interrupted, and gives `EINTR`.
    pub interrupted_calls: bool,
    /// A connection is reset.
    pub connection_resets: bool,
    /// Of several children that have ended, another one is waited for than the first.
    pub reaping_order: bool,
}

/// Limits of one execution.
#[derive(Debug, Clone)]
pub struct Config {
    /// Steps in a row that change nothing, after which an execution counts as making no
    /// [progress](crate::Outcome::NoProgress). After a quarter of so many steps in all, samplers
    /// are overruled and schedules are fair, so that a spinning thread cannot starve the
    /// one it waits for.
    ///
    /// What changes something: a thread that starts or ends, an atomic that gets another value, a
    /// message that is put or taken, a barrier that opens, something that is done once, a value
    /// that is another one when its lock is released, a cell, an event of a check.
    ///
    /// An execution that goes on all the same ends after [`longest`](Self::longest) steps, and in a
    /// search, which is not fair and may run a loop that waits for another thread for as long as
    /// there is room, after `max_steps` in all.
    pub max_steps: usize,
    /// Steps in all after which an execution is [cut off](crate::Executed::cut_off), whether it
    /// makes progress or not.
    pub longest: usize,
    /// Spurious wake-ups, spurious failures of weak exchanges, and outcomes of system calls that are
    /// [asked for](SystemChoices), that each thread may have.
    pub max_spurious: usize,
    /// Bytes that an execution may print.
    pub max_output: usize,
    /// Whether to keep every step.
    pub traced: bool,
    /// What is looked at in what the program records.
    pub observes: Observes,
    /// How fine its steps are. An execution says whether others must have finer ones; see
    /// [`Executed::finer`](crate::Executed::finer).
    pub granularity: Granularity,
    /// Whether atomics are only ordered as far as the program asks for it; else all of
    /// them are sequentially consistent.
    pub weak_memory: bool,
    /// Which choices of a system are tried out.
    pub system: SystemChoices,
    /// Whether to list the sorts of object that are used.
    pub lists_uses: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_steps: 20_000,
            longest: 1_000_000,
            max_spurious: 1,
            max_output: 1 << 20,
            traced: false,
            observes: Observes::default(),
            granularity: Granularity::default(),
            weak_memory: false,
            system: SystemChoices::default(),
            lists_uses: false,
        }
    }
}
