//! The driver process: runs scenarios beside the student's code and says what was
//! recorded. It holds no expected value and decides nothing.

mod addresses;
mod channel;
mod direct;
mod manner;
mod memory;
mod model;
mod places;
mod repeated;
mod translate;
mod watchdog;

use std::{
    any::Any,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use grader_schema::{
    RunMode,
    protocol::{Answer, Ask, VERSION},
    run_mode::Drive,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use channel::Channel;
use model::ScenarioRun;

/// The input of a scenario: the same for all executions of a request.
#[derive(Debug)]
pub struct Case {
    value: Value,
    /// The input as the type that a scenario has asked for.
    typed: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Case {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            typed: OnceLock::new(),
        }
    }

    /// What `make` makes of the input, made once for all executions.
    ///
    /// # Panics
    ///
    /// Panics if one scenario asks for two types.
    pub(crate) fn made<T: Send + Sync + 'static>(&self, make: fn(&Value) -> T) -> &T {
        let typed = self.typed.get_or_init(|| Box::new(make(&self.value)));
        typed.downcast_ref().expect("a scenario asks for one type")
    }

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
        T::deserialize(&self.value).unwrap_or_else(|error| is_of_another_type(&error))
    }
}

/// Not generic, so that it is compiled once and not in each driver.
#[cold]
pub(crate) fn is_of_another_type(error: &serde_json::Error) -> ! {
    panic!("the oracle made the case for this scenario: {error}")
}

/// The driving half of a check.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub run: fn(&Case),
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

/// The driver's `main`: answers requests until the last one. `mode` is the name of a
/// [`RunMode`]; `modules` are the scenarios of each source file.
///
/// # Panics
///
/// Panics if there is no such mode.
pub fn main(mode: &str, modules: &[&[Scenario]]) {
    let scenarios = modules.concat();
    let mode = RunMode::named(mode).expect("the grader writes the name of a mode");
    let Ok(mut channel) = Channel::take_stdin() else {
        return;
    };
    channel::end_with_parent();
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
                match mode.traits().drive {
                    Drive::Schedules => {
                        let work = ScenarioRun::new(scenario, &run, mode);
                        model::explore(&channel, &work, search, first, count);
                    }
                    Drive::Cases => direct::explore(&channel, scenario, &run, first),
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
                let replayed = match mode.traits().drive {
                    Drive::Schedules => {
                        let work = ScenarioRun::new(scenario, &run, mode);
                        model::replay(&work, &choices, exact, traced)
                    }
                    Drive::Cases => direct::replay(scenario, &run),
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
