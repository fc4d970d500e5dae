//! Processes on the simulated kernel under all their schedules.

mod choices;
mod clocks;
mod deadlocks;
mod differential;
mod exits;
mod left;
mod linux;
mod many_threads;
mod programs;
mod real;
mod searches;
mod shared;
mod signals;
mod times;
mod transfers;
