//! Tests in the only thread of a process.

use std::{
    cell::Cell,
    io::{Result, Write as _, stdout},
};

use processes::Memory;

thread_local! {
    static REMEMBERS: Cell<bool> = const { Cell::new(false) };
}

/// The memory of an execution of the program with this digest, in the test that runs.
pub(crate) fn memory(program: u64) -> Memory {
    if REMEMBERS.get() {
        Memory::Of(program)
    } else {
        Memory::Unused
    }
}

/// Does something with memory or without.
pub(crate) fn remembering<R>(remembers: bool, f: impl FnOnce() -> R) -> R {
    let before = REMEMBERS.replace(remembers);
    let result = f();
    REMEMBERS.set(before);
    processes::forget();
    result
}

/// A test by name.
pub(crate) type Test = (&'static str, fn());

/// Runs those tests that the command line asks for. Those of `twice` run with forks alone, and with what
/// is remembered of earlier executions; those of `once` see to that themselves.
pub(crate) fn run(twice: &[Test], once: &[Test]) -> Result<()> {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let is_wanted =
        |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted));
    let both = twice.iter().map(|test| (test, &[false, true][..]));
    let all = both.chain(once.iter().map(|test| (test, &[false][..])));
    let (mut passed, mut others) = (0, 0);
    for ((name, test), ways) in all {
        if !is_wanted(name) {
            others += 1;
            continue;
        }
        write!(stdout(), "test {name} ... ")?;
        for remembers in ways {
            stdout().flush()?;
            remembering(*remembers, test);
            write!(stdout(), "ok ")?;
        }
        writeln!(stdout())?;
        passed += 1;
    }
    writeln!(
        stdout(),
        "\ntest result: ok. {passed} passed; 0 failed; 0 ignored; 0 measured; {others} filtered out"
    )
}
