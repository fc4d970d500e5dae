//! What a program can tell of who shares an `Arc`.

mod counts;
mod drops;
mod programs;
mod races;
mod steps;
mod types;
mod unique;
mod weaks;
