//! The driver process: runs scenarios beside the student's code and says what was
//! recorded. It holds no expected value and decides nothing.

mod channel;
mod direct;
mod manner;
mod model;
mod repeated;
mod translate;
mod watchdog;

use std::sync::atomic::{AtomicBool, Ordering};

use grader_schema::protocol::{Answer, Ask, VERSION};
use serde::de::DeserializeOwned;
use serde_json::Value;

use channel::Channel;

/// The input of a scenario.
#[derive(Debug, Clone)]
pub struct Case(Value);

impl Case {
    /// The input as a `T`.
    ///
    /// # Panics
    ///
    /// Panics if it is no `T`: the oracle of the same check made it.
    ///
    /// ```
    /// # use kit::driver::Case;
    /// fn adds_what_it_is_told(case: &Case) {
    ///     let amounts: Vec<u32> = case.get();
    /// }
    /// ```
    pub fn get<T: DeserializeOwned>(&self) -> T {
        serde_json::from_value(self.0.clone()).expect("the oracle made the case for this scenario")
    }
}

/// The driving half of a check.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub run: fn(&Case),
}

/// How scenarios are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On the modelled library.
    Model,
    /// Called once per case.
    Pure,
    /// Called once per case, with real processes.
    Process,
}

#[expect(
    non_upper_case_globals,
    reason = "the names are those of the manifest's `engine`"
)]
pub mod engine {
    //! The names that [`driver_main!`](crate::driver_main) takes.

    use super::Mode;

    /// `engine = "model"`.
    pub const model: Mode = Mode::Model;
    /// `engine = "pure"`.
    pub const pure: Mode = Mode::Pure;
    /// `engine = "process"`.
    pub const process: Mode = Mode::Process;
}

static RANDOMNESS: AtomicBool = AtomicBool::new(false);

/// The program has asked the system for randomness: a hash map was made on a thread
/// that had none before.
pub fn note_randomness() {
    RANDOMNESS.store(true, Ordering::Relaxed);
}

/// Whether randomness was asked for since the last call.
fn take_randomness() -> bool {
    RANDOMNESS.swap(false, Ordering::Relaxed)
}

/// The driver's `main`: answers requests until the last one.
pub fn main(mode: Mode, scenarios: &[Scenario]) {
    let Ok(mut channel) = Channel::take_stdin() else {
        return;
    };
    channel::limit_this_process();
    if mode == Mode::Process && direct::share_history().is_err() {
        return;
    }
    watchdog::start(&channel);
    let find = |name: &str| scenarios.iter().find(|s| s.name == name).map(|s| s.run);
    while let Some(ask) = channel.next() {
        match ask {
            Ask::Hello { version } if version == VERSION => {
                let names = scenarios.iter().map(|s| s.name.to_owned()).collect();
                channel.reply(Answer::Scenarios(names));
            }
            Ask::Explore {
                run,
                search,
                first,
                count,
            } => {
                let Some(scenario) = find(&run.scenario) else {
                    return;
                };
                match mode {
                    Mode::Model => model::explore(&channel, scenario, &run, search, first, count),
                    Mode::Pure | Mode::Process => direct::explore(&channel, scenario, &run, first),
                }
            }
            Ask::Replay {
                run,
                choices,
                exact,
                traced,
            } => {
                let Some(scenario) = find(&run.scenario) else {
                    return;
                };
                let replayed = match mode {
                    Mode::Model => model::replay(scenario, &run, &choices, exact, traced),
                    Mode::Pure | Mode::Process => direct::replay(scenario, &run),
                };
                channel.reply(Answer::Replayed(Box::new(replayed)));
            }
            Ask::End => {
                channel.reply(Answer::Bye);
                return;
            }
            Ask::Hello { .. } => return,
        }
    }
}
