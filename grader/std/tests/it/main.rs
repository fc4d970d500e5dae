//! Programs on the modelled library. Cargo passes the library under test as `std`, so
//! these files use it exactly as a student's file does.

mod atomics;
mod bounds;
mod channels;
mod condvars;
mod differential;
mod explorer;
mod mutexes;
mod output;
mod reduction;
mod statics;
mod threads;
mod time;
