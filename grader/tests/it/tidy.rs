//! Rules of the house that no compiler knows.

use std::path::Path;

use crate::tree;

/// Most lines that a module may have.
const LONGEST: usize = 600;
/// What is made by programs and not by people.
const SKIPPED: [&str; 5] = [".git", ".grader", "target", "Cargo.lock", "__pycache__"];
/// Where `unsafe` is at home. The exercises are those whose idea needs an `UnsafeCell`.
const UNSAFE: [&str; 10] = [
    "grader/engine/",
    "grader/std/",
    "grader/cases/",
    "grader/os/",
    "grader/children/",
    "grader/fixtures/",
    // The environment of a process is set.
    "exercises/09-fork-and-exec/checks/public.rs",
    "exercises/24-mutex-from-scratch/",
    "solutions/24-mutex-from-scratch/",
    // An answer of a student who knows the lock of the real library.
    "solutions/29-recursive-lock/accepted/like_std.rs",
];
/// The macro that makes the `main` of a driver takes the place of a function of C.
const DRIVER_MAIN: &str = "grader/kit/src/lib.rs";

/// Every text file that people wrote: its path from the root, and the text.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&tree::root(), "", &mut files);
    files
}

fn collect(root: &Path, below: &str, files: &mut Vec<(String, String)>) {
    for name in tree::names(&root.join(below)) {
        if SKIPPED.contains(&&*name) {
            continue;
        }
        let path = if below.is_empty() {
            name
        } else {
            format!("{below}/{name}")
        };
        let place = root.join(&path);
        if place.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = fs_err::read_to_string(place) {
            files.push((path, text));
        }
    }
}

/// Rust source with its comments and the inside of its strings left out, line by line.
fn code(source: &str) -> Vec<String> {
    let mut code = String::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let raw = rest
            .strip_prefix('r')
            .map(|after| after.trim_start_matches('#'))
            .filter(|after| after.starts_with('"') && !code.ends_with(char::is_alphanumeric));
        let left_out = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(after) = raw {
            let start = rest.len() - after.len() + 1;
            let close = format!("\"{}", "#".repeat(start - 2));
            rest[start..]
                .find(&close)
                .map_or(rest.len(), |end| start + end + close.len())
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|character| {
                let ends = character == '"' && !escaped;
                escaped = character == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") {
            3
        } else {
            0
        };
        if left_out == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            // Lines keep their numbers.
            let lines = rest[..left_out].matches('\n').count();
            code.push_str(&"\n".repeat(lines));
            rest = &rest[left_out..];
        }
    }
    code.lines().map(str::to_owned).collect()
}

/// Whether a line calls this macro, and not one whose name only ends in it.
fn calls(line: &str, open: &str) -> bool {
    line.match_indices(open).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
    })
}

/// The words of a text, as identifiers are written.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && character != '_')
}

#[track_caller]
pub(crate) fn none(problems: &[String]) {
    let count = problems.len();
    assert!(
        problems.is_empty(),
        "{count} problems:\n{}\n",
        problems.join("\n")
    );
}

fn is_rust(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|extension| extension == "rs")
}

/// Whether a file is a wrong answer that is written as a diff.
fn is_diff(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|extension| extension == "diff")
}

/// The lines that a diff puts in, where they are.
fn put_in(diff: &str) -> String {
    let lines = diff.lines().map(|line| {
        let is_name = line.starts_with("+++ ");
        let line = line.strip_prefix('+').filter(|_| !is_name);
        line.unwrap_or_default()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The lines of Rust code that one of these is true of.
fn lines_with(is: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in files() {
        let text = if is_diff(&path) { put_in(&text) } else { text };
        if is_rust(&path) || is_diff(&path) {
            for (number, line) in code(&text).iter().enumerate() {
                if is(&path, line) {
                    found.push(format!("{path}:{}: {}", number + 1, line.trim()));
                }
            }
        }
    }
    found
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let source = "a // b\n\"c \\\" d\" e '\"' f\nr#\"g\n\" h\"# i /* j */ k\nfor\"l\"";
    assert_eq!(code(source), ["a ", " e  f", "", " i  k", "for"]);
}

#[test]
fn a_diff_is_read_as_the_lines_that_it_puts_in() {
    assert_eq!(put_in("+++ b/a.rs\n a\n-b\n+c\n"), "\n\n\nc");
}

#[test]
fn modules_are_short_enough_to_be_read() {
    let is_module = |path: &str| {
        let parts: Vec<_> = path.split('/').collect();
        parts[0] == "grader" && (parts[1] == "src" || parts.get(2) == Some(&"src")) && is_rust(path)
    };
    let long: Vec<_> = files()
        .into_iter()
        .filter(|(path, _)| is_module(path))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(path, lines)| format!("{path} has {lines} lines"))
        .collect();
    none(&long);
}

#[test]
fn nothing_is_left_for_later() {
    let mut left = lines_with(|path, line| {
        let unfinished = [
            concat!("dbg", "!("),
            concat!("todo", "!("),
            concat!("unimplemented", "!("),
        ];
        // Stubs are for students to finish; the model defines a macro by itself.
        let stubs = ["exercises/", "docs/examples/", "grader/fixtures/"];
        let allowed = stubs.iter().any(|stubs| path.starts_with(stubs));
        let line = line.replace("$crate::", "$crate::of_the_model_");
        !allowed && unfinished.iter().any(|word| calls(&line, word))
    });
    for (path, text) in files() {
        for (number, line) in text.lines().enumerate() {
            let later = [
                concat!("TO", "DO"),
                concat!("FIX", "ME"),
                concat!("XX", "X"),
            ];
            if words(line).any(|word| later.contains(&word)) {
                left.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&left);
}

#[test]
fn unsafe_code_is_only_where_it_is_at_home() {
    let found = lines_with(|path, line| {
        let at_home = UNSAFE.iter().any(|home| path.starts_with(home));
        !at_home && words(line).any(|word| word == "unsafe")
    });
    let (allowed, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|found| found.starts_with(DRIVER_MAIN));
    none(&others);
    let shown: Vec<_> = allowed
        .iter()
        .filter_map(|found| found.splitn(3, ':').nth(2))
        .collect();
    assert_eq!(
        shown,
        [
            " #[unsafe(no_mangle)]",
            " unsafe { *buffer.add(index) = 0x5a };",
            " #[unsafe(no_mangle)]",
            " unsafe { $crate::outside::$name($($argument),*) }"
        ]
    );
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    let places = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
    let mut found = Vec::new();
    for (path, text) in files() {
        for (number, line) in text.lines().enumerate() {
            if places.iter().any(|place| line.contains(place)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn the_change_log_names_this_version() {
    let log = fs_err::read_to_string(tree::root().join("CHANGELOG.md")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let named = log
        .lines()
        .any(|line| line.starts_with("## ") && line.contains(version));
    assert!(named, "no heading of CHANGELOG.md names {version}");
}

/// Where a program may be started, and why there.
const STARTS: [(&str, &str); 11] = [
    ("grader/launch/src/lib.rs", "it runs what a `Launch` says"),
    (
        "grader/engine/src/panics.rs",
        "a test runs itself again, to see what it prints",
    ),
    ("grader/tests/", "tests run the grader and other programs"),
    (
        "grader/kernel/tests/",
        "a test compares the simulated kernel with real processes",
    ),
    (
        "grader/processes/tests/",
        "a test kills a driver, to see what it leaves behind",
    ),
    ("grader/cases/tests/", "tests compile what was printed"),
    (
        "grader/std/system/tests/",
        "tests ask the compiler where its library is, and start what is refused",
    ),
    ("grader/benches/", "benchmarks run the peers of the engine"),
    (
        "grader/fixtures/answers/",
        "an answer that starts a process",
    ),
    ("grader/fixtures/course/", "a stand-in for the kit"),
    (
        "solutions/09-fork-and-exec/",
        "the exercise is about starting programs",
    ),
];

#[test]
fn programs_are_started_in_one_place() {
    let starts = |line: &str| line.contains("Command::new(") || line.contains("Command as ");
    let found = lines_with(|path, line| {
        let allowed = STARTS.iter().any(|(place, _)| path.starts_with(place));
        !allowed && starts(line)
    });
    none(&found);
    // A place that starts nothing any more is no exception.
    for (place, why) in STARTS {
        let used = lines_with(|path, line| path.starts_with(place) && starts(line));
        assert!(
            !used.is_empty(),
            "{place} is allowed, because {why}, and starts nothing"
        );
    }
}
