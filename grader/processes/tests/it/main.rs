//! Really forked processes under all schedules. The process that forks must have one thread, so
//! that the usual harness, which begins one for each test, will not do.

mod attacks;
mod calls;
mod compared;
mod differential;
mod distrust;
mod harness;
mod lives;
mod memory;
mod office;
mod output;
mod random;
mod remembered;
mod search;
mod signals;
mod stacks;
mod telling;

fn main() -> std::io::Result<()> {
    let all = [
        attacks::TESTS,
        lives::TESTS,
        memory::TESTS,
        office::TESTS,
        output::TESTS,
        signals::TESTS,
        stacks::TESTS,
        telling::TESTS,
    ];
    harness::run(
        &all.concat(),
        &[differential::TESTS, distrust::TESTS, remembered::TESTS].concat(),
    )
}
