//! Hidden checks on their way to a grading machine, sealed and opened with the tool `age` itself:
//! from an empty directory, as a teacher, a student and CI have it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use fs_err as fs;
use tempfile::TempDir;

use crate::course::{Course, grader};

const EXERCISE: &str = "exercises/04-whole-numbers";

/// Runs a tool, which has to be there: a step of CI installs it.
#[track_caller]
fn tool(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}; `apt-get install age` installs it"));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {stderr}");
    output.stdout
}

/// A teacher's desk: a course, a pair of keys, and a pack for students that has an answer.
struct Desk {
    course: Course,
    directory: TempDir,
}

impl Desk {
    fn new() -> Self {
        let course = Course::with_a_whole_exercise();
        // The hidden checks have a module of their own.
        let hidden = "solutions/04-whole-numbers/checks/hidden.rs";
        course.replace(hidden, "70_123", "more::NUMBER");
        let text = course.read(hidden);
        course.write(hidden, format!("{text}\n#[cfg(driver)]\nmod more;\n"));
        let canary = text.lines().next().unwrap();
        course.write(
            "solutions/04-whole-numbers/checks/more.rs",
            format!("{canary}\npub const NUMBER: u32 = 70_123;\n"),
        );
        let desk = Self {
            course,
            directory: tempfile::tempdir().unwrap(),
        };
        tool("age-keygen", &["-o", &desk.text("key.txt")]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// A directory with the file that says whose the checks are.
    fn id(&self) -> String {
        let place = self.path("whose");
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("id"), "whole-numbers").unwrap();
        place.display().to_string()
    }

    /// Publishes for the key in a file, and lets a student solve the exercise.
    fn publish(&self, seal: &str) -> PathBuf {
        let pack = self.path("pack");
        let (code, _, stderr) = self
            .course
            .run(&format!("publish 4 --seal {seal} --out {}", pack.display()));
        assert_eq!(code, 0, "{stderr}");
        let reference = self.course.read("solutions/04-whole-numbers/src/lib.rs");
        fs::write(pack.join(EXERCISE).join("src/lib.rs"), reference).unwrap();
        pack
    }

    /// Judges it on the grading machine: exit code, points of hidden checks, what was said.
    fn check(pack: &Path, options: &[&str]) -> (i32, u64, String) {
        let output = grader()
            .args(["check", "4", "--format", "json"])
            .args(options)
            .current_dir(pack)
            .env(
                "GRADER_CACHE",
                concat!(env!("CARGO_TARGET_TMPDIR"), "/fixture-cache"),
            )
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let checks = report["exercises"][0]["checks"].as_array().cloned();
        let hidden = checks.unwrap_or_default();
        let hidden = hidden.iter().filter(|it| it["visibility"] == "hidden");
        let points = hidden.map(|check| check["points"].as_u64().unwrap()).sum();
        (output.status.code().unwrap(), points, stderr)
    }
}

#[test]
fn a_key_of_age_seals_for_students_and_opens_in_ci() {
    let desk = Desk::new();
    let public = tool("age-keygen", &["-y", &desk.text("key.txt")]);
    let public = String::from_utf8(public).unwrap();
    let pack = desk.publish(public.trim());
    // A student has neither the hidden checks nor a word of them.
    assert_eq!(Desk::check(&pack, &[]).1, 0);
    let (code, points, stderr) = Desk::check(&pack, &["--key", &desk.text("key.txt")]);
    assert_eq!((code, points), (0, 6), "{stderr}");
    // CI that made a line of Windows of it, or kept only the line that matters.
    let key = fs::read_to_string(desk.path("key.txt")).unwrap();
    fs::write(desk.path("crlf.txt"), key.replace('\n', "\r\n")).unwrap();
    let secret = key.lines().last().unwrap();
    fs::write(desk.path("one line.txt"), secret).unwrap();
    for name in ["crlf.txt", "one line.txt"] {
        let (code, points, stderr) = Desk::check(&pack, &["--key", &desk.text(name)]);
        assert_eq!((code, points), (0, 6), "{name}: {stderr}");
    }
    // Somebody else's key opens nothing, and is no reason for full marks.
    tool("age-keygen", &["-o", &desk.text("other.txt")]);
    let (code, points, stderr) = Desk::check(&pack, &["--key", &desk.text("other.txt")]);
    assert_eq!((code, points), (70, 0), "{stderr}");
    // The public half is no key, and a file that is not there is none either.
    fs::write(desk.path("public.txt"), &public).unwrap();
    for name in ["public.txt", "nowhere.txt"] {
        let (code, _, stderr) = Desk::check(&pack, &["--key", &desk.text(name)]);
        assert_eq!(code, 2, "{name}: {stderr}");
    }
}

#[test]
fn age_opens_what_the_grader_seals_and_the_grader_what_age_seals() {
    let desk = Desk::new();
    let recipients = tool("age-keygen", &["-y", &desk.text("key.txt")]);
    fs::write(desk.path("recipients.txt"), &recipients).unwrap();
    let pack = desk.publish(&desk.text("recipients.txt"));
    let sealed = pack.join(EXERCISE).join("checks/hidden.age");
    let plain = desk.text("plain.tar");
    let place = sealed.display().to_string();
    tool(
        "age",
        &["-d", "-i", &desk.text("key.txt"), "-o", &plain, &place],
    );
    let list = String::from_utf8(tool("tar", &["-tf", &plain])).unwrap();
    let mut names: Vec<&str> = list.lines().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["checks/hidden.rs", "checks/more.rs", "hidden.toml", "id"]
    );
    // A teacher seals it again by hand, with an archive of their own making.
    let solution = desk.course.root().join("solutions/04-whole-numbers");
    let solution = solution.display().to_string();
    let archive = desk.text("by hand.tar");
    let id = desk.id();
    tool(
        "tar",
        &[
            "-cf",
            &archive,
            "-C",
            &solution,
            "hidden.toml",
            "checks/hidden.rs",
            "checks/more.rs",
            "-C",
            &id,
            "id",
        ],
    );
    fs::remove_file(&sealed).unwrap();
    tool(
        "age",
        &["-R", &desk.text("recipients.txt"), "-o", &place, &archive],
    );
    let (code, points, stderr) = Desk::check(&pack, &["--key", &desk.text("key.txt")]);
    assert_eq!((code, points), (0, 6), "{stderr}");
}

#[test]
fn what_was_sealed_to_lie_elsewhere_is_refused() {
    let desk = Desk::new();
    let public = tool("age-keygen", &["-y", &desk.text("key.txt")]);
    let public = String::from_utf8(public).unwrap();
    let pack = desk.publish(public.trim());
    let place = pack.join(EXERCISE).join("checks/hidden.age");
    let place = place.display().to_string();
    let solution = desk.course.root().join("solutions/04-whole-numbers");
    let solution = solution.display().to_string();
    let id = desk.id();
    for (from, to) in [
        ("checks/more.rs", "../escaped.rs"),
        ("checks/more.rs", "checks/../../escaped.rs"),
        ("checks/more.rs", "/tmp/escaped-from-a-seal.rs"),
    ] {
        let archive = desk.text("odd.tar");
        let rename = format!("s|^{from}$|{to}|");
        let names = ["hidden.toml", "checks/hidden.rs", "checks/more.rs"];
        let mut arguments = vec!["-cPf", &archive, "-C", &solution, "--transform", &rename];
        arguments.extend(names);
        arguments.extend(["-C", &id, "id"]);
        tool("tar", &arguments);
        fs::remove_file(&place).unwrap();
        tool("age", &["-r", public.trim(), "-o", &place, &archive]);
        let (code, _, stderr) = Desk::check(&pack, &["--key", &desk.text("key.txt")]);
        assert_eq!(code, 70, "{to}: {stderr}");
        assert!(stderr.contains("does not belong in it"), "{to}: {stderr}");
    }
}

#[test]
fn a_teacher_sees_what_students_see() {
    let course = Course::with_a_whole_exercise();
    let (code, report) = course.json("check 4 --solution --format json");
    assert_eq!(
        (code, &report["exercises"][0]["max_points"]),
        (0, &10.into())
    );
    let preview = "check 4 --solution --public-only --format json";
    let (code, report) = course.json(preview);
    assert_eq!(code, 0);
    let checks = report["exercises"][0]["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["visibility"] == "public"));
    let all = course.run("check --all --public-only").1;
    assert!(
        all.contains("11 points are judged by hidden checks when they are graded"),
        "{all}"
    );
    // It is a look, and no progress.
    course.write(
        "exercises/04-whole-numbers/src/lib.rs",
        course.read("solutions/04-whole-numbers/src/lib.rs"),
    );
    let before = course.run("report").1;
    assert_eq!(course.run("check 4 --public-only").0, 0);
    assert_eq!(course.run("report").1, before);
    let (code, _, stderr) = course.run("check 4 --public-only --key key.txt");
    assert_eq!(code, 2, "{stderr}");
}
