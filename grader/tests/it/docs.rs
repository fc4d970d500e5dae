//! What the documents show is what the program says. `UPDATE_DOCS=1 cargo test` writes
//! the generated parts anew.

use std::path::{Path, PathBuf};

use grader::{docs, reference};
use grader_schema::text::Language;

use crate::{course::grader, modelled, tree};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares the block between `<!-- begin: name -->` and `<!-- end: name -->` of a file.
#[track_caller]
fn holds(file: &str, name: &str, expected: &str) {
    let path = root().join(file);
    let text = fs_err::read_to_string(&path).expect("the document is there");
    let (begin, end) = (
        format!("<!-- begin: {name} -->\n"),
        format!("<!-- end: {name} -->"),
    );
    let start = text.find(&begin).expect("the block begins") + begin.len();
    let stop = start + text[start..].find(&end).expect("the block ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = format!("{}{expected}{}", &text[..start], &text[stop..]);
        fs_err::write(&path, updated).expect("the document can be written");
    } else {
        assert_eq!(
            &text[start..stop],
            expected,
            "{file} is out of date; run `UPDATE_DOCS=1 cargo test -p grader --test it docs`"
        );
    }
}

#[test]
fn the_table_of_exit_codes_is_that_of_the_program() {
    holds("docs/exit-codes.md", "exit codes", &docs::exit_codes());
    holds("docs/exit-codes.md", "gravity", &docs::gravity());
}

#[test]
fn the_reference_of_checks_is_the_documentation_of_the_kit() {
    let page = reference::page(&root()).expect("everything has a text and an example");
    holds("docs/checks.md", "reference", &page);
}

#[test]
fn the_syllabus_lists_the_exercises_of_the_manifests() {
    let table = docs::syllabus(&root()).expect("the course is in order");
    holds("syllabus.md", "exercises", &table);
}

#[test]
fn teachers_read_of_every_kind_of_finding_and_of_failure() {
    for (file, language) in [
        ("docs/teacher.md", Language::English),
        ("docs/teacher.zh.md", Language::Chinese),
    ] {
        holds(file, "findings", &docs::findings(language));
        holds(file, "failures", &docs::failures(language));
        holds(file, "operators", &docs::operators(language));
    }
}

#[test]
fn the_table_of_the_modelled_library_is_what_compiles() {
    holds("docs/modelled-std.md", "modelled std", &modelled::table());
}

/// The failing check of the readmes, in this language.
fn picture(language: &str) -> String {
    let output = grader()
        .args(["check", "23", "--source", "docs/examples/lost_update.rs"])
        .args(["--lang", language, "--color", "never"])
        .current_dir(root())
        .env(
            "GRADER_CACHE",
            concat!(env!("CARGO_TARGET_TMPDIR"), "/real-cache"),
        )
        .output()
        .expect("the grader runs");
    let shown = String::from_utf8(output.stdout).expect("it writes UTF-8");
    let start = shown
        .find("✗ counts_every_addition")
        .expect("the check fails");
    let length = shown[start..]
        .find("\n\n✗")
        .map_or(shown.len() - start, |length| length + 1);
    format!("```text\n{}```\n", &shown[start..start + length])
}

#[test]
fn the_readmes_show_a_real_failing_interleaving() {
    holds("README.md", "interleaving", &picture("en"));
    holds("README.zh.md", "interleaving", &picture("zh"));
}

#[test]
fn the_scores_of_the_checks_are_what_mutants_show() {
    let arguments = ["dev", "mutate", "--first", "--json"];
    let (_, report) = tree::json_of(&arguments).expect("it prints a report");
    let report = serde_json::from_value(report).expect("it is the report of `dev mutate`");
    holds("docs/mutation.md", "scores", &docs::scores(&report));
}
