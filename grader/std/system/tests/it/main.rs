//! The real standard library on the simulated kernel, in the way of a driver: this program has the C
//! library's names. The process that forks must have one thread.

#[path = "../../../../processes/tests/it/harness.rs"]
mod harness;
#[path = "../../../../processes/tests/it/search.rs"]
mod search;

mod attacks;
mod calls_of_os;
mod files;
mod lives;
mod net;
mod pipes;
mod programs;
mod real;
mod shared;
mod times;

std_system::libc_names!();

fn main() -> std::io::Result<()> {
    harness::run(
        &[
            attacks::TESTS,
            calls_of_os::TESTS,
            files::TESTS,
            lives::TESTS,
            net::TESTS,
            pipes::TESTS,
            programs::TESTS,
            real::TESTS,
            shared::TESTS,
            times::TESTS,
        ]
        .concat(),
        &[],
    )
}
