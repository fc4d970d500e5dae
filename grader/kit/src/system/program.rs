//! Programs that an answer can start.

pub use processes::Started;

/// Installs a program under a name: from now on, `std::process::Command` starts it, as a process of its
/// own, whose statics have their first values. `main` gives the status that it exits with; of that, the
/// lowest eight bits count.
///
/// It is installed until the end of the scenario. Another one of the same name takes its place.
pub fn install(name: &str, main: fn(&Started) -> i32) {
    processes::install(name, main);
}
