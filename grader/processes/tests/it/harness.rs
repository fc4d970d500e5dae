//! Tests in the only thread of a process.

use std::io::{Result, Write as _, stdout};

/// A test by name.
pub(crate) type Test = (&'static str, fn());

/// Runs those tests that the command line asks for.
pub(crate) fn run(all: &[Test]) -> Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
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
