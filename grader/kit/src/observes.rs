//! How much of a history a property looks at.
//!
//! Schedules that differ only in what no property observes need not all be run, so a
//! property must never observe more than it says.

/// What of a history decides a property; each covers those before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Observes {
    /// The values that each thread recorded, in its own order, and what happened
    /// before what by synchronisation.
    #[default]
    Results,
    /// Also whether a call or span of one thread ended before one of another began:
    /// the interval order (Fishburn, "Interval Orders and Interval Graphs", 1985).
    Intervals,
    /// The whole order of events, and virtual time.
    Order,
}
