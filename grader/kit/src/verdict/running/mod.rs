//! Runs scenarios in a driver and looks for a schedule that breaks a promise.

mod driver;
mod judge;
mod minimise;
mod token;

pub(super) use driver::DriverFailure;
pub(super) use judge::Judge;
pub(super) use token::{Token, TokenError};
