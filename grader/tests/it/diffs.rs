//! Wrong answers as diffs: they are judged as the files were that they stand for, and what
//! does not apply is named and never guessed.
//!
//! The hard cases: a hunk whose lines are gone, or moved, or in two places; lines that end in
//! CRLF, or a last one that does not end; nothing that changes; a base that is not there; names
//! with spaces; paths that lead out; a hunk that somebody has made longer by hand; several files.

use std::process::Command;

use crate::{
    course::{Course, copy},
    tree,
};

const SOLUTION: &str = "solutions/04-whole-numbers";
const REFERENCE: &str = "solutions/04-whole-numbers/src/lib.rs";
const WHOLE: &str = "solutions/04-whole-numbers/wrong/adds_two.rs";
const DIFF: &str = "solutions/04-whole-numbers/wrong/adds_two.diff";
const HEADER: &str = "//! wrong: adds two\n\
    //! fails: doubles_small_numbers property\n\
    //! fails: doubles_large_numbers property\n";
const NAMES: &str = "--- a/src/lib.rs\n+++ b/src/lib.rs\n";
const HUNK: &str = "@@ -7,3 +7,3 @@ pub fn double(number: u32) -> u32 {
     // | todo!()
-    number * 2
+    number + 2
     // END SOLUTION
";

/// The exercise with one of its wrong answers written as this diff.
fn with(diff: &str) -> Course {
    let course = Course::with_a_whole_exercise();
    course.remove(WHOLE);
    course.write(DIFF, diff);
    course
}

/// The same as it should be written.
fn with_a_diff() -> Course {
    with(&format!("{HEADER}{NAMES}{HUNK}"))
}

/// What `dev check` finds: `kind file:line message`.
fn found(course: &Course) -> Vec<String> {
    let (_, report) = course.json("dev check 4 --seeds 1 --json");
    let findings = report["exercises"][0]["findings"].as_array().unwrap();
    // Changes of the reference are made here without the stub.
    let findings = findings.iter();
    let findings = findings.filter(|finding| finding["kind"] != "stub-differs");
    let all = findings.map(|finding| {
        for language in ["en", "zh"] {
            assert!(!tree::text(&finding["next"][language]).is_empty());
        }
        format!(
            "{} {}:{} {}",
            tree::text(&finding["kind"]),
            tree::text(&finding["file"]).replace(SOLUTION, "solution"),
            finding["line"].as_u64().unwrap_or_default(),
            tree::text(&finding["message"]["en"])
        )
    });
    all.collect()
}

/// A diff that stands for no answer is found, with the place and the reason.
#[track_caller]
fn is_refused(course: &Course, line: usize, message: &str) {
    let expected = format!("diff-invalid solution/wrong/adds_two.diff:{line} {message}");
    assert_eq!(found(course), [expected]);
    let (code, _, stderr) = course.run(&format!("check 4 --source {DIFF}"));
    assert_eq!(code, 70, "{stderr}");
    let colon = if line > 0 {
        format!(":{line}: ")
    } else {
        ": ".to_owned()
    };
    assert!(
        stderr.contains(&format!("{DIFF}{colon}{message}")),
        "{stderr}"
    );
    let (code, _, stderr) = course.run(&format!("check 4 --source {DIFF} --lang zh"));
    assert_eq!(code, 70);
    assert!(stderr.contains("提示: "), "{stderr}");
}

#[test]
fn a_diff_is_judged_as_the_file_was() {
    let whole = Course::with_a_whole_exercise();
    let diff = with_a_diff();
    assert_eq!(found(&diff), <[String; 0]>::default());
    let (_, shown, _) = diff.run("dev wrong show 4 adds_two");
    assert_eq!(shown, whole.read(WHOLE));
    let judged = |course: &Course, source: &str| {
        let (code, mut report) = course.json(&format!("check 4 --format json --source {source}"));
        for differs in ["timing", "source", "answer_options"] {
            report["exercises"][0][differs].take();
        }
        (code, report)
    };
    let as_file = judged(&whole, WHOLE);
    assert_eq!(as_file.0, 1);
    assert_eq!(judged(&diff, DIFF), as_file);
    let text = |course: &Course, source: &str| {
        let (_, stdout, _) = course.run(&format!("check 4 --source {source}"));
        stdout.replace(source, "[source]")
    };
    assert_eq!(text(&diff, DIFF), text(&whole, WHOLE));
}

#[test]
fn a_compiler_speaks_of_the_lines_of_the_answer() {
    let diff = with(&format!(
        "{HEADER}{NAMES}{}",
        HUNK.replace("number + 2", "number + \"\"")
    ));
    let (code, stdout, _) = diff.run(&format!("check 4 --source {DIFF}"));
    assert_eq!(code, 3);
    assert!(stdout.contains(&format!("{WHOLE}:7:")), "{stdout}");
}

#[test]
fn a_hunk_whose_lines_are_gone_is_named() {
    let course = with_a_diff();
    course.replace(REFERENCE, "number * 2", "2 * number");
    let why = "hunk 1 does not apply to `src/lib.rs`: its lines do not occur there";
    is_refused(&course, 6, why);
    let (_, report) = course.json("dev check 4 --seeds 1 --json");
    let details = tree::text(&report["exercises"][0]["findings"][0]["details"]);
    assert!(
        details.contains("-    number * 2\n+    number + 2\n"),
        "{details}"
    );
    let (code, stdout, _) = course.run("dev wrong list 4");
    assert_eq!(code, 1);
    assert!(stdout.contains(why), "{stdout}");
}

#[test]
fn a_hunk_is_found_where_its_lines_alone_are() {
    let course = with_a_diff();
    course.replace(
        REFERENCE,
        "//! 04",
        "//! Much more\n//! is said.\n//!\n//! 04",
    );
    assert_eq!(found(&course), <[String; 0]>::default());
    let (code, stdout, _) = course.run("dev wrong list 4");
    assert_eq!(code, 0);
    assert!(
        stdout.contains("applies, but at another line than it says"),
        "{stdout}"
    );
}

#[test]
fn a_hunk_whose_lines_are_in_two_places_is_not_guessed() {
    let course = with(&format!(
        "{HEADER}{NAMES}@@ -20 +20 @@\n-    number * 2\n+    number + 2\n"
    ));
    course.replace(
        REFERENCE,
        "    number * 2\n",
        "    let _twice = {\n    number * 2\n    };\n    number * 2\n",
    );
    is_refused(
        &course,
        6,
        "hunk 1 does not apply to `src/lib.rs`: its lines occur in several places, none of which it names",
    );
}

#[test]
fn line_ends_of_another_system_are_named() {
    let text = format!("{HEADER}{NAMES}{HUNK}").replace('\n', "\r\n");
    is_refused(&with(&text), 4, "the lines of the diff end in CRLF");
    // A base may have them.
    let course = with(&format!("{HEADER}{NAMES}{}", HUNK.replace("2\n", "2\r\n")));
    course.replace(REFERENCE, "* 2", "* 2\r");
    let (code, stdout, stderr) = course.run("dev wrong show 4 adds_two");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.ends_with("    number + 2\r\n}\n"), "{stdout}");
}

#[test]
fn a_last_line_that_does_not_end_is_kept() {
    let none = "\\ No newline at end of file\n";
    let course = with(&format!(
        "{HEADER}{NAMES}@@ -8,3 +8,3 @@\n-    number * 2\n+    number + 2\n     // END SOLUTION\n-}}\n+}}\n{none}"
    ));
    let (code, stdout, stderr) = course.run("dev wrong show 4 adds_two");
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.ends_with("number + 2\n}"), "{stdout}");
    course.write(REFERENCE, course.read(REFERENCE).trim_end());
    is_refused(
        &course,
        6,
        "hunk 1 does not apply to `src/lib.rs`: its lines do not occur there",
    );
}

#[test]
fn what_changes_nothing_is_no_wrong_answer() {
    let nothing = "it changes nothing, so it equals its base";
    is_refused(&with(HEADER), 0, nothing);
    is_refused(&with(&format!("{HEADER}{NAMES}")), 0, nothing);
    let same = HUNK.replace("number + 2", "number * 2");
    is_refused(&with(&format!("{HEADER}{NAMES}{same}")), 0, nothing);
}

#[test]
fn a_base_that_is_not_there_is_named() {
    let names = NAMES.replace("src/lib.rs", "accepted/gone.rs");
    is_refused(
        &with(&format!("{HEADER}{names}{HUNK}")),
        0,
        "its base `accepted/gone.rs` does not exist",
    );
}

#[test]
fn a_path_that_leads_out_is_no_base() {
    for path in [
        "../../04-whole-numbers/src/lib.rs",
        "src/../../../secret.rs",
        "accepted/../../../secret.rs",
        "checks/hidden.rs",
        "wrong/ten_bits.rs",
    ] {
        let names = NAMES.replace("src/lib.rs", path);
        let course = with(&format!("{HEADER}{names}{HUNK}"));
        course.write("secret.rs", "    // | todo!()\n    number * 2\n");
        let message = format!("`a/{path}` is not a file of the reference or of an accepted answer");
        is_refused(&course, 0, &message);
    }
    let names = "--- /etc/hostname\n+++ /etc/hostname\n";
    is_refused(
        &with(&format!("{HEADER}{names}{HUNK}")),
        0,
        "`/etc/hostname` is not a file of the reference or of an accepted answer",
    );
    // Nor is a link that does.
    let course = with(&format!(
        "{HEADER}{}{HUNK}",
        NAMES.replace("src/lib.rs", "accepted/shifts.rs")
    ));
    course.write("secret.rs", course.read(REFERENCE));
    let link = course.root().join(SOLUTION).join("accepted/shifts.rs");
    fs_err::remove_file(&link).unwrap();
    fs_err::os::unix::fs::symlink(course.root().join("secret.rs"), link).unwrap();
    is_refused(&course, 0, "its base `accepted/shifts.rs` does not exist");
}

#[test]
fn a_diff_changes_the_file_that_it_reads() {
    let names = NAMES.replace("b/src/lib.rs", "b/src/main.rs");
    is_refused(
        &with(&format!("{HEADER}{names}{HUNK}")),
        0,
        "`b/src/main.rs` is not a file of the reference or of an accepted answer",
    );
}

#[test]
fn a_hunk_that_was_made_longer_by_hand_is_not_cut() {
    let longer = HUNK.replace("     // END", "+    + 1\n     // END");
    let message = "it is not a unified diff: hunk header does not match hunk";
    is_refused(&with(&format!("{HEADER}{NAMES}{longer}")), 0, message);
    let more = format!("{HUNK}+// one more\n");
    let message =
        "it is not a unified diff: 1 lines belong to no hunk, going by the numbers after `@@`";
    is_refused(&with(&format!("{HEADER}{NAMES}{more}")), 0, message);
}

#[test]
fn names_may_have_spaces() {
    let course = Course::with_a_whole_exercise();
    let helpers = "// It goes on.\n".repeat(9);
    course.write(
        &format!("{SOLUTION}/accepted/in another way.rs"),
        "//! Adds it up.\n\n/// Twice `number`.\npub fn double(number: u32) -> u32 {\n    let once = number;\n    let twice = once + once;\n    twice\n}\n"
            .to_owned()
            + &helpers,
    );
    let answer = "//! wrong: adds one\n//! fails: doubles_small_numbers property\n//! fails: doubles_large_numbers property\n\n/// Twice `number`.\npub fn double(number: u32) -> u32 {\n    let once = number;\n    let twice = once + 1;\n    twice\n}\n"
        .to_owned()
        + &helpers;
    course.write("an answer.rs", &answer);
    let (code, _, stderr) = run(
        &course,
        &[
            "dev",
            "wrong",
            "make",
            "4",
            "adds one",
            "--source",
            "an answer.rs",
        ],
    );
    assert_eq!(code, 0, "{stderr}");
    let diff = course.read(&format!("{SOLUTION}/wrong/adds one.diff"));
    assert!(
        diff.contains("--- a/accepted/in another way.rs\t\n"),
        "{diff}"
    );
    let (_, shown, _) = run(&course, &["dev", "wrong", "show", "4", "adds one"]);
    assert_eq!(shown, answer);
    assert_eq!(found(&course), <[String; 0]>::default());
}

/// Runs the grader with words of which some have spaces.
fn run(course: &Course, words: &[&str]) -> (i32, String, String) {
    let output = course.grader("").args(words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn a_diff_may_be_over_several_files() {
    let course = with(&format!(
        "{HEADER}{NAMES}{}--- /dev/null\n+++ b/src/more.rs\n@@ -0,0 +1 @@\n+pub const MORE: u32 = 2;\n--- a/src/gone.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-// gone\n",
        "@@ -2,2 +2,3 @@\n \n+mod more;\n /// Twice `number`.\n@@ -8 +9 @@\n-    number * 2\n+    number + more::MORE\n"
    ));
    course.write(&format!("{SOLUTION}/src/gone.rs"), "// gone\n");
    let (code, shown, stderr) = course.run("dev wrong show 4 adds_two");
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(
        shown,
        format!(
            "// file: src/lib.rs\n{HEADER}\nmod more;\n/// Twice `number`.\npub fn double(number: u32) -> u32 {{\n    number + more::MORE\n}}\n// file: src/more.rs\npub const MORE: u32 = 2;\n"
        )
    );
    let (code, stdout, _) = course.run(&format!("check 4 --source {DIFF}"));
    assert_eq!(code, 1, "{stdout}");
}

#[test]
fn a_whole_file_is_made_a_diff_if_that_is_shorter() {
    let course = Course::with_a_whole_exercise();
    let (code, stdout, stderr) = course.run("dev wrong make 4 adds_two");
    assert_eq!((code, stdout), (0, format!("wrote  {WHOLE}\n")), "{stderr}");
    assert!(
        stderr.contains("differs too much from every right answer"),
        "{stderr}"
    );

    let long = "fn helper() {}\n".repeat(40);
    for file in [REFERENCE, WHOLE] {
        course.write(file, format!("{}\n{long}", course.read(file)));
    }
    let whole = course.read(WHOLE);
    let (code, stdout, stderr) = course.run("dev wrong make 4 adds_two.rs");
    assert_eq!((code, stdout), (0, format!("wrote  {DIFF}\n")), "{stderr}");
    assert!(!course.root().join(WHOLE).exists());
    assert_eq!(course.read(DIFF), format!("{HEADER}{NAMES}{HUNK}"));
    assert_eq!(course.run("dev wrong show 4 adds_two").1, whole);

    // Somebody has changed a copy of the reference, which has its marks and its own header.
    let copy = course.read(REFERENCE).replace("number * 2", "number + 3");
    course.write("copy.rs", copy);
    let (code, _, stderr) = course.run("dev wrong make 4 adds_two --source copy.rs");
    assert_eq!(code, 0, "{stderr}");
    let three = format!("{HEADER}{NAMES}{HUNK}").replace("number + 2", "number + 3");
    assert_eq!(course.read(DIFF), three);
}

#[test]
fn an_answer_is_only_made_if_it_is_one() {
    let course = Course::with_a_whole_exercise();
    let make = |words: &str| {
        let (code, stdout, stderr) = course.run(&format!("dev wrong make 4 {words}"));
        assert_eq!(stdout, "");
        (code, stderr)
    };
    let (code, stderr) = make(&format!("adds_two --source {REFERENCE}"));
    assert_eq!(code, 70);
    assert!(stderr.contains("it changes nothing"), "{stderr}");
    let (code, stderr) = make(&format!("another --source {SOLUTION}/accepted/shifts.rs"));
    assert_eq!(code, 2);
    assert!(stderr.contains("does not say what is wrong"), "{stderr}");
    assert_eq!(make("nothing").0, 2);
    assert_eq!(make("../adds_two").0, 2);
    let (code, _, stderr) = course.run("dev wrong show 4 nothing");
    assert_eq!(code, 2);
    assert!(stderr.contains("dev wrong list"), "{stderr}");
}

/// Runs git in the course.
fn git(course: &Course, arguments: &[&str]) {
    let who = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
    let output = Command::new("git")
        .args(who)
        .args(arguments)
        .current_dir(course.root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn diffs_follow_their_base() {
    let course = with_a_diff();
    let refresh = || course.run("dev wrong refresh 4");
    assert_eq!(refresh().0, 0);
    // Lines that have moved are found without help.
    course.replace(REFERENCE, "//! 04", "//! More.\n//!\n//! 04");
    let (code, stdout, _) = refresh();
    assert_eq!((code, stdout), (0, format!("moved   {DIFF}\n")));
    let moved = course.read(DIFF);
    assert_eq!(
        moved,
        format!("{HEADER}{NAMES}{HUNK}").replace("7,3", "9,3")
    );

    // Lines around them that have changed need the base as it was.
    course.replace(REFERENCE, "// | todo!()", "// | todo!(\"soon\")");
    let (code, stdout, _) = refresh();
    assert_eq!(code, 1);
    assert!(
        stdout.contains("hunk 1 does not apply") && stdout.contains("git knows no version"),
        "{stdout}"
    );
    assert_eq!(course.read(DIFF), moved, "nothing is lost");
    course.replace(REFERENCE, "// | todo!(\"soon\")", "// | todo!()");
    git(&course, &["init", "--quiet"]);
    git(&course, &["add", "solutions"]);
    git(&course, &["commit", "--quiet", "--message", "a"]);
    course.replace(REFERENCE, "Twice", "Two times");
    course.replace(REFERENCE, "// | todo!()", "// | todo!(\"soon\")");
    let (code, stdout, stderr) = refresh();
    assert_eq!(
        (code, &*stdout),
        (0, &*format!("merged  {DIFF}\n")),
        "{stderr}"
    );
    let (_, shown, _) = course.run("dev wrong show 4 adds_two");
    assert!(
        shown.contains("Two times") && shown.contains("number + 2"),
        "{shown}"
    );

    // Where both have changed the same line, somebody has to decide.
    let merged = course.read(DIFF);
    git(&course, &["commit", "--quiet", "--all", "--message", "b"]);
    course.replace(REFERENCE, "number * 2", "2 * number");
    let (code, stdout, _) = refresh();
    assert_eq!(code, 1);
    assert!(
        stdout.contains("the base has changed the same lines"),
        "{stdout}"
    );
    assert_eq!(course.read(DIFF), merged, "nothing is lost");
    let conflict = ".grader/conflicts/04-whole-numbers/adds_two.rs";
    assert!(stdout.contains(conflict), "{stdout}");
    let text = course.read(conflict);
    assert!(
        text.contains("number + 2") && text.contains("2 * number"),
        "{text}"
    );
}

/// What other programs make of the diffs of this course: the same files, with the marks.
#[test]
fn patch_reads_every_diff() {
    let solutions = tree::root().join("solutions");
    let mut count = 0;
    for exercise in tree::names(&solutions) {
        let solution = solutions.join(&exercise);
        // It writes where it is run.
        let copied = tempfile::tempdir().unwrap();
        copy(&solution, copied.path());
        for name in tree::names(&solution.join("wrong")) {
            let Some(plain) = name.strip_suffix(".diff") else {
                continue;
            };
            count += 1;
            let diff = solution.join("wrong").join(&name);
            let output = Command::new("patch")
                .args(["--strip=1", "--fuzz=0", "--force", "--output=-", "--silent"])
                .arg("--input")
                .arg(&diff)
                .current_dir(copied.path())
                .output()
                .unwrap();
            assert!(output.status.success(), "{}: {output:?}", diff.display());
            let patched = String::from_utf8(output.stdout).unwrap();
            let is_mark = |line: &&str| {
                let line = line.trim();
                ["// BEGIN SOLUTION", "// END SOLUTION"].contains(&line) || line.starts_with("// |")
            };
            let plain_lines = patched.lines().filter(|line| !is_mark(line));
            let body: Vec<&str> = plain_lines
                .skip_while(|line| line.starts_with("//!"))
                .collect();
            let shown = tree::wrong(&exercise, plain);
            let expected: Vec<&str> = shown
                .lines()
                .skip_while(|line| line.starts_with("//!"))
                .collect();
            assert_eq!(body, expected, "{}", diff.display());
        }
    }
    assert!(count > 100, "{count}");
}
