//! Runs scenarios in a driver and looks for a schedule that breaks a promise.

mod checker;
mod driver;
mod minimise;
mod token;

pub(super) use checker::Checker;
pub(super) use driver::DriverFailure;
pub(super) use token::{CaseName, Token, TokenError};
