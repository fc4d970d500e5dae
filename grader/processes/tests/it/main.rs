//! Really forked processes under all schedules. The process that forks must have one thread, so
//! that the usual harness, which begins one for each test, will not do.

mod attacks;
mod lives;
mod memory;
mod office;
mod search;
mod signals;

use std::io::{Write as _, stdout};

fn main() -> std::io::Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let all = [
        attacks::TESTS,
        lives::TESTS,
        memory::TESTS,
        office::TESTS,
        signals::TESTS,
    ]
    .concat();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted));
    let chosen: Vec<_> = all.iter().filter(|(name, _)| is_wanted(name)).collect();
    for (name, test) in &chosen {
        write!(stdout(), "test {name} ... ")?;
        stdout().flush()?;
        test();
        writeln!(stdout(), "ok")?;
    }
    let (passed, others) = (chosen.len(), all.len() - chosen.len());
    writeln!(
        stdout(),
        "\ntest result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured; {others} filtered out"
    )
}
