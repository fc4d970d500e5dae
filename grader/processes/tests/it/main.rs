//! Really forked processes under all schedules. The process that forks must have one thread, so
//! that the usual harness, which begins one for each test, will not do.

mod attacks;
mod calls;
mod harness;
mod lives;
mod memory;
mod office;
mod search;

fn main() -> std::io::Result<()> {
    harness::run(&[attacks::TESTS, lives::TESTS, memory::TESTS, office::TESTS].concat())
}
