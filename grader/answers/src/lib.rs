//! Right answers to the exercises with processes do on the real system what their READMEs say.
//!
//! The grader judges them on a simulated kernel. `solutions/NN-slug/real.rs` uses an answer, which
//! is the module `super::answer`, without the grader: its function `run` panics if something
//! differs. `cargo test -p interleave-answers` does so with the reference and with every accepted
//! answer; `cargo test -p interleave-answers 09` with those of one exercise.
