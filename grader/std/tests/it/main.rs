//! Programs on the modelled library. Cargo passes the library under test as `std`, so
//! these files use it exactly as a student's file does.

mod arcs;
mod atomics;
mod barriers;
mod bounds;
mod channels;
mod condvars;
mod crowds;
mod differential;
mod explored;
mod explorer;
mod gaps;
mod limits;
mod litmus;
mod locals;
mod memory;
mod monitors;
mod mutexes;
mod onces;
mod outcomes;
mod output;
mod panics;
mod races;
mod random;
mod reduction;
mod rwlocks;
mod statics;
mod table;
mod threads;
mod time;
