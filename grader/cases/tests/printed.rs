//! What is printed of random programs compiles.

use std::process::Command;

use cases::random::{
    self,
    program::{Kind, Program},
};

#[test]
fn printed_programs_compile() {
    let programs = Kind::all().flat_map(|kind| (0..4).map(move |seed| random::program(kind, seed)));
    // All in one file: a compiler takes longer to start than for a program.
    let modules = programs
        .enumerate()
        .map(|(number, program): (usize, Program)| {
            let source = random::source(&program);
            let source = source.replace("#![allow(unused)]\n", "");
            format!("mod program_{number} {{\n{source}\n}}\n")
        });
    let source: String = modules.collect();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("printed.rs");
    fs_err::write(
        &file,
        format!("#![allow(unused)]\n{source}fn main() {{}}\n"),
    )
    .unwrap();
    let compiler = Command::new("rustc")
        .args(["--edition", "2024", "--emit", "metadata", "--out-dir"])
        .arg(directory.path())
        .arg(&file)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&compiler.stderr);
    assert!(compiler.status.success(), "{said}");
}
