//! The files of a new exercise, with gaps for its names.

use grader_schema::RunMode;

/// A file: where it goes, and what is in it.
type File = (&'static str, &'static str);

/// The files of an exercise of this sort. The reference is among them, and the stub is made
/// from it.
pub(super) fn files(mode: RunMode) -> Vec<File> {
    match mode {
        RunMode::Pure => PURE.to_vec(),
        RunMode::Model => MODEL.to_vec(),
        RunMode::Process => PROCESS.to_vec(),
    }
}

/// The files of a template, of which the answers have names of their own. Wrong ones may be
/// diffs.
macro_rules! template {
    ($mode:literal, $accepted:literal, $($wrong:literal),+) => {
        [
            ("exercises/Cargo.toml", include_str!(concat!("template/", $mode, "/crate.toml"))),
            ("exercises/README.md", include_str!(concat!("template/", $mode, "/README.md"))),
            ("exercises/README.zh.md", include_str!(concat!("template/", $mode, "/README.zh.md"))),
            ("exercises/checks/public.rs", include_str!(concat!("template/", $mode, "/public.rs"))),
            ("exercises/exercise.toml", include_str!(concat!("template/", $mode, "/exercise.toml"))),
            ("solutions/checks/hidden.rs", include_str!(concat!("template/", $mode, "/hidden.rs"))),
            ("solutions/hidden.toml", include_str!(concat!("template/", $mode, "/hidden.toml"))),
            ("solutions/src/lib.rs", include_str!(concat!("template/", $mode, "/reference.rs"))),
            (
                concat!("solutions/accepted/", $accepted, ".rs"),
                include_str!(concat!("template/", $mode, "/accepted/", $accepted, ".rs")),
            ),
            $((
                concat!("solutions/wrong/", $wrong),
                include_str!(concat!("template/", $mode, "/wrong/", $wrong)),
            )),+
        ]
    };
}

const PURE: [File; 12] = template!(
    "pure",
    "fold",
    "begins_at_zero.rs",
    "last_one.rs",
    "none_is_zero.rs"
);
const MODEL: [File; 12] = template!(
    "model",
    "atomic",
    "adds_one.diff",
    "loads_then_stores.diff",
    "locks_twice.diff"
);
const PROCESS: [File; 12] = template!(
    "process",
    "asks_again",
    "does_not_wait.rs",
    "runs_it_here.rs",
    "success_or_failure.diff"
);
