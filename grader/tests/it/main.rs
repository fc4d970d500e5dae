//! The grader from outside: the real binary on small courses, by command.
//!
//! Every course is a copy of `fixtures/course` in a directory of its own. The copies
//! share one cache, so the stand-in for the checking library is compiled once.

mod calls;
mod check;
mod chinese;
mod course;
mod determinism;
mod dev_check;
mod diffs;
mod docs;
mod doctor;
mod exit_codes;
mod explained;
mod explains;
mod first_day;
mod grades;
mod hint;
mod hostile;
mod limits;
mod list;
mod manifest;
mod messages;
mod modelled;
mod mutate;
mod new;
mod options;
mod oracles;
mod orders;
mod pack;
mod pages;
mod platforms;
mod programs;
mod progress;
mod promises;
mod proofs;
mod publish;
mod real;
mod replay;
mod report;
mod reset;
mod scripts;
mod sealed;
mod sound;
mod stale;
mod stub;
mod surprised;
mod tidy;
mod tree;
mod work;
