//! Processes on the simulated kernel under all their schedules.

mod differential;
mod programs;
mod searches;
mod signals;
