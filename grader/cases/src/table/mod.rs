//! Small programs, and for each of them every result that Rust allows.
//!
//! The files are compiled twice: here against the real standard library, and in the tests of the
//! modelled one against that. A case says its name, the [`Mode`] that it is about, what may come
//! of it, and its body. A result is the `Debug` text of what the body returns, or one of these:
//!
//! - `deadlock`: nobody can go on,
//! - `panic: …`: the first thread panicked, with these words,
//! - `data race`: plain memory is used by two threads, and nothing orders them,
//! - `no progress`: it goes on for ever, however fairly it is scheduled.
//!
//! Where the documentation leaves open what happens, all of it is listed, also what no platform
//! does today: a model must show it, and a real library need not.

#![allow(
    clippy::all,
    clippy::pedantic,
    reason = "single letters let more of a case be seen at once"
)]
#![allow(
    unreachable_code,
    unused_must_use,
    reason = "some cases never get to their end, and in some nobody asks how an operation went"
)]

/// Under which rules a case is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Atomics are sequentially consistent, whatever is asked for.
    Sc,
    /// Atomics are only ordered as far as the case asks for it.
    Weak,
    /// Like `Sc`, and nobody wakes up without a reason.
    NoSpurious,
}

/// A small program.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Cases of one group are tested together.
    pub group: &'static str,
    /// Its name in the group.
    pub name: &'static str,
    /// The rules.
    pub mode: Mode,
    /// Whether it leaves something in a static, so that it can run only once in a process.
    pub once: bool,
    /// All results that are allowed.
    pub expect: &'static [&'static str],
    /// Runs it.
    pub run: fn() -> String,
}

/// The cases of a file: `NAME MODE [EXPECTED, …] { BODY }`, with `static` after the mode if the
/// case leaves something in one.
macro_rules! cases {
    ($group:literal; $(
        $name:ident $mode:ident $($once:ident)? [$($expected:literal),* $(,)?] $body:block
    )*) => {
        pub(super) const CASES: &[Case] = &[$(Case {
            group: $group,
            name: stringify!($name),
            mode: Mode::$mode,
            once: !concat!("", $(stringify!($once))?).is_empty(),
            expect: &[$($expected),*],
            run: {
                fn run() -> String {
                    let value = $body;
                    format!("{value:?}")
                }
                run
            },
        }),*];
    };
}

mod attack_arcs;
mod attack_channels;
mod attack_closures;
mod attack_locks;
mod attack_memory;
mod attack_onces;
mod attack_threads;
mod crates;
mod hangs;
mod litmus_more_threads;
mod litmus_publishing;
mod litmus_races;
mod litmus_two_threads;
mod shapes;
mod shuttle_channels;
mod shuttle_locks;
mod shuttle_threads;
mod std_channels;
mod std_locks;
mod std_onces;
mod std_threads;
mod traps;
mod verdicts;

const FILES: [&[Case]; 22] = [
    attack_arcs::CASES,
    attack_channels::CASES,
    attack_closures::CASES,
    attack_locks::CASES,
    attack_memory::CASES,
    attack_onces::CASES,
    attack_threads::CASES,
    crates::CASES,
    hangs::CASES,
    litmus_more_threads::CASES,
    litmus_publishing::CASES,
    litmus_races::CASES,
    litmus_two_threads::CASES,
    shuttle_channels::CASES,
    shuttle_locks::CASES,
    shuttle_threads::CASES,
    std_channels::CASES,
    std_locks::CASES,
    std_onces::CASES,
    std_threads::CASES,
    traps::CASES,
    verdicts::CASES,
];

/// The cases of a group.
pub fn group(name: &str) -> Vec<Case> {
    let all = FILES.iter().copied().flatten();
    all.filter(|case| case.group == name).copied().collect()
}
