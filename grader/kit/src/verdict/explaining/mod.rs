//! Explains what happened and why: from values of the protocol to texts.

mod cause;
mod driver_failure;
mod ending;
mod leaks;
mod names;
mod place;
mod receiver;
mod remains;
mod rows;
pub(super) mod sentences;
mod trace;
mod uses;
mod words;

pub(super) use cause::cause;
pub(super) use driver_failure::driver_failure;
pub(super) use ending::ending;
pub(super) use leaks::left;
pub(super) use names::Names;
pub(super) use remains::remains;
pub(super) use trace::trace;
pub(super) use uses::foreign;
