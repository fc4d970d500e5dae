//! Writes down the wrong answers that `stress` runs: it compiles them as modules of its own, and
//! most of them are diffs from a right answer.

use std::{env, io, path::Path};

use diffy::Patch;

/// Exercise and name of each.
const ANSWERS: [(&str, &str); 8] = [
    ("22-daemon-thread", "shuts_the_door_late"),
    ("23-thread-mutex", "check_then_act"),
    ("24-mutex-from-scratch", "looks_then_stands_in_line"),
    ("25-thread-semaphore", "wake_up_swallowed"),
    ("28-deadlock", "locks_the_poorer_first"),
    ("29-recursive-lock", "owner_stays"),
    ("32-thread-pool", "wakes_for_the_first_only"),
    ("34-sync-and-async-calls", "waits_once"),
];

fn main() -> io::Result<()> {
    let here = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    for (exercise, name) in ANSWERS {
        let solution = Path::new(&here).join("../../solutions").join(exercise);
        let text = answer(&solution, name)?;
        // In the middle of a file no documentation of a whole one may stand.
        let lines = text.lines().skip_while(|line| line.starts_with("//"));
        let text = lines.collect::<Vec<_>>().join("\n") + "\n";
        fs_err::write(Path::new(&out).join(format!("{name}.rs")), text)?;
    }
    Ok(())
}

/// The text of a wrong answer, which is a file or a diff.
fn answer(solution: &Path, name: &str) -> io::Result<String> {
    let read = |path: &Path| {
        let shown = path.display();
        io::Write::write_all(
            &mut io::stdout(),
            format!("cargo::rerun-if-changed={shown}\n").as_bytes(),
        )?;
        fs_err::read_to_string(path)
    };
    let file = solution.join(format!("wrong/{name}.rs"));
    if file.is_file() {
        return read(&file);
    }
    let diff = read(&solution.join(format!("wrong/{name}.diff")))?;
    let patch = Patch::from_str(&diff).map_err(io::Error::other)?;
    let base = patch.original().and_then(|path| path.strip_prefix("a/"));
    let base = base.ok_or_else(|| io::Error::other(format!("{name} names no base")))?;
    diffy::apply(&read(&solution.join(base))?, &patch).map_err(io::Error::other)
}
