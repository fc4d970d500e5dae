//! The formats of everything that the grader stores or sends from one process to another.
//!
//! This crate holds types and no behaviour: the manifest that a teacher writes
//! ([`manifest`]), the report that `--format json` prints ([`report`]), the
//! progress file ([`progress`]), what `dev check` finds in a course ([`audit`]), and the two conversations of a check, grader to
//! verdict process ([`plan`]) and verdict process to driver ([`protocol`]). How programs are
//! started is in [`launch`].
//! Each format carries a version; a reader refuses what it does not know.
#![forbid(unsafe_code)]

pub mod assignment;
pub mod audit;
pub mod found_by;
pub mod launch;
pub mod left;
pub mod manifest;
pub mod mutation;
pub mod plan;
pub mod progress;
pub mod protocol;
pub mod report;
pub mod run_mode;
mod sparse_clocks;
pub mod step;
pub mod system_choices;
pub mod text;
pub mod trace;

pub use run_mode::RunMode;
pub use text::Text;
