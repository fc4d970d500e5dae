//! How answers are run: one table, with a row for each mode.

use serde::{Deserialize, Serialize};

use crate::plan::SeedSensitivity;

/// How the student's code is run. Manifests and reports call it `engine`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunMode {
    /// Called once for each case; values only.
    Pure,
    /// Run on the modelled standard library; schedules are explored.
    Model,
    /// Run on the modelled standard library with a simulated kernel; schedules of processes are
    /// explored, too.
    Process,
}

/// A row of the table: all that is different from mode to mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits {
    /// The name that manifests use.
    pub name: &'static str,
    /// What it is, for the help of the command line.
    pub help: &'static str,
    /// Which standard library an answer is compiled against for judging.
    pub library: Library,
    /// The libraries of the course that an answer can use, beside the standard one.
    pub crates: &'static [&'static str],
    /// How a scenario is run.
    pub drive: Drive,
    /// What another seed could change of a pass that does not rest on all interleavings, if the
    /// inputs of the check are the same for every seed.
    pub sensitivity: SeedSensitivity,
    /// Whether scenarios make system calls, of a simulated kernel.
    pub has_kernel: bool,
    /// How long a driver may take for a request, in milliseconds: a net, not a measure.
    pub time_limit_ms: u64,
    /// What may be tried to find a short schedule that fails.
    pub shortening: Shortening,
}

/// How many schedules may be tried to find a short one that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortening {
    /// By a search, for each number of preemptions.
    pub searched: u64,
    /// To cut a failing one down.
    pub cut: usize,
}

/// A standard library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// The modelled one, after the answer was found to compile against the real one.
    Modelled,
    /// The same with files, sockets, pipes and processes of a simulated kernel.
    WithSystem,
    /// The real one.
    Real,
}

/// How a scenario is run, and so what a pass rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drive {
    /// Under many schedules: a pass rests on all interleavings or on samples, and a failure has
    /// a schedule that is minimised and shown.
    Schedules,
    /// Once for each case: a pass rests on cases, and a failure has no schedule.
    Cases,
}

const PURE: Traits = Traits {
    name: "pure",
    help: "Called once for each case; values only",
    library: Library::Real,
    crates: &["greenlet"],
    drive: Drive::Cases,
    sensitivity: SeedSensitivity::None,
    has_kernel: false,
    time_limit_ms: 10_000,
    shortening: Shortening {
        searched: 0,
        cut: 0,
    },
};

const MODEL: Traits = Traits {
    name: "model",
    help: "On the modelled standard library; schedules are explored",
    library: Library::Modelled,
    crates: &[],
    drive: Drive::Schedules,
    sensitivity: SeedSensitivity::SampledOnly,
    has_kernel: false,
    time_limit_ms: 10_000,
    shortening: Shortening {
        searched: 1500,
        cut: 400,
    },
};

const PROCESS: Traits = Traits {
    name: "process",
    help: "With processes on a simulated kernel; schedules are explored",
    library: Library::WithSystem,
    crates: &["os"],
    drive: Drive::Schedules,
    sensitivity: SeedSensitivity::SampledOnly,
    has_kernel: true,
    // Each execution forks, which takes a hundred times longer on a machine that has much to do.
    time_limit_ms: 60_000,
    // A fork takes more time than a whole execution of threads.
    shortening: Shortening {
        searched: 60,
        cut: 60,
    },
};

impl RunMode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Pure, Self::Model, Self::Process];

    /// Its row of the table.
    pub const fn traits(self) -> Traits {
        match self {
            Self::Pure => PURE,
            Self::Model => MODEL,
            Self::Process => PROCESS,
        }
    }

    /// The name that manifests use.
    pub const fn name(self) -> &'static str {
        self.traits().name
    }

    /// The mode of this name; nothing if there is none.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether scenarios are run under many schedules.
    pub fn explores_schedules(self) -> bool {
        self.traits().drive == Drive::Schedules
    }

    /// Whether answers are judged on the modelled standard library.
    pub fn is_modelled(self) -> bool {
        self.traits().library != Library::Real
    }
}

#[cfg(test)]
mod tests {
    use super::RunMode;

    #[test]
    fn manifests_have_the_names_of_the_table() {
        for mode in RunMode::ALL {
            assert_eq!(serde_json::to_value(mode).unwrap(), mode.name());
            assert_eq!(RunMode::named(mode.name()), Some(mode));
        }
        assert_eq!(RunMode::named("other"), None);
    }
}
